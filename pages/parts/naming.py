"""A document's name, and another one for it."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, guarded
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.store.naming import rename_document, stem_and_ending
from rag_core.types import Document


def draw_name(desk: Desk, voice: Voice, document: Document) -> None:
    """The name as the page's title, how long the document is, and a button to call it something else."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.html(
            f'<div class="wenju-document"><h1>{escape(document.filename)}</h1>'
            f"<small>{escape(voice.count('pages_count', document.page_count))}</small></div>",
            width="content",
        )
        if st.button(voice("rename"), key="icon-rename", icon=":material/edit:", type="tertiary"):
            st.dialog(voice("rename"))(guarded(_draw_renaming, voice))(desk, voice, document)


def _draw_renaming(desk: Desk, voice: Voice, document: Document) -> None:
    stem, ending = stem_and_ending(document.filename)
    # A form, so that Enter will do.
    with st.form("document-name", border=False):
        name = st.text_input(voice("document_name", ending=ending) if ending else voice("library_name"), stem)
        sent = st.form_submit_button(voice("save"), type="primary", key="document-rename")
    if sent:
        try:
            rename_document(desk.database, document.id, name)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()
