"""Giving back what deleted rows took, so that nothing of them is left in the database's files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, text

from rag_core.errors import UserError

_BUSY_SECONDS = 30


def compact_database(engine: Engine) -> None:
    """Rewrites the database without its free pages, and the words' index without the words that are gone.

    Takes as much room again as the database, and keeps writers waiting meanwhile: seconds for a gigabyte.
    Raises UserError disk_full, database_busy.
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
        # What was there before stands in the log as well, until it is written anew from its start.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise UserError("disk_full" if full else "database_busy") from error
    finally:
        connection.close()


def database_file(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for a server."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None
