"""What kinds of index do on a library's own vectors, before one is chosen: recall against time and memory; and
what a rebuild will cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from rag_core.errors import InputError
from rag_core.index.exam import Exam, Truth, made_up_questions, make_exam, sit
from rag_core.index.kind import KIND_NAMES, Kind, KindName, kind_named, memory_needed
from rag_core.index.tune import tune
from rag_core.store.chunks import vectors
from rag_core.store.libraries import get_library

if TYPE_CHECKING:
    from rag_core.index.faiss_store import FaissStore

FloatArray = npt.NDArray[np.float32]
# How far it has come, 0 to 1, and the name of the kind that is being measured.
Told = Callable[[float, str], None]

# So many vectors say how kinds compare; all of a large library's would take as long as its rebuild.
SAMPLED = 50_000
_QUESTIONS = 500
_CANDIDATES = (16, 32, 64, 128, 256, 512)
_PROBES = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True, slots=True)
class Point:
    """A kind at one effort: recall@10 (0 to 1), the time of half of all searches in milliseconds, and the bytes of
    memory that search works in. `chosen`: the effort that a rebuild would choose."""

    kind: KindName
    effort: int
    recall: float
    milliseconds: float
    memory: int
    chosen: bool


def curve(
    truth: Truth, exam: Exam, kinds: Sequence[Kind], told: Told | None = None, count: int = 0
) -> tuple[Point, ...]:
    """Builds each kind over these vectors and examines it at growing efforts; a kind's points by effort.

    Memory is that of `count` vectors (0: of those given). Takes a minute for 50,000 vectors of 384 numbers and a
    graph, on one core; `told` may raise to end it.
    """
    from rag_core.index.faiss_store import FaissStore  # noqa: PLC0415 (loads faiss and llama-index)

    points: list[Point] = []
    for number, kind in enumerate(kinds):
        if told is not None:
            told(number / len(kinds), kind.name)
        store = FaissStore(truth.vectors.shape[1], kind)
        store.add_vectors(truth.ids, truth.vectors)
        points += _points(store, truth, exam, count or len(truth.ids))
    if told is not None:
        told(1.0, "")
    return tuple(points)


def library_curve(
    engine: Engine, library_id: int, names: Sequence[str] = KIND_NAMES, told: Told | None = None
) -> tuple[Point, ...]:
    """The curve of these kinds over the library's vectors, SAMPLED of them where there are more; kinds that so few
    vectors can't train are left out.

    Raises NotFound, InputError no_documents for a library without embeddings.
    """
    every = Truth(*vectors(engine, library_id, get_library(engine, library_id).embedder_id, 0))
    if not len(every.ids):
        raise InputError("no_documents")
    truth = sampled(every)
    count, dimension = truth.vectors.shape
    fitting = [kind_named(name, count, dimension) for name in names]
    exam = make_exam(truth.vectors, made_up_questions(truth.vectors, _QUESTIONS, seed=0))
    return curve(truth, exam, [kind for kind, refusal in fitting if not refusal], told, len(every.ids))


def sampled(truth: Truth, at_most: int = SAMPLED) -> Truth:
    """So many of the vectors, drawn evenly and the same each time; all where there are no more."""
    if len(truth.ids) <= at_most:
        return truth
    places = np.sort(np.random.default_rng(0).choice(len(truth.ids), at_most, replace=False))
    return Truth(truth.ids[places], truth.vectors[places])


def _points(store: FaissStore, truth: Truth, exam: Exam, count: int) -> list[Point]:
    def measure(some: Kind) -> float:
        store.retune(some)
        return sit(store, truth, exam).recall

    tuned = tune(store.kind, measure)
    efforts = {tuned.effort, *(one for one in _efforts(tuned) if one >= exam.at or tuned.name == "ivfpq")}
    found: list[Point] = []
    for effort in sorted(efforts):
        kind = tuned if tuned.name == "flat" else tuned.with_effort(effort)
        store.retune(kind)
        marks = sit(store, truth, exam)
        memory = memory_needed(count, truth.vectors.shape[1], kind)
        chosen = effort == tuned.effort
        found.append(Point(kind.name, effort, marks.recall, marks.p50 * 1000, memory, chosen))
    return found


def _efforts(kind: Kind) -> Sequence[int]:
    match kind.name:
        case "flat":
            return ()
        case "ivfpq":
            return [one for one in _PROBES if one <= kind.cells]
        case _:
            return _CANDIDATES
