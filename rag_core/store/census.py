"""What the database holds of a library, counted: what an index of it is measured by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, exists, func, select

from rag_core.errors import Problem
from rag_core.store.answer_json import decode_answer
from rag_core.store.chunk_rows import batches
from rag_core.store.chunks import lacks_embedding, searchable, searched_text
from rag_core.store.documents import UNFINISHED
from rag_core.store.schema import (
    chunks,
    conversation_libraries,
    conversations,
    documents,
    embeddings,
    libraries,
    turns,
)

MOST_FILES = 2000
IdArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and the chunks of the library that its answer cited."""

    question: str
    chunk_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A document that can be searched, by its name."""

    document_id: int
    filename: str


def searchable_chunks(engine: Engine, library_id: int) -> tuple[IdArray, IdArray]:
    """The ids of all chunks that search may return, ascending, and each one's document."""
    statement = (
        select(chunks.c.id, chunks.c.document_id)
        .select_from(chunks.join(documents))
        .where(searchable(), documents.c.library_id == library_id)
        .order_by(chunks.c.id)
    )
    with engine.connect() as connection:
        rows = np.array([tuple(row) for row in connection.execute(statement)], np.int64).reshape(-1, 2)
    return rows[:, 0].copy(), rows[:, 1].copy()


def count_searchable(engine: Engine, library_id: int) -> int:
    """How many chunks of the library search may return."""
    statement = (
        select(func.count())
        .select_from(chunks.join(documents))
        .where(searchable(), documents.c.library_id == library_id)
    )
    with engine.connect() as connection:
        return int(connection.execute(statement).scalar_one())


def nothing_to_search(engine: Engine, library_ids: Sequence[int]) -> Problem | None:
    """Why no search of these libraries can find anything: libraries_empty or libraries_reading, with their
    names, where others hold documents, else no_documents or documents_reading. None where one can."""
    mine = documents.c.library_id == libraries.c.id, documents.c.deleted_at.is_(None)
    holds = exists().where(chunks.c.document_id == documents.c.id, *mine, searchable())
    reads = exists().where(*mine, documents.c.state.in_(UNFINISHED))
    statement = select(libraries.c.id, libraries.c.name, holds.label("holds"), reads.label("reads"))
    with engine.connect() as connection:
        rows = connection.execute(statement.order_by(libraries.c.name)).all()
    chosen = [row for row in rows if row.id in library_ids]
    if any(row.holds for row in chosen):
        return None
    reading = [row for row in chosen if row.reads]
    if not any(row.holds or row.reads for row in rows if row.id not in library_ids):
        return Problem("documents_reading" if reading else "no_documents")
    names = ", ".join(row.name for row in reading or chosen)
    return Problem("libraries_reading" if reading else "libraries_empty", names)


def searchable_files(
    engine: Engine, library_ids: Sequence[int], document_ids: Sequence[int] | None = None
) -> tuple[File, ...]:
    """The documents of the libraries (`document_ids`: of these alone) that can be searched, the oldest
    first; () where they are more than a question's words can be compared with (MOST_FILES)."""
    holds = exists().where(chunks.c.document_id == documents.c.id, searchable())
    statement = (
        select(documents.c.id, documents.c.filename)
        .where(documents.c.library_id.in_(library_ids), holds)
        .order_by(documents.c.id)
        .limit(MOST_FILES + 1)
    )
    if document_ids is not None:
        statement = statement.where(documents.c.id.in_(document_ids))
    with engine.connect() as connection:
        found = tuple(File(row.id, row.filename) for row in connection.execute(statement))
    return found if len(found) <= MOST_FILES else ()


def unembedded(engine: Engine, library_id: int, embedder_id: str) -> int:
    """As count_unembedded, in a transaction of its own."""
    with engine.connect() as connection:
        return count_unembedded(connection, library_id, embedder_id)


def count_unembedded(connection: Connection, library_id: int, embedder_id: str) -> int:
    """How many of the library's searchable chunks have no embedding by this embedder."""
    statement = (
        select(func.count())
        .select_from(chunks.join(documents))
        .where(searchable(), documents.c.library_id == library_id, lacks_embedding(embedder_id))
    )
    return int(connection.execute(statement).scalar_one())


def embeddings_by_others(engine: Engine, library_id: int, embedder_id: str) -> tuple[int, int]:
    """How many embeddings the library's chunks have by other embedders than this, and their bytes."""
    statement = (
        select(func.count(), func.coalesce(func.sum(func.length(embeddings.c.vector)), 0))
        .select_from(embeddings.join(chunks).join(documents))
        .where(documents.c.library_id == library_id, embeddings.c.embedder_id != embedder_id)
    )
    with engine.connect() as connection:
        count, size = connection.execute(statement).one()
        return int(count), int(size)


def dimension_of(engine: Engine, library_id: int, embedder_id: str) -> int:
    """How many numbers the embedder's vectors have in this library; 0 where there are none."""
    statement = (
        select(func.length(embeddings.c.vector))
        .select_from(embeddings.join(chunks).join(documents))
        .where(documents.c.library_id == library_id, embeddings.c.embedder_id == embedder_id)
        .limit(1)
    )
    with engine.connect() as connection:
        return int(connection.execute(statement).scalar() or 0) // 4


def owners_of(engine: Engine, sha256: str) -> tuple[tuple[str, bool], ...]:
    """The documents that were uploaded as these bytes, or are read from them: name, and whether it is deleted."""
    statement = (
        select(documents.c.filename, documents.c.deleted_at)
        .where((documents.c.sha256 == sha256) | (documents.c.readable_sha256 == sha256))
        .order_by(documents.c.id)
    )
    with engine.connect() as connection:
        return tuple((row.filename, row.deleted_at is not None) for row in connection.execute(statement))


def embedded_texts(engine: Engine, ids: Sequence[int]) -> tuple[str, ...]:
    """The words of the chunks as they are given to an embedder, in the order of the ids; "" for one that is gone."""
    found: dict[int, str] = {}
    with engine.connect() as connection:
        for some in batches(ids):
            rows = connection.execute(
                select(chunks.c.id, chunks.c.heading, chunks.c.text).where(chunks.c.id.in_(some))
            )
            found.update((row.id, searched_text(row.heading, row.text)) for row in rows)
    return tuple(found.get(int(one), "") for one in ids)


def asked_questions(engine: Engine, library_id: int, limit: int) -> tuple[Asked, ...]:
    """The latest questions that were put to the library and answered from documents, each once, newest first."""
    statement = (
        select(turns.c.answer)
        .select_from(turns.join(conversations).join(conversation_libraries))
        .where(conversation_libraries.c.library_id == library_id, conversations.c.deleted_at.is_(None))
        .order_by(turns.c.id.desc())
        .limit(limit)
    )
    found: dict[str, Asked] = {}
    with engine.connect() as connection:
        for text in connection.scalars(statement).all():
            try:
                answer = decode_answer(text)
            except (ValueError, json.JSONDecodeError):
                continue
            question = answer.searched or answer.question
            told = answer.refused or answer.courtesy or answer.overview
            if told or not question or question in found:
                continue
            spans = {(each.document_id, each.start, each.end) for each in answer.citations}
            ids = {one for span in spans for one in _overlapping(connection, library_id, span)}
            found[question] = Asked(question, tuple(sorted(ids)))
    return tuple(found.values())


def _overlapping(connection: Connection, library_id: int, span: tuple[int, int, int]) -> Sequence[int]:
    document_id, start, end = span
    statement = (
        select(chunks.c.id)
        .select_from(chunks.join(documents))
        .where(
            documents.c.id == document_id,
            documents.c.library_id == library_id,
            chunks.c.start < end,
            chunks.c.end > start,
        )
    )
    return connection.scalars(statement).all()
