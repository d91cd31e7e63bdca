"""What llama-index may expect of a vector store: ours of every kind, and Milvus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilters,
    VectorStoreQuery,
)

from rag_core.index.faiss_store import FaissStore
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, Kind, ivfpq
from tests.contracts.stored_nodes import Embedding, equals, ids, node, vector

CELLS = replace(ivfpq(10_000, 64), probes=32, pieces=4, reranked=200)
Opened = Callable[[], BasePydanticVectorStore]


def _ours(kind: Kind, folder: Path) -> tuple[BasePydanticVectorStore, Opened]:
    store = FaissStore(64, kind)

    def open_again() -> BasePydanticVectorStore:
        store.persist(str(folder))
        return FaissStore.from_persist_path(str(folder))

    return store, open_again


def _milvus(folder: Path) -> tuple[BasePydanticVectorStore, Opened]:
    milvus = pytest.importorskip("llama_index.vector_stores.milvus")
    pytest.importorskip("milvus_lite")

    def open_again() -> BasePydanticVectorStore:
        made: BasePydanticVectorStore = milvus.MilvusVectorStore(
            uri=str(folder / "milvus.db"),
            dim=64,
            upsert_mode=True,
            similarity_metric="IP",
            consistency_level="Strong",
            use_async_client=False,
        )
        return made

    return open_again(), open_again


@pytest.fixture(params=[FLAT, HNSW, HNSW_SQ8, CELLS, None], ids=lambda kind: kind.name if kind else "milvus")
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[BasePydanticVectorStore, Opened]:
    """A store, and how it is opened again."""
    return _milvus(tmp_path) if request.param is None else _ours(request.param, tmp_path)


@pytest.fixture
def store(opened: tuple[BasePydanticVectorStore, Opened]) -> BasePydanticVectorStore:
    opened[0].add(
        [
            node("7", "payment is due in thirty days", "d1", library=1, page=3),
            node("a-b", "the cat sat on the mat", "d1", library=1, page=9),
            node("9", "der Vertrag endet am Montag", "d2", library=2, page=1),
        ]
    )
    return opened[0]


def test_the_nearest_node_comes_back_whole(store: BasePydanticVectorStore) -> None:
    result = store.query(VectorStoreQuery(query_embedding=vector("cat on a mat"), similarity_top_k=1))
    assert result.nodes is not None and result.similarities is not None
    [one] = result.nodes
    assert isinstance(one, TextNode)
    assert (one.node_id, one.text, one.ref_doc_id) == ("a-b", "the cat sat on the mat", "d1")
    assert one.metadata == {"library": 1, "page": 9}
    expected = float(np.dot(vector("cat on a mat"), vector("the cat sat on the mat")))
    assert result.similarities[0] == pytest.approx(expected, abs=1e-5)


def test_no_more_than_there_are(store: BasePydanticVectorStore) -> None:
    assert len(ids(store, "cat", limit=50)) == 3


def test_filters(store: BasePydanticVectorStore) -> None:
    one = MetadataFilters(filters=[equals("library", 1)])
    both = MetadataFilters(filters=[equals("library", 1), equals("page", 5, FilterOperator.GT)])
    either = MetadataFilters(
        filters=[equals("page", [1, 2], FilterOperator.IN), both], condition=FilterCondition.OR
    )
    assert set(ids(store, "cat", filters=one)) == {"7", "a-b"}
    assert ids(store, "cat", filters=both) == ["a-b"]
    assert set(ids(store, "cat", filters=either)) == {"a-b", "9"}
    assert ids(store, "cat", filters=MetadataFilters(filters=[equals("absent", 1)])) == []


def test_chosen_nodes_and_documents(store: BasePydanticVectorStore) -> None:
    assert set(ids(store, "cat", node_ids=["7", "9", "unknown"])) == {"7", "9"}
    assert ids(store, "cat", node_ids=["unknown"]) == []
    assert ids(store, "cat", doc_ids=["d2"]) == ["9"]


def test_a_deleted_document_is_never_found_again(store: BasePydanticVectorStore) -> None:
    store.delete("d1")
    assert ids(store, "the cat sat on the mat") == ["9"]
    assert store.get_nodes(["7", "a-b"]) == []
    store.delete("unknown")
    assert ids(store, "cat") == ["9"]


def test_delete_nodes_by_id_and_by_filter(store: BasePydanticVectorStore) -> None:
    store.delete_nodes(["7"])
    assert set(ids(store, "payment")) == {"a-b", "9"}
    store.delete_nodes(filters=MetadataFilters(filters=[equals("library", 2)]))
    assert ids(store, "payment") == ["a-b"]


def test_a_place_is_not_given_to_another_node(store: BasePydanticVectorStore) -> None:
    store.delete_nodes(["a-b"])
    store.add([node("new", "an unrelated thing", "d3")])
    assert ids(store, "the cat sat on the mat", limit=4).count("a-b") == 0
    assert ids(store, "an unrelated thing", limit=1) == ["new"]


def test_adding_an_id_again_replaces_it(store: BasePydanticVectorStore) -> None:
    store.add([node("7", "first thought", "d9"), node("7", "the second thought counts", "d9")])
    assert ids(store, "the second thought counts").count("7") == 1
    assert ids(store, "the second thought counts", limit=1) == ["7"]
    store.delete("d9")
    assert "7" not in ids(store, "payment is due in thirty days")


def test_what_was_stored_is_there_after_opening_again(
    store: BasePydanticVectorStore, opened: tuple[BasePydanticVectorStore, Opened]
) -> None:
    store.delete_nodes(["7"])
    back = opened[1]()
    assert set(ids(back, "the cat sat")) == {"a-b", "9"}
    [one] = back.get_nodes(["a-b"])
    assert one.metadata == {"library": 1, "page": 9}


def test_llama_index_can_stand_on_it(store: BasePydanticVectorStore) -> None:
    index = VectorStoreIndex.from_vector_store(store, embed_model=Embedding())
    index.insert_nodes([TextNode(id_="11", text="the rent is paid on the first of the month")])
    [found] = index.as_retriever(similarity_top_k=1).retrieve("when is the rent paid")
    assert found.node.node_id == "11"
    index.delete_nodes(["11"])
    [found] = index.as_retriever(similarity_top_k=1).retrieve("when is the rent paid")
    assert found.node.node_id != "11"
