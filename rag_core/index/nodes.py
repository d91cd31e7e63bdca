"""What a vector store keeps of llama-index's nodes beside their vectors: text, metadata, document, and the
number under which the vector stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from llama_index.core.schema import BaseNode, MetadataMode
from llama_index.core.vector_stores.types import FilterCondition, MetadataFilters
from llama_index.core.vector_stores.utils import (
    build_metadata_filter_fn,
    metadata_dict_to_node,
    node_to_metadata_dict,
)

IdArray = npt.NDArray[np.int64]

# Node ids that are not numerals get keys from here on; chunk ids stay far below.
FIRST_NAMED_KEY = 1 << 62


@dataclass(frozen=True, slots=True)
class _Row:
    key: int
    node_id: str
    document: str
    text: str
    metadata: dict[str, Any]


class Nodes:
    """Rows of nodes under int64 keys. A node id that is a numeral below FIRST_NAMED_KEY is its own key, and
    needs no row: a store filled with bare vectors holds nodes without text."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}
        self._keys: dict[str, int] = {}
        self._next = FIRST_NAMED_KEY

    def add(self, node: BaseNode) -> int:
        """Keeps the node; the key of its vector."""
        key = self._key(node.node_id)
        if key is None:
            key = self._keys[node.node_id] = self._next
            self._next += 1
        metadata = node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
        content = node.get_content(MetadataMode.NONE)
        self._rows[key] = _Row(key, node.node_id, node.ref_doc_id or "", content, metadata)
        return key

    def forget(self, keys: Iterable[int]) -> None:
        for key in keys:
            row = self._rows.pop(key, None)
            if row is not None:
                self._keys.pop(row.node_id, None)

    def node(self, key: int) -> BaseNode:
        row = self._rows.get(key) or _Row(key, str(key), "", "", {})
        if not row.metadata:
            row = _Row(key, row.node_id, row.document, row.text, {"_node_content": "{}"})
        node = metadata_dict_to_node(row.metadata, text=row.text)
        node.id_ = row.node_id
        return node

    def of_document(self, document: str) -> list[int]:
        """The keys of the document's nodes."""
        return [key for key, row in self._rows.items() if row.document == document]

    def select(
        self,
        keys: IdArray,
        node_ids: Sequence[str] | None,
        documents: Sequence[str] | None,
        filters: MetadataFilters | None,
    ) -> IdArray:
        """Those of the keys that meet every condition given."""
        if node_ids is not None:
            named = [key for key in map(self._key, node_ids) if key is not None]
            keys = np.intersect1d(keys, np.array(named, np.int64))
        rows = [(key, self._rows.get(key)) for key in keys.tolist()]
        if documents is not None:
            wanted = set(documents)
            rows = [(key, row) for key, row in rows if row is not None and row.document in wanted]
        if filters is not None:
            rows = [(key, row) for key, row in rows if _matches(row.metadata if row else {}, filters)]
        return np.array([key for key, _ in rows], np.int64)

    def save(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"next": self._next}) + "\n")
            file.writelines(json.dumps(asdict(row)) + "\n" for row in self._rows.values())

    @classmethod
    def load(cls, path: Path) -> Nodes:
        """Raises OSError, ValueError, KeyError or TypeError for a file that save() did not write whole."""
        nodes = cls()
        with path.open(encoding="utf-8") as file:
            nodes._next = int(json.loads(file.readline())["next"])
            for line in file:
                row = _Row(**json.loads(line))
                nodes._rows[row.key] = row
                if row.key >= FIRST_NAMED_KEY:
                    nodes._keys[row.node_id] = row.key
        return nodes

    def _key(self, node_id: str) -> int | None:
        if node_id.isascii() and node_id.isdecimal() and len(node_id) < len(str(FIRST_NAMED_KEY)):
            key = int(node_id)
            if str(key) == node_id:
                return key
        return self._keys.get(node_id)


def _matches(metadata: dict[str, Any], filters: MetadataFilters) -> bool:
    """llama-index's own matching, one filter at a time: it does not take nested filters."""
    found = [
        _matches(metadata, one)
        if isinstance(one, MetadataFilters)
        else bool(build_metadata_filter_fn(lambda _: metadata, MetadataFilters(filters=[one]))(""))
        for one in filters.filters
    ]
    match filters.condition:
        case FilterCondition.OR:
            return any(found) or not found
        case FilterCondition.NOT:
            return not any(found)
        case _:
            return all(found)
