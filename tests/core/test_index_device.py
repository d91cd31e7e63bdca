"""Building and searching on a GPU: the same index as on the CPU, saved in the same form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
import pytest

from rag_core.index import faiss_kinds
from rag_core.index.device import OnDevice, fill_on_device, has_device, nearest_on_device
from rag_core.index.exam import Exam, Truth, made_up_questions, make_exam, sit
from rag_core.index.faiss_store import FaissStore
from rag_core.index.kind import Kind, ivfpq
from rag_core.protocols import FloatArray

COUNT, DIMENSION = 12_000, 64
gpu = pytest.mark.gpu
needs_device = pytest.mark.skipif(not has_device(), reason="no FAISS for a GPU, or no GPU")


@pytest.fixture(scope="module")
def truth() -> Truth:
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((300, DIMENSION))[draw.integers(0, 300, COUNT)]
    rows = rows + 0.5 * draw.standard_normal(rows.shape)
    unit: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Truth(np.arange(COUNT, dtype=np.int64), unit)


def kind() -> Kind:
    return replace(ivfpq(COUNT, DIMENSION), probes=64, reranked=200)


def recall(truth: Truth, folder: Path) -> float:
    store = FaissStore(DIMENSION, kind())
    store.add_vectors(truth.ids, truth.vectors)
    store.persist(str(folder))
    back = FaissStore.from_persist_path(str(folder), sealed=True)
    return sit(back, truth, make_exam(truth.vectors, made_up_questions(truth.vectors, 200, 0))).recall


@gpu
@needs_device
def test_an_index_built_on_the_device_is_read_on_the_cpu(truth: Truth, tmp_path: Path) -> None:
    made = faiss_kinds.VectorIndex(DIMENSION, kind())
    filled = fill_on_device(made.faiss, truth.vectors[:10_000], truth.vectors)
    assert filled is not None and filled.ntotal == COUNT
    assert recall(truth, tmp_path) > 0.9


@gpu
@needs_device
def test_the_device_compares_as_the_cpu_does(truth: Truth) -> None:
    questions = made_up_questions(truth.vectors, 50, 1)
    exact = np.sort(questions @ truth.vectors.T, axis=1)[:, ::-1][:, :10]
    assert nearest_on_device(questions, truth.vectors, 10) == pytest.approx(exact, abs=1e-4)


@gpu
@needs_device
@pytest.mark.parametrize("chosen", [Kind("flat"), kind()])
def test_the_device_finds_what_the_cpu_finds(truth: Truth, tmp_path: Path, chosen: Kind) -> None:
    store = FaissStore(DIMENSION, chosen)
    store.add_vectors(truth.ids, truth.vectors)
    store.persist(str(tmp_path))
    sealed = FaissStore.from_persist_path(str(tmp_path), sealed=True)
    for question in made_up_questions(truth.vectors, 50, 1):
        mine, theirs = store.search(question, 10)[0], sealed.search(question, 10)[0]
        assert len(set(mine.tolist()) & set(theirs.tolist())) >= 9


def test_the_device_is_asked_where_nothing_is_left_out(
    truth: Truth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    made: Any = faiss

    class Copy(OnDevice):
        def __init__(self, index: faiss.Index) -> None:
            self.index = index

        def search(
            self, row: FloatArray, wanted: int, probes: int
        ) -> tuple[FloatArray, npt.NDArray[np.int64]]:
            asked.append(probes)
            found: tuple[FloatArray, npt.NDArray[np.int64]] = self.index.search(
                row, wanted, params=made.SearchParametersIVF(nprobe=probes)
            )
            return found

    monkeypatch.setattr(faiss_kinds, "has_device", lambda: True)
    monkeypatch.setattr(faiss_kinds, "fill_on_device", lambda *_: None)
    monkeypatch.setattr(faiss_kinds, "copy_to_device", Copy)
    assert recall(truth, tmp_path) > 0.9
    assert asked == [64] * 200
    store = FaissStore.from_persist_path(str(tmp_path), sealed=True)
    ids, _ = store.search(truth.vectors[5], 10, store.select(truth.ids[truth.ids != 5]))
    assert len(ids) == 10 and 5 not in ids
    assert len(asked) == 200


def test_where_the_device_balks_the_cpu_builds(
    truth: Truth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def balk(index: faiss.Index, learned: FloatArray, rows: FloatArray) -> None:
        asked.append(len(rows))
        faiss.downcast_index(index).train(learned)

    monkeypatch.setattr(faiss_kinds, "has_device", lambda: True)
    monkeypatch.setattr(faiss_kinds, "fill_on_device", balk)
    monkeypatch.setattr(faiss_kinds, "copy_to_device", lambda _: None)
    assert recall(truth, tmp_path) > 0.9
    assert asked == [COUNT]


def test_an_exam_knows_the_tenth_nearest(truth: Truth) -> None:
    questions = made_up_questions(truth.vectors, 20, 2)
    exam: Exam = make_exam(truth.vectors, questions)
    assert exam.floors == pytest.approx(np.sort(questions @ truth.vectors.T, axis=1)[:, -10], abs=1e-5)
