"""Workers and documents for the tests of jobs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest_jobs import submit
from rag_core.settings import Settings, environment
from rag_core.store.db import Database
from rag_core.store.documents import UNFINISHED, get_document
from rag_core.store.libraries import create_library, find_library
from rag_core.types import Document
from tests.jobs.paper import EMBEDDER_ID, IDLE, SECONDS, paper

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0

StartWorker = Callable[..., "subprocess.Popen[bytes]"]
Add = Callable[..., Document]


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """No worker starts by itself; what an earlier test made is forgotten."""
    monkeypatch.setattr("ingest_jobs.requests._made", set())
    return replace(settings, start_worker=False)


@pytest.fixture
def add(engine: Database, settings: Settings) -> Add:
    """Uploads a file of such pages."""

    def upload(*lines: str, library: str = "papers") -> Document:
        owner = find_library(engine, library) or create_library(engine, library, EMBEDDER_ID, time.time())
        stream = io.BytesIO(paper(*lines))
        return submit.add_file(engine, settings, owner.id, "paper.pdf", stream)[0]

    return upload


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[StartWorker]:
    """Starts worker processes with the paper bench; ends those that still run."""
    started: list[subprocess.Popen[bytes]] = []

    def start(seconds: float = 0.0, idle_seconds: float = 300.0) -> subprocess.Popen[bytes]:
        variables = {**os.environ, **environment(settings), "PYTHONPATH": str(ROOT)}
        variables |= {SECONDS: str(seconds), IDLE: str(idle_seconds)}
        process = subprocess.Popen([sys.executable, ROOT / "tests/jobs/paper_worker.py"], env=variables)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Waits; fails with the words when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


def wait_for(engine: Database, document: Document) -> Document:
    """The document once it is finished."""
    wait_until(
        lambda: get_document(engine, document.id).state not in UNFINISHED, f"{document.id} is finished"
    )
    return get_document(engine, document.id)
