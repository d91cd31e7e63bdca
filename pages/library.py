"""Library: what the documents are, how far they are read, and adding to them."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import frame, session
from pages.parts.choice import choose_library
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.intake import add_files, add_sample, create, draw_fields, notes_of
from pages.parts.jobs import draw_documents
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.store import libraries as store
from rag_core.store.documents import list_documents
from rag_core.types import Library


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("library_title"))
    libraries = store.list_libraries(desk.database)
    gone = session.recall("library") not in (None, *(each.id for each in libraries))
    if gone:
        session.keep("library", None)
    # One place, whatever it holds: the field below must stay where it is, or files on their way to it are lost.
    with st.container():
        library = _draw_choice(desk, voice, libraries) if libraries else None
        if library is None:
            _draw_welcome(desk, voice)
    if gone:
        session.leave_notes((("bad", voice("library_gone")),), notes_of(library))
    _draw_upload(desk, voice, library, gone)
    if library is not None:
        draw_documents(desk, voice, library.id)


def _draw_welcome(desk: Desk, voice: Voice) -> None:
    empty(voice("ask_nothing"), voice("ask_nothing_lead"))
    with st.container(horizontal=True, horizontal_alignment="center"):
        if st.button(voice("ask_sample"), key="sample", icon=":material/auto_stories:"):
            add_sample(desk, voice)
            st.rerun()


def _draw_choice(desk: Desk, voice: Voice, libraries: tuple[Library, ...]) -> Library:
    """The library to show, and what can be done with libraries."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        library = choose_library(desk, voice, libraries, named=True)
        wish = st.menu_button(
            voice("more"),
            ("library_new", "rename", "library_delete"),
            key="icon-library",
            icon=":material/more_horiz:",
            format_func=voice,
        )
    if wish:
        st.dialog(voice(wish))(guarded(_DIALOGS[wish], voice))(desk, voice, library)
    return library


def _draw_new(desk: Desk, voice: Voice, library: Library) -> None:
    # A form, so that Enter will do.
    with st.form("library-new", border=False):
        name = st.text_input(voice("library_name"))
        sent = st.form_submit_button(voice("library_create"), type="primary", key="library-create")
    if sent:
        try:
            session.keep("library", create(desk, name).id)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()


def _draw_rename(desk: Desk, voice: Voice, library: Library) -> None:
    with st.form("library-name", border=False):
        name = st.text_input(voice("library_name"), library.name)
        sent = st.form_submit_button(voice("save"), type="primary", key="library-rename")
    if sent:
        try:
            store.rename_library(desk.database, library.id, name)
        except UserError as error:
            draw_problem(error.problem, voice)
        else:
            st.rerun()


def _draw_delete(desk: Desk, voice: Voice, library: Library) -> None:
    count = len(list_documents(desk.database, library.id))
    asked = voice.count("library_delete_ask", count, name=library.name)
    st.write(plain(asked if count else voice("library_delete_ask_none", name=library.name)))
    if st.button(voice("library_delete_yes"), type="primary", key="library-delete"):
        store.delete_library(desk.database, library.id)
        session.keep("library", None)
        st.rerun()


_DIALOGS = {"library_new": _draw_new, "rename": _draw_rename, "library_delete": _draw_delete}


def _draw_upload(desk: Desk, voice: Voice, library: Library | None, gone: bool) -> None:
    fields = draw_fields(voice, desk.settings.upload_limit_mb)
    # A place of its own, drawn or not: what follows must not move into it while the page is drawn again.
    with st.container():
        _draw_notes(voice, notes_of(library))
    files = session.take_files("upload", [one for field in fields for one in field])
    if files:
        # What was added to a library that has gone goes nowhere else.
        if not gone:
            library = library or create(desk, voice("library_first_name"))
            add_files(desk, voice, library, ((each.name, each) for each in files))
        session.let_go(files)
        if any(one in fields[-1] for one in files):
            session.renew("upload")
        st.rerun()


def _draw_notes(voice: Voice, place: str) -> None:
    """What became of the files added last, until it is put away."""
    notes = session.notes(place)
    if not notes:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="notes"):
        lines = "".join(f'<li class="wenju-{kind}">{escape(text)}</li>' for kind, text in notes)
        st.html(f'<ul class="wenju-notes" role="status">{lines}</ul>', width="stretch")
        st.button(
            voice("close"),
            key="icon-close-notes",
            icon=":material/close:",
            type="tertiary",
            on_click=session.leave_notes,
            args=((), place),
        )


frame.show(main)
