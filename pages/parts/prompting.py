"""The fields of a prompt, and what a question makes of it before it is put to use."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import session
from pages.parts.answers import answer_html
from pages.parts.asking import problem_of
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.trying import told, try_prompt
from rag_core.types import Answer, Done, Template

_HEIGHTS = {"role": 70, "steps": 70, "form": 70, "examples": 120, "layout": 150}


def draw_fields(voice: Voice, base: Template, place: str) -> Template:
    """The template as it stands in the fields, which begin as the base, or as they were left in this tab."""
    key = session.fresh_key(place)
    left_over = session.draft(place)
    begun = left_over if isinstance(left_over, Template) else base
    areas = {
        name: st.text_area(voice(f"prompt_{name}"), getattr(begun, name), height=height, key=f"{name}-{key}")
        for name, height in _HEIGHTS.items()
    }
    left, right = st.columns(2)
    begin = left.text_input(voice("prompt_begin"), begun.begin, key=f"begin-{key}")
    end = right.text_input(voice("prompt_end"), begun.end, key=f"end-{key}")
    template = Template(begin=begin, end=end, **areas)
    session.keep_draft(place, None if template == base else template)
    if template != base:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(voice("prompt_draft"), width="content")
            st.button(
                voice("prompt_discard"),
                key="prompt-discard",
                icon=":material/undo:",
                type="tertiary",
                on_click=forget_fields,
                args=(place,),
            )
    return template


def forget_fields(place: str) -> None:
    """Has the fields begin as the base again."""
    session.keep_draft(place, None)
    session.renew(place)


def draw_trial(desk: Desk, voice: Voice, library_id: int, template: Template) -> None:
    """A question, what the model would be told for it, and what it answers."""
    with st.form("prompt-trial", border=True):
        question = st.text_input(voice("prompt_try_question"), key="prompt-question")
        sent = st.form_submit_button(voice("prompt_try"), icon=":material/play_arrow:")
    if not sent:
        return
    problem = problem_of(desk, question)
    if problem is not None:
        draw_problem(problem, voice)
        return
    try:
        messages = told(desk.asking, question, [library_id], template)
        answer = _answered(desk, question, library_id, template)
    except UserError as error:
        draw_problem(error.problem, voice)
        return
    st.subheader(voice("prompt_answer"))
    if answer is not None:
        st.html(answer_html(answer, voice))
    st.subheader(voice("prompt_told"))
    for message in messages:
        st.html(f'<div class="wenju-told"><small>{escape(message.role)}</small>{escape(message.text)}</div>')


def _answered(desk: Desk, question: str, library_id: int, template: Template) -> Answer | None:
    answer: Answer | None = None
    for event in try_prompt(desk.asking, question, [library_id], template):
        if isinstance(event, Done):
            answer = event.answer
    return answer
