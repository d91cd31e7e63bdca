"""Where to search: which documents, which pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, select

from rag_core.store.schema import chunks, document_tags, documents


@dataclass(frozen=True, slots=True)
class Scope:
    """All conditions hold at once; what stands here is no condition.

    `document_ids`: one of these documents (none where it is empty). `first_page` and `last_page`: a part of the
    passage stands on one of these pages, counted from 1. `since` and `until`: uploaded from the one moment on
    and before the other, in epoch seconds. `tags`: the document bears one of them.
    """

    document_ids: tuple[int, ...] | None = None
    first_page: int = 0
    last_page: int = 0
    since: float | None = None
    until: float | None = None
    tags: tuple[str, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYWHERE


EVERYWHERE = Scope()


def scope_of(wanted: Scope | Sequence[int] | None) -> Scope:
    """The scope; of document ids the scope of these documents, of None everywhere."""
    if isinstance(wanted, Scope):
        return wanted
    return EVERYWHERE if wanted is None else Scope(tuple(wanted))


def document_conditions(scope: Scope) -> list[ColumnElement[bool]]:
    """What the scope asks of documents, as conditions on their table."""
    found: list[ColumnElement[bool]] = []
    if scope.document_ids is not None:
        found.append(documents.c.id.in_(scope.document_ids))
    if scope.since is not None:
        found.append(documents.c.created_at >= scope.since)
    if scope.until is not None:
        found.append(documents.c.created_at < scope.until)
    if scope.tags:
        tagged = select(document_tags.c.document_id).where(document_tags.c.tag.in_(scope.tags))
        found.append(documents.c.id.in_(tagged))
    return found


def page_conditions(scope: Scope) -> list[ColumnElement[bool]]:
    """What the scope asks of chunks."""
    found: list[ColumnElement[bool]] = []
    if scope.first_page:
        found.append(chunks.c.last_page >= scope.first_page)
    if scope.last_page:
        found.append(chunks.c.first_page <= scope.last_page)
    return found


def documents_in(engine: Engine, library_id: int, scope: Scope) -> tuple[int, ...]:
    """The library's documents that meet what the scope asks of documents, ascending; deleted ones are left out."""
    statement = (
        select(documents.c.id)
        .where(documents.c.library_id == library_id, documents.c.deleted_at.is_(None))
        .where(*document_conditions(scope))
        .order_by(documents.c.id)
    )
    with engine.connect() as connection:
        return tuple(connection.scalars(statement))
