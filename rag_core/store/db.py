"""Opening the database, and the one way to write to it.

SQLite (the default) and PostgreSQL are told apart by the URL alone. Foreign exceptions of the driver
that the user can act on (disk full, database busy) are translated here.
"""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from rag_core.errors import UserError

Database: TypeAlias = Engine  # for those who pass a database on and know nothing of its driver

BUSY_MILLISECONDS = 30_000
LOG_BYTES = 8 * 2**20
MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x57454E4A  # PostgreSQL advisory locks are numbered
_WRITES = "wenju_writes"
_SQLITE_PROBLEMS = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_BUSY: "database_busy",
    sqlite3.SQLITE_LOCKED: "database_busy",
    sqlite3.SQLITE_READONLY: "data_read_only",
    sqlite3.SQLITE_CANTOPEN: "data_read_only",
    sqlite3.SQLITE_CORRUPT: "data_damaged",
    sqlite3.SQLITE_NOTADB: "data_damaged",
}

_DISK_PROBLEMS = {
    errno.EACCES: "data_read_only",
    errno.EPERM: "data_read_only",
    errno.EROFS: "data_read_only",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}


def open_database(url: str) -> Engine:
    """The database at the URL, its folder made and its tables migrated to this version.

    Raises UserError data_newer for a database that a newer version wrote, disk_full, data_read_only,
    data_damaged or database_busy for a disk that does not play along.
    """
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True)
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            _migrate(connection)
        return engine
    path = Path(str(make_url(url).database)).absolute()
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _translate)
        with path.with_name(path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with write(engine) as connection:
                _migrate(connection)
    return engine


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A write transaction: committed at the end, rolled back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and
    writes later would fail, without waiting, when another process wrote in between.
    """
    with translated(), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """What a database within does not do for a reason that the user can act on is raised as UserError: disk_full,
    data_read_only, data_damaged, database_busy or database_unreachable."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        code = _problem_code(error)
        if code is None:
            raise
        raise UserError(code) from error
    except OSError as error:
        code = _DISK_PROBLEMS.get(error.errno or 0)
        if code is None:
            raise
        raise UserError(code) from error


def _problem_code(error: SQLAlchemyError | sqlite3.Error) -> str | None:
    original = getattr(error, "orig", error)
    if isinstance(original, sqlite3.Error):
        return _SQLITE_PROBLEMS.get(getattr(original, "sqlite_errorcode", 0) & 0xFF)
    return "database_unreachable" if isinstance(error, OperationalError) else None


def _translate(context: ExceptionContext) -> UserError | None:
    """What is wrong with the file is said of reading, too: there nobody asks for `translated`."""
    error = context.original_exception
    code = _problem_code(error) if isinstance(error, sqlite3.Error) else None
    return None if code is None else UserError(code)


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver's own, late BEGIN is switched off: _begin_sqlite says when a transaction starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    # Otherwise the log stays as long as it ever was: as the whole database, once that was rewritten.
    cursor.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  (a fifth of a second, and only here)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = _current_revision(connection)
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise UserError("data_newer")
    command.upgrade(config, "head")


def _current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
