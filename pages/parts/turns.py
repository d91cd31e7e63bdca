"""A conversation: its questions and answers, and the one being written."""

from __future__ import annotations

import streamlit as st

from pages.parts.answers import draw_answer, question_html, scroll_here
from pages.parts.citations import open_viewer, spots_of
from pages.parts.engine import Desk
from pages.parts.stream import watch
from pages.parts.text import Voice
from rag_core.store import conversations as store
from rag_core.store.conversations import Conversation
from rag_core.store.doubts import doubtful_citations


def draw_conversation(desk: Desk, voice: Voice, conversation: Conversation, stoppable: bool) -> None:
    """All turns, the last in view. Where the question box shows its stop button (`stoppable`), that stops
    the running answer."""
    running = desk.running.of(conversation.id)
    turns = store.turns(desk.database, conversation.id)
    clicked = None
    for place, turn in enumerate(turns):
        if place == len(turns) - 1 and running is None:
            # A conversation opens where it was left.
            scroll_here(f"last-{conversation.id}-{place}")
        st.html(question_html(turn.question))
        doubtful = doubtful_citations(desk.database, turn.answer.citations)
        opened = draw_answer(turn.answer, voice, f"answer-{conversation.id}-{place}", doubtful)
        if opened:
            clicked = (turn.answer, opened)
    if running is not None:
        watch(running, voice, key=f"live-{conversation.id}-{len(turns)}", stoppable=stoppable)
    elif clicked is not None:
        open_viewer(desk, voice, *spots_of(*clicked))
