"""Requests that outlive the process that made them: the light side of the job engine, for the app.

Documents need none: a document in the state waiting is its own request. What is left here concerns
whole libraries.
"""

from __future__ import annotations

import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag_core.errors import Problem
from rag_core.settings import Settings
from rag_core.store.db import translated
from rag_core.store.generations import NO_DEMANDS, Wish, decode_wish, encode_wish

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus

LOG = logging.getLogger(__name__)

APPLICATION = "wenju"
# Fixed by hand: raised only when a workflow's steps change so much that old jobs can't be resumed.
VERSION = "2"
DOCUMENTS, LIBRARIES, MEASUREMENTS = "documents", "libraries", "measurements"
INGEST, REBUILD, MEASURE, CALIBRATE = "ingest", "rebuild", "measure", "calibrate"

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
_STATES: dict[str, JobState] = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "done",
    "CANCELLED": "cancelled",
}


# The databases that this process has made sure of.
_made: set[str] = set()


@dataclass(frozen=True, slots=True)
class RebuildJob:
    """A library's rebuild as the job engine knows it. Times are epoch seconds; `problem` says why it
    failed."""

    library_id: int
    state: JobState
    problem: Problem | None
    created_at: float
    id: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """A library's vectors being tried with each kind of index. As RebuildJob."""

    library_id: int
    state: JobState
    problem: Problem | None
    created_at: float
    id: str


def request_rebuild(settings: Settings, library_id: int, wish: Wish = NO_DEMANDS) -> None:
    """Asks for a new index of the library; one request at a time stands for a library. Raises UserError disk_full and the
    like, as all that is asked here."""
    with _client(settings) as client:
        client.enqueue(rebuild_options(library_id), library_id, encode_wish(wish))


def request_measuring(settings: Settings, library_id: int) -> None:
    """Asks for the kinds of index to be tried on the library's vectors; one request at a time stands for a
    library."""
    options = _options(MEASURE, MEASUREMENTS, library_id)
    with _client(settings) as client:
        client.enqueue(options, library_id)


def cancel_job(settings: Settings, job_id: str) -> None:
    """Stops a rebuild or a measurement before its next step; the old index stays in use. One that is over stays
    as it is."""
    with _client(settings) as client:
        client.cancel_workflow(job_id)


def resume_rebuild(settings: Settings, job_id: str) -> None:
    """Goes on with a cancelled rebuild after the last step it did."""
    with _client(settings) as client:
        client.resume_workflow(job_id, queue_name=LIBRARIES)


def forget_job(settings: Settings, job_id: str) -> None:
    """Takes a job that is over, or was cancelled, off the list."""
    with _client(settings) as client:
        client.delete_workflow(job_id)


def rebuild_options(library_id: int) -> dict[str, str]:
    """How a rebuild is put into its queue."""
    return _options(REBUILD, LIBRARIES, library_id)


def calibration_options(library_id: int) -> dict[str, str]:
    """How a library's calibration is put into its queue."""
    return _options(CALIBRATE, MEASUREMENTS, library_id) | {"deduplication_id": f"calibration-{library_id}"}


def _options(name: str, queue: str, library_id: int) -> dict[str, str]:
    return {
        "workflow_name": name,
        "queue_name": queue,
        "app_version": VERSION,
        "deduplication_id": f"library-{library_id}",
        "duplication_policy": "return-existing",
    }


def rebuilds(settings: Settings, limit: int = 20) -> tuple[RebuildJob, ...]:
    """The latest rebuilds, newest first."""
    return tuple(
        RebuildJob(
            *_common(one), wish=decode_wish(one.input["args"][1] if len(one.input["args"]) > 1 else "")
        )
        for one in _found(settings, REBUILD, limit)
    )


def measurings(settings: Settings, limit: int = 20) -> tuple[MeasureJob, ...]:
    """The latest measurements, newest first."""
    return tuple(MeasureJob(*_common(one)) for one in _found(settings, MEASURE, limit))


def _found(settings: Settings, name: str, limit: int) -> list[WorkflowStatus]:
    if _is_unmade(settings):
        return []
    with _client(settings) as client:
        found: list[WorkflowStatus] = client.list_workflows(name=name, limit=limit, sort_desc=True)
    return found


def _common(one: WorkflowStatus) -> tuple[int, JobState, Problem | None, float, str]:
    return (
        int(one.input["args"][0]),
        "failed" if one.output else _STATES.get(one.status, "failed"),
        Problem(*one.output) if one.output else None,
        one.created_at / 1000,
        one.workflow_id,
    )


def make_database(settings: Settings) -> None:
    """Makes the job engine's tables where they are missing, however many processes do so at once. A damaged file is
    put aside first."""
    from dbos import DBOS  # noqa: PLC0415  (takes a second)

    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "jobs.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = sqlite_path(settings)
        if path is not None and not _is_sound(path):
            # What is to be done stands in the other database: lost are the record of rebuilds, and one in hand.
            LOG.warning("%s is damaged and put aside", path)
            path.replace(path.with_name(f"{path.name}.damaged"))
            for leftover in ("-wal", "-shm"):
                path.with_name(path.name + leftover).unlink(missing_ok=True)
            _is_sound(path)
        DBOS.migrate(settings.jobs_database)
    _made.add(settings.jobs_database)


def _is_sound(path: Path) -> bool:
    """Makes the file where it is missing; False where it can't be read."""
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            # Readers and the writer don't wait for each other then; the file remembers it.
            connection.execute("PRAGMA journal_mode = WAL")
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return False
        raise


@contextmanager
def _client(settings: Settings) -> Iterator[DBOSClient]:
    from dbos import DBOSClient  # noqa: PLC0415  (takes a second)

    # On a full disk, say, that is what the page is to say.
    with translated():
        if settings.jobs_database not in _made or _is_unmade(settings):
            make_database(settings)
        client = DBOSClient(system_database_url=settings.jobs_database, application_name=APPLICATION)
        try:
            yield client
        finally:
            client.destroy()


def _is_unmade(settings: Settings) -> bool:
    path = sqlite_path(settings)
    return path is not None and not path.exists()


def sqlite_path(settings: Settings) -> Path | None:
    """The job engine's file, where it is one."""
    scheme, _, path = settings.jobs_database.partition(":///")
    return Path(path) if scheme == "sqlite" else None
