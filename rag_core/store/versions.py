"""A file that was uploaded again under its name with other content: which of the two versions stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select, update

from rag_core.store.db import write
from rag_core.store.documents import delete_documents, deleted_documents, get_document, restore_documents
from rag_core.store.schema import documents
from rag_core.types import Document

BOTH_STAY = 0


def older_versions(listed: Sequence[Document]) -> Mapping[int, Document]:
    """Of a library's documents, each that nobody has decided about with the latest older one of its name."""
    latest: dict[str, Document] = {}
    found: dict[int, Document] = {}
    for document in sorted(listed, key=lambda one: one.id):
        older = latest.get(document.filename)
        if older is not None and document.replaces is None:
            found[document.id] = older
        latest[document.filename] = document
    return found


def replace_older(engine: Engine, document_id: int, older_id: int, now: float) -> None:
    """Has the older version deleted as soon as the document is indexed, which may be at once."""
    _decide(engine, document_id, older_id)
    retire_replaced(engine, now)


def keep_both(engine: Engine, document_id: int) -> None:
    """Leaves the older version where it is, for good; one that has gone comes back."""
    older_id = get_document(engine, document_id).replaces
    _decide(engine, document_id, BOTH_STAY)
    if older_id:
        restore_documents(engine, [older_id])


def retire_replaced(engine: Engine, now: float) -> tuple[int, ...]:
    """Deletes every older version whose successor is indexed, as a user would; returns their ids. A
    successor that could be read only in part does not do."""
    older = documents.alias()
    statement = (
        select(older.c.id)
        .join(documents, documents.c.replaces == older.c.id)
        .where(
            documents.c.state == "indexed",
            documents.c.deleted_at.is_(None),
            documents.c.library_id == older.c.library_id,
            older.c.deleted_at.is_(None),
        )
    )
    with engine.connect() as connection:
        gone = tuple(connection.scalars(statement))
    if gone:
        delete_documents(engine, gone, now)
    return gone


def replaced_versions(engine: Engine, listed: Sequence[Document]) -> Mapping[int, Document]:
    """Of a library's documents, each that has taken the place of an older one that can still come back."""
    older_ids = {one.replaces: one.id for one in listed if one.replaces}
    if not older_ids:
        return {}
    return {older_ids[one.id]: one for one in deleted_documents(engine, tuple(older_ids))}


def has_namesake(engine: Engine, document: Document) -> bool:
    """Whether another document of its library, not deleted, bears its name."""
    statement = select(documents.c.id).where(
        documents.c.library_id == document.library_id,
        documents.c.filename == document.filename,
        documents.c.id != document.id,
        documents.c.deleted_at.is_(None),
    )
    with engine.connect() as connection:
        return connection.scalar(statement.limit(1)) is not None


def documents_of(engine: Engine, sha256: str) -> tuple[Document, ...]:
    """All documents of that content, deleted ones that are not yet purged too."""
    with engine.connect() as connection:
        found = connection.scalars(select(documents.c.id).where(documents.c.sha256 == sha256)).all()
    return tuple(get_document(engine, one) for one in found)


def deleted_in(engine: Engine, library_id: int) -> tuple[Document, ...]:
    """The library's documents that are deleted but not yet purged, the latest deleted first."""
    statement = select(documents.c.id).where(
        documents.c.library_id == library_id, documents.c.deleted_at.is_not(None)
    )
    with engine.connect() as connection:
        ids = connection.scalars(statement).all()
    return tuple(sorted(deleted_documents(engine, ids), key=lambda one: -(one.deleted_at or 0.0)))


def _decide(engine: Engine, document_id: int, replaces: int) -> None:
    with write(engine) as connection:
        connection.execute(update(documents).where(documents.c.id == document_id).values(replaces=replaces))
