"""A question that could not be asked: given back until it can be, or another one is asked."""

from __future__ import annotations

import streamlit as st

from pages.parts import session
from pages.parts.answers import question_html
from pages.parts.frame import draw_problem
from pages.parts.text import Voice
from rag_core.errors import Problem


def keep_unasked(conversation_id: int | None, question: str | None) -> None:
    """Keeps the question as the conversation's one; None forgets it."""
    session.keep_draft(_place(conversation_id), question)


def unasked(conversation_id: int | None) -> str | None:
    """What was asked there in vain."""
    question = session.draft(_place(conversation_id))
    return question if isinstance(question, str) else None


def draw_unasked(voice: Voice, conversation_id: int | None, question: str, problem: Problem | None) -> bool:
    """Shows the question, and why it can't be asked. Returns whether it is to be asked now that it can be."""
    if not question.strip():
        # Said once; there is nothing to keep.
        keep_unasked(conversation_id, None)
    if problem is not None and problem.code == "question_too_long":
        # Whole, with a button to copy it: nothing that was written is lost.
        st.code(question, language=None, wrap_lines=True, height=240)
    elif question.strip():
        st.html(question_html(question))
    if problem is None:
        return st.button(voice("edit_ask"), key="ask-unasked", icon=":material/arrow_upward:")
    draw_problem(problem, voice)
    return False


def _place(conversation_id: int | None) -> str:
    return f"unasked-{conversation_id or 0}"
