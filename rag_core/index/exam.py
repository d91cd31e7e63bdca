"""Questions an index is examined with, and how near the truly nearest vectors lie to each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag_core.index.kind import Kind
from rag_core.protocols import Embedder
from rag_core.store.census import Asked

if TYPE_CHECKING:
    from rag_core.index.faiss_store import FaissStore

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

RECALL_AT = 10
_BLOCK = 16_384
# Sums taken in another order differ by less.
SAME = 1e-5
# How much of another chunk there is in a made-up question: about half. Measured on 2,560 abstracts with 57 real
# questions: with 10, 20 and 40 candidates a graph of 6 links finds 0.74, 0.88 and 0.94 of their ten nearest; of
# such questions' 0.67, 0.81 and 0.91; of chunks' own vectors' 0.89, 0.94 and 0.97, which would be too easy.
_MIXED = (0.4, 0.5)
# So many questions tell recall to a few thousandths; exact search needs no more than a look.
_QUESTIONS, _FEW_QUESTIONS = 2000, 100
REAL_QUESTIONS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What the database holds: chunk ids, ascending, and their vectors, a row each."""

    ids: IdArray
    vectors: FloatArray

    def among(self, ids: IdArray) -> Truth:
        """What of it has one of these ids."""
        here = np.isin(self.ids, ids, assume_unique=True)
        return self if here.all() else Truth(self.ids[here], self.vectors[here])


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """Questions (n, dimension) and the cosine of each one's tenth nearest vector (or last, where there are
    fewer): what a search finds counts when it lies as near. Of equals any will do."""

    questions: FloatArray
    floors: FloatArray
    at: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The share of the truly nearest that was found, and how long a question took: half of them, and all but one
    in twenty, took no longer."""

    recall: float
    p50: float
    p95: float


def real_questions(asked: Sequence[Asked], embedder: Embedder | None) -> FloatArray | None:
    """The questions embedded, in their order; None without an embedder or questions."""
    if embedder is None or not asked:
        return None
    return embedder.embed_questions([one.question for one in asked])


def made_up_questions(vectors: FloatArray, count: int, seed: int) -> FloatArray:
    """Questions about as hard to find the nearest of as real ones: they lie between two chunks."""
    draw = np.random.default_rng(seed)
    near, other = draw.integers(0, len(vectors), (2, count))
    share = draw.uniform(*_MIXED, (count, 1)).astype(np.float32)
    mixed = (1 - share) * vectors[near] + share * vectors[other]
    return _unit(mixed)


def examine_with(kind: Kind, vectors: FloatArray, real: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Questions to tune an index with and others to check it with, the same each time. Real ones are shared out
    between the two, made-up ones fill both up."""
    count = _FEW_QUESTIONS if kind.name == "flat" else _QUESTIONS
    real = np.empty((0, vectors.shape[1]), np.float32) if real is None else real
    halves = real[0::2][:count], real[1::2][:count]
    tuning, checking = (
        np.concatenate([half, made_up_questions(vectors, count - len(half), seed)])
        for seed, half in enumerate(halves)
    )
    return tuning, checking


def make_exam(vectors: FloatArray, questions: FloatArray) -> Exam:
    """Compares every question with every vector."""
    from rag_core.index.device import has_device, nearest_on_device  # noqa: PLC0415 (loads faiss)

    at = min(RECALL_AT, len(vectors))
    if has_device():
        return Exam(questions, nearest_on_device(questions, vectors, at)[:, -1], at)
    best = np.full((len(questions), at), -np.inf, np.float32)
    for low in range(0, len(vectors), _BLOCK):
        cosines = questions @ vectors[low : low + _BLOCK].T
        if cosines.shape[1] > at:
            cosines = np.partition(cosines, cosines.shape[1] - at, axis=1)[:, -at:]
        both = np.concatenate([best, cosines], axis=1)
        best = np.partition(both, both.shape[1] - at, axis=1)[:, -at:]
    return Exam(questions, best.min(axis=1), at)


def sit(store: FaissStore, truth: Truth, exam: Exam) -> Marks:
    """How the store does, searching what the truth holds. What it finds is judged by the true vectors, whatever
    it holds itself."""
    found, seconds = 0, np.empty(len(exam.questions))
    selection = store.select(truth.ids)
    for number, (question, floor) in enumerate(zip(exam.questions, exam.floors, strict=True)):
        started = time.perf_counter()
        ids, _ = store.search(question, exam.at, selection)
        seconds[number] = time.perf_counter() - started
        places = np.searchsorted(truth.ids, ids)
        known = places < len(truth.ids)
        known[known] = truth.ids[places[known]] == ids[known]
        found += int(np.count_nonzero(truth.vectors[places[known]] @ question >= floor - SAME))
    p50, p95 = np.percentile(seconds, [50, 95])
    return Marks(found / (exam.at * len(exam.questions)), float(p50), float(p95))


def _unit(rows: FloatArray) -> FloatArray:
    unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)
