"""Clearing away what is no longer searched, and the proof that what was deleted is gone."""

from __future__ import annotations

import re
import time
from html import escape

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.facts import size
from pages.parts.frame import fits, guarded, plain
from pages.parts.text import Voice
from rag_core.errors import NotFound
from rag_core.index.audit import audit
from rag_core.index.surplus import Surplus, clear_surplus, surplus
from rag_core.store.census import owners_of
from rag_core.store.db import Database
from rag_core.store.documents import get_document
from rag_core.types import Document

_MOST_LETTERS = 100
_LEAST_LETTERS = 2
_SHOWN = 50
_HEX_OF_A_HASH = 64


def draw_clearing(desk: Desk, voice: Voice, library_id: int, busy: bool) -> None:
    """What of the library's indexes can go; nothing while a rebuild is under way or paused (`busy`)."""
    for _, said in session.notes("clear-notes"):
        st.success(plain(said), icon=":material/check:")
    session.leave_notes((), "clear-notes")
    st.markdown(f"**{voice('clear_old')}**")
    found = surplus(desk.database, library_id, desk.settings.indexes)
    if not found.generations and not found.bytes and not found.embeddings:
        st.caption(voice("clear_nothing"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(_said(found, voice)), width="stretch")
        if st.button(
            voice("clear_button"),
            key="clear",
            icon=":material/cleaning_services:",
            disabled=busy,
            help=voice("clear_busy") if busy else None,
        ):
            st.dialog(voice("clear_old"))(guarded(_draw_clear, voice))(desk, voice, library_id, found)


def _said(found: Surplus, voice: Voice) -> str:
    gaps = {
        "files": size(found.bytes),
        "vectors": size(found.embedding_bytes),
    }
    if not found.generations:
        return voice.count("clear_found_none", found.embeddings, **gaps)
    return voice.count(
        "clear_found", found.embeddings, ids=", ".join(str(one.id) for one in found.generations), **gaps
    )


def _draw_clear(desk: Desk, voice: Voice, library_id: int, found: Surplus) -> None:
    freed = size(found.bytes + found.embedding_bytes)
    st.write(plain(voice("clear_ask", size=freed)))
    if st.button(voice("clear_yes"), type="primary", key="clear-yes"):
        clear_surplus(desk.database, library_id, desk.settings.indexes)
        session.leave_notes((("good", voice("clear_done", size=freed)),), "clear-notes")
        st.rerun()


def draw_audit(desk: Desk, voice: Voice) -> None:
    """Where in the data folder a word still stands."""
    st.caption(plain(voice("audit_lead")))
    with st.form("audit", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input(voice("audit_word"), key="audit-word").strip()
        asked = st.form_submit_button(voice("audit_look"), icon=":material/search:")
    if not asked or not fits(word, _MOST_LETTERS, voice):
        return
    if len(word) < _LEAST_LETTERS:
        st.warning(voice("audit_short"), icon=":material/warning:")
        return
    started = time.monotonic()
    with st.spinner(voice("audit_looking")):
        found = audit(desk.settings, desk.database, word)
    if not found:
        seconds = f"{time.monotonic() - started:.1f}"
        st.success(plain(voice("audit_nowhere", word=word, seconds=seconds)), icon=":material/check:")
        return
    st.warning(plain(voice.count("audit_found", len(found), word=word)), icon=":material/search:")
    places = dict.fromkeys(_place(desk.database, one, voice) for one in found)
    lines = "".join(f"<li>{escape(place)}</li>" for place in list(places)[:_SHOWN])
    more = "<li>…</li>" if len(places) > _SHOWN else ""
    st.html(f'<ul class="wenju-notes">{lines}{more}</ul>')
    st.caption(voice("audit_hint", hours=desk.settings.undo_hours))


def _place(database: Database, told: str, voice: Voice) -> str:
    """A place as a person says it."""
    page = re.fullmatch(r"document (\d+), page (\d+)", told)
    if page:
        document = _document(database, int(page[1]))
        if document is None:
            return told
        key = "audit_page" if document.deleted_at is None else "audit_page_deleted"
        return voice(key, name=document.filename, page=page[2])
    if told == "words":
        return voice("audit_words")
    if ".sqlite" in told:
        return voice("audit_database", path=told)
    sha256 = told.rpartition("/")[2].partition(".")[0]
    owners = owners_of(database, sha256) if len(sha256) == _HEX_OF_A_HASH else ()
    if owners:
        key = "audit_file_deleted" if all(gone for _, gone in owners) else "audit_file"
        return voice(key, name=owners[0][0], path=f"{told[:24]}…")
    return told


def _document(database: Database, document_id: int) -> Document | None:
    try:
        return get_document(database, document_id)
    except NotFound:
        return None
