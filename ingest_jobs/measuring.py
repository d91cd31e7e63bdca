"""Trying the kinds of index on a library's own vectors, so that one can be chosen by figures."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from ingest_jobs.bench import Bench
from rag_core.errors import InputError, Problem
from rag_core.index.curve import library_curve
from rag_core.index.measured import Measured, load_measured, save_measured
from rag_core.store.census import count_searchable
from rag_core.store.libraries import get_library, is_library

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measuring:
    """A measurement of one library. What it has found so far can be looked at meanwhile."""

    bench: Bench
    library_id: int

    def is_wanted(self) -> bool:
        """Whether the library is still there."""
        return is_library(self.bench.database, self.library_id)

    def give_up(self, problem: Problem) -> None:
        """Leaves what was found so far; the job's own record says why it ended."""
        LOG.warning("measuring library %d: %s %s", self.library_id, problem.code, problem.detail)

    def begin(self) -> bool:
        """Puts away what was found before. Raises InputError no_documents where there is nothing to search."""
        database = self.bench.database
        count = count_searchable(database, self.library_id)
        if not count:
            raise InputError("no_documents")
        embedder_id = get_library(database, self.library_id).embedder_id
        save_measured(self.bench.settings.indexes, self.library_id, Measured(embedder_id, count, time.time()))
        return True

    def measure(self, name: str) -> int:
        """Tries one kind; returns how many points of its curve that gave: none where it does not fit."""
        indexes = self.bench.settings.indexes
        points = library_curve(self.bench.database, self.library_id, [name])
        before = load_measured(indexes, self.library_id)
        if before is not None:
            save_measured(indexes, self.library_id, before.with_points(points))
        return len(points)
