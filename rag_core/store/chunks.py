"""Chunks, their embeddings, and the moment they become searchable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from rag_core.errors import Problem
from rag_core.store.chunk_rows import apply_difference, batches, compare, set_page_starts
from rag_core.store.db import write
from rag_core.store.documents import state_values, wanted
from rag_core.store.libraries import bump_revision
from rag_core.store.schema import chunks, documents, embeddings
from rag_core.types import Chunk, DocumentState, ParsedDocument, Passage

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]
LexicalWriter = Callable[[Connection, Iterable[tuple[int, str]]], None]

_VECTOR = np.dtype("<f4")


def searched_text(heading: str, text: str) -> str:
    """What is embedded and looked up by words: the text under its heading."""
    return f"{heading}\n{text}" if heading and not text.startswith(heading) else text


def replace_chunks(
    engine: Engine, document_id: int, new_chunks: Sequence[Chunk], parsed: ParsedDocument
) -> None:
    """Makes these the document's chunks and notes where each page starts in its text.

    A chunk whose text and heading are as before keeps its id, its embedding and whether it can be
    searched; a new one waits for commit_document. Does nothing for a document that is gone.
    """
    with write(engine) as connection:
        library_id = connection.execute(
            select(documents.c.library_id).where(documents.c.id == document_id)
        ).scalar()
        if library_id is None:
            return
        set_page_starts(connection, document_id, parsed)
        apply_difference(connection, document_id, compare(connection, document_id, new_chunks), parsed)
        bump_revision(connection, library_id)


def reuse_embeddings(engine: Engine, document_id: int, embedder_id: str) -> int:
    """Gives the document's chunks without an embedding the one that the same words under the same heading
    have in any document; returns how many."""
    other, theirs = chunks.alias(), embeddings.alias()
    same = (
        (other.c.words_hash == chunks.c.words_hash)
        & (other.c.text == chunks.c.text)
        & (other.c.heading == chunks.c.heading)
    )
    statement = (
        select(chunks.c.id, func.min(other.c.id))
        .select_from(chunks.join(other, same).join(theirs, theirs.c.chunk_id == other.c.id))
        .where(
            chunks.c.document_id == document_id,
            theirs.c.embedder_id == embedder_id,
            lacks_embedding(embedder_id),
        )
        .group_by(chunks.c.id)
    )
    with engine.connect() as connection:
        known = {row[0]: row[1] for row in connection.execute(statement)}
        for some in batches(sorted(set(known.values()))):
            rows = connection.execute(
                select(embeddings.c.chunk_id, embeddings.c.vector).where(
                    embeddings.c.chunk_id.in_(some), embeddings.c.embedder_id == embedder_id
                )
            ).all()
            vectors = {row.chunk_id: np.frombuffer(row.vector, _VECTOR) for row in rows}
            ids = [mine for mine, one in known.items() if one in vectors]
            if ids:
                save_embeddings(engine, embedder_id, ids, np.stack([vectors[known[one]] for one in ids]))
    return len(known)


def pending_embeddings(
    engine: Engine, document_id: int, embedder_id: str, limit: int
) -> tuple[tuple[int, str], ...]:
    """The document's next chunks without an embedding: (chunk id, text to embed)."""
    return _pending(engine, chunks.c.document_id == document_id, embedder_id, limit)


def pending_in_library(
    engine: Engine, library_id: int, embedder_id: str, limit: int
) -> tuple[tuple[int, str], ...]:
    """The library's next searchable chunks without an embedding by this embedder."""
    mine = select(documents.c.id).where(
        documents.c.library_id == library_id, documents.c.deleted_at.is_(None)
    )
    return _pending(engine, and_(chunks.c.searchable, chunks.c.document_id.in_(mine)), embedder_id, limit)


def save_embeddings(engine: Engine, embedder_id: str, ids: Sequence[int], vectors: FloatArray) -> None:
    """Stores the vectors (one a row) of the chunks; chunks that are gone are left out."""
    rows = np.ascontiguousarray(vectors, _VECTOR)
    if len(rows) != len(ids):
        raise ValueError(f"{len(ids)} ids for {len(rows)} vectors")
    with write(engine) as connection:
        here: set[int] = set()
        for some in batches(ids):
            here.update(connection.scalars(select(chunks.c.id).where(chunks.c.id.in_(some))))
            connection.execute(
                delete(embeddings).where(
                    embeddings.c.chunk_id.in_(some), embeddings.c.embedder_id == embedder_id
                )
            )
        values = [
            {"chunk_id": int(chunk_id), "embedder_id": embedder_id, "vector": row.tobytes()}
            for chunk_id, row in zip(ids, rows, strict=True)
            if chunk_id in here
        ]
        if values:
            connection.execute(insert(embeddings), values)


def commit_document(
    engine: Engine,
    document_id: int,
    attempt: int | None,
    outcome: tuple[DocumentState, Problem | None],
    write_words: LexicalWriter,
) -> bool:
    """Makes all of the document's chunks searchable at once, with their words, and sets its state.

    One transaction: search sees all of the document or nothing of it. `write_words` is
    index.lexical.write_rows. False, and nothing changes, when the document is deleted or, where an
    attempt is given, that attempt is over.
    """
    still = documents.c.deleted_at.is_(None) if attempt is None else wanted(attempt)
    with write(engine) as connection:
        row = connection.execute(
            select(documents.c.library_id).where(documents.c.id == document_id, still).with_for_update()
        ).first()
        if row is None:
            return False
        fresh = and_(chunks.c.document_id == document_id, chunks.c.searchable.is_(False))
        found = connection.execute(select(chunks.c.id, chunks.c.heading, chunks.c.text).where(fresh)).all()
        write_words(connection, [(chunk.id, searched_text(chunk.heading, chunk.text)) for chunk in found])
        connection.execute(update(chunks).where(fresh).values(searchable=True))
        connection.execute(
            update(documents).where(documents.c.id == document_id).values(**state_values(*outcome))
        )
        bump_revision(connection, row.library_id)
    return True


def searchable_ids(engine: Engine, library_id: int, document_ids: Sequence[int] | None = None) -> IdArray:
    """The ids of all chunks that search may return, ascending; of these documents where they are given."""
    statement = (
        select(chunks.c.id)
        .select_from(chunks.join(documents))
        .where(searchable(), documents.c.library_id == library_id)
        .order_by(chunks.c.id)
    )
    if document_ids is not None:
        statement = statement.where(documents.c.id.in_(document_ids))
    with engine.connect() as connection:
        return np.fromiter(connection.scalars(statement), np.int64)


def vectors(engine: Engine, library_id: int, embedder_id: str, after_id: int) -> tuple[IdArray, FloatArray]:
    """The searchable chunks with an id above `after_id` and their embeddings: ids ascending (n,), rows
    (n, dimension); (0, 0) when there are none."""
    mine = (
        searchable(),
        documents.c.library_id == library_id,
        embeddings.c.embedder_id == embedder_id,
        chunks.c.id > after_id,
    )
    source = chunks.join(documents).join(embeddings)
    with engine.connect() as connection:
        count, width = connection.execute(
            select(func.count(), func.max(func.length(embeddings.c.vector))).select_from(source).where(*mine)
        ).one()
        if not count:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        ids = np.empty(count, np.int64)
        matrix = np.empty((count, width // _VECTOR.itemsize), np.float32)
        statement = (
            select(chunks.c.id, embeddings.c.vector).select_from(source).where(*mine).order_by(chunks.c.id)
        )
        at = 0
        for part in connection.execution_options(yield_per=10_000).execute(statement).partitions():
            ids[at : at + len(part)] = [row.id for row in part]
            matrix[at : at + len(part)] = np.frombuffer(
                b"".join(row.vector for row in part), _VECTOR
            ).reshape(len(part), -1)
            at += len(part)
    return ids, matrix


def searchable() -> ColumnElement[bool]:
    """The condition under which search may return a chunk, of chunks joined with documents."""
    return and_(chunks.c.searchable, documents.c.deleted_at.is_(None))


def lacks_embedding(embedder_id: str) -> ColumnElement[bool]:
    """The condition that a chunk has no embedding by this embedder."""
    has_one = and_(embeddings.c.chunk_id == chunks.c.id, embeddings.c.embedder_id == embedder_id)
    return ~select(embeddings.c.chunk_id).where(has_one).exists()


def passages(engine: Engine, ids: Sequence[int]) -> tuple[Passage, ...]:
    """The chunks in the order of the ids; those no longer searchable are left out."""
    found: dict[int, Passage] = {}
    with engine.connect() as connection:
        for some in batches(ids):
            rows = connection.execute(_passages().where(chunks.c.id.in_(some)))
            found.update((row.id, _passage(row)) for row in rows)
    return tuple(found[chunk_id] for chunk_id in map(int, ids) if chunk_id in found)


def neighbours(engine: Engine, passage: Passage, before: int, after: int) -> tuple[Passage, ...]:
    """The passages just before and after in the document, in reading order, without the passage itself."""
    statement = (
        _passages()
        .where(
            chunks.c.document_id == passage.document_id,
            chunks.c.ordinal.between(passage.ordinal - before, passage.ordinal + after),
            chunks.c.id != passage.id,
        )
        .order_by(chunks.c.ordinal)
    )
    with engine.connect() as connection:
        return tuple(_passage(row) for row in connection.execute(statement))


def document_passages(engine: Engine, document_id: int) -> tuple[Passage, ...]:
    """All of the document's searchable passages, in reading order."""
    statement = _passages().where(chunks.c.document_id == document_id).order_by(chunks.c.ordinal)
    with engine.connect() as connection:
        return tuple(_passage(row) for row in connection.execute(statement))


def _pending(
    engine: Engine, mine: ColumnElement[bool], embedder_id: str, limit: int
) -> tuple[tuple[int, str], ...]:
    statement = (
        select(chunks.c.id, chunks.c.heading, chunks.c.text)
        .where(mine, lacks_embedding(embedder_id))
        .order_by(chunks.c.id)
        .limit(limit)
    )
    with engine.connect() as connection:
        return tuple((row.id, searched_text(row.heading, row.text)) for row in connection.execute(statement))


def _passages() -> Select[tuple[object, ...]]:
    return (
        select(chunks, documents.c.library_id, documents.c.filename)
        .select_from(chunks.join(documents))
        .where(searchable())
    )


def _passage(row: Row[*tuple[Any, ...]]) -> Passage:
    return Passage(
        id=row.id,
        document_id=row.document_id,
        library_id=row.library_id,
        filename=row.filename,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        text=row.text,
        heading=row.heading,
        first_page=row.first_page,
        last_page=row.last_page,
    )
