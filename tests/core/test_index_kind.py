"""Which kind of index is chosen, and how much a search spends."""

from __future__ import annotations

import dataclasses

import pytest

from rag_core.errors import InputError
from rag_core.index.kind import (
    FLAT,
    HNSW,
    HNSW_SQ8,
    LEAST_TRAINED,
    Kind,
    choose_kind,
    disk_needed,
    ivfpq,
    kind_named,
    memory_needed,
)
from rag_core.index.tune import tune


def test_the_kind_follows_from_count_and_memory() -> None:
    assert choose_kind(100, 384) == FLAT
    assert choose_kind(50_000, 384) == FLAT
    assert choose_kind(50_001, 384) == HNSW
    assert choose_kind(1_000_000, 512) == HNSW
    assert choose_kind(1_000_000, 512, memory_bytes=1 << 30) == HNSW_SQ8
    assert choose_kind(1_000_000, 512, memory_bytes=1 << 27).name == "ivfpq"
    assert choose_kind(10_000, 384, memory_bytes=1).name == "flat"


def test_coded_cells_take_a_sixteenth_of_the_vectors() -> None:
    for dimension in (256, 384, 512, 768, 1024):
        kind = ivfpq(1_000_000, dimension)
        assert dimension % kind.pieces == 0
        assert memory_needed(1_000_000, dimension, kind) <= memory_needed(1_000_000, dimension, FLAT) / 16
        assert disk_needed(1_000_000, dimension, kind) > memory_needed(1_000_000, dimension, FLAT)
    assert memory_needed(1000, 384, HNSW) > memory_needed(1000, 384, HNSW_SQ8) > 1000 * 384


@pytest.mark.parametrize("count", [9_984, 20_000, 1_000_000])
def test_every_cell_has_enough_to_learn_from(count: int) -> None:
    kind = ivfpq(count, 384)
    assert 1 < kind.cells <= count // 39


def test_a_wish_that_too_few_vectors_can_not_fulfil() -> None:
    assert kind_named("ivfpq", 500, 384) == (FLAT, "flat: ivfpq needs 9984 vectors, there are 500")
    assert kind_named("ivfpq", 20_000, 384)[0].name == "ivfpq"
    assert kind_named("hnsw_sq8", LEAST_TRAINED["hnsw_sq8"], 384) == (HNSW_SQ8, "")
    assert kind_named("hnsw", 3, 384) == (HNSW, "")


def test_parameters_can_be_set() -> None:
    kind, _ = kind_named("hnsw", 60_000, 384, {"links": 16, "search_candidates": 50})
    assert kind == dataclasses.replace(HNSW, links=16, search_candidates=50)
    assert kind.is_tuned and not HNSW.is_tuned
    for name, parameters in (
        ("tree", {}),
        ("hnsw", {"speed": 3}),
        ("hnsw", {"links": 0}),
        ("hnsw", {"links": 5000}),
        ("flat", {"links": 8}),
        ("ivfpq", {"pieces": 7}),
        ("ivfpq", {"cells": 20_000}),
    ):
        with pytest.raises(InputError):
            kind_named(name, 20_000, 384, parameters)


def test_the_least_effort_that_reaches_the_target() -> None:
    asked: list[int] = []

    def measure(kind: Kind) -> float:
        asked.append(kind.effort)
        return min(1.0, 0.6 + kind.effort / 200)

    assert tune(HNSW, measure, 0.95).search_candidates == 70
    assert len(asked) < 12
    assert tune(HNSW, lambda _: 0.99, 0.95).search_candidates == 10
    assert tune(HNSW, lambda _: 0.5, 0.95).search_candidates == 1024
    assert tune(FLAT, measure, 0.95) == FLAT
    given = dataclasses.replace(HNSW, search_candidates=33)
    assert tune(given, measure, 0.95) == given


def test_codes_are_helped_by_true_vectors_first() -> None:
    def measure(kind: Kind) -> float:
        lost_by_coding = 0.4 if kind.depth_of(10) < 80 else 0.0
        return min(1.0, 0.8 + kind.effort / 100) - lost_by_coding

    tuned = tune(ivfpq(20_000, 384), measure, 0.95)
    assert (tuned.reranked, tuned.probes) == (80, 15)
    assert (tuned.depth_of(10), tuned.depth_of(50), tuned.depth_of(10_000)) == (80, 400, 10_000)
    assert HNSW.depth_of(50) == 50


def test_what_a_cell_finds_too_much_is_given_back_in_true_vectors() -> None:
    def measure(kind: Kind) -> float:
        return min(1.0, 0.3 * kind.effort) * min(1.0, kind.reranked / 100)

    tuned = tune(ivfpq(20_000, 384), measure, 0.95)
    assert (tuned.probes, tuned.reranked) == (4, 95)
    given = dataclasses.replace(ivfpq(20_000, 384), reranked=160)
    assert tune(given, measure, 0.95).reranked == 160
