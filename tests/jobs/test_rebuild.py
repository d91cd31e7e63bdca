"""A rebuild under way: progress, cancelling, another embedder, and a worker that dies in the middle."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable

import numpy as np
import pytest

from ingest_jobs import submit
from ingest_jobs.progress import rebuild_progress
from ingest_jobs.rebuild import Rebuild, what_is_due
from ingest_jobs.requests import RebuildJob, cancel_job, resume_rebuild
from ingest_jobs.steps import Attempt
from ingest_jobs.workflows import ingest, rebuild
from rag_core.errors import WenjuError
from rag_core.index.build import build_generation, roll_back
from rag_core.index.generations import EmbedderChanged, LibraryIndex
from rag_core.settings import Settings
from rag_core.store.census import embedded_texts, unembedded
from rag_core.store.chunks import searchable_ids
from rag_core.store.db import Database
from rag_core.store.documents import get_document
from rag_core.store.generations import NO_DEMANDS, Wish, list_generations, published
from rag_core.store.libraries import get_library
from tests.jobs.conftest import Add, StartWorker, wait_until
from tests.jobs.paper import EMBED_SECONDS, EMBEDDER_ID, PaperEmbedder, open_paper_bench

OTHER = "other-paper"
PAGES = 150


def pages(name: str) -> list[str]:
    return [
        f"text page {number} of {name} " + " ".join(f"with word{number}x{one} on it" for one in range(40))
        for number in range(PAGES)
    ]


def latest(engine: Database, settings: Settings) -> RebuildJob:
    return submit.jobs(engine, settings).rebuilds[0]


class Searcher:
    """Asks for a passage by its own words, over and over: it must be the nearest, whatever goes on."""

    def __init__(self, engine: Database, settings: Settings, library_id: int) -> None:
        self.problems: list[str] = []
        self.asked = 0
        self._index = LibraryIndex(engine, library_id, settings.indexes)
        self._engine, self._library_id = engine, library_id
        self._ids = searchable_ids(engine, library_id)
        self._texts = embedded_texts(engine, self._ids.tolist())
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._search, args=(seed,)) for seed in range(2)]

    def __enter__(self) -> Searcher:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _search(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        while not self._stop.wait(0.05):
            at = int(draw.integers(len(self._ids)))
            try:
                found = self._nearest(self._texts[at])
            except (WenjuError, RuntimeError, ValueError, AssertionError) as error:
                self.problems.append(repr(error))
                continue
            self.asked += 1
            if found != self._ids[at]:
                self.problems.append(f"{self._ids[at]} asked for, {found} found")

    def _nearest(self, text: str) -> int:
        while True:
            embedder_id = get_library(self._engine, self._library_id).embedder_id
            vector = PaperEmbedder(embedder_id).embed_questions([text])[0]
            try:
                ids, _ = self._index.search(vector, 1, embedder_id=embedder_id)
            except EmbedderChanged:
                continue
            return int(ids[0]) if len(ids) else 0


@pytest.fixture
def library_id(engine: Database, settings: Settings, add: Add) -> int:
    """A library of a few hundred chunks, read as a worker does."""
    document = add(*pages("the first"))
    bench = open_paper_bench(settings, engine)
    ingest(Attempt(bench, document.id, document.attempt), lambda _, work: work())
    assert get_document(engine, document.id).state == "indexed"
    return document.library_id


def test_an_index_whose_files_are_gone_is_built_anew(
    engine: Database, settings: Settings, library_id: int
) -> None:
    bench = open_paper_bench(settings, engine)
    rebuild(Rebuild(bench, library_id), lambda _, work: work())
    assert what_is_due(engine, library_id, settings.indexes) is None
    before = published(engine, library_id)
    shutil.rmtree(settings.indexes)
    due = what_is_due(engine, library_id, settings.indexes)
    assert due == NO_DEMANDS
    rebuild(Rebuild(bench, library_id, due), lambda _, work: work())
    after = published(engine, library_id)
    assert before is not None and after is not None and after.id > before.id
    assert what_is_due(engine, library_id, settings.indexes) is None


@pytest.mark.slow
def test_another_embedder_while_the_worker_is_killed_and_questions_are_asked(
    engine: Database,
    settings: Settings,
    library_id: int,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = build_generation(engine, library_id, settings.indexes, 1.0)
    submit.rebuild_library(engine, settings, library_id, Wish(kind="hnsw", embedder_id=OTHER))
    monkeypatch.setenv(EMBED_SECONDS, "0.2")
    total = len(searchable_ids(engine, library_id))
    with Searcher(engine, settings, library_id) as searcher:
        for left in (total * 3 // 4, total // 2, total // 4):
            worker = start_worker()
            wait_until(at_most(engine, library_id, left), f"{left} to embed")
            worker.kill()
            worker.wait()
        assert get_library(engine, library_id).embedder_id == EMBEDDER_ID
        start_worker()
        wait_until(lambda: latest(engine, settings).state == "done", "the switch")
        wait_until(lambda asked=searcher.asked: searcher.asked > asked + 20, "questions to the new one")  # type: ignore[misc]
        second = published(engine, library_id)
        roll_back(engine, first.id, settings.indexes, 1e12)
        wait_until(lambda asked=searcher.asked: searcher.asked > asked + 20, "questions to the old one")  # type: ignore[misc]
    assert searcher.problems == []
    assert latest(engine, settings).problem is None
    assert second is not None
    assert (second.embedder_id, second.kind, second.vectors) == (OTHER, "hnsw", total)
    assert {"documents", "vectors", "embedder", "recall"} <= {check.name for check in second.checks}
    assert get_library(engine, library_id).embedder_id == EMBEDDER_ID
    assert [one.id for one in list_generations(engine, library_id)] == [first.id, second.id]


@pytest.mark.slow
def test_progress_cancelling_and_going_on(
    engine: Database,
    settings: Settings,
    library_id: int,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(EMBED_SECONDS, "0.3")
    total = len(searchable_ids(engine, library_id))
    submit.rebuild_library(engine, settings, library_id, Wish(embedder_id=OTHER))
    job = latest(engine, settings)
    assert job.wish.embedder_id == OTHER
    assert rebuild_progress(engine, settings, job).stage == "waiting"
    start_worker()
    wait_until(at_most(engine, library_id, total - 32), "some embeddings")
    progress = rebuild_progress(engine, settings, latest(engine, settings))
    assert (progress.stage, progress.total) == ("embedding", total)
    assert 32 <= progress.done < total
    cancel_job(settings, job.id)
    assert latest(engine, settings).state == "cancelled"
    assert rebuild_progress(engine, settings, latest(engine, settings)).stage == "over"
    assert published(engine, library_id) is None
    assert get_library(engine, library_id).embedder_id == EMBEDDER_ID
    resume_rebuild(settings, job.id)
    wait_until(lambda: latest(engine, settings).state == "done", "the end")
    current = published(engine, library_id)
    assert current is not None
    assert (current.embedder_id, get_library(engine, library_id).embedder_id) == (OTHER, OTHER)


@pytest.mark.slow
def test_chunks_that_lack_an_embedding_get_one(
    engine: Database, settings: Settings, library_id: int, start_worker: StartWorker
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM embeddings WHERE chunk_id % 3 = 0")
    assert unembedded(engine, library_id, EMBEDDER_ID)
    index = LibraryIndex(engine, library_id, settings.indexes)
    index.search(np.ones(16, np.float32), 1)
    start_worker()
    wait_until(lambda: not unembedded(engine, library_id, EMBEDDER_ID), "its embeddings")
    wait_until(lambda: latest(engine, settings).state == "done", "the end")
    total = len(searchable_ids(engine, library_id))
    assert len(index.search(np.ones(16, np.float32), total)[0]) == total
    assert published(engine, library_id) is None


def at_most(engine: Database, library_id: int, left: int) -> Callable[[], bool]:
    return lambda: unembedded(engine, library_id, OTHER) <= left
