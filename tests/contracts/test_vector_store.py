"""What llama-index may expect of a vector store, for every kind of index."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import (
    FilterCondition,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from rag_core.index import faiss_kinds
from rag_core.index.faiss_store import FaissStore, IndexDamaged
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, Kind, ivfpq
from rag_core.protocols import FloatArray
from tests.contracts.stored_nodes import EMBEDDER, Embedding, equals, ids, node, vector

COUNT = 10_000
CELLS = replace(ivfpq(COUNT, 64), probes=32, pieces=4, reranked=200)
KINDS = [FLAT, HNSW, HNSW_SQ8, CELLS, replace(CELLS, turned=True, pieces=2)]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name + "-turned" * kind.turned)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def store(kind: Kind) -> FaissStore:
    store = FaissStore(64, kind)
    store.add(
        [
            node("7", "payment is due in thirty days", "d1", library=1, page=3),
            node("a-b", "the cat sat on the mat", "d1", library=1, page=9),
            node("9", "der Vertrag endet am Montag", "d2", library=2, page=1),
        ]
    )
    return store


def test_where_milvus_balks_or_takes_no_notice(store: FaissStore) -> None:
    assert ids(store, "cat", limit=0) == []
    assert ids(FaissStore(64), "cat") == []
    neither = MetadataFilters(filters=[equals("library", 1)], condition=FilterCondition.NOT)
    assert ids(store, "cat", filters=neither) == ["9"]
    store.delete_nodes()
    assert {one.node_id for one in store.get_nodes()} == {"7", "a-b", "9"}
    nested = MetadataFilters(filters=[neither, equals("page", 9)], condition=FilterCondition.OR)
    assert set(ids(store, "cat", filters=nested)) == {"a-b", "9"}
    store.clear()
    assert ids(store, "cat") == []


def test_the_example_in_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line[4:] for line in (FaissStore.__doc__ or "").splitlines() if line.startswith(" " * 8)]
    assert len(lines) == 5
    names: dict[str, Any] = {
        "FaissStore": lambda dimension, kind: FaissStore(EMBEDDER.dimension, kind),
        "HNSW": HNSW,
    }
    names |= {"VectorStoreIndex": VectorStoreIndex, "TextNode": TextNode, "embedding": Embedding()}
    exec("\n".join(line.strip() for line in lines), names)
    [found] = names["found"]
    assert found.node.get_content() == "The rent is due on the first."
    assert len(FaissStore.from_persist_path("folder").keys) == 1


@pytest.mark.parametrize("sealed", [False, True])
def test_a_persisted_store_comes_back_the_same(store: FaissStore, tmp_path: Path, sealed: bool) -> None:
    store.delete_nodes(["7"])
    store.persist(str(tmp_path / "store"))
    back = FaissStore.from_persist_path(str(tmp_path / "store"), sealed)
    assert ids(back, "the cat sat") == ids(store, "the cat sat")
    assert back.get_nodes(["a-b"])[0].metadata == {"library": 1, "page": 9}
    if sealed:
        with pytest.raises(TypeError):
            back.add([node("x", "more")])
        with pytest.raises(TypeError):
            back.delete("d1")
    else:
        back.add([node("other name", "more words")])
        assert ids(back, "more words", limit=1) == ["other name"]
        assert set(ids(back, "cat")) == {"a-b", "9", "other name"}


@pytest.mark.parametrize("name", ["vectors.faiss", "rows.npy", "keys.npy", "nodes.jsonl", "kind.json"])
@pytest.mark.parametrize("harm", ["gone", "empty", "cut"])
def test_damage_is_told(store: FaissStore, tmp_path: Path, name: str, harm: str) -> None:
    store.persist(str(tmp_path))
    path = tmp_path / name
    if name == "rows.npy" and not store.kind.is_coded:
        assert not path.exists()
        return
    whole = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if harm == "empty" else whole[: len(whole) // 2])
    with pytest.raises(IndexDamaged):
        FaissStore.from_persist_path(str(tmp_path), sealed=True)


def test_what_is_not_offered_is_refused(store: FaissStore) -> None:
    with pytest.raises(ValueError):
        store.query(VectorStoreQuery(query_embedding=vector("cat"), mode=VectorStoreQueryMode.MMR))
    with pytest.raises(ValueError):
        store.query(VectorStoreQuery(query_str="cat"))


@pytest.fixture(scope="module")
def clustered() -> FloatArray:
    """Unit vectors around centres, as texts lie."""
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((200, 64))[draw.integers(0, 200, COUNT)]
    rows = rows + 0.7 * draw.standard_normal(rows.shape)
    unit: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(params=[16_384, 0], ids=["compared", "searched"])
def few_places(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Up to how many places a selection is compared one by one; a store this large is no test else."""
    monkeypatch.setattr(faiss_kinds, "FEW_PLACES", request.param)
    few: int = request.param
    return few


@pytest.fixture(scope="module")
def large(clustered: FloatArray, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], FaissStore]:
    """A sealed store of the kind that holds them, mapped from its files."""
    made: dict[Kind, FaissStore] = {}

    def store_of(kind: Kind) -> FaissStore:
        if kind not in made:
            store = FaissStore(64, kind)
            store.add_vectors(np.arange(len(clustered), dtype=np.int64) + 10**9, clustered)
            folder = str(tmp_path_factory.mktemp("large"))
            store.persist(folder)
            made[kind] = FaissStore.from_persist_path(folder, sealed=True)
        return made[kind]

    return store_of


def test_a_selection_of_a_large_store_is_filled_with_the_nearest(
    kind: Kind, few_places: int, clustered: FloatArray, large: Callable[[Kind], FaissStore]
) -> None:
    """A search that has to leave out nearly all it meets must not come back with half a list."""
    store = large(kind)
    around = np.argsort(-(clustered @ clustered[3]))
    for wanted in (
        np.arange(30),
        np.arange(0, COUNT, 20),
        np.arange(0, COUNT, 2),
        np.arange(COUNT),
        # Nothing near the question is allowed.
        np.sort(around[5_000:]),
    ):
        selection = store.select(wanted.astype(np.int64) + 10**9)
        question = clustered[3] + 0.05
        found, cosines = store.search(question, 20, selection)
        exact = wanted[np.argsort(-(clustered[wanted] @ question))[:20]] + 10**9
        assert len(set(found.tolist())) == 20
        assert set(found.tolist()) <= set((wanted + 10**9).tolist())
        assert len(set(found.tolist()) & set(exact.tolist())) >= (17 if few_places else 10)
        # What is told is the true cosine, whatever the index keeps.
        assert cosines == pytest.approx(clustered[found - 10**9] @ question, abs=1e-5)
        assert np.all(np.diff(cosines) <= 0)


def test_the_vectors_can_be_had_back(
    kind: Kind, clustered: FloatArray, large: Callable[[Kind], FaissStore]
) -> None:
    some = np.arange(100, COUNT, 1000)
    assert np.array_equal(large(kind).take(some + 10**9), clustered[some])


def test_a_kind_that_is_trained_starts_when_there_are_enough(kind: Kind, clustered: FloatArray) -> None:
    store = FaissStore(64, kind)
    names = np.arange(len(clustered), dtype=np.int64)
    for low in range(0, COUNT, 3500):
        store.add_vectors(names[low : low + 3500], clustered[low : low + 3500])
        assert store.search(clustered[low], 1)[0].tolist() == [low]
    assert store.client.is_trained
    assert store.client.ntotal == COUNT


def test_searches_and_changes_at_the_same_time(kind: Kind) -> None:
    store = FaissStore(64, kind)
    store.add([node("0", "word number 0")])
    problems: list[BaseException] = []

    def search() -> None:
        try:
            for _ in range(100):
                assert "0" in ids(store, "word number 0", limit=500)
        except BaseException as error:
            problems.append(error)

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for thread in searchers:
        thread.start()
    for number in range(1, 100):
        store.add([node(str(number), f"word number {number}", f"d{number}")])
        if number % 3 == 0:
            store.delete(f"d{number}")
    for thread in searchers:
        thread.join()
    assert problems == []
    assert len(ids(store, "word", limit=500)) == 100 - 33
