"""The worker process: takes a slot, starts the job engine, reports that it lives, and ends in good order."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
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
# A worker without work for so long holds a gigabyte or two for nothing.
IDLE_SECONDS = 300.0
_LAST_STEP_SECONDS = 20.0
_LAST_BEAT_SECONDS = 2.0


class Gate:
    """Steps pass through it; closed, it lets those inside end and nobody else in."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False
        self._left_at: float | None = None

    def __enter__(self) -> None:
        with self._changed:
            # A closed gate never opens again: the process is about to end.
            self._changed.wait_for(lambda: not self._closed)
            self._inside += 1

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._inside -= 1
            self._left_at = time.monotonic()
            self._changed.notify_all()

    def idle_seconds(self) -> float:
        """How long ago the last step ended; 0 while one is inside, or when there was none yet."""
        with self._changed:
            if self._inside or self._left_at is None:
                return 0.0
            return time.monotonic() - self._left_at

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


def run(
    settings: Settings, open_bench: Callable[[Settings, Database], Bench], idle_seconds: float = IDLE_SECONDS
) -> None:
    """Works until SIGTERM or SIGINT, or until its data folder is gone; then ends after the step in hand.
    After a while without work it starts afresh, which gives the memory of its models back. Raises
    UserError when it can't start."""
    # A plain list: an Event's lock may be held by the very thread that the signal interrupts.
    asked: list[int] = []
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.append(number))
    database = open_database(settings.database)
    slot = take_slot(settings)
    _log_to_file(settings, slot.name)
    _report(database, slot.name)
    workers.leave(database, STARTING)
    beating = threading.Thread(target=_beat, args=(database, slot.name, stop), daemon=True)
    beating.start()
    bench = open_bench(settings, database)
    gate = Gate()

    def guard(job: Job, work: Callable[[], T]) -> tuple[T | None, Problem | None]:
        with gate:
            return do_step(job, work)

    durable.start(settings, slot.name, bench, guard)
    LOG.info("worker %s (process %d) is at work", slot.name, os.getpid())
    rounds = _rounds(Rounds(bench, slot.name))
    while not asked and slot.is_there() and gate.idle_seconds() < idle_seconds:
        for one in rounds:
            one.make_if_due(time.monotonic())
        time.sleep(_ROUND_SECONDS)
    if slot.is_there() and not asked and gate.close(0):
        LOG.info("worker %s has been idle and starts afresh", slot.name)
        bench.readers.close()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (no shell: this very program)
    bench.readers.stop()
    calm = gate.close(_LAST_STEP_SECONDS)
    LOG.info("worker %s ends%s", slot.name, "" if calm else " in the middle of a step")
    stop.set()
    beating.join(_LAST_BEAT_SECONDS)
    if calm:
        # Else readers are at work, and end by themselves when this process is gone.
        bench.readers.close()
    if slot.is_there():
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


@dataclass(slots=True)
class _Round:
    """Something to be done every so many seconds, for the first time at once."""

    seconds: float
    work: Callable[[], object]
    last: float = -math.inf

    def make_if_due(self, now: float) -> None:
        if now - self.last >= self.seconds:
            self.last = now
            outlive(self.work)


def _rounds(rounds: Rounds) -> tuple[_Round, ...]:
    return (
        _Round(0.0, rounds.find_documents),
        _Round(10.0, lambda: rounds.take_over(time.time())),
        _Round(10.0, rounds.settle),
        _Round(60.0, rounds.renew_indexes),
        _Round(60.0, rounds.renew_calibrations),
        _Round(3600.0, lambda: rounds.clear(time.time())),
    )


def _beat(database: Database, name: str, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        outlive(lambda: _report(database, name))


def _report(database: Database, name: str) -> None:
    workers.beat(database, name, os.getpid(), socket.gethostname(), time.time())


def _log_to_file(settings: Settings, name: str) -> None:
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        settings.logs / f"worker-{name}.log", maxBytes=5_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
