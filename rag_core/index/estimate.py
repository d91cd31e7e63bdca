"""What a rebuild will cost, before it is begun."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import log2

from rag_core.index.kind import Kind, disk_needed, memory_needed

# What one core does, measured on an x86-64 server of 2024 and rounded to the slow side; other machines take half
# or twice as long.
_PRODUCTS_A_SECOND = 15e9
_GRAPH_SECONDS = 3e-11
# Each vector is read for the draft and for the gate, and written.
_SECONDS_A_ROW = 3e-5
_EXAMINED, _FEW_EXAMINED, _EXAMS = 2000, 100, 2
_ROUNDS, _LEARNED_A_CELL, _CODES = 10, 64, 256
_TURNING = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """About what a rebuild takes: seconds to embed (0 where nothing is embedded anew) and to build and check, bytes
    of memory that the worker needs at most and that each search works in afterwards, bytes on the disk."""

    embedding_seconds: float
    building_seconds: float
    building_memory: int
    memory: int
    disk: int

    @property
    def seconds(self) -> float:
        return self.embedding_seconds + self.building_seconds


def estimate(
    shape: tuple[int, int],
    kind: Kind,
    re_embed: bool = False,
    passages_per_second: float = 0.0,
    threads: int = 0,
) -> Estimate:
    """What a rebuild of `shape` (chunks, numbers a vector) takes with so many threads (0: one for each core).

    `re_embed`: every chunk is given another embedder's vector first, at so many passages a second.
    """
    count, dimension = shape
    threads = threads or os.cpu_count() or 1
    embedding = count / passages_per_second if re_embed and passages_per_second > 0 else 0.0
    vectors = 4 * count * dimension
    memory = memory_needed(count, dimension, kind)
    learned = 4 * dimension * _learned(count, kind)
    return Estimate(
        embedding,
        _SECONDS_A_ROW * count + _computing_seconds(count, dimension, kind) / threads,
        vectors + memory + learned,
        memory,
        disk_needed(count, dimension, kind) + (vectors if re_embed else 0),
    )


def _computing_seconds(count: int, dimension: int, kind: Kind) -> float:
    examined = _EXAMS * (_FEW_EXAMINED if kind.name == "flat" else _EXAMINED)
    return _filling_seconds(count, dimension, kind) + examined * count * dimension / _PRODUCTS_A_SECOND


def _filling_seconds(count: int, dimension: int, kind: Kind) -> float:
    match kind.name:
        case "flat":
            return 0.0
        case "ivfpq":
            training = _ROUNDS * _learned(count, kind) * kind.cells + (_ROUNDS * _LEARNED_A_CELL * _CODES**2)
            turning = _TURNING * 64 * _CODES * dimension * kind.turned * 8
            placing = count * (kind.cells + _CODES)
            return (training + turning + placing) * dimension / _PRODUCTS_A_SECOND
        case _:
            steps = log2(max(count, 2)) ** 2
            return _GRAPH_SECONDS * count * kind.build_candidates * (dimension + 200) * steps


def _learned(count: int, kind: Kind) -> int:
    return min(count, _LEARNED_A_CELL * max(kind.cells, _CODES)) if kind.is_coded else 0
