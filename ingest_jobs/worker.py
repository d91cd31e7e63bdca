"""The worker process: takes a slot, starts the job engine, reports that it lives, and ends in good order."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from typing import TypeVar

from ingest_jobs import durable
from ingest_jobs.bench import Bench
from ingest_jobs.durable import Job
from ingest_jobs.housekeeping import Rounds
from ingest_jobs.slots import STARTING, take_slot
from rag_core.errors import Problem, UserError
from rag_core.settings import Settings
from rag_core.store import workers
from rag_core.store.db import Database, open_database

LOG = logging.getLogger(__name__)
T = TypeVar("T")

BEAT_SECONDS = 4.0
_ROUND_SECONDS = 0.5
_DEAD_SECONDS, _MINUTE, _HOUR = 10.0, 60.0, 3600.0
_LAST_STEP_SECONDS = 20.0


class Gate:
    """Steps pass through it one after another; closed, it lets the last ones end and nobody else in."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    def __enter__(self) -> None:
        with self._changed:
            # A closed gate never opens again: the process is about to end.
            self._changed.wait_for(lambda: not self._closed)
            self._inside += 1

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def close(self, seconds: float) -> bool:
        """Waits so long for those inside; True when all have left."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: self._inside == 0, seconds)


def outlive(work: Callable[[], T]) -> tuple[T | None, Problem | None]:
    """What the work returned, or the problem that it ended in. Whatever the work does, the worker lives."""
    try:
        return work(), None
    except UserError as error:
        LOG.info("%s", error)
        return None, error.problem
    except Exception:
        LOG.exception("a step failed for a reason nobody foresaw")
        return None, Problem("internal")


def run(settings: Settings, open_bench: Callable[[Settings, Database], Bench]) -> None:
    """Works until SIGTERM or SIGINT; then ends after the step in hand. Raises UserError when it can't
    start."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = open_database(settings.database)
    slot = take_slot(settings)
    _log_to_file(settings, slot.name)
    workers.beat(database, slot.name, os.getpid(), socket.gethostname(), time.time())
    workers.leave(database, STARTING)
    threading.Thread(target=_beat, args=(database, slot.name, stop), daemon=True).start()
    bench = open_bench(settings, database)
    gate = Gate()

    def guard(job: Job, work: Callable[[], T]) -> tuple[T | None, Problem | None]:
        with gate:
            return do_step(job, work)

    durable.start(settings, slot.name, bench, guard)
    LOG.info("worker %s (process %d) is at work", slot.name, os.getpid())
    _go_round(Rounds(bench, slot.name), stop)
    calm = gate.close(_LAST_STEP_SECONDS)
    LOG.info("worker %s ends%s", slot.name, "" if calm else " in the middle of a step")
    bench.readers.close()
    outlive(lambda: workers.leave(database, slot.name))
    logging.shutdown()
    # The engine's threads stand before the closed gate for good; its records are on the disk.
    os._exit(0)


def do_step(job: Job, work: Callable[[], T]) -> tuple[T | None, Problem | None]:
    """A step of the job: what it returned and what went wrong. A job that is no longer wanted does nothing;
    one whose step went wrong is given up."""
    value, problem = outlive(lambda: work() if job.is_wanted() else None)
    if problem is not None:
        outlive(lambda: job.give_up(problem))
    return value, problem


def _go_round(rounds: Rounds, stop: threading.Event) -> None:
    now = time.monotonic()
    dead = minute = hour = now - _HOUR
    while not stop.wait(_ROUND_SECONDS):
        outlive(rounds.find_documents)
        now = time.monotonic()
        if now - dead >= _DEAD_SECONDS:
            dead = now
            outlive(lambda: rounds.take_over(time.time()))
            outlive(rounds.settle)
        if now - minute >= _MINUTE:
            minute = now
            outlive(rounds.renew_indexes)
        if now - hour >= _HOUR:
            hour = now
            outlive(lambda: rounds.clear(time.time()))


def _beat(database: Database, name: str, stop: threading.Event) -> None:
    host = socket.gethostname()
    while True:
        outlive(lambda: workers.beat(database, name, os.getpid(), host, time.time()))
        if stop.wait(BEAT_SECONDS):
            return


def _log_to_file(settings: Settings, name: str) -> None:
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        settings.logs / f"worker-{name}.log", maxBytes=5_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
