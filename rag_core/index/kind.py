"""Which kind of index fits a library: pure policy, no index library in sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KindName = Literal["flat", "hnsw"]

# Up to here exact search takes a few milliseconds: nothing is gained by an approximate one.
FLAT_LIMIT = 50_000
MEMORY_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index and its parameters: links of a node, candidates kept while building and searching.
    A flat index has none (0)."""

    name: KindName
    links: int = 0
    build_candidates: int = 0
    search_candidates: int = 0


FLAT = Kind("flat")
HNSW = Kind("hnsw", links=32, build_candidates=160, search_candidates=96)


def choose_kind(count: int, dimension: int, memory_bytes: int = MEMORY_BYTES) -> Kind:
    """The kind for `count` vectors of `dimension` where search may hold `memory_bytes`.

    Exact search where it is fast or where a graph would not fit in memory (a flat index is read from
    the disk as needed), else a graph.
    """
    if count <= FLAT_LIMIT or index_bytes(count, dimension, HNSW) > memory_bytes:
        return FLAT
    return HNSW


def index_bytes(count: int, dimension: int, kind: Kind) -> int:
    """About how many bytes such an index takes: float32 vectors, and two 4-byte links a place on a graph's
    ground floor with a tenth more above it."""
    return int(count * (4 * dimension + 2 * 4 * kind.links * 1.1))
