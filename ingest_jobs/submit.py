"""What the app asks of the workers. Light to import; every call returns at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ingest_jobs.requests import RebuildJob, rebuilds, request_measuring, request_rebuild
from ingest_jobs.slots import STARTING, holding
from rag_core.errors import InputError
from rag_core.settings import Settings, environment
from rag_core.store import documents, pages, workers
from rag_core.store.db import Database
from rag_core.store.files import FileStore
from rag_core.store.generations import NO_DEMANDS, Wish
from rag_core.store.libraries import get_library
from rag_core.store.workers import Worker
from rag_core.types import Document

_STARTING_SECONDS = 30.0
_DONE = ("indexed", "partly", "needs_password")


class Decrypter(Protocol):
    """parse.reader.isolated.IsolatedReader, as far as unlocking needs it."""

    def decrypt(self, path: Path, password: str, target: Path) -> None:
        """Writes a decrypted copy. Raises PasswordNeeded for a wrong password."""
        ...


@dataclass(frozen=True, slots=True)
class Jobs:
    """What goes on: workers that are alive, documents they have yet to finish (newest first), the latest
    rebuilds."""

    workers: tuple[Worker, ...]
    documents: tuple[Document, ...]
    rebuilds: tuple[RebuildJob, ...]


def add_file(
    database: Database, settings: Settings, library_id: int, filename: str, stream: BinaryIO
) -> tuple[Document, bool]:
    """Stores an upload and has it read. The second value is True when the library already holds the same
    content; that document is returned then. Raises InputError, NotFound, UserError disk_full."""
    get_library(database, library_id)
    stored = FileStore(settings.files).put(stream, settings.upload_limit_mb * 2**20)
    document, known = documents.add_document(database, library_id, filename, stored, time.time())
    submit_document(database, settings, document.id)
    return documents.get_document(database, document.id), known


def submit_document(database: Database, settings: Settings, document_id: int) -> None:
    """Has the document read if it is not: one that was cancelled or rejected gets another attempt.
    Raises NotFound."""
    state = documents.get_document(database, document_id).state
    if state in _DONE:
        return
    if state in documents.UNFINISHED:
        ensure_worker(settings, database)
    else:
        retry_document(database, settings, document_id)


def retry_document(database: Database, settings: Settings, document_id: int) -> None:
    """Another attempt: pages that failed are read again, those that were read are not. Raises NotFound."""
    records = pages.page_records(database, document_id)
    retry_pages(
        database, settings, document_id, [record.number for record in records if record.state == "failed"]
    )


def retry_pages(
    database: Database, settings: Settings, document_id: int, numbers: Sequence[int], as_scan: bool = False
) -> None:
    """Has these pages read again, whatever they came to, and the document indexed anew; without numbers
    only the latter, as after a correction. `as_scan`: by recognition of what they show, whatever their text
    layer says. Raises NotFound."""
    pages.retry_pages(database, document_id, numbers, as_scan)
    ensure_worker(settings, database)


def cancel_document(database: Database, document_id: int) -> None:
    """Stops the reading; takes effect before the next page or batch. What was read stays and is not read
    again by a retry. A document that is finished stays as it is. Raises NotFound."""
    document = documents.get_document(database, document_id)
    documents.advance(database, document_id, document.attempt, "cancelled")


def unlock_document(
    database: Database, settings: Settings, document_id: int, password: str, decrypter: Decrypter
) -> None:
    """Has an encrypted document read from a decrypted copy; the password is kept nowhere.
    Raises PasswordNeeded for a wrong password, InputError file_missing, NotFound."""
    document = documents.get_document(database, document_id)
    files = FileStore(settings.files)
    if not files.exists(document.sha256):
        raise InputError("file_missing")
    copy = files.incoming()
    try:
        decrypter.decrypt(files.path(document.sha256), password, copy)
        stored = files.put_file(copy)
    finally:
        copy.unlink(missing_ok=True)
    documents.set_readable(database, document_id, stored.sha256)
    documents.next_attempt(database, document_id)
    ensure_worker(settings, database)


def restore_documents(database: Database, settings: Settings, ids: Sequence[int]) -> None:
    """Brings deleted documents back; one that was deleted before it was finished is taken up again."""
    documents.restore_documents(database, ids)
    ensure_worker(settings, database)


def rebuild_library(database: Database, settings: Settings, library_id: int, wish: Wish = NO_DEMANDS) -> None:
    """Has the library's index built anew, as wished; readers see the old one until then. Raises NotFound."""
    get_library(database, library_id)
    request_rebuild(settings, library_id, wish)
    ensure_worker(settings, database)


def measure_library(database: Database, settings: Settings, library_id: int) -> None:
    """Has the kinds of index tried on the library's vectors. Raises NotFound."""
    get_library(database, library_id)
    request_measuring(settings, library_id)
    ensure_worker(settings, database)


def jobs(database: Database, settings: Settings) -> Jobs:
    """What goes on at the moment."""
    return Jobs(
        workers=tuple(one for one in workers.alive(database, time.time()) if _exists(one)),
        documents=documents.unfinished_documents(database),
        rebuilds=rebuilds(settings),
    )


def ensure_worker(settings: Settings, database: Database) -> bool:
    """Starts a worker process when none is alive and the settings allow it; True when it started one.
    However many processes call this, one worker starts."""
    if not settings.start_worker or _is_alive(database):
        return False
    with holding(settings, STARTING) as held:
        if not held or _is_alive(database):
            return False
        # Where nothing can be written down, on a full disk, each look would start another one.
        workers.beat(database, STARTING, os.getpid(), socket.gethostname(), time.time())
        process = _start(settings)
        # Until it reports itself, the process counts as a worker: nobody starts another one.
        workers.beat(database, STARTING, process.pid, socket.gethostname(), time.time())
    # Takes note of its end, whenever that is: no zombie is left.
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def _is_alive(database: Database) -> bool:
    now = time.time()
    starting = any(one.id == STARTING for one in workers.alive(database, now, _STARTING_SECONDS))
    return starting or any(_exists(one) for one in workers.alive(database, now))


def _exists(worker: Worker) -> bool:
    """Whether the process is there, as far as this machine can tell: the last heartbeat of one that was
    killed is still warm."""
    if worker.host != socket.gethostname():
        return True
    try:
        os.kill(worker.process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker that outlives this process and its terminal."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).resolve().parent.parent
    with (settings.logs / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ingest_jobs"],
            cwd=root,
            env={**os.environ, **environment(settings)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
