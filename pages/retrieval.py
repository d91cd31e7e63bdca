"""Search test: a question's way through every stage, and what other settings would make of it."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages.parts import frame
from pages.parts.asking import problem_of
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, empty, plain
from pages.parts.text import Voice
from pages.parts.traces import draw_trace
from rag_core.ask.evidence.gather import TOKEN_BUDGET
from rag_core.ask.trace import HITS, Setting, Source
from rag_core.errors import Problem, UserError
from rag_core.store.census import nothing_to_search
from rag_core.store.libraries import list_libraries
from rag_core.trying import trace_search
from rag_core.types import Library

_SOURCES = get_args(Source)


def main(desk: Desk, voice: Voice) -> None:
    with st.container(key="wide"):
        st.title(voice("retrieval_title"))
        st.caption(voice("retrieval_lead"))
        libraries = list_libraries(desk.database)
        if not libraries:
            empty(voice("ask_nothing"), "")
            return
        _draw(desk, voice, libraries)


def _draw(desk: Desk, voice: Voice, libraries: tuple[Library, ...]) -> None:
    names = {library.id: plain(library.name) for library in libraries}
    scope = st.pills(
        voice("scope_label"),
        list(names),
        selection_mode="multi",
        default=list(names),
        format_func=names.__getitem__,
        key="trace-scope",
    )
    with st.form("trace-question", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        question = st.text_input(voice("retrieval_question"), key="trace-text")
        sent = st.form_submit_button(voice("retrieval_go"), type="primary", icon=":material/search:")
    problem = problem_of(desk, question) if question or sent else None
    if question.strip():
        problem = problem or (nothing_to_search(desk.database, scope) if scope else Problem("no_library"))
    if problem is not None:
        draw_problem(problem, voice)
    compare = st.toggle(voice("retrieval_compare"), key="trace-compare")
    columns = st.columns(2, gap="large") if compare else [st.container()]
    for column, side in zip(columns, "ab", strict=False):
        with column:
            setting = _draw_setting(voice, side)
            if question.strip() and problem is None:
                _draw_side(desk, voice, (question.strip(), tuple(scope), setting), side)


def _draw_side(desk: Desk, voice: Voice, wanted: tuple[str, tuple[int, ...], Setting], side: str) -> None:
    try:
        draw_trace(voice, trace_search(desk.asking, *wanted), side)
    except UserError as error:
        draw_problem(error.problem, voice)


def _draw_setting(voice: Voice, side: str) -> Setting:
    with st.expander(voice(f"setting_{side}"), icon=":material/tune:", expanded=side == "b"):
        source: Source = st.selectbox(
            voice("setting_source"),
            _SOURCES,
            format_func=lambda one: voice(f"source_{one}"),
            index=0 if side == "a" else 1,
            key=f"source-{side}",
        )
        weight = st.slider(
            voice("setting_weight"), 0.0, 1.0, 0.5, 0.05, key=f"weight-{side}", disabled=source != "weighed"
        )
        hits = st.slider(voice("setting_hits"), 1, 30, HITS, key=f"hits-{side}")
        budget = st.slider(voice("setting_budget"), 100, 2000, TOKEN_BUDGET, 50, key=f"budget-{side}")
    return Setting(source, weight, hits, budget)


frame.show(main)
