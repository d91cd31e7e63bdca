"""Reading a document step by step, without a job engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import event

from ingest_jobs.bench import Bench
from ingest_jobs.steps import Attempt
from ingest_jobs.submit import retry_document, retry_pages, unlock_document
from ingest_jobs.worker import do_step
from ingest_jobs.workflows import ingest
from rag_core.errors import ParserFailure, PasswordNeeded, Problem
from rag_core.settings import Settings
from rag_core.store import chunks, documents, pages
from rag_core.store.db import Database, open_database
from rag_core.types import Document
from tests.jobs.conftest import Add
from tests.jobs.paper import PASSWORD, PaperReader, open_paper_bench

T = TypeVar("T")


class Killed(BaseException):
    """What a kill looks like from inside."""


class Unhashable(PaperReader):
    """Ends over what pages show."""

    def page_hashes(self, path: Path, numbers: Sequence[int]) -> tuple[str, ...]:
        raise ParserFailure("page_time", "1")


@pytest.fixture
def bench(settings: Settings, engine: Database) -> Bench:
    return open_paper_bench(settings, engine)


def ingest_document(
    bench: Bench, document: Document, watch: Callable[[str], None] = lambda name: None
) -> Document:
    """Reads the document; `watch` is told of every step before it is done."""
    attempt = Attempt(bench, document.id, documents.get_document(bench.database, document.id).attempt)

    def step(name: str, work: Callable[[], T]) -> T | None:
        watch(name)
        return do_step(attempt, work)[0]

    ingest(attempt, step)
    return documents.get_document(bench.database, document.id)


def test_text_and_scans_become_one_document(bench: Bench, engine: Database, add: Add) -> None:
    names: list[str] = []
    lines = [f"{'scan' if number % 10 == 0 else 'text'} page {number}" for number in range(1, 41)]
    finished = ingest_document(bench, add(*lines), names.append)
    assert (finished.state, finished.problem, finished.pages_done) == ("indexed", None, 40)
    assert names == [
        "open",
        "look",
        "reuse",
        "text",
        "scan",
        "cut",
        *["embed"] * 3,
        "publish",
    ]
    parsed = pages.load_parsed(engine, finished.id)
    assert parsed.text == "\f".join(f"page {number}" for number in range(1, 41))
    assert {record.engine for record in pages.page_records(engine, finished.id)} == {
        "text-layer",
        "paper-ocr",
    }
    ids, rows = chunks.vectors(engine, finished.library_id, "paper", 0)
    assert list(ids) == list(chunks.searchable_ids(engine, finished.library_id))
    assert len(rows) > 0


def test_a_file_is_read_although_looking_at_its_pages_failed(
    settings: Settings, engine: Database, add: Add
) -> None:
    bench = open_paper_bench(settings, engine, Unhashable)
    finished = ingest_document(bench, add(*[f"text page {number}" for number in range(1, 101)]))
    assert (finished.state, finished.problem, finished.pages_done) == ("indexed", None, 100)


def test_a_bad_page_is_named_and_only_it_is_read_again(bench: Bench, engine: Database, add: Add) -> None:
    document = add("text one", "bad", "scan three", "bad", "bad")
    finished = ingest_document(bench, document)
    assert (finished.state, finished.problem) == ("partly", Problem("pages_failed", "2, 4–5"))
    assert pages.total_reads(engine, document.id) == 5
    retry_document(engine, bench.settings, document.id)
    again = ingest_document(bench, document)
    assert (again.state, again.attempt) == ("partly", 2)
    assert pages.total_reads(engine, document.id) == 8


@pytest.mark.parametrize(
    ("lines", "state", "code"),
    [
        (["rubbish"], "rejected", "file_damaged"),
        (["blank", "blank"], "rejected", "no_text"),
        (["bad", "bad"], "rejected", "pages_failed"),
        (["text good", "bug"], "rejected", "internal"),
        (["text x"] * 6, "rejected", "file_too_many_pages"),
        (["locked", "text x"], "needs_password", "password_needed"),
    ],
)
def test_what_can_not_be_read_says_why(
    bench: Bench, add: Add, lines: list[str], state: str, code: str
) -> None:
    object.__setattr__(bench.settings, "page_limit", 5)
    finished = ingest_document(bench, add(*lines))
    assert (finished.state, finished.problem and finished.problem.code) == (state, code)


def test_a_password_opens_a_copy(bench: Bench, engine: Database, add: Add) -> None:
    document = ingest_document(bench, add("locked", "text secret words"))
    with pytest.raises(PasswordNeeded):
        unlock_document(engine, bench.settings, document.id, "wrong", PaperReader())
    assert documents.get_document(engine, document.id) == document
    unlock_document(engine, bench.settings, document.id, PASSWORD, PaperReader())
    finished = ingest_document(bench, document)
    assert (finished.state, pages.load_parsed(engine, document.id).text) == ("indexed", "secret words")
    assert finished.sha256 == document.sha256 != finished.readable_sha256
    left = {path.name for path in bench.settings.files.rglob("*") if path.is_file()}
    assert left == {finished.sha256, finished.readable_sha256}


def test_a_file_that_vanishes_is_missed(bench: Bench, add: Add) -> None:
    document = add("text one", "scan two", "scan three")
    seen: list[str] = []

    def watch(name: str) -> None:
        seen.append(name)
        if name == "scan":
            bench.files.remove(document.sha256)

    finished = ingest_document(bench, document, watch)
    assert (finished.state, finished.problem) == ("rejected", Problem("file_missing"))


@pytest.mark.parametrize("stop", ["cancel", "delete", "purge", "retry"])
@pytest.mark.parametrize("at", ["open", "text", "scan", "cut", "embed", "publish"])
def test_an_attempt_ends_quietly_when_it_is_no_longer_wanted(
    bench: Bench, engine: Database, add: Add, stop: str, at: str
) -> None:
    document = add("text one", "scan two", "text three")
    after: list[str] = []

    def watch(name: str) -> None:
        if after or name == at:
            after.append(name)
        if len(after) != 1:
            return
        match stop:
            case "cancel":
                documents.set_state(engine, document.id, "cancelled")
            case "retry":
                documents.next_attempt(engine, document.id)
            case _:
                documents.delete_documents(engine, [document.id], 1.0)
                if stop == "purge":
                    documents.purge_deleted(engine, 2.0)

    attempt = Attempt(bench, document.id, 1)

    def step(name: str, work: Callable[[], T]) -> T | None:
        watch(name)
        return do_step(attempt, work)[0]

    ingest(attempt, step)
    assert after == [at]
    assert len(chunks.searchable_ids(engine, document.library_id)) == 0
    if stop == "cancel":
        assert documents.get_document(engine, document.id).state == "cancelled"


@pytest.mark.slow
def test_killed_between_any_two_transactions(settings: Settings, engine: Database, add: Add) -> None:
    """Each time a worker dies a little later; the next one, which knows nothing of the steps that were
    done, brings the document to the same end."""
    kills = 0
    while True:
        # Other pages each time, or they would be taken over from the document before.
        lines = [f"text one {kills}", f"scan three {kills}", "bad", f"text four {kills}", "blank"]
        document = add(*lines, f"text {kills}")
        doomed = open_database(settings.database)
        left = kills

        def count(connection: object) -> None:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1

        event.listen(doomed, "begin", count)
        try:
            ingest_document(open_paper_bench(settings, doomed), document)
        except Killed:
            pass
        else:
            break
        finally:
            event.remove(doomed, "begin", count)
            doomed.dispose()
        _check(ingest_document(open_paper_bench(settings, engine), document), engine, kills)
        kills += 1
    assert kills > 30


def _check(finished: Document, engine: Database, kills: int) -> None:
    assert (finished.state, finished.problem) == ("partly", Problem("pages_failed", "3"))
    text = f"one {kills}\fthree {kills}\ffour {kills}\f\f{kills}"
    assert pages.load_parsed(engine, finished.id).text == text
    assert pages.total_reads(engine, finished.id) == 6
    ids = chunks.searchable_ids(engine, finished.library_id)
    assert list(chunks.vectors(engine, finished.library_id, "paper", 0)[0]) == list(ids)
    mine = chunks.searchable_ids(engine, finished.library_id, [finished.id])
    assert len(mine) == len(chunks.document_passages(engine, finished.id)) > 0


def test_pages_read_for_one_library_are_not_read_for_another(
    bench: Bench, engine: Database, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("text one", "scan two", "bad")
    first = ingest_document(bench, add(*lines))
    second = ingest_document(bench, add(*lines, library="other"))
    assert pages.load_parsed(engine, second.id) == pages.load_parsed(engine, first.id)
    assert (second.state, pages.total_reads(engine, second.id)) == (
        "partly",
        1,
    )  # the bad page was tried again
    monkeypatch.setattr("ingest_jobs.steps.PARSER_VERSION", "a newer one")
    third = ingest_document(bench, add(*lines, library="third"))
    assert pages.total_reads(engine, third.id) == 3


def test_a_file_that_only_wastes_time_is_given_up(bench: Bench, engine: Database, add: Add) -> None:
    lines = ["text first", *["endless"] * 30, "scan last"]
    finished = ingest_document(bench, add(*lines))
    assert (finished.state, finished.problem) == ("partly", Problem("pages_failed", "2–32"))
    assert {record.problem for record in pages.page_records(engine, finished.id)[1:]} == {
        Problem("page_time", "1")
    }
    tried = [record.number for record in pages.page_records(engine, finished.id) if record.seconds]
    # Another one may have been begun while the fifth was read.
    assert tried in ([2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7])


def test_the_same_file_is_recognised(bench: Bench, engine: Database, add: Add) -> None:
    first = ingest_document(bench, add("text same"))
    assert add("text same") == first
    documents.delete_documents(engine, [first.id], 1.0)
    back = add("text same")
    assert (back.id, back.state) == (first.id, "indexed")


def test_a_page_is_recognised_although_it_has_a_text_layer(bench: Bench, engine: Database, add: Add) -> None:
    document = ingest_document(bench, add("text one", "text two", "scan three"))
    retry_pages(engine, bench.settings, document.id, [2], as_scan=True)
    waiting = documents.get_document(engine, document.id)
    assert (waiting.state, waiting.pages_done) == ("waiting", 2)
    assert pages.load_parsed(engine, document.id).text == "one\fthree"
    again = ingest_document(bench, document)
    assert pages.load_parsed(engine, document.id).text == "one\fseen two\fthree"
    assert (again.state, pages.total_reads(engine, document.id)) == ("indexed", 4)


def test_a_page_taken_over_is_read_when_it_is_retried(bench: Bench, engine: Database, add: Add) -> None:
    ingest_document(bench, add("text one", "scan two"))
    second = ingest_document(bench, add("text one", "scan two", library="other"))
    assert pages.total_reads(engine, second.id) == 0
    retry_pages(engine, bench.settings, second.id, [2])
    ingest_document(bench, second)
    assert pages.total_reads(engine, second.id) == 1
