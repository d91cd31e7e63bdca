"""Quality: golden questions, how the library does on them, and what people say of its answers."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.choice import choose_library
from pages.parts.engine import Desk
from pages.parts.frame import empty
from pages.parts.golden import draw_golden
from pages.parts.past import draw_feedback, draw_past
from pages.parts.refusing import draw_refusing
from pages.parts.text import Voice
from pages.parts.trials import draw_trials
from rag_core.store.candidates import candidates
from rag_core.store.feedback import list_feedback
from rag_core.store.libraries import list_libraries


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("quality_title"))
    libraries = list_libraries(desk.database)
    if not libraries:
        empty(voice("ask_nothing"), voice("ask_nothing_lead"))
        return
    st.caption(voice("quality_lead"))
    library = choose_library(desk, voice, libraries)
    found = candidates(desk.database, library.id)
    judged = list_feedback(desk.database, library.id)
    scores, golden, past, feedback = st.tabs(
        [
            voice("quality_tab_scores"),
            voice("quality_tab_golden"),
            voice("quality_tab_past"),
            voice("quality_tab_feedback"),
        ],
    )
    with scores:
        draw_trials(desk, voice, library)
        draw_refusing(desk, voice, library)
    with golden:
        draw_golden(desk, voice, library.id)
    with past:
        draw_past(desk, voice, library.id, found)
    with feedback:
        draw_feedback(desk, voice, library.id, judged)


frame.show(main)
