"""Nodes to put into vector stores and how to ask for them."""

from __future__ import annotations

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterOperator,
    MetadataFilter,
    VectorStoreQuery,
)

from tests.fakes import FakeEmbedder

EMBEDDER = FakeEmbedder(dimension=64)


def vector(text: str) -> list[float]:
    return EMBEDDER.embed_passages([text])[0].tolist()  # type: ignore[no-any-return]


def node(node_id: str, text: str, document: str = "d1", **metadata: object) -> TextNode:
    made = TextNode(id_=node_id, text=text, metadata=metadata, embedding=vector(text))
    made.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=document)
    return made


def ids(store: BasePydanticVectorStore, question: str, limit: int = 10, **conditions: object) -> list[str]:
    result = store.query(
        VectorStoreQuery(query_embedding=vector(question), similarity_top_k=limit, **conditions)  # type: ignore[arg-type]
    )
    assert result.ids is not None and result.nodes is not None and result.similarities is not None
    assert [one.node_id for one in result.nodes] == result.ids
    assert list(result.similarities) == sorted(result.similarities, reverse=True)
    found: list[str] = result.ids
    return found


def equals(key: str, value: object, operator: FilterOperator = FilterOperator.EQ) -> MetadataFilter:
    return MetadataFilter(key=key, value=value, operator=operator)  # type: ignore[arg-type]


class Embedding(BaseEmbedding):  # type: ignore[misc]
    """The vectors as llama-index asks for them."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return vector(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return vector(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return vector(text)
