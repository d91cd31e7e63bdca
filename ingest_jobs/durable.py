"""The job engine in a worker: runs workflows and records their steps, so that they survive the process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from dbos import DBOS

from ingest_jobs.bench import Bench
from ingest_jobs.calibrating import Calibrating
from ingest_jobs.measuring import Measuring
from ingest_jobs.rebuild import Rebuild
from ingest_jobs.requests import (
    APPLICATION,
    CALIBRATE,
    DOCUMENTS,
    INGEST,
    LIBRARIES,
    MEASURE,
    MEASUREMENTS,
    REBUILD,
    VERSION,
    calibration_options,
    make_database,
    rebuild_options,
)
from ingest_jobs.steps import Attempt
from ingest_jobs.workflows import calibrate, ingest, measure, rebuild
from rag_core.errors import Problem
from rag_core.settings import Settings
from rag_core.store.generations import Wish, decode_wish, encode_wish

LOG = logging.getLogger(__name__)
T = TypeVar("T")

# A job that took its worker down this often is given up.
_MOST_RECOVERIES = 20
# How often a worker looks for documents to read, and for what may wait a little: each look asks the database.
_QUEUE_SECONDS, _SELDOM_SECONDS = 0.2, 1.0
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_KEPT_SECONDS = 7 * 24 * 3600


class Job(Protocol):
    """Something that is worked on in steps."""

    def is_wanted(self) -> bool:
        """Whether it is still to go on."""
        ...

    def give_up(self, problem: Problem) -> None:
        """Ends it for good."""
        ...


# Does a step's work; what it returned, and what went wrong if anything did.
Guard = Callable[[Job, Callable[[], T]], tuple[T | None, Problem | None]]


def start(settings: Settings, executor_id: str, bench: Bench, guard: Guard[object]) -> None:
    """Starts the engine in this process. What an earlier process of the same executor left unfinished goes
    on at once, after the last step that was recorded."""
    make_database(settings)
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_url": settings.jobs_database,
            "application_version": VERSION,
            "executor_id": executor_id,
            "run_admin_server": False,
            "log_level": "WARNING",
        }
    )
    _register(bench, guard)
    DBOS.launch()
    DBOS.register_queue(
        DOCUMENTS,
        worker_concurrency=max(settings.worker_documents, 1),
        polling_interval_sec=_QUEUE_SECONDS,
        on_conflict="always_update",
    )
    for name in (LIBRARIES, MEASUREMENTS):
        DBOS.register_queue(
            name,
            worker_concurrency=1,
            polling_interval_sec=_SELDOM_SECONDS,
            on_conflict="always_update",
        )


def put_document(document_id: int, attempt: int) -> None:
    """Puts an attempt at a document into the queue; once, however often it is called."""
    DBOS.enqueue_workflow_with_options(
        {
            "workflow_name": INGEST,
            "queue_name": DOCUMENTS,
            "workflow_id": workflow_id(document_id, attempt),
            "app_version": VERSION,
        },
        document_id,
        attempt,
    )


def put_rebuild(library_id: int, wish: Wish) -> None:
    """Puts a rebuild of the library into the queue unless one is there."""
    DBOS.enqueue_workflow_with_options(rebuild_options(library_id), library_id, encode_wish(wish))


def put_calibration(library_id: int) -> None:
    """Puts a calibration of the library into the queue unless one is there."""
    DBOS.enqueue_workflow_with_options(calibration_options(library_id), library_id)


def is_over(document_id: int, attempt: int) -> bool:
    """Whether the engine has ended its work on the attempt."""
    status = DBOS.get_workflow_status(workflow_id(document_id, attempt))
    return status is not None and status.status in _OVER


def take_over(executor_id: str) -> None:
    """Puts the unfinished jobs of an executor that is surely dead back into their queues."""
    for job in DBOS.list_workflows(status="PENDING", executor_id=executor_id, load_output=False):
        LOG.warning("taking over %s from %s", job.workflow_id, executor_id)
        DBOS.resume_workflow(job.workflow_id, queue_name=job.queue_name)


def running_executors() -> frozenset[str]:
    """The executors that the engine believes to be at work."""
    jobs = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return frozenset(job.executor_id for job in jobs if job.executor_id)


def forget_old_jobs(now: float) -> int:
    """Removes the records of jobs that ended a week ago; returns how many."""
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - _KEPT_SECONDS))
    old = DBOS.list_workflows(
        status=list(_OVER), completed_before=before, limit=1000, load_input=False, load_output=False
    )
    DBOS.delete_workflows([job.workflow_id for job in old])
    return len(old)


def workflow_id(document_id: int, attempt: int) -> str:
    """The name of an attempt in the engine."""
    # A new version begins anew what an old one has not finished: it knows other steps.
    return f"{INGEST}-{VERSION}-{document_id}-{attempt}"


def _register(bench: Bench, guard: Guard[object]) -> None:
    def run(job: Job, work: Callable[[_Recorded], None]) -> tuple[str, str] | None:
        recorded = _Recorded(job, guard)
        work(recorded)
        problem = recorded.problem
        return (problem.code, problem.detail) if problem else None

    def ingest_document(document_id: int, attempt: int) -> tuple[str, str] | None:
        job = Attempt(bench, document_id, attempt)
        return run(job, lambda step: ingest(job, step))

    def rebuild_library(library_id: int, wish: str = "") -> tuple[str, str] | None:
        job = Rebuild(bench, library_id, decode_wish(wish))
        return run(job, lambda step: rebuild(job, step))

    def measure_library(library_id: int) -> tuple[str, str] | None:
        job = Measuring(bench, library_id)
        return run(job, lambda step: measure(job, step))

    def calibrate_library(library_id: int) -> tuple[str, str] | None:
        job = Calibrating(bench, library_id)
        return run(job, lambda step: calibrate(job, step))

    options = {"max_recovery_attempts": _MOST_RECOVERIES}
    DBOS.workflow(name=INGEST, **options)(ingest_document)
    DBOS.workflow(name=REBUILD, **options)(rebuild_library)
    DBOS.workflow(name=MEASURE, **options)(measure_library)
    DBOS.workflow(name=CALIBRATE, **options)(calibrate_library)


class _Recorded:
    """Steps whose outcome the engine records; the last problem is remembered."""

    def __init__(self, job: Job, guard: Guard[object]) -> None:
        self._job = job
        self._guard = guard
        self.problem: Problem | None = None

    def __call__(self, name: str, work: Callable[[], T]) -> T | None:
        value, code, detail = DBOS.run_step({"name": name}, self._do, work)
        if code:
            self.problem = Problem(code, detail)
        return value  # type: ignore[no-any-return]

    def _do(self, work: Callable[[], T]) -> tuple[object, str, str]:
        value, problem = self._guard(self._job, work)
        return value, problem.code if problem else "", problem.detail if problem else ""
