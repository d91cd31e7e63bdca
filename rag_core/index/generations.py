"""A library's index: a sealed generation on the disk and the fresh tail beside it.

A generation is built aside, checked, and published by one row of the database; its files never change
after that. What the generation does not hold yet is kept in memory, what it holds too much is left out
by each search: the database alone says what can be found.
"""

from __future__ import annotations

import dataclasses
import errno
import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from rag_core.errors import InputError, UserError
from rag_core.index.kind import FLAT, Kind, choose_kind
from rag_core.store.chunks import searchable_ids, vectors
from rag_core.store.generations import (
    Generation,
    begin_generation,
    discard_generation,
    list_generations,
    publish_generation,
    published,
)
from rag_core.store.libraries import get_library
from rag_core.types import Library

if TYPE_CHECKING:
    from rag_core.index.faiss_store import FaissStore, Selection

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

LEAST_RECALL = 0.95
_KEPT_GENERATIONS = 2
_SAMPLE = 100
_RECALL_AT = 10


def build_generation(
    engine: Engine, library_id: int, folder: Path, now: float, kind: Kind | None = None
) -> Generation:
    """Builds, checks and publishes a generation of the library's searchable chunks under `folder`; of the
    kind that fits unless one is given. The one before stays for going back, older ones are removed.

    Raises NotFound, InputError no_documents for a library without embeddings, UserError index_check when
    the new index does not find what it should, UserError disk_full. Until the last step readers see the
    old generation; whatever was left by a killed build is cleared by the next one.
    """
    library = get_library(engine, library_id)
    home = folder / str(library_id)
    with _only_builder(home):
        _sweep(engine, library_id, home)
        ids, matrix = vectors(engine, library_id, library.embedder_id, 0)
        if not len(ids):
            raise InputError("no_documents")
        kind = kind or choose_kind(*matrix.shape)
        generation = begin_generation(engine, library_id, library.embedder_id, kind.name, now)
        building = home / f"building-{generation.id}"
        try:
            built = _build(building, ids, matrix, kind)
            _make_durable(building)
            building.rename(home / str(generation.id))
            _sync(home)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise UserError("disk_full") from error
            raise
        complete = dataclasses.replace(
            generation,
            parameters=json.dumps(dataclasses.asdict(kind)),
            vectors=len(ids),
            watermark=int(ids[-1]),
            bytes=built.bytes,
            build_seconds=built.seconds,
            recall=built.recall,
        )
        done = publish_generation(engine, complete, now)
        _sweep(engine, library_id, home)
    return done


@dataclass(frozen=True, slots=True)
class _Built:
    bytes: int
    seconds: float
    recall: float


def _build(building: Path, ids: IdArray, matrix: FloatArray, kind: Kind) -> _Built:
    from rag_core.index.faiss_store import FaissStore  # noqa: PLC0415 (loads faiss and llama-index)

    started = time.monotonic()
    store = FaissStore(matrix.shape[1], kind)
    store.add_vectors(ids, matrix)
    store.persist(str(building))
    seconds = time.monotonic() - started
    # What readers will open is what is checked.
    written = FaissStore.from_persist_path(str(building), sealed=True)
    recall = _recall(written, matrix)
    if not np.array_equal(written.keys, ids) or recall < LEAST_RECALL:
        raise UserError("index_check", f"{len(written.keys)}/{len(ids)}, recall {recall:.3f}")
    size = sum(file.stat().st_size for file in building.iterdir())
    return _Built(size, seconds, recall)


def _recall(store: FaissStore, matrix: FloatArray) -> float:
    """The share of the truly nearest ten that a search finds, over questions that lie between two chunks:
    a chunk's own vector would be too easy to find."""
    draw = np.random.default_rng(0)
    pairs = draw.integers(0, len(matrix), (_SAMPLE, 2))
    found = wanted = 0
    for question in matrix[pairs].mean(axis=1):
        nearest = store.nearest(question, _RECALL_AT)
        ids, _ = store.search(question, _RECALL_AT)
        found += len(np.intersect1d(ids, nearest))
        wanted += len(nearest)
    return found / wanted


@contextmanager
def _only_builder(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(engine: Engine, library_id: int, home: Path) -> None:
    """Forgets unfinished and outdated generations and removes the folders that nothing refers to."""
    known = list_generations(engine, library_id)
    ready = [one for one in known if one.published_at is not None]
    kept = {one.id for one in ready[:_KEPT_GENERATIONS]}
    for one in known:
        if one.id not in kept:
            discard_generation(engine, one.id)
    for path in home.iterdir():
        if path.is_dir() and path.name not in map(str, kept):
            shutil.rmtree(path, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Part:
    """A store and what of it can be found at the moment."""

    store: FaissStore
    searchable: Selection


@dataclass(frozen=True, slots=True)
class _View:
    """The library as of one revision. `tail_ids` and `tail_rows` are what the tail holds."""

    library: Library
    generation_id: int
    sealed: _Part | None
    tail: _Part | None
    tail_ids: IdArray
    tail_rows: FloatArray


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

    def search(
        self, vector: FloatArray, limit: int, document_ids: Sequence[int] | None = None
    ) -> tuple[IdArray, FloatArray]:
        """The chunks nearest to the vector and their cosines, best first, at most `limit`; of these
        documents where they are given. Raises NotFound when the library is gone."""
        view = self._current()
        wanted = (
            None if document_ids is None else searchable_ids(self._engine, self._library_id, document_ids)
        )
        parts = [part for part in (view.sealed, view.tail) if part is not None]
        found = [
            part.store.search(vector, limit, part.searchable if wanted is None else part.store.select(wanted))
            for part in parts
        ]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        ids = np.concatenate([ids for ids, _ in found])
        cosines = np.concatenate([cosines for _, cosines in found])
        best = np.argsort(-cosines, kind="stable")[:limit]
        return ids[best], cosines[best]

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
        if before is not None and before.library.embedder_id != library.embedder_id:
            before = None
        generation_id, sealed = self._open(library, before)
        ids = searchable_ids(self._engine, library.id)
        missing = ids if sealed is None else np.setdiff1d(ids, sealed.keys, assume_unique=True)
        tail_ids, rows = self._tail(library, missing, before)
        tail = None
        if len(tail_ids):
            store = _new_store(rows.shape[1])
            store.add_vectors(tail_ids, rows)
            tail = _Part(store.seal(), store.select())
        part = None if sealed is None else _Part(sealed, sealed.select(ids))
        return _View(library, generation_id, part, tail, tail_ids, rows)

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
