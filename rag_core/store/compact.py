"""Giving back what deleted rows took, so that nothing of them is left in the database's files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, text

from rag_core.errors import UserError

_BUSY_SECONDS = 30
# Writers wait as long for the log to be free.
_LOG_SECONDS = 5


def compact_database(engine: Engine) -> None:
    """Rewrites the database without its free pages, and the words' index without the words that are gone.

    Takes as much room again as the database, and keeps writers waiting meanwhile: seconds for a gigabyte.
    Raises UserError disk_full; database_busy, also where somebody was reading all the time, so that what there was
    stays in the log until clear_log.
    """
    path = database_file(engine)
    if path is None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            server.execute(text("VACUUM FULL"))
        return
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        # Words that were deleted stay in the segments of their index until these are merged.
        connection.execute("INSERT INTO lexical(lexical) VALUES ('optimize')")
        connection.execute("VACUUM")
        if not _clear_log(connection):
            raise UserError("database_busy")
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise UserError("disk_full" if full else "database_busy") from error
    finally:
        connection.close()


def clear_log(engine: Engine) -> bool:
    """Leaves nothing in the log of an SQLite database of what was there before; False where somebody was reading all the
    time."""
    path = database_file(engine)
    if path is None:
        return True
    with closing(sqlite3.connect(path, timeout=_LOG_SECONDS, isolation_level=None)) as connection:
        return _clear_log(connection)


def _clear_log(connection: sqlite3.Connection) -> bool:
    # What was there before stands in the log as well, until it is written anew from its start.
    (blocked, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not blocked


def database_file(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for a server."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None
