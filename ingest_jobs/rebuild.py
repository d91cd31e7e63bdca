"""Building a library's index anew, from the database alone."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from ingest_jobs.bench import Bench
from ingest_jobs.steps import EMBEDDING_BATCH
from rag_core.errors import NotFound, Problem
from rag_core.index.generations import build_generation
from rag_core.store import chunks, generations, libraries
from rag_core.store.db import Database

LOG = logging.getLogger(__name__)

# A rebuild starts by itself when this share of a library, and so many chunks, are not in the index file.
FRESH_SHARE = 0.2
FRESH_CHUNKS = 5000


def is_due(database: Database, library_id: int) -> bool:
    """Whether the fresh tail has outgrown its share, so that searches would gain from a rebuild."""
    current = generations.published(database, library_id)
    sealed = current.vectors if current else 0
    total = len(chunks.searchable_ids(database, library_id))
    return total - sealed >= max(FRESH_CHUNKS, FRESH_SHARE * total)


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of one library. Readers see the old index until the new one is checked and published."""

    bench: Bench
    library_id: int

    def is_wanted(self) -> bool:
        """Whether the library is still there."""
        try:
            libraries.get_library(self.bench.database, self.library_id)
        except NotFound:
            return False
        return True

    def give_up(self, problem: Problem) -> None:
        """Leaves the old index in use; the job's own record says why."""
        LOG.warning("rebuild of library %d: %s %s", self.library_id, problem.code, problem.detail)

    def embed(self) -> int:
        """Embeds the next searchable chunks that lack an embedding; returns how many that were."""
        database = self.bench.database
        embedder_id = libraries.get_library(database, self.library_id).embedder_id
        pending = chunks.pending_in_library(database, self.library_id, embedder_id, EMBEDDING_BATCH)
        if pending:
            with self.bench.embedders.borrow(embedder_id) as embedder:
                vectors = embedder.embed_passages([text for _, text in pending])
            chunks.save_embeddings(database, embedder_id, [one for one, _ in pending], vectors)
        return len(pending)

    def build(self) -> int:
        """Builds, checks and publishes a generation; returns its id."""
        indexes = self.bench.settings.indexes
        return build_generation(self.bench.database, self.library_id, indexes, time.time()).id
