"""Taking files in: uploads and the sample library."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from typing import BinaryIO

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.text import Voice
from rag_core import sample
from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.models.defaults import default_ids
from rag_core.store.libraries import create_library, find_library
from rag_core.types import Library


def draw_fields(voice: Voice, limit: int) -> list[list[UploadedFile]]:
    """The field for files of up to `limit` MB, emptied with session.renew("upload"). Returns the files in it, last, and
    in those before it, which are kept, out of sight: a file may have been dropped there a moment ago."""
    with st.container(key="upload"):
        return [_draw_field(voice, limit, key) for key in session.keys_so_far("upload")]


def _draw_field(voice: Voice, limit: int, key: str) -> list[UploadedFile]:
    if not key:
        st.empty()
        return []
    return st.file_uploader(
        voice("upload_label", limit=limit), accept_multiple_files=True, key=key, max_upload_size=limit
    )


def create(desk: Desk, name: str) -> Library:
    """A new library, read with today's embedder. Raises InputError for an empty or taken name."""
    return create_library(desk.database, name, default_ids(desk.settings).embedder, time.time())


def notes_of(library: Library | None) -> str:
    """The place of the notes about what was added to the library, or to none so far."""
    return f"notes-{library.id if library else 0}"


def add_files(desk: Desk, voice: Voice, library: Library, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Takes the files in; leaves a note of how many there were, and one for each that could not be taken,
    or was here already. Shows the library next."""
    notes: list[tuple[str, str]] = []
    added = 0
    for name, stream in files:
        try:
            document, twin = submit.add_file(desk.database, desk.settings, library.id, name, stream)
        except UserError as error:
            said = sentence(error.problem, voice.language)
            notes.append(("bad", voice("upload_problem", name=name, sentence=said)))
            continue
        added += not twin
        if twin:
            said = "upload_twin" if document.filename == name else "upload_twin_named"
            notes.append(("info", voice(said, name=name, other=document.filename)))
    if added:
        notes.insert(0, ("good", voice.count("upload_added", added)))
    session.leave_notes(tuple(notes), notes_of(library))
    session.keep("library", library.id)


def add_sample(desk: Desk, voice: Voice) -> None:
    """Takes the sample documents into a library of their own."""
    name = voice("library_sample_name")
    library = find_library(desk.database, name) or create(desk, name)
    add_files(desk, voice, library, ((each.filename, io.BytesIO(each.content)) for each in sample.files()))
