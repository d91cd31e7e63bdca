"""A file that came again under its name with other content: what is to become of the older version."""

from __future__ import annotations

import time

import streamlit as st

from ingest_jobs import submit
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import plain
from pages.parts.text import Voice
from rag_core.store.versions import keep_both, replace_older
from rag_core.types import Document


def draw_choice(desk: Desk, voice: Voice, document: Document, older: Document) -> None:
    """Asks whether the document is to take the older one's place."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"version-{document.id}"):
        said = voice("version_older", date=date(older.created_at))
        st.caption(plain(said), width="stretch")
        if st.button(
            voice("version_replace"),
            key=f"replace-{document.id}",
            icon=":material/swap_horiz:",
            type="tertiary",
        ):
            replace_older(desk.database, document.id, older.id, time.time())
            st.rerun()
        if st.button(
            voice("version_keep"), key=f"keep-{document.id}", icon=":material/file_copy:", type="tertiary"
        ):
            keep_both(desk.database, document.id)
            st.rerun()


def draw_replacing(desk: Desk, voice: Voice, document: Document) -> None:
    """Says that the older version goes when this one is ready, and offers to keep it."""
    _draw_way_back(desk, voice, document, voice("version_replacing"), voice("version_keep"))


def draw_replaced(desk: Desk, voice: Voice, document: Document, older: Document) -> None:
    """Says that the older version has gone, and offers to bring it back."""
    _draw_way_back(
        desk, voice, document, voice("version_replaced", date=date(older.created_at)), voice("undo")
    )


def _draw_way_back(desk: Desk, voice: Voice, document: Document, said: str, wish: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"version-{document.id}"):
        st.caption(plain(said), width="stretch")
        if st.button(wish, key=f"keep-{document.id}", icon=":material/undo:", type="tertiary"):
            keep_both(desk.database, document.id)
            submit.ensure_worker(desk.settings, desk.database)
            st.rerun()
