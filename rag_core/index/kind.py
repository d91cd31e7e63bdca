"""Which kind of index fits a library: pure policy, no index library in sight.

flat      every vector is compared: exact.
hnsw      a graph over the vectors themselves.
hnsw_sq8  a graph over a byte for each number; what it finds is ranked again by the vectors on the disk.
ivfpq     cells of coded vectors, a byte for about every eight numbers; ranked again likewise.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal, get_args

from rag_core.errors import InputError

KindName = Literal["flat", "hnsw", "hnsw_sq8", "ivfpq"]
KIND_NAMES: tuple[KindName, ...] = get_args(KindName)

# Up to here exact search takes a few milliseconds: nothing is gained by an approximate one.
FLAT_LIMIT = 50_000
MEMORY_BYTES = 4 << 30
# What is learned from fewer vectors fits those that come later badly: codes of a byte know 256 values, and
# 39 vectors for each are the least that FAISS asks for.
LEAST_TRAINED: dict[KindName, int] = {"flat": 0, "hnsw": 0, "hnsw_sq8": 1000, "ivfpq": 39 * 256}
# The parameters that each kind has, and the most that they may be.
_GRAPH = {"links": 256, "build_candidates": 2000, "search_candidates": 10_000}
_MOST: dict[tuple[KindName, str], int] = {
    **{("hnsw", name): most for name, most in _GRAPH.items()},
    **{("hnsw_sq8", name): most for name, most in _GRAPH.items()},
    ("hnsw_sq8", "reranked"): 10_000,
    **{("ivfpq", name): 1_000_000 for name in ("cells", "probes", "pieces")},
    ("ivfpq", "reranked"): 10_000,
    ("ivfpq", "turned"): 1,
}
_LINKS, _BUILD_CANDIDATES = 32, 160
_NUMBERS_A_CODE = 8
_MOST_RERANKED = 4096
_USUAL_CANDIDATES, _USUAL_RERANKED, _USUAL_PROBED_SHARE = 96, 100, 1 / 16


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index and its parameters. Where a kind has no such parameter it is 0; a search parameter that is
    0 is to be found by measuring (see tune), and has a usual value until then.

    A graph: `links` of a place, `build_candidates` and `search_candidates` kept on the way. Cells: how many
    there are, how many of them a search looks into (`probes`), bytes of a vector's code (`pieces`), and
    whether vectors are turned first so that codes fit them better. `reranked`: how many of what the index finds
    are compared by their true vectors, for a list of ten.
    """

    name: KindName
    links: int = 0
    build_candidates: int = 0
    search_candidates: int = 0
    cells: int = 0
    probes: int = 0
    pieces: int = 0
    turned: bool = False
    reranked: int = 0

    @property
    def effort(self) -> int:
        """What a search spends: candidates of a graph, cells looked into; 0 for exact search."""
        match self.name:
            case "flat":
                return 0
            case "ivfpq":
                return self.probes or max(8, round(self.cells * _USUAL_PROBED_SHARE))
            case _:
                return self.search_candidates or _USUAL_CANDIDATES

    def depth_of(self, limit: int) -> int:
        """How many the index has to find for a list of so many: of what it knows by codes, more."""
        if not self.is_coded:
            return limit
        return max(limit, min(_MOST_RERANKED, ceil((self.reranked or _USUAL_RERANKED) * limit / 10)))

    @property
    def is_coded(self) -> bool:
        """Whether the index holds codes in the place of vectors."""
        return self.name in ("hnsw_sq8", "ivfpq")

    @property
    def is_tuned(self) -> bool:
        """Whether every search parameter is set."""
        effort = self.probes if self.name == "ivfpq" else self.search_candidates
        return self.name == "flat" or bool(effort and (self.reranked or not self.is_coded))

    def with_effort(self, effort: int) -> Kind:
        field = "probes" if self.name == "ivfpq" else "search_candidates"
        return dataclasses.replace(self, **{field: effort})  # type: ignore[arg-type]


FLAT = Kind("flat")
HNSW = Kind("hnsw", links=_LINKS, build_candidates=_BUILD_CANDIDATES)
HNSW_SQ8 = Kind("hnsw_sq8", links=_LINKS, build_candidates=_BUILD_CANDIDATES)


def ivfpq(count: int, dimension: int) -> Kind:
    """Cells of coded vectors: about four times as many cells as a side of the square of all vectors, but
    enough vectors in each to learn from."""
    cells = max(1, min(round(4 * sqrt(count)), count // 39))
    most = max(1, dimension // _NUMBERS_A_CODE)
    pieces = next(each for each in range(most, 0, -1) if dimension % each == 0)
    return Kind("ivfpq", cells=cells, pieces=pieces)


def choose_kind(count: int, dimension: int, memory_bytes: int = MEMORY_BYTES) -> Kind:
    """The kind for `count` vectors of `dimension` where search may hold `memory_bytes`.

    Exact search where it is fast, else a graph; over bytes where the vectors themselves don't fit in memory,
    and coded cells where that does not either. Never one that so few vectors can't train.
    """
    if count <= FLAT_LIMIT:
        return FLAT
    for kind in (HNSW, HNSW_SQ8):
        if memory_needed(count, dimension, kind) <= memory_bytes:
            return kind
    return ivfpq(count, dimension)


def kind_named(
    name: str, count: int, dimension: int, parameters: Mapping[str, int] | None = None
) -> tuple[Kind, str]:
    """The kind of that name for such a library, with these parameters in the place of the usual ones, and why
    it is not the one asked for ("" when it is).

    Raises InputError index_parameter for a name, a parameter or a value that there is none of.
    """
    if name not in KIND_NAMES:
        raise InputError("index_parameter", name)
    if count < LEAST_TRAINED[name]:
        return FLAT, f"flat: {name} needs {LEAST_TRAINED[name]} vectors, there are {count}"
    usual = {"flat": FLAT, "hnsw": HNSW, "hnsw_sq8": HNSW_SQ8}.get(name) or ivfpq(count, dimension)
    return _changed(usual, (count, dimension), parameters or {}), ""


def parameters_of(name: KindName) -> tuple[tuple[str, int], ...]:
    """The parameters that a kind has, and the most that each may be."""
    return tuple((parameter, most) for (kind, parameter), most in _MOST.items() if kind == name)


def _changed(kind: Kind, shape: tuple[int, int], parameters: Mapping[str, int]) -> Kind:
    count, dimension = shape
    for name, value in parameters.items():
        most = _MOST.get((kind.name, name), 0)
        divides = name != "pieces" or dimension % max(value, 1) == 0
        if not (1 <= value <= most and divides) or (name == "cells" and value > count // 39):
            raise InputError("index_parameter", f"{name}={value}")
    return dataclasses.replace(kind, **parameters)  # type: ignore[arg-type]


def memory_needed(count: int, dimension: int, kind: Kind) -> int:
    """About how many bytes of memory search works in: vectors or codes; two 4-byte links a place on a graph's
    ground floor with a tenth more above it; 8 bytes for the place of what lies in a cell, and the cells'
    middles."""
    links = 2 * 4 * kind.links * 1.1
    match kind.name:
        case "ivfpq":
            turning = 4 * dimension**2 if kind.turned else 0
            return count * (kind.pieces + 8) + 4 * dimension * (kind.cells + 256) + turning
        case "hnsw_sq8":
            return int(count * (dimension + links))
        case _:
            return int(count * (4 * dimension + links))


def disk_needed(count: int, dimension: int, kind: Kind) -> int:
    """About how many bytes its files take: beside codes lie the vectors, and 8 bytes name each."""
    rows = 4 * dimension if kind.is_coded else 0
    return memory_needed(count, dimension, kind) + count * (rows + 8)
