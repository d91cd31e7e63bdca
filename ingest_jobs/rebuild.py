"""Building a library's index anew, from the database alone."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from ingest_jobs.bench import Bench
from ingest_jobs.steps import EMBEDDING_BATCH
from rag_core.errors import ModelUnavailable, Problem, UserError
from rag_core.index.build import draft_generation, release_generation
from rag_core.index.faiss_store import is_whole
from rag_core.index.judge import check_generation, found_before
from rag_core.store import chunks, generations, libraries
from rag_core.store.census import count_searchable, unembedded
from rag_core.store.compact import compact_database, database_file
from rag_core.store.db import Database
from rag_core.store.generations import NO_DEMANDS, EmbeddingsMissing, Wish, get_generation

LOG = logging.getLogger(__name__)

# A rebuild starts by itself when this share of a library, and so many chunks, are not in the index file.
FRESH_SHARE = 0.2
FRESH_CHUNKS = 5000
# Writers wait while a database is tidied: some seconds for so many bytes.
TIDIED_BYTES = 1 << 30


def what_is_due(database: Database, library_id: int, indexes: Path) -> Wish | None:
    """The rebuild that a library needs by itself: a new index where the fresh tail has outgrown its share, so
    that searches gain from it, or where the index's files (below `indexes`) are gone or cut off, as after a
    restored backup, which has none; else embeddings for chunks that lack them, as those that came while the
    library was given another embedder."""
    current = generations.published(database, library_id)
    sealed = current.vectors if current else 0
    total = count_searchable(database, library_id)
    if total - sealed >= max(FRESH_CHUNKS, FRESH_SHARE * total):
        return NO_DEMANDS
    if current and total and not is_whole(indexes / str(library_id) / str(current.id)):
        return NO_DEMANDS
    embedder_id = libraries.get_library(database, library_id).embedder_id
    return Wish(build=False) if unembedded(database, library_id, embedder_id) else None


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of one library. Readers see the old index until the new one is checked and published; with
    another embedder, it is the library's from that moment on."""

    bench: Bench
    library_id: int
    wish: Wish = NO_DEMANDS

    def is_wanted(self) -> bool:
        """Whether the library is still there."""
        return libraries.is_library(self.bench.database, self.library_id)

    def give_up(self, problem: Problem) -> None:
        """Leaves the old index in use; the job's own record says why."""
        LOG.warning("rebuild of library %d: %s %s", self.library_id, problem.code, problem.detail)

    def embed(self) -> int:
        """Embeds the next searchable chunks that lack an embedding; returns how many that were."""
        database = self.bench.database
        embedder_id = self._embedder_id()
        pending = chunks.pending_in_library(database, self.library_id, embedder_id, EMBEDDING_BATCH)
        if pending:
            with self.bench.embedders.borrow(embedder_id) as embedder:
                vectors = embedder.embed_passages([text for _, text in pending])
            chunks.save_embeddings(database, embedder_id, [one for one, _ in pending], vectors)
        return len(pending)

    def build(self) -> int:
        """Drafts a generation; returns its id, or 0 when none was wished for."""
        database, indexes = self.bench.database, self.bench.settings.indexes
        if not self.wish.build:
            libraries.touch_library(database, self.library_id)
            return 0
        with self.bench.embedders.borrow(self._embedder_id()) as embedder:
            return draft_generation(database, self.library_id, indexes, time.time(), self.wish, embedder).id

    def check(self, generation_id: int) -> bool:
        """Lets the draft through the gate. Raises UserError index_check with the reason when it falls short."""
        database, indexes = self.bench.database, self.bench.settings.indexes
        before = self._found_before()
        with self.bench.embedders.borrow(self._embedder_id()) as embedder:
            check_generation(database, generation_id, indexes, embedder, before)
        return True

    def publish(self, generation_id: int) -> bool:
        """Puts the generation to use; False when chunks have come meanwhile that its embedder has yet to embed."""
        database, indexes = self.bench.database, self.bench.settings.indexes
        checked = get_generation(database, generation_id)
        try:
            release_generation(database, checked, indexes, time.time(), whole=True)
        except EmbeddingsMissing:
            return False
        return True

    def tidy(self) -> bool:
        """Leaves nothing of what was deleted in the database's files, where that keeps nobody waiting for long;
        False where it was not done."""
        path = database_file(self.bench.database)
        if path is None or path.stat().st_size > TIDIED_BYTES:
            return False
        try:
            compact_database(self.bench.database)
        except UserError as error:
            LOG.info("the database was not tidied: %s", error)
            return False
        return True

    def _found_before(self) -> float | None:
        """How well questions find their passages now, where the embedder is about to change."""
        database, indexes = self.bench.database, self.bench.settings.indexes
        current = libraries.get_library(database, self.library_id).embedder_id
        if current == self._embedder_id():
            return None
        try:
            with self.bench.embedders.borrow(current) as embedder:
                return found_before(database, self.library_id, indexes, embedder)
        except ModelUnavailable as error:
            LOG.info("the embedder in use can't be compared: %s", error)
            return None

    def _embedder_id(self) -> str:
        return (
            self.wish.embedder_id or libraries.get_library(self.bench.database, self.library_id).embedder_id
        )
