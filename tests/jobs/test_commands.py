"""python -m ingest_jobs from the command line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest_jobs.__main__ import main
from rag_core.settings import Settings, environment
from rag_core.store.db import Database
from rag_core.store.documents import list_documents
from rag_core.store.libraries import create_library, find_library
from tests.jobs.conftest import StartWorker, wait_for
from tests.jobs.paper import EMBEDDER_ID, paper


@pytest.fixture(autouse=True)
def _as_from_a_terminal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)


def _file(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_bytes(paper(*lines))
    return str(path)


def test_files_wait_and_the_status_says_so(
    engine: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, empty = _file(tmp_path, "好.pdf", "text one"), tmp_path / "empty.pdf"
    empty.touch()
    code = main(["add", good, str(empty), str(tmp_path / "none.pdf"), "--library", "new one"])
    said = capsys.readouterr().out.splitlines()
    assert code == 1
    assert said[0] == f"{good}: waiting"
    assert "The file is empty" in said[1]
    assert "No such file" in said[2]
    library = find_library(engine, "new one")
    assert library is not None
    assert [document.filename for document in list_documents(engine, library.id)] == ["好.pdf"]
    assert main(["status"]) == 0
    assert capsys.readouterr().out.splitlines() == ["no worker is alive", "document 1: 好.pdf: waiting"]


@pytest.mark.slow
def test_waiting_shows_every_file_to_its_end(
    engine: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], start_worker: StartWorker
) -> None:
    library = create_library(engine, "papers", EMBEDDER_ID, time.time())
    start_worker()
    files = [_file(tmp_path, "a.pdf", "text one", "scan two"), _file(tmp_path, "b.pdf", "rubbish")]
    # A worker that is still on its way counts as none: a second one would start.
    assert main(["add", *files, "--library", "papers"]) == 0
    for document in list_documents(engine, library.id):
        wait_for(engine, document)
    assert main(["add", files[0], "--library", "papers", "--wait"]) == 0
    assert f"{files[0]}: already there, indexed 2/2 pages" in capsys.readouterr().out
    assert main(["add", files[1], "--library", "papers", "--wait"]) == 1
    assert "b.pdf: rejected. The file is damaged" in capsys.readouterr().out


def test_a_setting_that_can_not_be_used_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_UNDO_HOURS", "soon")
    assert main(["status"]) == 2
    assert "WENJU_UNDO_HOURS=soon" in capsys.readouterr().err
