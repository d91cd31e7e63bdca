"""Trials of golden questions that are under way. Each runs in a thread of its own, so that a reload neither loses
nor repeats it; the pages only watch."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from rag_core.errors import Problem, UserError
from rag_core.evaluate.trial import Asks, run_trial
from rag_core.store.db import Database
from rag_core.store.trials import Trial


@dataclass(slots=True)
class RunningTrial:
    """One trial under way, or how it ended."""

    trial: Trial
    problem: Problem | None = None
    finished: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ends it after the question in hand."""
        self.cancelled.set()

    def run(self, database: Database, asks: Asks) -> None:
        """Body of the thread."""
        self.problem = Problem("internal")
        try:
            run_trial(database, asks, self.trial, self.cancelled.is_set)
            self.problem = None
        except UserError as error:
            self.problem = error.problem
        finally:
            self.finished = True


class RunningTrials:
    """The trial that is under way in each library, at most one each, or the one that ended last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, RunningTrial] = {}

    def start(self, database: Database, asks: Asks, trial: Trial) -> RunningTrial:
        """Runs the trial, unless one is under way in its library: then that one goes on."""
        with self._lock:
            before = self._running.get(trial.library_id)
            if before is not None and not before.finished:
                return before
            running = RunningTrial(trial)
            self._running[trial.library_id] = running
            threading.Thread(target=running.run, args=(database, asks), name="trial", daemon=True).start()
            return running

    def of(self, library_id: int) -> RunningTrial | None:
        """What runs there, or ran last since this process began."""
        with self._lock:
            return self._running.get(library_id)
