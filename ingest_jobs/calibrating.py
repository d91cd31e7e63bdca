"""Measuring refusal on a library's own text, as a job after its documents have been read."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ingest_jobs.bench import Bench, Embedders
from rag_core.ask.refusal.calibrate import Ground, calibrate, is_due
from rag_core.ask.refusal.calibration import load_calibration, save_calibration
from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.ask.retrieval.scale import measure_scales
from rag_core.errors import ModelUnavailable, Problem
from rag_core.protocols import Embedder, FloatArray
from rag_core.settings import Settings
from rag_core.store.census import count_searchable
from rag_core.store.db import Database
from rag_core.store.libraries import get_library, is_library
from rag_core.types import Hit

LOG = logging.getLogger(__name__)


def calibration_is_due(database: Database, settings: Settings, library_id: int) -> bool:
    """Whether the library has changed so much that refusal is to be measured anew."""
    kept = load_calibration(settings.indexes, library_id)
    embedder_id = get_library(database, library_id).embedder_id
    return is_due(kept, embedder_id, count_searchable(database, library_id))


@dataclass(frozen=True, slots=True)
class Calibrating:
    """The measurement of one library."""

    bench: Bench
    library_id: int

    def is_wanted(self) -> bool:
        """Whether the library is still there."""
        return is_library(self.bench.database, self.library_id)

    def give_up(self, problem: Problem) -> None:
        """Leaves what was measured before in use."""
        LOG.warning("calibration of library %d: %s %s", self.library_id, problem.code, problem.detail)

    def measure(self) -> bool:
        """Asks the library questions made from its text and keeps how that went; False where its embedder is
        not to be had."""
        database, indexes = self.bench.database, self.bench.settings.indexes
        embedder_id = get_library(database, self.library_id).embedder_id
        try:
            with self.bench.embedders.borrow(embedder_id) as embedder:
                lent, scales = _Lent(self.bench.embedders, embedder), measure_scales(embedder)
        except ModelUnavailable as error:
            LOG.info("library %d is not calibrated: %s", self.library_id, error)
            return False
        retriever = Retriever(database, indexes, lambda _: lent)

        def search(question: str, limit: int) -> tuple[Hit, ...]:
            return retriever.search(question, (self.library_id,), limit).hits

        def similarity(question: str, texts: Sequence[str]) -> FloatArray:
            cosines: FloatArray = lent.embed_passages(texts) @ lent.embed_questions([question])[0]
            return cosines

        ground = Ground(database, self.library_id, embedder_id, search, similarity, scales)
        save_calibration(indexes, calibrate(ground, time.time()))
        return True


class _Lent:
    """An embedder that is borrowed for each call, so that documents which are read meanwhile need not wait."""

    def __init__(self, embedders: Embedders, like: Embedder) -> None:
        self.id = like.id
        self.dimension = like.dimension
        self.max_tokens = like.max_tokens
        self._embedders = embedders

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """As Embedder has it."""
        with self._embedders.borrow(self.id) as embedder:
            return embedder.embed_passages(texts)

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        """As Embedder has it."""
        with self._embedders.borrow(self.id) as embedder:
            return embedder.embed_questions(texts)

    def count_tokens(self, text: str) -> int:
        """As Embedder has it."""
        with self._embedders.borrow(self.id) as embedder:
            return embedder.count_tokens(text)
