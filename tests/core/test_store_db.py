"""Opening, migrating and writing the database."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, text

from rag_core.errors import UserError
from rag_core.settings import Settings
from rag_core.store import compact, db
from rag_core.store.compact import clear_log, compact_database, database_file
from rag_core.store.libraries import bump_revision, create_library, delete_library, get_library
from rag_core.store.quality_schema import metadata


def test_migrations_make_the_schema(engine: Engine) -> None:
    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or not str(name).startswith("lexical")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        assert compare_metadata(context, metadata) == []


@pytest.mark.usefixtures("sqlite")
def test_ids_are_never_reused(engine: Engine) -> None:
    with engine.connect() as connection:
        sql = {
            str(name): str(statement)
            for name, statement in connection.execute(text("SELECT name, sql FROM sqlite_master"))
        }
    for table in ("libraries", "documents", "chunks", "generations", "conversations", "turns"):
        assert "AUTOINCREMENT" in sql[table]


@pytest.mark.usefixtures("sqlite")
def test_sqlite_is_set_up_to_survive(engine: Engine) -> None:
    with engine.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_opens_from_anywhere_and_by_many_at_once(settings: Settings, tmp_path: Path) -> None:
    code = "import sys; from rag_core.store.db import open_database as o; o(sys.argv[1]).dispose()"
    root = str(Path(__file__).resolve().parents[2])
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, settings.database], cwd=tmp_path, env={"PYTHONPATH": root}
        )
        for _ in range(3)
    ]
    assert [run.wait() for run in runs] == [0, 0, 0]


def test_a_newer_database_is_left_alone(engine: Engine, settings: Settings) -> None:
    with db.write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserError) as caught:
        db.open_database(settings.database)
    assert caught.value.problem.code == "data_newer"


@pytest.mark.usefixtures("sqlite")
def test_rubbish_is_not_a_database(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "wenju.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(UserError) as caught:
        db.open_database(settings.database)
    assert caught.value.problem.code == "data_damaged"


@pytest.mark.usefixtures("sqlite")
def test_a_full_disk_says_so_and_loses_nothing(engine: Engine) -> None:
    library = create_library(engine, "kept", "e", 0.0)

    @event.listens_for(engine, "begin")
    def no_room(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(UserError) as caught:
        for number in range(1000):
            create_library(engine, f"library {number} " + "x" * 180, "e", 0.0)
    assert caught.value.problem.code == "disk_full"
    assert get_library(engine, library.id) == library


@pytest.mark.usefixtures("sqlite")
def test_a_busy_database_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 50)
    first, second = db.open_database(settings.database), db.open_database(settings.database)
    with db.write(first), pytest.raises(UserError) as caught:
        create_library(second, "a", "e", 0.0)
    assert caught.value.problem.code == "database_busy"


def test_writers_that_read_first_do_not_lose_updates(settings: Settings, engine: Engine) -> None:
    library = create_library(engine, "a", "e", 0.0)

    def bump_often() -> None:
        own = db.open_database(settings.database)
        for _ in range(50):
            with db.write(own) as connection:
                connection.execute(text("SELECT count(*) FROM libraries")).scalar()
                bump_revision(connection, library.id)
        own.dispose()

    threads = [threading.Thread(target=bump_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert get_library(engine, library.id).revision == 200


@pytest.mark.usefixtures("sqlite")
def test_words_of_an_older_version_are_found_in_simplified_characters(tmp_path: Path) -> None:
    path = tmp_path / "older.sqlite"
    url = f"sqlite:///{path}"
    db.open_database(url).dispose()
    with sqlite3.connect(path) as older:
        rows = [(1, "圖書 書館 圖 書 館 2019"), (2, "合同 合 同")]
        older.executemany("INSERT INTO lexical(rowid, terms) VALUES (?, ?)", rows)
        older.execute("UPDATE alembic_version SET version_num = '0008'")
        older.execute("DROP TABLE exports")  # what later versions added
        older.execute("DROP TABLE unanswered")
    older.close()
    engine = db.open_database(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM lexical WHERE lexical MATCH '图书'")).all()
        kept = connection.execute(text("SELECT terms FROM lexical ORDER BY rowid")).scalars().all()
    engine.dispose()
    assert [row.rowid for row in found] == [1]
    assert kept == ["图书 书馆 图 书 馆 2019", "合同 合 同"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EROFS, "data_read_only"), (errno.EACCES, "data_read_only"), (errno.ENOSPC, "disk_full")],
)
def test_a_disk_that_cannot_be_written_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(db.fcntl, "flock", refuse)
    with pytest.raises(UserError) as raised:
        db.open_database(f"sqlite:///{tmp_path / 'wenju.sqlite'}")
    assert raised.value.problem.code == code


def log_of(engine: Engine) -> Path:
    path = database_file(engine)
    assert path is not None
    return path.with_name(f"{path.name}-wal")


def test_the_log_does_not_stay_as_long_as_it_ever_was(engine: Engine) -> None:
    with db.write(engine) as connection:
        connection.execute(text("CREATE TABLE much (it BLOB)"))
        connection.execute(text("INSERT INTO much VALUES (zeroblob(:size))"), {"size": 2 * db.LOG_BYTES})
    assert log_of(engine).stat().st_size > db.LOG_BYTES
    for name in ("a", "b"):
        create_library(engine, name, "e", 0.0)
    assert log_of(engine).stat().st_size <= db.LOG_BYTES


def test_what_was_deleted_leaves_the_log_once_nobody_reads(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "_BUSY_SECONDS", 0.1)
    monkeypatch.setattr(compact, "_LOG_SECONDS", 0.1)
    create_library(engine, "a secret name", "e", 0.0)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM libraries"))
        delete_library(engine, 1)
        with pytest.raises(UserError, match="database_busy"):
            compact_database(engine)
        assert not clear_log(engine) and b"a secret name" in log_of(engine).read_bytes()
    assert clear_log(engine) and log_of(engine).read_bytes() == b""


def test_a_damaged_page_is_said_by_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "wenju.sqlite"
    engine = db.open_database(f"sqlite:///{path}")
    create_library(engine, "a", "e", 0.0)
    with engine.connect() as connection:
        root = connection.execute(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'libraries'")
        ).scalar()
        size = connection.execute(text("PRAGMA page_size")).scalar()
    assert clear_log(engine)
    engine.dispose()
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"?" * size
    path.write_bytes(content)
    engine = db.open_database(f"sqlite:///{path}")
    with pytest.raises(UserError, match="data_damaged"):
        get_library(engine, 1)
    engine.dispose()
