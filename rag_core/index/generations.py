"""A library's index: a sealed generation on the disk and the fresh tail beside it.

A generation is built aside, checked, and published by one row of the database; its files never change
after that. What the generation does not hold yet is kept in memory, what it holds too much is left out
by each search: the database alone says what can be found.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from rag_core.errors import WenjuError
from rag_core.index.kind import FLAT
from rag_core.store.chunks import vectors
from rag_core.store.contents import NOTHING, Contents, chunks_within, read_contents
from rag_core.store.generations import published
from rag_core.store.libraries import get_library
from rag_core.store.scope import EVERYWHERE, Scope, documents_in
from rag_core.types import Library

if TYPE_CHECKING:
    from rag_core.index.faiss_kinds import Selection
    from rag_core.index.faiss_store import FaissStore

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

# The same scope is asked again all through a conversation.
_KEPT_SCOPES = 16


class EmbedderChanged(WenjuError):
    """The library's vectors are another embedder's by now: embed the question anew and ask again."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A store and what of it can be found at the moment."""

    store: FaissStore
    searchable: Selection


@dataclass(frozen=True, slots=True)
class _View:
    """The library as of one revision. `tail_ids` and `tail_rows` are what the tail holds; `scoped` are the parts
    within scopes and languages that were asked for lately."""

    library: Library
    generation_id: int
    contents: Contents
    sealed: _Part | None
    tail: _Part | None
    tail_ids: IdArray
    tail_rows: FloatArray
    scoped: dict[tuple[Scope, bool | None], tuple[_Part, ...]]

    @property
    def parts(self) -> tuple[_Part, ...]:
        return tuple(part for part in (self.sealed, self.tail) if part is not None)


class LibraryIndex:
    """Searches the vectors of one library; always as the database is now. Safe for concurrent use."""

    def __init__(self, engine: Engine, library_id: int, folder: Path) -> None:
        self._engine = engine
        self._library_id = library_id
        self._home = folder / str(library_id)
        self._view: _View | None = None
        self._lock = threading.Lock()

    @property
    def generation_id(self) -> int:
        """The generation that searches use now; 0 when there is none."""
        return self._current().generation_id

    @property
    def languages(self) -> tuple[bool, ...]:
        """Whether there are documents mostly in Chinese (True), and others (False)."""
        return self._current().contents.languages

    def search(
        self,
        vector: FloatArray,
        limit: int,
        scope: Scope = EVERYWHERE,
        embedder_id: str | None = None,
        chinese: bool | None = None,
    ) -> tuple[IdArray, FloatArray]:
        """The chunks of the scope nearest to the vector and their cosines, best first: `limit` of them, or all
        there are. `embedder_id` says what made the vector; `chinese` leaves only documents that are (or are not)
        mostly in Chinese.

        Raises NotFound when the library is gone, EmbedderChanged when it has another embedder by now.
        """
        view = self._current()
        if embedder_id is not None and embedder_id != view.library.embedder_id:
            raise EmbedderChanged(view.library.embedder_id)
        found = [
            part.store.search(vector, limit, part.searchable)
            for part in self._parts_within(view, scope, chinese)
        ]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        ids = np.concatenate([ids for ids, _ in found])
        cosines = np.concatenate([cosines for _, cosines in found])
        best = np.argsort(-cosines, kind="stable")[:limit]
        return ids[best], cosines[best]

    def _parts_within(self, view: _View, scope: Scope, chinese: bool | None) -> tuple[_Part, ...]:
        if view.contents.languages == (chinese,):
            chinese = None
        if scope.is_everywhere and chinese is None:
            return view.parts
        known = view.scoped.get((scope, chinese))
        if known is not None:
            return known
        wanted = view.contents.ids if scope.is_everywhere else self._ids_within(view, scope)
        if chinese is not None:
            wanted = np.intersect1d(wanted, view.contents.written(chinese), assume_unique=True)
        parts = tuple(_Part(part.store, part.store.select(wanted)) for part in view.parts)
        if len(view.scoped) >= _KEPT_SCOPES:
            view.scoped.clear()
        view.scoped[scope, chinese] = parts
        return parts

    def _ids_within(self, view: _View, scope: Scope) -> IdArray:
        if scope.first_page or scope.last_page:
            wanted = chunks_within(self._engine, self._library_id, scope)
        else:
            wanted = view.contents.of(documents_in(self._engine, self._library_id, scope))
        # The database may be ahead of the view by now, in what it has and in what it has no more.
        return np.intersect1d(wanted, view.contents.ids, assume_unique=True)

    def tail_share(self) -> float:
        """The fresh tail's share of all vectors, 0 to 1: when it grows, a rebuild is due."""
        view = self._current()
        tail = len(view.tail_ids)
        sealed = len(view.sealed.searchable.places) if view.sealed else 0
        return tail / max(tail + sealed, 1)

    def _current(self) -> _View:
        library = get_library(self._engine, self._library_id)
        view = self._view
        if view is not None and view.library == library:
            return view
        with self._lock:
            if self._view is None or self._view.library != library:
                self._view = self._look(library, self._view)
            return self._view

    def _look(self, library: Library, before: _View | None) -> _View:
        contents = read_contents(self._engine, library.id, before.contents if before else NOTHING)
        if before is not None and before.library.embedder_id != library.embedder_id:
            before = None
        generation_id, sealed = self._open(library, before)
        ids = contents.ids
        missing = ids if sealed is None else np.setdiff1d(ids, sealed.keys, assume_unique=True)
        tail_ids, rows = self._tail(library, missing, before)
        tail = None
        if len(tail_ids):
            store = _new_store(rows.shape[1])
            store.add_vectors(tail_ids, rows)
            tail = _Part(store.seal(), store.select())
        part = None if sealed is None else _Part(sealed, sealed.select(ids))
        return _View(library, generation_id, contents, part, tail, tail_ids, rows, {})

    def _open(self, library: Library, before: _View | None) -> tuple[int, FaissStore | None]:
        from rag_core.index.faiss_store import FaissStore, IndexDamaged  # noqa: PLC0415

        generation = published(self._engine, library.id)
        if generation is None or generation.embedder_id != library.embedder_id:
            return 0, None
        if before is not None and before.generation_id == generation.id and before.sealed is not None:
            return generation.id, before.sealed.store
        try:
            return generation.id, FaissStore.from_persist_path(
                str(self._home / str(generation.id)), sealed=True
            )
        except IndexDamaged:
            # The database has every vector: search goes on without the file until the next rebuild.
            return 0, None

    def _tail(self, library: Library, missing: IdArray, before: _View | None) -> tuple[IdArray, FloatArray]:
        """The ids among the missing that have an embedding, and the embeddings; only those that the last
        view's tail lacks are read. A document may commit later than one with higher chunk ids, so what is
        missing is told by the ids themselves, not by the generation's watermark."""
        known_ids, known_rows = np.empty(0, np.int64), np.empty((0, 0), np.float32)
        if before is not None:
            still = np.isin(before.tail_ids, missing, assume_unique=True)
            known_ids, known_rows = before.tail_ids[still], before.tail_rows[still]
        fresh = np.setdiff1d(missing, known_ids, assume_unique=True)
        if not len(fresh):
            return known_ids, known_rows
        ids, rows = vectors(self._engine, library.id, library.embedder_id, int(fresh[0]) - 1)
        new = np.isin(ids, fresh, assume_unique=True)
        ids, rows = ids[new], rows[new]
        if not len(known_ids):
            return ids, rows
        if not len(ids):
            return known_ids, known_rows
        return np.concatenate([known_ids, ids]), np.concatenate([known_rows, rows])


def _new_store(dimension: int) -> FaissStore:
    from rag_core.index.faiss_store import FaissStore  # noqa: PLC0415

    return FaissStore(dimension, FLAT)
