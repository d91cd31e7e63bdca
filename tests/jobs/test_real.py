"""The real thing: a worker process with real recognition and a real embedder, killed in the middle."""

from __future__ import annotations

import io
import os
import signal
import time
from dataclasses import replace

import pytest

from ingest_jobs import submit
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.settings import Settings
from rag_core.store import chunks, pages, workers
from rag_core.store.db import Database
from rag_core.store.documents import UNFINISHED, get_document
from rag_core.store.libraries import create_library
from rag_core.types import Document
from tests.builders import picture, scan_pdf

PAGES = 3
PATIENCE = 300.0


@pytest.mark.slow
@pytest.mark.weights
def test_a_scan_survives_the_death_of_its_worker(engine: Database, settings: Settings) -> None:
    chosen = default_ids(settings)
    assert find(settings, chosen.ocr), "run: python -m rag_core.models fetch"
    settings = replace(settings, start_worker=True)
    library = create_library(engine, "scans", chosen.embedder, time.time())
    scans = [
        picture([f"第{number}页 合同编号 {number * 1111}", "负责人 张伟"]) for number in range(1, PAGES + 1)
    ]
    document, _ = submit.add_file(engine, settings, library.id, "合同.pdf", io.BytesIO(scan_pdf(scans)))
    killed = False
    deadline = time.monotonic() + PATIENCE
    while (now := get_document(engine, document.id)).state in UNFINISHED:
        assert time.monotonic() < deadline
        if now.pages_done >= 1 and not killed:
            _end(engine, signal.SIGKILL)
            killed = True
        submit.ensure_worker(settings, engine)
        time.sleep(0.1)
    _end(engine, signal.SIGTERM)
    assert killed
    _check(engine, now, chosen.embedder)


def _check(engine: Database, finished: Document, embedder_id: str) -> None:
    assert (finished.state, finished.pages_done) == ("indexed", PAGES)
    assert PAGES <= pages.total_reads(engine, finished.id) <= PAGES + 1
    text = "".join(pages.load_parsed(engine, finished.id).text.split())
    for number in range(1, PAGES + 1):
        assert str(number * 1111) in text
    ids, rows = chunks.vectors(engine, finished.library_id, embedder_id, 0)
    assert list(ids) == list(chunks.searchable_ids(engine, finished.library_id))
    assert len(rows) > 0


def _end(engine: Database, how: signal.Signals) -> None:
    for worker in workers.alive(engine, time.time(), 1000):
        if worker.id != "starting":
            os.kill(worker.process_id, how)
