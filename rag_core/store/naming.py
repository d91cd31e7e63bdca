"""What documents are called."""

from __future__ import annotations

from pathlib import PurePath

from sqlalchemy import Connection, Engine, func, select, update

from rag_core.errors import InputError, NotFound
from rag_core.store.db import write
from rag_core.store.documents import FILENAME_LENGTH, plain_filename
from rag_core.store.libraries import bump_revision
from rag_core.store.quality_schema import golden_questions
from rag_core.store.schema import documents
from rag_core.text import one_line


def stem_and_ending(filename: str) -> tuple[str, str]:
    """The name as people say it, and its ending (".pdf", "" for none), by which files are told apart."""
    ending = PurePath(filename).suffix
    return filename.removesuffix(ending), ending


def rename_document(engine: Engine, document_id: int, name: str) -> str:
    """Calls the document by that name, with the ending it has; golden questions that named it go on naming it. Returns
    the new filename. Raises InputError for an empty or too long name, NotFound. Answers given before keep the name that
    the document had then."""
    with write(engine) as connection:
        row = connection.execute(
            select(documents.c.filename, documents.c.library_id).where(
                documents.c.id == document_id, documents.c.deleted_at.is_(None)
            )
        ).first()
        if row is None:
            raise NotFound("document_missing", str(document_id))
        ending = stem_and_ending(row.filename)[1]
        given = one_line(name, FILENAME_LENGTH - len(ending))
        stem = given[: -len(ending)] if ending and given.lower().endswith(ending.lower()) else given
        if not stem.strip(" ./\\"):
            raise InputError("document_name_empty")
        # What looks like a folder is part of the name: nothing before it is to be lost.
        filename = plain_filename(stem.replace("/", "-").replace("\\", "-").strip() + ending)
        if filename != row.filename:
            connection.execute(
                update(documents).where(documents.c.id == document_id).values(filename=filename)
            )
            _take_golden(connection, row.library_id, row.filename, filename)
            bump_revision(connection, row.library_id)
    return filename


def _take_golden(connection: Connection, library_id: int, before: str, filename: str) -> None:
    """Golden questions name documents by their filenames: they follow, unless another of that name stays."""
    others = select(func.count()).where(
        documents.c.library_id == library_id,
        documents.c.filename == before,
        documents.c.deleted_at.is_(None),
    )
    if connection.execute(others).scalar_one() == 0:
        connection.execute(
            update(golden_questions)
            .where(golden_questions.c.library_id == library_id, golden_questions.c.filename == before)
            .values(filename=filename)
        )
