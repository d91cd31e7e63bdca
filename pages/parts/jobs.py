"""Documents in a list: how far each is, what is wrong with it, and what can be done about it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.deleted import draw_deleted
from pages.parts.engine import Desk
from pages.parts.facts import date, size
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.many import delete, draw_many
from pages.parts.progress import draw_progress
from pages.parts.shelf import draw_leaf, draw_order, draw_sieve
from pages.parts.text import Voice
from pages.parts.versions import draw_choice, draw_replaced, draw_replacing
from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.parse.read import page_list
from rag_core.store.documents import (
    UNFINISHED,
    get_document,
    list_documents,
)
from rag_core.store.ledger import empty_pages
from rag_core.store.versions import older_versions, replaced_versions
from rag_core.store.workers import alive
from rag_core.types import Document

_LOOK_SECONDS = 1.0
_BADGES = {"indexed": "good", "partly": "warn", "needs_password": "warn", "rejected": "bad"}
_RETRIED = ("rejected", "partly", "cancelled")
# A worker that was just started takes a moment to report itself.
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Around:
    """What is to be known about a library's documents, by id: the older version each could replace, the one
    it has replaced, the pages without text; how many are being read, and the names that more than one has."""

    older: Mapping[int, Document]
    replaced: Mapping[int, Document]
    empty: Mapping[int, tuple[int, ...]]
    reading: int
    shared: frozenset[str]


def draw_documents(desk: Desk, voice: Voice, library_id: int) -> None:
    """The library's documents; drawn again each second while something is being read."""
    busy = any(each.state in UNFINISHED for each in list_documents(desk.database, library_id))
    st.fragment(guarded(_draw_list, voice), run_every=_LOOK_SECONDS if busy else None)(
        desk, voice, library_id, busy
    )


def _draw_list(desk: Desk, voice: Voice, library_id: int, was_busy: bool) -> None:
    documents = list_documents(desk.database, library_id)
    waiting = [each for each in documents if each.state in UNFINISHED]
    with st.container():
        if waiting:
            _draw_worker(desk, voice, waiting)
    deleted = _deleted(desk, library_id)
    if not documents and deleted is None:
        empty(voice("library_empty"), voice("library_empty_lead"))
        draw_deleted(desk, voice, library_id, None)
        return
    facts = [voice.count("documents_count", len(documents))]
    if waiting:
        facts.append(voice("documents_left", count=len(waiting)))
    order = draw_order(voice, library_id, documents, " · ".join(facts))
    sought, found = draw_sieve(voice, library_id, documents)
    if documents and not found:
        empty(voice("find_none"), "")
    draw_many(desk, voice, library_id, found if sought else ())
    # What is being read stands first; a deleted document stays where it was.
    listed = sorted(
        [*found, *([deleted] if deleted else [])],
        key=lambda one: (one.state not in ("reading", "indexing"), *order(one)),
    )
    shown = draw_leaf(f"{library_id}-{sought}", listed)
    around = _Around(
        older_versions(documents),
        replaced_versions(desk.database, documents),
        empty_pages(desk.database, [each.id for each in shown]),
        sum(each.state == "reading" for each in documents),
        frozenset(name for name, count in Counter(each.filename for each in documents).items() if count > 1),
    )
    for document in shown:
        with st.container(border=True, key=f"document-{document.id}"):
            if document.deleted_at is None:
                _draw_one(desk, voice, document, around)
            else:
                _draw_undo(desk, voice, document)
    draw_deleted(desk, voice, library_id, deleted)
    if was_busy != bool(waiting):
        # Last, so that no click is lost that came with the change.
        st.rerun()


def _draw_worker(desk: Desk, voice: Voice, waiting: list[Document]) -> None:
    # One that was killed is started again: what it was reading goes on where it stopped.
    submit.ensure_worker(desk.settings, desk.database)
    now = time.time()
    youngest = min(now - each.created_at for each in waiting)
    if alive(desk.database, now) or (desk.settings.start_worker and youngest < _PATIENCE_SECONDS):
        return
    st.warning(plain(voice("worker_none")), icon=":material/warning:")


def _draw_one(desk: Desk, voice: Voice, document: Document, around: _Around) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_summary(document, voice, around), width="stretch")
        _draw_actions(desk, voice, document)
    # A place of its own, drawn or not: what was there goes at once, not when the page has been drawn to its end.
    with st.empty():
        if document.state in UNFINISHED:
            with st.container():
                draw_progress(desk, voice, document, around.reading)
    if document.state == "needs_password":
        _draw_password(desk, voice, document)
    if document.id in around.older:
        draw_choice(desk, voice, document, around.older[document.id])
    elif document.id in around.replaced:
        draw_replaced(desk, voice, document, around.replaced[document.id])
    elif document.replaces and document.state in UNFINISHED:
        draw_replacing(desk, voice, document)


def _summary(document: Document, voice: Voice, around: _Around) -> str:
    without_text = around.empty.get(document.id, ())
    facts = [voice.count("pages_count", document.page_count)] if document.page_count else []
    facts.append(size(document.bytes))
    if document.filename in around.shared:
        # Two versions that both stay are told apart by when they came.
        facts.append(voice("document_added", date=date(document.created_at)))
    badge = f"wenju-badge wenju-{_BADGES.get(document.state, 'calm')}"
    problem = ""
    if document.problem is not None and document.state != "indexed":
        problem = f'<div class="wenju-problem">{escape(sentence(document.problem, voice.language))}</div>'
    if without_text and document.state in ("indexed", "partly"):
        said = voice.count("pages_empty", len(without_text), pages=page_list(without_text))
        problem += f'<div class="wenju-remark">{escape(said)}</div>'
    return (
        f'<div class="wenju-document"><b>{escape(document.filename)}</b>'
        f'<span class="{badge}">{escape(voice(f"state_{document.state}"))}</span> '
        f"<small>{escape(' · '.join(facts))}</small>{problem}</div>"
    )


def _draw_actions(desk: Desk, voice: Voice, document: Document) -> None:
    # Places of their own: what follows must not move into them while what was there before is still shown.
    way, act = st.empty(), st.empty()
    if document.page_count:
        way.page_link(
            "pages/document.py",
            label=voice("document_open"),
            icon=":material/menu_book:",
            query_params={"document": str(document.id), "page": "1", "lang": voice.language},
        )
    if document.state in _RETRIED and act.button(
        voice("document_retry_pages" if document.state == "partly" else "document_retry"),
        key=f"retry-{document.id}",
        icon=":material/refresh:",
        type="tertiary",
    ):
        submit.retry_document(desk.database, desk.settings, document.id)
        st.rerun()
    if document.state in UNFINISHED and act.button(
        voice("cancel"), key=f"cancel-{document.id}", icon=":material/close:", type="tertiary"
    ):
        submit.cancel_document(desk.database, document.id)
        st.rerun()
    if st.button(
        plain(voice("delete_one", name=document.filename)),
        key=f"icon-delete-{document.id}",
        icon=":material/delete:",
        type="tertiary",
    ):
        if delete(desk, voice, document.library_id, [document.id]):
            session.keep("deleted-document", document.id)
        st.rerun()


def _draw_password(desk: Desk, voice: Voice, document: Document) -> None:
    # The field keeps what was typed: a second click must not send an empty one after it.
    with st.form(f"password-{document.id}", border=False):
        password = st.text_input(
            plain(voice("password_label", name=document.filename)), type="password", autocomplete="off"
        )
        sent = st.form_submit_button(voice("password_open"), icon=":material/lock_open:")
    if sent and get_document(desk.database, document.id).state == "needs_password":
        try:
            submit.unlock_document(desk.database, desk.settings, document.id, password, desk.reader)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()


def _deleted(desk: Desk, library_id: int) -> Document | None:
    """The document of this library that was deleted last, while it can be brought back."""
    deleted = session.recall("deleted-document")
    if deleted is None:
        return None
    try:
        document = get_document(desk.database, deleted)
    except UserError:
        session.keep("deleted-document", None)
        return None
    return document if document.library_id == library_id and document.deleted_at is not None else None


def _draw_undo(desk: Desk, voice: Voice, document: Document) -> None:
    """Where the document stood: what happened to it, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", key="document-undo"):
        st.caption(plain(voice("document_deleted", name=document.filename)), width="stretch")
        if st.button(voice("undo"), key="undo-document", icon=":material/undo:", type="tertiary"):
            session.keep("deleted-document", None)
            submit.restore_documents(desk.database, desk.settings, [document.id])
            st.rerun()
