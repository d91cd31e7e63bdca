"""Library: what the documents are, how far they are read, and adding to them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from typing import BinaryIO

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk, open_desk
from pages.parts.frame import draw_problem, empty, plain
from pages.parts.jobs import draw_documents
from pages.parts.text import Voice
from rag_core import sample
from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.models.defaults import default_ids
from rag_core.store import libraries as store
from rag_core.store.documents import list_documents
from rag_core.types import Library


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("library_title"))
    if session.address("sample") == 1:
        session.set_address(sample=None)
        _add_sample(desk, voice)
    libraries = store.list_libraries(desk.database)
    if not libraries:
        empty(voice("ask_nothing"), voice("ask_nothing_lead"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button(voice("ask_sample"), key="sample", icon=":material/auto_stories:"):
                _add_sample(desk, voice)
        _draw_upload(desk, voice, None)
        return
    library = _draw_choice(desk, voice, libraries)
    _draw_upload(desk, voice, library)
    draw_documents(desk, voice, library.id)


def _draw_choice(desk: Desk, voice: Voice, libraries: tuple[Library, ...]) -> Library:
    """The library to show, and what can be done with libraries."""
    ids = {library.id: library for library in libraries}
    kept = session.recall("library")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            voice("library_label"),
            list(ids),
            index=list(ids).index(kept) if kept in ids else 0,
            format_func=lambda each: ids[each].name,
        )
        wish = st.menu_button(
            ":material/more_horiz:",
            ("library_new", "rename", "library_delete"),
            key="library-menu",
            format_func=voice,
            help=voice("more"),
        )
    session.keep("library", chosen)
    if wish:
        st.dialog(voice(wish))(_DIALOGS[wish])(desk, voice, ids[chosen])
    return ids[chosen]


def _draw_new(desk: Desk, voice: Voice, library: Library) -> None:
    name = st.text_input(voice("library_name"), max_chars=200)
    if st.button(voice("library_create"), type="primary", key="library-create"):
        try:
            session.keep("library", _create(desk, name).id)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()


def _draw_rename(desk: Desk, voice: Voice, library: Library) -> None:
    name = st.text_input(voice("library_name"), library.name, max_chars=200)
    if st.button(voice("save"), type="primary", key="library-rename"):
        try:
            store.rename_library(desk.database, library.id, name)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()


def _draw_delete(desk: Desk, voice: Voice, library: Library) -> None:
    count = len(list_documents(desk.database, library.id))
    st.write(plain(voice("library_delete_ask", name=library.name, count=count)))
    if st.button(voice("library_delete_yes"), type="primary", key="library-delete"):
        store.delete_library(desk.database, library.id)
        session.keep("library", None)
        st.rerun()


_DIALOGS = {"library_new": _draw_new, "rename": _draw_rename, "library_delete": _draw_delete}


def _create(desk: Desk, name: str) -> Library:
    return store.create_library(desk.database, name, default_ids(desk.settings).embedder, time.time())


def _draw_upload(desk: Desk, voice: Voice, library: Library | None) -> None:
    limit = desk.settings.upload_limit_mb
    files = st.file_uploader(
        voice("upload_label", limit=limit),
        accept_multiple_files=True,
        key=session.fresh_key("upload"),
        max_upload_size=limit,
    )
    for kind, text in session.take_notes():
        (st.success if kind == "good" else st.info if kind == "info" else st.error)(plain(text))
    if files:
        library = library or _create(desk, voice("library_first_name"))
        _add(desk, voice, library, ((each.name, each) for each in files))


def _add(desk: Desk, voice: Voice, library: Library, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Takes the files in; says of each that could not be taken, or was here already, why."""
    notes: list[tuple[str, str]] = []
    added = 0
    for name, stream in files:
        try:
            _, twin = submit.add_file(desk.database, desk.settings, library.id, name, stream)
        except UserError as error:
            said = sentence(error.problem, voice.language)
            notes.append(("bad", voice("upload_problem", name=name, sentence=said)))
            continue
        added += not twin
        if twin:
            notes.append(("info", voice("upload_twin", name=name)))
    if added:
        notes.insert(0, ("good", voice.count("upload_added", added)))
    session.leave_notes(tuple(notes))
    session.keep("library", library.id)
    session.renew("upload")
    st.rerun()


def _add_sample(desk: Desk, voice: Voice) -> None:
    name = voice("library_sample_name")
    library = store.find_library(desk.database, name) or _create(desk, name)
    _add(desk, voice, library, ((each.filename, io.BytesIO(each.content)) for each in sample.files()))


main(open_desk(), session.voice())
