"""Many documents at once: those that were found are deleted, and brought back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.frame import plain
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.store.documents import delete_documents, deleted_documents
from rag_core.types import Document


def draw_many(desk: Desk, voice: Voice, library_id: int, found: Sequence[Document]) -> None:
    """Offers to delete those that were found, where something was sought (`found` is empty otherwise), and to bring back
    those that were deleted together last."""
    back = deleted_documents(desk.database, _gone(library_id))
    if back:
        with st.container(horizontal=True, vertical_alignment="center", key="many-undo"):
            st.caption(plain(voice.count("many_deleted", len(back))), width="stretch")
            if st.button(voice("undo"), key="undo-many", icon=":material/undo:", type="tertiary"):
                session.keep_draft(_place(library_id), None)
                submit.restore_documents(desk.database, desk.settings, [one.id for one in back])
                st.rerun()
    if found and st.button(
        voice.count("many_delete", len(found)), key="delete-many", icon=":material/delete:", type="tertiary"
    ):
        ids = [one.id for one in found]
        if delete(desk, voice, library_id, ids):
            session.keep_draft(_place(library_id), tuple(ids))
        st.rerun()


def delete(desk: Desk, voice: Voice, library_id: int, ids: Sequence[int]) -> bool:
    """Deletes the documents. Where that can't be written down, as on a full disk, the library's notes say so above the
    list, and it returns False."""
    try:
        delete_documents(desk.database, ids, time.time())
    except UserError as error:
        session.leave_notes((("bad", sentence(error.problem, voice.language)),), f"notes-{library_id}")
        return False
    return True


def _gone(library_id: int) -> tuple[int, ...]:
    return cast("tuple[int, ...]", session.draft(_place(library_id)) or ())


def _place(library_id: int) -> str:
    return f"many-{library_id}"
