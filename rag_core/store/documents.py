"""Documents: what was uploaded and how far it is. Deleting is soft first, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    or_,
    select,
    update,
)

from rag_core.errors import NotFound, Problem
from rag_core.store.db import write
from rag_core.store.files import Stored
from rag_core.store.libraries import bump_revision
from rag_core.store.schema import documents, libraries, pages
from rag_core.types import Document, DocumentState

UNFINISHED: tuple[DocumentState, ...] = ("waiting", "reading", "indexing")
FILENAME_LENGTH = 500


def add_document(
    engine: Engine, library_id: int, filename: str, stored: Stored, now: float
) -> tuple[Document, bool]:
    """A new document, waiting to be read. The second value is True when the library already holds the
    same content: then that document is returned, restored if it was deleted. Raises NotFound."""
    with write(engine) as connection:
        # Where the database has row locks, this one keeps two uploads of one file apart.
        if (
            connection.execute(
                select(libraries.c.id).where(libraries.c.id == library_id).with_for_update()
            ).first()
            is None
        ):
            raise NotFound("library_missing", str(library_id))
        twin = connection.execute(
            _selection()
            .where(documents.c.library_id == library_id, documents.c.sha256 == stored.sha256)
            .order_by(documents.c.deleted_at.is_not(None), documents.c.id.desc())
        ).first()
        if twin is not None:
            _restore(connection, [twin.id])
            return _load(connection, twin.id), True
        values = {
            "library_id": library_id,
            "filename": plain_filename(filename),
            "sha256": stored.sha256,
            "readable_sha256": stored.sha256,
            "bytes": stored.bytes,
            "state": "waiting",
            "created_at": now,
        }
        document_id = connection.execute(insert(documents).returning(documents.c.id), values).scalar_one()
        return _load(connection, document_id), False


def get_document(engine: Engine, document_id: int) -> Document:
    """The document, also one that is deleted but not yet purged. Raises NotFound."""
    with engine.connect() as connection:
        return _load(connection, document_id)


def list_documents(engine: Engine, library_id: int) -> tuple[Document, ...]:
    """The library's documents that are not deleted, newest first."""
    return _list(engine, documents.c.library_id == library_id)


def deleted_documents(engine: Engine, ids: Sequence[int]) -> tuple[Document, ...]:
    """Those of the documents that are deleted but not yet purged."""
    statement = _selection().where(documents.c.id.in_(ids), documents.c.deleted_at.is_not(None))
    with engine.connect() as connection:
        return tuple(_document(row) for row in connection.execute(statement))


def unfinished_documents(engine: Engine) -> tuple[Document, ...]:
    """Documents of all libraries that a worker has yet to finish, newest first."""
    return _list(engine, documents.c.state.in_(UNFINISHED))


def unfinished_attempts(engine: Engine) -> tuple[tuple[int, int], ...]:
    """(document id, attempt) of every document that a worker has yet to finish, oldest first."""
    statement = (
        select(documents.c.id, documents.c.attempt)
        .where(documents.c.state.in_(UNFINISHED), documents.c.deleted_at.is_(None))
        .order_by(documents.c.id)
    )
    with engine.connect() as connection:
        return tuple((row.id, row.attempt) for row in connection.execute(statement))


def set_state(engine: Engine, document_id: int, state: DocumentState, problem: Problem | None = None) -> None:
    """Sets the state whatever it was: the user's word. A worker uses advance."""
    with write(engine) as connection:
        connection.execute(
            update(documents).where(documents.c.id == document_id).values(**state_values(state, problem))
        )


def advance(
    engine: Engine, document_id: int, attempt: int, state: DocumentState, problem: Problem | None = None
) -> bool:
    """Sets the state on a worker's behalf. False, and nothing changes, when the document was deleted,
    cancelled, finished or taken up by a later attempt: the worker then stops."""
    with write(engine) as connection:
        done = connection.execute(
            update(documents)
            .where(documents.c.id == document_id, wanted(attempt))
            .values(**state_values(state, problem))
        )
        return done.rowcount > 0


def is_wanted(engine: Engine, document_id: int, attempt: int) -> bool:
    """Whether this attempt at the document is still to go on."""
    with engine.connect() as connection:
        found = connection.execute(
            select(documents.c.id).where(documents.c.id == document_id, wanted(attempt))
        ).first()
        return found is not None


def wanted(attempt: int) -> ColumnElement[bool]:
    """The condition under which this attempt at a document is still to go on."""
    return and_(
        documents.c.deleted_at.is_(None),
        documents.c.state.in_(UNFINISHED),
        documents.c.attempt == attempt,
    )


def set_readable(engine: Engine, document_id: int, sha256: str) -> None:
    """Names the bytes that are parsed instead of the upload's own: its decrypted copy."""
    with write(engine) as connection:
        connection.execute(
            update(documents).where(documents.c.id == document_id).values(readable_sha256=sha256)
        )


def next_attempt(engine: Engine, document_id: int) -> int:
    """Puts the document back to waiting under a new attempt, which ends the one before, and returns its
    number. Raises NotFound, also when the document is deleted."""
    with write(engine) as connection:
        return begin_attempt(connection, document_id)


def begin_attempt(connection: Connection, document_id: int) -> int:
    """next_attempt within the caller's transaction."""
    attempt: int | None = connection.execute(
        update(documents)
        .where(documents.c.id == document_id, documents.c.deleted_at.is_(None))
        .values(attempt=documents.c.attempt + 1, **state_values("waiting", None))
        .returning(documents.c.attempt)
    ).scalar()
    if attempt is None:
        raise NotFound("document_missing", str(document_id))
    return attempt


def delete_documents(engine: Engine, ids: Sequence[int], now: float) -> None:
    """Takes the documents out of every list and search at once; restore_documents undoes it."""
    with write(engine) as connection:
        _bump_libraries(connection, ids)
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(ids), documents.c.deleted_at.is_(None))
            .values(deleted_at=now)
        )


def restore_documents(engine: Engine, ids: Sequence[int]) -> None:
    """Brings deleted documents back as they were. One that was deleted before it was finished is
    waiting again and has to be submitted again."""
    with write(engine) as connection:
        _restore(connection, ids)


def purge_deleted(engine: Engine, before: float) -> tuple[str, ...]:
    """Removes for good the documents deleted before that time, with pages, chunks, embeddings and words.
    Returns the SHA-256 of their files that no document refers to any more."""
    with write(engine) as connection:
        old = documents.c.deleted_at.is_not(None) & (documents.c.deleted_at < before)
        shas = {
            sha
            for row in connection.execute(select(documents.c.sha256, documents.c.readable_sha256).where(old))
            for sha in row
        }
        connection.execute(delete(documents).where(old))
        return tuple(sorted(shas - _referenced(connection, sorted(shas))))


def referenced(engine: Engine, shas: Sequence[str]) -> frozenset[str]:
    """Those of the files that a document refers to, deleted documents included."""
    with engine.connect() as connection:
        return _referenced(connection, shas)


def state_values(state: DocumentState, problem: Problem | None) -> dict[str, str]:
    """The columns that hold a state."""
    return {
        "state": state,
        "problem_code": problem.code if problem else "",
        "problem_detail": problem.detail if problem else "",
    }


def _list(engine: Engine, condition: ColumnElement[bool]) -> tuple[Document, ...]:
    statement = (
        _selection()
        .where(condition, documents.c.deleted_at.is_(None))
        .order_by(documents.c.created_at.desc(), documents.c.id.desc())
    )
    with engine.connect() as connection:
        return tuple(_document(row) for row in connection.execute(statement))


def _referenced(connection: Connection, shas: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(shas), 500):
        some = shas[start : start + 500]
        rows = connection.execute(
            select(documents.c.sha256, documents.c.readable_sha256).where(
                or_(documents.c.sha256.in_(some), documents.c.readable_sha256.in_(some))
            )
        )
        found.update(sha for row in rows for sha in row)
    return frozenset(found & set(shas))


def _restore(connection: Connection, ids: Sequence[int]) -> None:
    gone = documents.c.id.in_(ids) & documents.c.deleted_at.is_not(None)
    _bump_libraries(connection, ids)
    connection.execute(
        update(documents)
        .where(gone, documents.c.state.in_(UNFINISHED))
        .values(attempt=documents.c.attempt + 1, **state_values("waiting", None))
    )
    connection.execute(update(documents).where(gone).values(deleted_at=None))


def _bump_libraries(connection: Connection, ids: Sequence[int]) -> None:
    owners = select(documents.c.library_id).where(documents.c.id.in_(ids)).distinct()
    for library_id in connection.scalars(owners).all():
        bump_revision(connection, library_id)


def _selection() -> Select[tuple[object, ...]]:
    done = (
        select(func.count())
        .where(pages.c.document_id == documents.c.id, pages.c.state.in_(("read", "empty", "failed")))
        .scalar_subquery()
    )
    return select(documents, done.label("pages_done"))


def _load(connection: Connection, document_id: int) -> Document:
    row = connection.execute(_selection().where(documents.c.id == document_id)).first()
    if row is None:
        raise NotFound("document_missing", str(document_id))
    return _document(row)


def _document(row: Row[*tuple[Any, ...]]) -> Document:
    return Document(
        id=row.id,
        library_id=row.library_id,
        filename=row.filename,
        sha256=row.sha256,
        readable_sha256=row.readable_sha256,
        bytes=row.bytes,
        state=row.state,
        problem=Problem(row.problem_code, row.problem_detail) if row.problem_code else None,
        page_count=row.page_count,
        pages_done=row.pages_done,
        attempt=row.attempt,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
        replaces=row.replaces,
    )


def plain_filename(filename: str) -> str:
    """The file's name as it can be shown: without folders and unprintable characters."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    return name[-FILENAME_LENGTH:] or "file"
