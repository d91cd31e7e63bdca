"""What a new conversation shows."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import empty, plain
from pages.parts.intake import add_sample
from pages.parts.text import Voice
from rag_core import sample
from rag_core.store.census import nothing_to_search
from rag_core.store.documents import list_documents
from rag_core.types import Library


def draw_welcome(desk: Desk, voice: Voice, libraries: tuple[Library, ...]) -> str | None:
    """What a new conversation shows. Returns a suggested question that was clicked."""
    documents = [each for library in libraries for each in list_documents(desk.database, library.id)]
    st.html(
        f'<div class="wenju-hero"><h1>{escape(voice("ask_title"))}</h1><p>{escape(voice("ask_lead"))}</p></div>'
    )
    if not documents:
        empty(voice("ask_nothing"), voice("ask_nothing_lead"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button(voice("ask_add"), key="add", icon=":material/upload_file:", type="primary"):
                st.switch_page("pages/library.py")
            if st.button(voice("ask_sample"), key="sample", icon=":material/auto_stories:"):
                add_sample(desk, voice)
                st.switch_page("pages/library.py")
        return None
    problem = nothing_to_search(desk.database, [each.id for each in libraries])
    if problem is not None:
        reading = problem.code == "documents_reading"
        empty(voice("ask_reading" if reading else "ask_unread"), "" if reading else voice("ask_unread_lead"))
        return None
    if not any(each.filename in sample.FILENAMES for each in documents):
        return None
    with st.container(key="suggestions", horizontal_alignment="center", gap="xsmall"):
        st.html(f'<p class="wenju-note">{escape(voice("ask_try"))}</p>', width="content")
        for place, question in enumerate(sample.questions(voice.language)):
            if st.button(plain(question), key=f"suggestion-{place}"):
                return question
    return None
