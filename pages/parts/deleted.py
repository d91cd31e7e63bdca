"""Documents that were deleted and can still be brought back."""

from __future__ import annotations

from html import escape

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import guarded
from pages.parts.shelf import draw_leaf
from pages.parts.text import Voice
from rag_core.store.documents import list_documents
from rag_core.store.versions import deleted_in, keep_both
from rag_core.types import Document


def draw_deleted(desk: Desk, voice: Voice, library_id: int, shown: Document | None) -> None:
    """The library's deleted documents, but the one whose way back is shown already."""
    listed = [one for one in deleted_in(desk.database, library_id) if shown is None or one.id != shown.id]
    if not listed:
        return
    with st.expander(voice.count("deleted_count", len(listed)), icon=":material/delete_history:"):
        for document in draw_leaf(f"deleted-{library_id}", listed):
            with st.container(horizontal=True, vertical_alignment="center", key=f"deleted-{document.id}"):
                st.html(_line(desk, voice, document), width="stretch")
                st.button(
                    voice("restore"),
                    key=f"restore-{document.id}",
                    icon=":material/restore_from_trash:",
                    type="tertiary",
                    on_click=guarded(restore, voice),
                    args=(desk, document),
                )


def _line(desk: Desk, voice: Voice, document: Document) -> str:
    deleted = document.deleted_at or 0.0
    until = date(deleted + desk.settings.undo_hours * 3600)
    said = voice("deleted_when", date=date(deleted), until=until)
    return (
        f'<div class="wenju-document"><b>{escape(document.filename)}</b><small>{escape(said)}</small></div>'
    )


def restore(desk: Desk, document: Document) -> None:
    """Brings a deleted document back; a version that took its place stays, too."""
    if session.recall("deleted-document") == document.id:
        session.keep("deleted-document", None)
    for successor in list_documents(desk.database, document.library_id):
        # Otherwise the version that took its place would have it go again.
        if successor.replaces == document.id:
            keep_both(desk.database, successor.id)
    submit.restore_documents(desk.database, desk.settings, [document.id])
