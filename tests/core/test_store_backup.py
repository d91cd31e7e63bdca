"""A copy of the data folder that can be opened as one."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rag_core.__main__ import FAILED, main
from rag_core.errors import InputError, UserError
from rag_core.store.backup import back_up
from rag_core.store.conversations import create_conversation, list_conversations
from rag_core.store.db import open_database, write
from rag_core.store.documents import add_document, list_documents
from rag_core.store.files import FileStore
from rag_core.store.libraries import create_library


def hold(engine: Engine, files: FileStore, *contents: bytes) -> None:
    library = create_library(engine, "Papers", "e", 0.0)
    for content in contents:
        name = f"{content.decode()}.txt"
        add_document(engine, library.id, name, files.put(io.BytesIO(content), 100), 1.0)


def test_the_copy_is_a_data_folder_also_while_somebody_writes(engine: Engine, tmp_path: Path) -> None:
    files, target = FileStore(tmp_path / "home" / "files"), tmp_path / "copy"
    hold(engine, files, b"one", b"two")
    create_conversation(engine, "A talk", (1,), 2.0)
    with write(engine) as connection:
        connection.exec_driver_sql("UPDATE documents SET filename = 'not yet'")
        copied = back_up(engine, files, target)
    assert (copied.documents, copied.conversations, copied.missing) == (2, 1, ())
    opened = open_database(f"sqlite:///{target / 'wenju.sqlite'}")
    for document in list_documents(opened, 1):
        assert document.filename == f"{FileStore(target / 'files').path(document.sha256).read_text()}.txt"
    assert [one.title for one in list_conversations(opened)] == ["A talk"]


def test_files_that_are_gone_or_damaged_are_named(engine: Engine, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "home" / "files")
    hold(engine, files, b"one", b"two", b"three", b"four")
    gone, damaged, empty = list_documents(engine, 1)[:3]
    files.remove(gone.sha256)
    files.path(damaged.sha256).write_bytes(b"not that")
    files.path(empty.sha256).write_bytes(b"")
    copied = back_up(engine, files, tmp_path / "copy")
    assert copied.missing == tuple(sorted(one.filename for one in (gone, damaged, empty)))


def test_a_folder_that_holds_something_stays_as_it_is(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").write_text("mine")
    with pytest.raises(InputError, match="backup_folder"):
        back_up(engine, FileStore(tmp_path / "files"), tmp_path / "copy")
    assert [one.name for one in (tmp_path / "copy").iterdir()] == ["mine"]


def test_nothing_is_left_of_a_copy_that_fails(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileStore(tmp_path / "home" / "files")
    hold(engine, files, b"one")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStore, "_keep", refuse)
    with pytest.raises(UserError, match="disk_full"):
        back_up(engine, files, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    database = open_database(f"sqlite:///{tmp_path / 'home' / 'wenju.sqlite'}")
    files = FileStore(tmp_path / "home" / "files")
    hold(database, files, b"one")
    files.remove(list_documents(database, 1)[0].sha256)
    assert main(["backup", str(tmp_path / "copy")]) == FAILED
    assert "MISSING  one.txt" in capsys.readouterr().out
    assert sqlite3.connect(tmp_path / "copy" / "wenju.sqlite").execute("SELECT 1").fetchone() == (1,)
