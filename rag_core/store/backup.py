"""A copy of all that people put in and were answered, taken while the app and its workers go on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from rag_core.errors import InputError
from rag_core.store.compact import database_file
from rag_core.store.db import BUSY_MILLISECONDS, translated
from rag_core.store.files import FileStore


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds. `missing`: the names of documents whose stored file was gone or damaged already."""

    documents: int
    conversations: int
    bytes: int
    missing: tuple[str, ...]


def back_up(engine: Engine, files: FileStore, target: Path) -> Copied:
    """Makes the folder `target`, which must not exist or be empty, a data folder of its own: the database as of one
    moment, and the files of its documents. Indexes are left out, since a worker makes them anew from the database.

    Raises InputError backup_server for a database that is no file, backup_folder for a folder that holds something;
    UserError disk_full, data_read_only or data_damaged. Nothing is left in the folder then.
    """
    source = database_file(engine)
    if source is None:
        raise InputError("backup_server")
    with translated():
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError("backup_folder", str(target))
        target.mkdir(parents=True, exist_ok=True)
        copied = None
        try:
            copied = _copy(source, files, target)
        finally:
            if copied is None:
                shutil.rmtree(target, ignore_errors=True)
    return copied


def _copy(source: Path, files: FileStore, target: Path) -> Copied:
    unfinished, copies = target / "wenju.sqlite.partial", FileStore(target / "files")
    with closing(sqlite3.connect(source, timeout=BUSY_MILLISECONDS / 1000)) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    with closing(sqlite3.connect(unfinished)) as connection:
        names = connection.execute(
            "SELECT sha256, filename FROM documents UNION SELECT readable_sha256, filename FROM documents"
        ).fetchall()
        ((documents,),) = connection.execute("SELECT count(*) FROM documents WHERE deleted_at IS NULL")
        ((conversations,),) = connection.execute(
            "SELECT count(*) FROM conversations WHERE deleted_at IS NULL"
        )
    missing = set()
    for sha256, filename in names:
        try:
            whole = copies.put_file(files.path(sha256)).sha256 == sha256
        except (FileNotFoundError, InputError):
            whole = False
        if not whole:
            missing.add(filename)
    # Last: a folder with a database is a whole one.
    unfinished.replace(target / "wenju.sqlite")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    return Copied(documents, conversations, size, tuple(sorted(missing)))
