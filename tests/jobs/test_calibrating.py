"""Refusal is measured by a job of its own once a library's documents have been read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest_jobs.bench import Embedders
from ingest_jobs.calibrating import Calibrating, calibration_is_due
from ingest_jobs.steps import Attempt
from ingest_jobs.workflows import calibrate, ingest
from rag_core.ask.refusal.calibration import load_calibration
from rag_core.errors import ModelUnavailable, Problem
from rag_core.protocols import Embedder
from rag_core.settings import Settings
from rag_core.store.db import Database
from tests.jobs.conftest import Add, StartWorker, wait_for, wait_until
from tests.jobs.paper import open_paper_bench

LINES = tuple(
    f"text The granary of {town} was moved to the market square of the town in {1801 + number}."
    for number, town in enumerate(
        ["Ardwell", "Brenham", "Colmere", "Dunford", "Eastley", "Farlow", "Gransby", "Holbeck"]
    )
)


def step(name: str, work: object) -> object:
    return work()  # type: ignore[operator]


def no_embedder(embedder_id: str) -> Embedder:
    raise ModelUnavailable("model_missing", embedder_id)


def test_a_library_is_calibrated_once_until_it_has_grown(
    engine: Database, settings: Settings, add: Add
) -> None:
    bench = open_paper_bench(settings, engine)
    document = add(*LINES)
    assert not calibration_is_due(engine, settings, document.library_id)
    ingest(Attempt(bench, document.id, document.attempt), step)  # type: ignore[arg-type]
    assert calibration_is_due(engine, settings, document.library_id)
    calibrate(Calibrating(bench, document.library_id), step)  # type: ignore[arg-type]
    kept = load_calibration(settings.indexes, document.library_id)
    assert kept is not None and kept.false_refusals.asked > 0
    assert not calibration_is_due(engine, settings, document.library_id)


def test_without_its_embedder_a_library_stays_as_it_is(
    engine: Database, settings: Settings, add: Add
) -> None:
    bench = open_paper_bench(settings, engine)
    document = add(*LINES)
    ingest(Attempt(bench, document.id, document.attempt), step)  # type: ignore[arg-type]
    bare = replace(bench, embedders=Embedders(no_embedder))
    assert Calibrating(bare, document.library_id).measure() is False
    assert load_calibration(settings.indexes, document.library_id) is None


def test_a_library_that_is_gone_is_not_wanted(engine: Database, settings: Settings) -> None:
    job = Calibrating(open_paper_bench(settings, engine), 77)
    assert not job.is_wanted()
    job.give_up(Problem("internal"))


@pytest.mark.slow
def test_a_worker_calibrates_by_itself(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    document = wait_for_reading(engine, add, start_worker)
    start_worker()
    wait_until(lambda: load_calibration(settings.indexes, document) is not None, "the library is calibrated")


def wait_for_reading(engine: Database, add: Add, start_worker: StartWorker) -> int:
    """The library of a document that a worker has read; the worker is ended."""
    document = add(*LINES)
    first = start_worker()
    wait_for(engine, document)
    first.terminate()
    first.wait()
    return document.library_id
