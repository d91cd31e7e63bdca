"""Kinds of index tried on a library's vectors, what a rebuild is said to cost, and clearing what is not used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest_jobs.plan import cost, plan, sample_passages
from ingest_jobs.requests import cancel_job, forget_job, measurings, request_measuring
from ingest_jobs.steps import Attempt
from ingest_jobs.workflows import ingest
from rag_core.errors import InputError
from rag_core.index.build import build_generation, roll_back
from rag_core.index.curve import Point
from rag_core.index.generations import LibraryIndex
from rag_core.index.kind import HNSW
from rag_core.index.measured import Measured, load_measured, save_measured
from rag_core.index.surplus import clear_surplus, surplus
from rag_core.settings import Settings
from rag_core.store.census import embeddings_by_others
from rag_core.store.chunks import save_embeddings, searchable_ids, vectors
from rag_core.store.db import Database
from rag_core.store.generations import Wish, list_generations
from rag_core.store.libraries import create_library
from tests.jobs.conftest import Add, StartWorker, wait_until
from tests.jobs.paper import EMBEDDER_ID, open_paper_bench

PAGES = [f"text page {number} with word{number} on it" for number in range(40)]


@pytest.fixture
def library_id(engine: Database, settings: Settings, add: Add) -> int:
    document = add(*PAGES)
    bench = open_paper_bench(settings, engine)
    ingest(Attempt(bench, document.id, document.attempt), lambda _, work: work())
    return document.library_id


def test_measured_kinds_are_kept_whole(home: Path) -> None:
    assert load_measured(home, 3) is None
    flat, graph = Point("flat", 0, 1.0, 0.5, 100, True), Point("hnsw", 16, 0.9, 0.1, 200, False)
    measured = Measured("e", 40, 1.0).with_points([flat, graph])
    better = replace(graph, recall=0.95)
    save_measured(home, 3, measured.with_points([better]))
    assert load_measured(home, 3) == Measured("e", 40, 1.0, (flat, better))
    (home / "3/curve.json").write_text('{"points": [{}]}')
    assert load_measured(home, 3) is None


@pytest.mark.slow
def test_a_worker_measures_what_fits(
    engine: Database, settings: Settings, library_id: int, start_worker: StartWorker
) -> None:
    request_measuring(settings, library_id)
    request_measuring(settings, library_id)
    assert [(one.library_id, one.state) for one in measurings(settings)] == [(library_id, "waiting")]
    start_worker()
    wait_until(lambda: measurings(settings)[0].state == "done", "the measurement")
    measured = load_measured(settings.indexes, library_id)
    assert measured is not None and measured.vectors == len(searchable_ids(engine, library_id))
    assert {point.kind for point in measured.points} == {"flat", "hnsw"}
    assert [point.recall for point in measured.points if point.kind == "flat"] == [1.0]


@pytest.mark.slow
def test_a_library_without_passages_is_not_measured(
    engine: Database, settings: Settings, start_worker: StartWorker
) -> None:
    library = create_library(engine, "empty", EMBEDDER_ID, 1.0)
    request_measuring(settings, library.id)
    start_worker()
    wait_until(lambda: measurings(settings)[0].state == "failed", "the refusal")
    problem = measurings(settings)[0].problem
    assert problem is not None and problem.code == "no_documents"


def test_a_measurement_can_be_cancelled_and_forgotten(settings: Settings, library_id: int) -> None:
    request_measuring(settings, library_id)
    (job,) = measurings(settings)
    cancel_job(settings, job.id)
    assert measurings(settings)[0].state == "cancelled"
    forget_job(settings, job.id)
    assert measurings(settings) == ()


def test_a_plan_says_what_would_be_built(engine: Database, library_id: int) -> None:
    count = len(searchable_ids(engine, library_id))
    usual = plan(engine, library_id, Wish())
    assert (usual.kind.name, usual.chunks, usual.to_embed, usual.instead) == ("flat", count, 0, "")
    assert cost(usual, 100.0).embedding_seconds == 0
    graph = plan(engine, library_id, Wish("hnsw", (("links", 8),), "another"))
    assert (graph.kind.links, graph.to_embed) == (8, count)
    assert cost(graph, 10.0).embedding_seconds == pytest.approx(count / 10)
    assert cost(graph, 10.0).memory > 0
    assert plan(engine, library_id, Wish("ivfpq")).instead
    with pytest.raises(InputError):
        plan(engine, library_id, Wish("hnsw", (("links", 0),)))
    with pytest.raises(InputError) as caught:
        plan(engine, create_library(engine, "empty", EMBEDDER_ID, 1.0).id, Wish())
    assert caught.value.problem.code == "no_documents"
    texts = sample_passages(engine, library_id)
    assert 0 < len(texts) <= 12 and all("word" in text for text in texts)


def test_clearing_leaves_what_is_searched(engine: Database, settings: Settings, library_id: int) -> None:
    first = build_generation(engine, library_id, settings.indexes, 1.0)
    second = build_generation(engine, library_id, settings.indexes, 2.0, HNSW)
    ids, rows = vectors(engine, library_id, EMBEDDER_ID, 0)
    save_embeddings(engine, "another", ids.tolist(), rows)
    found = surplus(engine, library_id, settings.indexes)
    assert [one.id for one in found.generations] == [first.id]
    assert found.bytes == first.bytes and found.embeddings == len(ids)
    assert found.embedding_bytes == rows.nbytes
    index = LibraryIndex(engine, library_id, settings.indexes)
    assert index.generation_id == second.id
    assert clear_surplus(engine, library_id, settings.indexes) == found
    assert [one.id for one in list_generations(engine, library_id)] == [second.id]
    assert embeddings_by_others(engine, library_id, EMBEDDER_ID) == (0, 0)
    assert len(index.search(rows[0], 3)[0]) == 3
    assert surplus(engine, library_id, settings.indexes).bytes == 0


def test_clearing_spares_the_one_gone_back_to(engine: Database, settings: Settings, library_id: int) -> None:
    first = build_generation(engine, library_id, settings.indexes, 1.0)
    second = build_generation(engine, library_id, settings.indexes, 2.0)
    roll_back(engine, first.id, settings.indexes, 3.0)
    assert [one.id for one in clear_surplus(engine, library_id, settings.indexes).generations] == [second.id]
    assert LibraryIndex(engine, library_id, settings.indexes).generation_id == first.id
