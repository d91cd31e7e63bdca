"""What a worker does beside its jobs: finding them, taking over from the dead, clearing away."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from itertools import islice

from ingest_jobs import durable
from ingest_jobs.bench import Bench
from ingest_jobs.calibrating import calibration_is_due
from ingest_jobs.rebuild import what_is_due
from ingest_jobs.slots import free_slots, holding
from ingest_jobs.steps import Attempt
from rag_core.errors import Problem
from rag_core.page_images import clear_page_images
from rag_core.store import conversations, documents, golden, libraries, versions, workers
from rag_core.store.compact import clear_log

LOG = logging.getLogger(__name__)

# A worker on another machine that has been silent for so long is dead.
SILENT_SECONDS = 120
# A file may be stored this long before its document is.
_UNREFERENCED_SECONDS = 3600
_UNFINISHED_UPLOAD_SECONDS = 24 * 3600


class Rounds:
    """The rounds of one worker. It remembers what it has seen, so that a quiet round costs one query."""

    def __init__(self, bench: Bench, slot_name: str) -> None:
        self._bench = bench
        self._slot_name = slot_name
        self._put: set[tuple[int, int]] = set()
        self._revisions: dict[int, int] = {}
        self._calibrated: dict[int, int] = {}

    def find_documents(self) -> None:
        """Puts every waiting document into the queue, also one whose app died right after storing it."""
        waiting = set(documents.unfinished_attempts(self._bench.database))
        for document_id, attempt in sorted(waiting - self._put):
            durable.put_document(document_id, attempt)
        self._put = waiting

    def settle(self) -> None:
        """Ends the wait for documents whose job ended without a word (it was given up by the engine), and
        takes away older versions that a killed worker had not got round to."""
        for document_id, attempt in documents.unfinished_attempts(self._bench.database):
            if durable.is_over(document_id, attempt):
                Attempt(self._bench, document_id, attempt).give_up(Problem("internal"))
        versions.retire_replaced(self._bench.database, time.time())

    def take_over(self, now: float) -> None:
        """Takes up what dead workers left: those of this machine whose slot is free, and those of others
        that have long been silent."""
        here = self._slot_name.rsplit("-", 1)[0]
        for slot_name in free_slots(self._bench.settings):
            durable.take_over(slot_name)
        alive = {worker.id for worker in workers.alive(self._bench.database, now, SILENT_SECONDS)}
        for executor_id in durable.running_executors() - alive:
            if executor_id.rsplit("-", 1)[0] != here:
                durable.take_over(executor_id)

    def renew_indexes(self) -> None:
        """Asks for a rebuild where a library has outgrown its index, or the index's files are gone."""
        for library in libraries.list_libraries(self._bench.database):
            if self._revisions.get(library.id) == library.revision:
                continue
            self._revisions[library.id] = library.revision
            if wish := what_is_due(self._bench.database, library.id, self._bench.settings.indexes):
                durable.put_rebuild(library.id, wish)

    def renew_calibrations(self) -> None:
        """Asks for a calibration where a library has outgrown its own; not while its documents are being read."""
        reading = {one.library_id for one in documents.unfinished_documents(self._bench.database)}
        for library in libraries.list_libraries(self._bench.database):
            if library.id in reading or self._calibrated.get(library.id) == library.revision:
                continue
            self._calibrated[library.id] = library.revision
            if calibration_is_due(self._bench.database, self._bench.settings, library.id):
                durable.put_calibration(library.id)

    def clear(self, now: float) -> None:
        """Removes what was deleted long enough ago, and what nothing refers to any more."""
        with holding(self._bench.settings, "clearing") as held:
            if not held:
                return
            database, files = self._bench.database, self._bench.files
            before = now - self._bench.settings.undo_hours * 3600
            documents.purge_deleted(database, before)
            conversations.purge_conversations(database, before)
            golden.purge_golden(database, before)
            conversations.purge_turns(database, before)
            files.clear_incoming(now - _UNFINISHED_UPLOAD_SECONDS)
            old = files.untouched_since(now - _UNREFERENCED_SECONDS)
            while some := tuple(islice(old, 500)):
                for sha256 in set(some) - documents.referenced(database, some):
                    files.remove(sha256)
            clear_page_images(files, self._bench.settings.cache)
            for folder in self._ownerless_indexes():
                shutil.rmtree(self._bench.settings.indexes / folder, ignore_errors=True)
            durable.forget_old_jobs(now)
            if not clear_log(database):
                LOG.info("the database's log was in use and stays as it is")

    def _ownerless_indexes(self) -> Iterator[str]:
        known = {str(library.id) for library in libraries.list_libraries(self._bench.database)}
        if self._bench.settings.indexes.is_dir():
            for path in self._bench.settings.indexes.iterdir():
                if path.name.isdigit() and path.name not in known:
                    yield path.name
