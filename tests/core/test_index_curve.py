"""What kinds do on a library's own vectors, and what a rebuild is said to cost."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from rag_core.errors import InputError
from rag_core.index.curve import curve, library_curve, sampled
from rag_core.index.estimate import estimate
from rag_core.index.exam import Truth, made_up_questions, make_exam
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, ivfpq
from rag_core.store.db import Database
from tests.core.shelf import Shelf


def unit(count: int, dimension: int = 16, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def test_a_kinds_points_go_from_little_effort_to_much() -> None:
    truth = Truth(np.arange(3000, dtype=np.int64), unit(3000))
    exam = make_exam(truth.vectors, made_up_questions(truth.vectors, 100, 0))
    told: list[tuple[float, str]] = []
    kinds = [FLAT, dataclasses.replace(HNSW, links=4, build_candidates=10)]
    points = curve(truth, exam, kinds, lambda done, name: told.append((done, name)), count=1_000_000)

    [flat] = [point for point in points if point.kind == "flat"]
    graph = [point for point in points if point.kind == "hnsw"]
    assert flat.recall == 1.0 and flat.chosen
    assert [point.effort for point in graph] == sorted({point.effort for point in graph})
    assert graph[0].recall < 0.95 <= graph[-1].recall
    [chosen] = [point for point in graph if point.chosen]
    assert all((point.recall >= 0.95) == (point.effort >= chosen.effort) for point in graph)
    assert flat.memory == 1_000_000 * 16 * 4 < chosen.memory
    assert told == [(0.0, "flat"), (0.5, "hnsw"), (1.0, "")]


def test_a_sample_is_drawn_evenly_and_always_the_same() -> None:
    truth = Truth(np.arange(1000, dtype=np.int64) * 3, unit(1000))
    some = sampled(truth, 100)
    assert len(some.ids) == 100 and np.all(np.diff(some.ids) > 0)
    assert np.array_equal(truth.among(some.ids).vectors, some.vectors)
    assert np.array_equal(sampled(truth, 100).ids, some.ids)
    assert sampled(truth, 1000) is truth


def test_kinds_that_a_small_library_can_not_train_are_left_out(engine: Database, tmp_path: Path) -> None:
    shelf = Shelf(engine, tmp_path)
    with pytest.raises(InputError):
        library_curve(engine, shelf.library_id)
    shelf.add("a.pdf", "the rent is due", "the cat sat", "der Vertrag endet")
    assert {point.kind for point in library_curve(engine, shelf.library_id)} == {"flat", "hnsw"}


def test_what_costs_more_is_said_to_cost_more() -> None:
    flat, graph, coded = (
        estimate((100_000, 384), kind, threads=1) for kind in (FLAT, HNSW, ivfpq(100_000, 384))
    )
    assert flat.seconds < coded.seconds < graph.seconds
    assert coded.memory < flat.memory < graph.memory < graph.building_memory
    assert flat.disk < coded.disk < graph.disk * 1.1
    assert estimate((100_000, 384), HNSW_SQ8).memory < graph.memory
    assert estimate((1_000_000, 384), HNSW, threads=1).seconds > 10 * graph.seconds
    anew = estimate((100_000, 384), FLAT, re_embed=True, passages_per_second=20)
    assert anew.embedding_seconds == 5000 and anew.disk > flat.disk
    assert estimate((100_000, 384), HNSW, threads=4).seconds < graph.seconds / 2
