"""Libraries: named sets of documents that share one embedder."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from rag_core.errors import InputError, NotFound
from rag_core.store.db import write
from rag_core.store.schema import documents, libraries
from rag_core.text import normalise, one_line
from rag_core.types import Library

_NAME_LENGTH = 200


def create_library(engine: Engine, name: str, embedder_id: str, now: float) -> Library:
    """A new, empty library. Raises InputError for an empty, too long or taken name: one that differs from another's
    by more than capitals is free."""
    name = _checked(name)
    _refuse_taken(engine, name)
    try:
        with write(engine) as connection:
            values = {"name": name, "embedder_id": embedder_id, "revision": 0, "created_at": now}
            library_id = connection.execute(insert(libraries).returning(libraries.c.id), values).scalar_one()
    except IntegrityError as error:
        raise InputError("library_name_taken", name) from error
    return Library(library_id, name, embedder_id, 0, now)


def list_libraries(engine: Engine) -> tuple[Library, ...]:
    """All libraries, by name."""
    with engine.connect() as connection:
        return tuple(
            _library(row) for row in connection.execute(select(libraries).order_by(libraries.c.name))
        )


def get_library(engine: Engine, library_id: int) -> Library:
    """The library. Raises NotFound."""
    with engine.connect() as connection:
        row = connection.execute(select(libraries).where(libraries.c.id == library_id)).first()
    if row is None:
        raise NotFound("library_missing", str(library_id))
    return _library(row)


def is_library(engine: Engine, library_id: int) -> bool:
    """Whether the library is (still) there."""
    try:
        get_library(engine, library_id)
    except NotFound:
        return False
    return True


def latest_library(engine: Engine) -> int | None:
    """The id of the library that a document was added to last, or that was made since; None where there is none."""
    latest = func.coalesce(func.max(documents.c.created_at), libraries.c.created_at)
    statement = (
        select(libraries.c.id)
        .select_from(libraries.outerjoin(documents))
        .group_by(libraries.c.id, libraries.c.created_at)
        .order_by(latest.desc(), libraries.c.id.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        return connection.execute(statement).scalar()


def find_library(engine: Engine, name: str) -> Library | None:
    """The library of that name."""
    with engine.connect() as connection:
        row = connection.execute(select(libraries).where(libraries.c.name == " ".join(name.split()))).first()
    return None if row is None else _library(row)


def rename_library(engine: Engine, library_id: int, name: str) -> None:
    """Raises InputError for an empty, too long or taken name, as create_library, NotFound."""
    name = _checked(name)
    _refuse_taken(engine, name, but=library_id)
    try:
        with write(engine) as connection:
            done = connection.execute(update(libraries).where(libraries.c.id == library_id).values(name=name))
    except IntegrityError as error:
        raise InputError("library_name_taken", name) from error
    if done.rowcount == 0:
        raise NotFound("library_missing", str(library_id))


def delete_library(engine: Engine, library_id: int) -> None:
    """Removes the library with its documents, chunks and generations at once and for good. The files'
    bytes stay until the worker clears what no document refers to. A library that is gone is no error."""
    with write(engine) as connection:
        connection.execute(delete(libraries).where(libraries.c.id == library_id))


def touch_library(engine: Engine, library_id: int) -> None:
    """Has every reader look again, as after chunks were given embeddings they lacked."""
    with write(engine) as connection:
        bump_revision(connection, library_id)


def bump_revision(connection: Connection, library_id: int) -> None:
    """Tells every reader that search must look again; belongs in the transaction of the change itself."""
    connection.execute(
        update(libraries).where(libraries.c.id == library_id).values(revision=libraries.c.revision + 1)
    )


def _checked(name: str) -> str:
    name = one_line(name, _NAME_LENGTH)
    if not name:
        raise InputError("library_name_empty")
    return name


def _refuse_taken(engine: Engine, name: str, but: int | None = None) -> None:
    for one in list_libraries(engine):
        if one.id != but and normalise(one.name) == normalise(name):
            raise InputError("library_name_taken", one.name)


def _library(row: Row[*tuple[Any, ...]]) -> Library:
    return Library(row.id, row.name, row.embedder_id, row.revision, row.created_at)
