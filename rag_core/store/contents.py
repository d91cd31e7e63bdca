"""What of a library can be found: its searchable chunks and their documents, read again only where it changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, Select, func, select

from rag_core.store.chunk_rows import batches
from rag_core.store.schema import chunks, documents
from rag_core.store.scope import Scope, document_conditions, page_conditions
from rag_core.text import cjk_share

IdArray = npt.NDArray[np.int64]

# The passages of a document that tell its language: the first is often a title page in another one.
_TELLING = (0, 1, 2, 5, 10)
# Such a share of Chinese characters is no name in a foreign text: a list of addresses on the web may have no more.
_CHINESE_FROM = 0.03
_WORD, _FEWEST_WORDS = re.compile(r"[^\W\d_]{3,}"), 5


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The ids of all searchable chunks, ascending, and each one's document. `stand`: of each document how many
    there are and the highest id; since ids are never used again, a document's chunks are the same while it is.
    `chinese`: the documents that hold Chinese; `wordless`: those with hardly a word in any language, as of figures
    alone: near every question, they are no text in another language."""

    ids: IdArray
    documents: IdArray
    stand: dict[int, tuple[int, int]]
    chinese: frozenset[int]
    wordless: frozenset[int]

    @property
    def languages(self) -> tuple[bool, ...]:
        """Whether there are documents in Chinese (True), and others (False); only (False,) for wordless ones alone."""
        others = len(self.stand) - len(self.chinese) - len(self.wordless)
        return (True,) * bool(self.chinese) + (False,) * bool(others or (self.stand and not self.chinese))

    def written(self, chinese: bool) -> IdArray:
        """The ids of the chunks of all documents in Chinese, or of all others that have words, ascending."""
        named = self.chinese if chinese else self.chinese | self.wordless
        return self.ids[np.isin(self.documents, np.fromiter(named, np.int64), invert=not chinese)]

    def of(self, document_ids: Collection[int]) -> IdArray:
        """The ids of these documents' chunks, ascending."""
        return self.ids[np.isin(self.documents, np.fromiter(document_ids, np.int64))]


NOTHING = Contents(np.empty(0, np.int64), np.empty(0, np.int64), {}, frozenset(), frozenset())


def read_contents(engine: Engine, library_id: int, before: Contents = NOTHING) -> Contents:
    """The library's contents as they are now. `before` is what they were: only documents that changed since are
    read."""
    with engine.connect() as connection:
        stand = _stand(connection, library_id)
        changed = [one for one, count in stand.items() if before.stand.get(one) != count]
        gone = [one for one in before.stand if one not in stand]
        if not changed and not gone:
            return before
        read = _chunks_of(connection, library_id, changed if before.stand else None)
        chinese, wordless = _languages(connection, library_id, changed if before.stand else None)
    kept = ~np.isin(before.documents, np.array([*changed, *gone], np.int64))
    ids = np.concatenate([before.ids[kept], read[:, 0]])
    order = np.argsort(ids, kind="stable")
    return Contents(
        ids[order],
        np.concatenate([before.documents[kept], read[:, 1]])[order],
        stand,
        before.chinese.difference(changed, gone) | chinese,
        before.wordless.difference(changed, gone) | wordless,
    )


def chunks_within(engine: Engine, library_id: int, scope: Scope) -> IdArray:
    """The ids of the searchable chunks that meet every condition of the scope, ascending."""
    statement = (
        _searchable(select(chunks.c.id), library_id)
        .where(*document_conditions(scope), *page_conditions(scope))
        .order_by(chunks.c.id)
    )
    with engine.connect() as connection:
        return np.fromiter(connection.scalars(statement), np.int64)


def _stand(connection: Connection, library_id: int) -> dict[int, tuple[int, int]]:
    statement = (
        select(chunks.c.document_id, func.count(), func.max(chunks.c.id))
        .select_from(documents.join(chunks))
        .where(documents.c.library_id == library_id, documents.c.deleted_at.is_(None), chunks.c.searchable)
        .group_by(chunks.c.document_id)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(statement)}


def _chunks_of(connection: Connection, library_id: int, document_ids: list[int] | None) -> IdArray:
    """Rows of (chunk, document) of these documents; None for all."""
    statement = _searchable(select(chunks.c.id, chunks.c.document_id), library_id)
    found = list(_rows(connection, statement, document_ids))
    return np.array(found, np.int64).reshape(-1, 2)


def _languages(
    connection: Connection, library_id: int, document_ids: list[int] | None
) -> tuple[frozenset[int], frozenset[int]]:
    """Those of these documents that hold Chinese, and those with hardly a word; None for all."""
    statement = _searchable(select(chunks.c.document_id, chunks.c.text), library_id)
    texts: dict[int, str] = {}
    for document_id, text in _rows(connection, statement.where(chunks.c.ordinal.in_(_TELLING)), document_ids):
        texts[document_id] = f"{texts.get(document_id, '')}\n{text}"
    chinese = frozenset(one for one, text in texts.items() if cjk_share(text) >= _CHINESE_FROM)
    wordless = frozenset(one for one, text in texts.items() if len(_WORD.findall(text)) < _FEWEST_WORDS)
    return chinese, wordless - chinese


def _searchable(columns: Select[Any], library_id: int) -> Select[Any]:
    return columns.select_from(documents.join(chunks)).where(
        documents.c.library_id == library_id, documents.c.deleted_at.is_(None), chunks.c.searchable
    )


def _rows(
    connection: Connection, statement: Select[Any], document_ids: list[int] | None
) -> Iterator[tuple[Any, Any]]:
    """The pairs that the statement gives of these documents; of all where they are None."""
    for some in [None] if document_ids is None else batches(document_ids):
        mine = statement if some is None else statement.where(documents.c.id.in_(some))
        yield from ((row[0], row[1]) for row in connection.execute(mine))
