"""A worker that is killed loses nothing and repeats at most the pages its readers were at."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from rag_core.index.lexical import search_lexical
from rag_core.store import chunks, pages
from rag_core.store.db import Database
from rag_core.store.documents import get_document
from tests.jobs.conftest import Add, StartWorker, wait_for, wait_until
from tests.jobs.paper import LOG, word

PAGES = 30
READERS = 2


@pytest.mark.slow
def test_killed_in_the_middle_of_a_scan(
    engine: Database, add: Add, start_worker: StartWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOG, str(tmp_path / "begun.log"))
    document = add(*(f"scan page {number} says {word(number)}" for number in range(1, PAGES + 1)))
    for done in (8, 19):
        # So slow that pages are left to read however late this process notices.
        worker = start_worker(0.5)
        wait_until(lambda done=done: get_document(engine, document.id).pages_done >= done, f"{done} pages")  # type: ignore[misc]
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
        assert get_document(engine, document.id).pages_done < PAGES
    start_worker()
    finished = wait_for(engine, document)
    assert (finished.state, finished.pages_done, finished.attempt) == ("indexed", PAGES, 1)
    assert [record.state for record in pages.page_records(engine, document.id)] == ["read"] * PAGES
    assert pages.total_reads(engine, document.id) == PAGES
    begun = [line.split()[-1] for line in (tmp_path / "begun.log").read_text().splitlines()]
    assert set(begun) == {str(number) for number in range(1, PAGES + 1)}
    assert len(begun) <= PAGES + 2 * READERS  # what was in hand at each of the two kills
    parsed = pages.load_parsed(engine, document.id)
    whole = chunks.document_passages(engine, document.id)
    assert all(parsed.text[one.start : one.end] == one.text for one in whole)
    for number in (1, PAGES // 2, PAGES):
        ids, _ = search_lexical(engine, [document.library_id], word(number), 5)
        assert len(ids) == 1
    assert not chunks.pending_embeddings(engine, document.id, "paper", 1)


@pytest.mark.slow
def test_killed_again_and_again_at_any_moment(engine: Database, add: Add, start_worker: StartWorker) -> None:
    first = add(*(f"text page {number} " + "and more of it " * 40 for number in range(1, 200)))
    second = add(*(f"scan page {number} " + "and more of it " * 40 for number in range(1, 21)))
    for seconds in (1.6, 2.0, 2.4, 2.8):
        worker = start_worker(0.05)
        time.sleep(seconds)
        worker.kill()
        worker.wait()
    start_worker()
    for document, count in ((first, 199), (second, 20)):
        finished = wait_for(engine, document)
        assert (finished.state, finished.pages_done) == ("indexed", count)
        assert count <= pages.total_reads(engine, document.id) <= count + 4
        assert not chunks.pending_embeddings(engine, document.id, "paper", 1)
        parsed = pages.load_parsed(engine, document.id)
        covered = "".join(one.text for one in chunks.document_passages(engine, document.id))
        assert "".join(covered.split()) == "".join(parsed.text.split())
