"""Vectors in FAISS behind llama-index's vector store interface.

Similarity is the cosine, since vectors come L2-normalised. The place of a vector in the index is never given
to another: deleting marks the place dead, and every search leaves it out.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from rag_core.errors import WenjuError
from rag_core.index.faiss_kinds import Selection, VectorIndex
from rag_core.index.kind import FLAT, Kind
from rag_core.index.nodes import Nodes

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

_KEYS, _NODES, _KIND, _SIZES = "keys.npy", "nodes.jsonl", "kind.json", "sizes.json"
_DEAD = -1


class IndexDamaged(WenjuError):
    """The index's files are missing, cut off or not an index. They can be rebuilt from the database."""


class FaissStore(BasePydanticVectorStore):  # type: ignore[misc]
    """A llama-index vector store over FAISS with real deletes, filters and persistence.

    Safe for concurrent use. A sealed store refuses changes and answers searches in parallel.

        store = FaissStore(dimension=384, kind=HNSW)
        index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
        index.insert_nodes([TextNode(text="The rent is due on the first.")])
        found = index.as_retriever(similarity_top_k=3).retrieve("When is the rent due?")
        store.persist("folder")
    """

    stores_text: bool = True
    flat_metadata: bool = True

    _index: VectorIndex = PrivateAttr()
    _keys: IdArray = PrivateAttr()
    _order: IdArray = PrivateAttr()
    _everything: Selection | None = PrivateAttr(default=None)
    _nodes: Nodes = PrivateAttr()
    _sealed: bool = PrivateAttr(default=False)
    _lock: Any = PrivateAttr()

    def __init__(self, dimension: int, kind: Kind = FLAT) -> None:
        super().__init__()
        self._index = VectorIndex(dimension, kind)
        self._nodes = Nodes()
        self._lock = threading.RLock()
        self._set_keys(np.empty(0, np.int64))

    @classmethod
    def class_name(cls) -> str:
        return cls.__name__

    @property
    def client(self) -> Any:
        """The FAISS index."""
        return self._index.faiss

    @property
    def kind(self) -> Kind:
        """The kind of index and its parameters."""
        return self._index.kind

    def retune(self, kind: Kind) -> None:
        """Searches with these parameters from now on; only those of searching may differ."""
        self._index.kind = kind

    @property
    def keys(self) -> IdArray:
        """The ids of the vectors that can be found, ascending."""
        return self._keys[self._places(None)]

    def add_vectors(self, keys: IdArray, vectors: FloatArray) -> None:
        """Adds rows (n, dimension) under these ids; a vector that stands under one already is replaced."""
        with self._changing():
            self._kill(keys)
            self._index.add(vectors)
            self._set_keys(np.concatenate([self._keys, np.asarray(keys, np.int64)]))

    def seal(self) -> FaissStore:
        """Refuses changes from now on; the store itself."""
        self._sealed = True
        return self

    def select(self, keys: IdArray | None = None) -> Selection:
        """A search's choice of ids (those that are not there are ignored; None for all), good until the
        store is changed."""
        if keys is None and self._everything is not None:
            return self._everything
        with self._lock:
            places = self._places(keys)
            mask = np.zeros(len(self._keys), bool)
            mask[places] = True
            selection = Selection(places, np.packbits(mask, bitorder="little"), len(mask))
            if keys is None:
                self._everything = selection
        return selection

    def take(self, keys: IdArray) -> FloatArray:
        """The vectors under these ids, all of which must be there, as they were added; in the ids' ascending
        order, as is `keys`."""
        with nullcontext() if self._sealed else self._lock:
            return self._index.take(self._places(keys))

    def search(
        self, vector: FloatArray, limit: int, selection: Selection | None = None
    ) -> tuple[IdArray, FloatArray]:
        """The nearest ids and their cosines, best first, at most `limit`."""
        with nullcontext() if self._sealed else self._lock:
            places, cosines = self._index.search(_row(vector), limit, selection or self.select())
        return self._keys[places], cosines

    def _changing(self) -> Any:
        if self._sealed:
            # Besides, FAISS ends the process when a mapped index is added to.
            raise TypeError("a sealed store can't be changed")
        return self._lock

    def _set_keys(self, keys: IdArray) -> None:
        self._keys = keys
        self._order = np.argsort(keys, kind="stable")
        self._everything = None

    def _places(self, keys: IdArray | None) -> IdArray:
        """The places of the ids that are there, in the ids' ascending order."""
        ordered = self._keys[self._order]
        if keys is None:
            return self._order[np.searchsorted(ordered, _DEAD, side="right") :]
        wanted = np.unique(np.asarray(keys, np.int64))
        wanted = wanted[wanted != _DEAD]
        at = np.minimum(np.searchsorted(ordered, wanted), max(len(ordered) - 1, 0))
        there: IdArray = self._order[at[ordered[at] == wanted]] if len(ordered) else wanted[:0]
        return there

    def _kill(self, keys: IdArray) -> None:
        changed = self._keys.copy()
        changed[self._places(keys)] = _DEAD
        self._set_keys(changed)

    # llama-index's interface.

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Adds nodes with embeddings; a node whose id is there already is replaced."""
        if nodes:
            # Of nodes with the same id the last one counts.
            latest = list({node.node_id: node for node in nodes}.values())
            vectors = np.array([node.get_embedding() for node in latest], np.float32)
            with self._changing():
                self.add_vectors(np.array([self._nodes.add(node) for node in latest], np.int64), vectors)
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Deletes the document's nodes."""
        with self._changing():
            self._forget(np.array(self._nodes.of_document(ref_doc_id), np.int64))

    def delete_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **_: Any
    ) -> None:
        """Deletes these nodes; with filters, those of them (or of all) whose metadata match. Given neither,
        nothing: clear() deletes all."""
        if node_ids is not None or filters is not None:
            with self._changing():
                self._forget(self._nodes.select(self.keys, node_ids, None, filters))

    def clear(self) -> None:
        """Deletes all nodes."""
        with self._changing():
            self._forget(self.keys)

    def get_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """The nodes with these ids (None for all) whose metadata match, without their embeddings."""
        with self._lock:
            keys = self._nodes.select(self.keys, node_ids, None, filters)
            return [self._nodes.node(key) for key in keys.tolist()]

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """The nearest nodes. Raises ValueError for any mode but the default one and without an embedding."""
        if query.mode != VectorStoreQueryMode.DEFAULT or query.query_embedding is None:
            raise ValueError("only a default query with an embedding can be answered")
        with self._lock:
            # llama-index's own indexes pass empty lists where they mean no condition.
            names, documents = query.node_ids or None, query.doc_ids or None
            chosen = self._nodes.select(self.keys, names, documents, query.filters)
            vector = np.array(query.query_embedding, np.float32)
            keys, cosines = self.search(vector, query.similarity_top_k, self.select(chosen))
            nodes = [self._nodes.node(key) for key in keys.tolist()]
        ids = [node.node_id for node in nodes]
        return VectorStoreQueryResult(nodes=nodes, ids=ids, similarities=cosines.tolist())

    def _forget(self, keys: IdArray) -> None:
        self._kill(keys)
        self._nodes.forget(keys.tolist())

    # Files.

    def persist(self, persist_path: str, fs: Any = None) -> None:
        """Writes the store into the folder, which is made. Only the local file system (fs=None)."""
        if fs is not None:
            raise ValueError("only the local file system is supported")
        folder = Path(persist_path)
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._index.save(folder)
            np.save(folder / _KEYS, self._keys)
            self._nodes.save(folder / _NODES)
            (folder / _KIND).write_text(json.dumps(asdict(self.kind)), encoding="utf-8")
            sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.name != _SIZES}
            (folder / _SIZES).write_text(json.dumps(sizes), encoding="utf-8")

    @classmethod
    def from_persist_path(cls, persist_path: str, sealed: bool = False) -> FaissStore:
        """The store that persist() wrote. Sealed, it reads vectors from the file as they are needed; the
        folder may be deleted meanwhile. Raises IndexDamaged."""
        folder = Path(persist_path)
        try:
            _check_sizes(folder)
            kind = Kind(**json.loads((folder / _KIND).read_text(encoding="utf-8")))
            index = VectorIndex.load(folder, kind, sealed)
            keys = np.load(folder / _KEYS, allow_pickle=False)
            nodes = Nodes.load(folder / _NODES)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise IndexDamaged(str(folder)) from error
        if len(index) != len(keys) or keys.dtype != np.int64:
            raise IndexDamaged(str(folder))
        store = cls(index.dimension, kind)
        store._index, store._nodes, store._sealed = index, nodes, sealed
        store._set_keys(keys)
        return store


def _row(vector: FloatArray) -> FloatArray:
    return np.ascontiguousarray(vector, np.float32).reshape(1, -1)


def is_whole(folder: Path) -> bool:
    """Whether the folder that persist() wrote is there, with every file as long as it was written."""
    try:
        _check_sizes(folder)
    except (OSError, ValueError):
        return False
    return (folder / _KEYS).exists()


def _check_sizes(folder: Path) -> None:
    """Raises ValueError or OSError where a file is not as long as it was written: reading the missing end of a
    mapped file would end the process. Folders of older versions don't say how long their files are."""
    if (folder / _SIZES).exists():
        for name, size in json.loads((folder / _SIZES).read_text(encoding="utf-8")).items():
            if (folder / name).stat().st_size != size:
                raise ValueError(f"{name} is cut off: {folder}")
