"""Tags: what people call documents by, to search in some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, delete, func, insert, select

from rag_core.errors import InputError
from rag_core.store.db import write
from rag_core.store.libraries import bump_revision
from rag_core.store.schema import document_tags, documents

TAG_LENGTH, MOST_TAGS = 60, 20


def set_tags(engine: Engine, document_ids: Sequence[int], tags: Iterable[str]) -> None:
    """Gives these documents these tags in the place of those they have. White space is made even, repeats and
    empty tags are left out. Raises InputError tag for one that is too long, or too many of them; documents that
    are gone are left out."""
    named = sorted({" ".join(tag.split()) for tag in tags} - {""})
    if len(named) > MOST_TAGS or any(len(tag) > TAG_LENGTH for tag in named):
        raise InputError("tag", max(named, key=len))
    with write(engine) as connection:
        found = select(documents.c.id, documents.c.library_id).where(documents.c.id.in_(document_ids))
        rows = connection.execute(found).all()
        here = [row.id for row in rows]
        connection.execute(delete(document_tags).where(document_tags.c.document_id.in_(here)))
        if here and named:
            values = [{"document_id": document_id, "tag": tag} for document_id in here for tag in named]
            connection.execute(insert(document_tags), values)
        for library_id in {row.library_id for row in rows}:
            bump_revision(connection, library_id)


def tags_of(engine: Engine, document_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each of these documents that has some, in the order of the alphabet."""
    statement = (
        select(document_tags)
        .where(document_tags.c.document_id.in_(document_ids))
        .order_by(document_tags.c.document_id, document_tags.c.tag)
    )
    found: dict[int, tuple[str, ...]] = {}
    with engine.connect() as connection:
        for row in connection.execute(statement):
            found[row.document_id] = (*found.get(row.document_id, ()), row.tag)
    return found


def library_tags(engine: Engine, library_ids: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """The tags of these libraries' documents and how many bear each, the most used first."""
    statement = (
        select(document_tags.c.tag, func.count())
        .select_from(document_tags.join(documents))
        .where(documents.c.library_id.in_(library_ids), documents.c.deleted_at.is_(None))
        .group_by(document_tags.c.tag)
        .order_by(func.count().desc(), document_tags.c.tag)
    )
    with engine.connect() as connection:
        return tuple((row[0], row[1]) for row in connection.execute(statement))
