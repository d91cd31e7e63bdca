"""The commands `add` and `status` of python -m ingest_jobs."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest_jobs import submit
from rag_core.errors import InputError, PasswordNeeded, Problem, UserError
from rag_core.messages import sentence
from rag_core.models.defaults import default_ids
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings
from rag_core.store.db import Database, open_database
from rag_core.store.documents import UNFINISHED, get_document
from rag_core.store.libraries import create_library, find_library
from rag_core.types import Document, Library

_LOOK_SECONDS = 0.2


def add(settings: Settings, files: Sequence[Path], name: str, wait: bool, password: str) -> int:
    """Adds the files to the library of that name; 1 when one of them was rejected."""
    database = open_database(settings.database)
    library = _library(settings, database, name)
    # Waiting means that somebody works, whatever the settings say about the app.
    settings = replace(settings, start_worker=settings.start_worker or wait)
    added: list[int] = []
    rejected = 0
    for path in files:
        try:
            with path.open("rb") as stream:
                document, known = submit.add_file(database, settings, library.id, path.name, stream)
        except OSError as error:
            _say(f"{path}: {error.strerror}")
            rejected += 1
        except UserError as error:
            _say(f"{path}: rejected. {sentence(error.problem, 'en')}")
            rejected += 1
        else:
            added.append(document.id)
            _say(f"{path}: {'already there, ' if known else ''}{_state(document)}")
    if wait:
        rejected += sum(_follow(settings, database, one, password) for one in added)
    return 1 if rejected else 0


def status(settings: Settings) -> int:
    """Shows workers, unfinished documents and rebuilds."""
    found = submit.jobs(open_database(settings.database), settings)
    for worker in found.workers:
        _say(f"worker {worker.id}: process {worker.process_id} on {worker.host}")
    if not found.workers:
        _say("no worker is alive")
    for document in found.documents:
        _say(f"document {document.id}: {document.filename}: {_state(document)}")
    for job in found.rebuilds:
        _say(f"rebuild of library {job.library_id}: {job.state}" + _sentence(job.problem))
    return 0


def _library(settings: Settings, database: Database, name: str) -> Library:
    found = find_library(database, name)
    if found is not None:
        return found
    try:
        return create_library(database, name, default_ids(settings).embedder, time.time())
    except InputError:
        # Another process made it meanwhile; or else the name really can't be used.
        found = find_library(database, name)
        if found is None:
            raise
        return found


def _follow(settings: Settings, database: Database, document_id: int, password: str) -> bool:
    """Prints the document's progress until it is finished; True when it was rejected."""
    shown = ""
    unlocked = False
    while True:
        document = get_document(database, document_id)
        if document.state == "needs_password" and password and not unlocked:
            unlocked = True
            if _unlock(settings, database, document, password):
                continue
        line = f"{document.filename}: {_state(document)}"
        if line != shown:
            _say(line)
            shown = line
        if document.state not in UNFINISHED:
            return document.state in ("rejected", "needs_password", "cancelled")
        submit.ensure_worker(settings, database)
        time.sleep(_LOOK_SECONDS)


def _unlock(settings: Settings, database: Database, document: Document, password: str) -> bool:
    reader = IsolatedReader(settings)
    try:
        submit.unlock_document(database, settings, document.id, password, reader)
    except PasswordNeeded as error:
        _say(f"{document.filename}: {sentence(error.problem, 'en')}")
        return False
    finally:
        reader.close()
    return True


def _state(document: Document) -> str:
    pages = f" {document.pages_done}/{document.page_count} pages" if document.page_count else ""
    return f"{document.state}{pages}" + _sentence(document.problem)


def _sentence(problem: Problem | None) -> str:
    return f". {sentence(problem, 'en')}" if problem else ""


def _say(line: str) -> None:
    print(line, flush=True, file=sys.stdout)  # noqa: T201  (a command's output)
