"""Files without pages on their way through a job: made into a PDF once, and read from it ever after."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest_jobs import submit
from ingest_jobs.bench import Bench
from rag_core.errors import Problem
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings
from rag_core.store import pages
from rag_core.store.db import Database
from rag_core.store.libraries import create_library, find_library
from rag_core.types import Document
from tests.documents import docx
from tests.jobs.paper import EMBEDDER_ID, open_paper_bench
from tests.jobs.test_ingest import Killed, ingest_document

TEXT = "租期自二〇二六年一月一日起。\nThe rent is 1,350 euros.\n".encode()


class CountingReader(IsolatedReader):
    """Counts what it converts; dies after it when told to."""

    converted = 0
    dies = False

    def convert(self, path: Path, filename: str, target: Path) -> None:
        super().convert(path, filename, target)
        CountingReader.converted += 1
        if CountingReader.dies:
            raise Killed


@pytest.fixture
def bench(settings: Settings, engine: Database) -> Iterator[Bench]:
    CountingReader.converted, CountingReader.dies = 0, False
    opened = open_paper_bench(settings, engine, lambda: CountingReader(settings))
    yield opened
    opened.readers.close()


def upload(bench: Bench, name: str, data: bytes, library: str = "papers") -> Document:
    database = bench.database
    owner = find_library(database, library) or create_library(database, library, EMBEDDER_ID, time.time())
    return submit.add_file(database, bench.settings, owner.id, name, io.BytesIO(data))[0]


def files(bench: Bench) -> set[str]:
    return {path.name for path in bench.settings.files.rglob("*") if path.is_file()}


def test_a_text_is_read_from_the_pages_made_of_it(bench: Bench) -> None:
    document = ingest_document(bench, upload(bench, "lease.txt", TEXT))
    assert (document.state, document.page_count) == ("indexed", 1)
    parsed = pages.load_parsed(bench.database, document.id)
    assert parsed.text.splitlines() == TEXT.decode().splitlines()
    assert files(bench) == {document.sha256, document.readable_sha256}
    with bench.readers.borrow() as reader:
        assert isinstance(reader, CountingReader)
        path = bench.files.path(document.readable_sha256)
        assert reader.render(path, 1, 50).startswith(b"\x89PNG")


def test_it_is_made_once_however_often_it_is_read(bench: Bench) -> None:
    document = ingest_document(bench, upload(bench, "lease.txt", TEXT))
    submit.retry_pages(bench.database, bench.settings, document.id, [1])
    again = ingest_document(bench, document)
    assert (again.state, again.attempt, CountingReader.converted) == ("indexed", 2, 1)
    twin = ingest_document(bench, upload(bench, "lease.txt", TEXT, library="others"))
    assert twin.readable_sha256 == document.readable_sha256


def test_a_kill_in_the_middle_costs_one_more_making(bench: Bench) -> None:
    document = upload(bench, "lease.txt", TEXT)
    CountingReader.dies = True
    with pytest.raises(Killed):
        ingest_document(bench, document)
    assert files(bench) == {document.sha256}
    CountingReader.dies = False
    assert ingest_document(bench, document).state == "indexed"
    assert CountingReader.converted == 2


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("rubbish.txt", bytes(range(256)) * 20, Problem("file_binary")),
        ("empty.md", b" \n ", Problem("file_no_text")),
        ("long.log", b"line\n" * 2000, Problem("file_too_many_pages", "5")),
        ("bomb.docx", docx(["x"], **{"word/x.bin": bytes(2**25)}), Problem("file_unpacks", "32 MB")),
    ],
)
def test_what_can_not_be_made_into_pages_says_why(
    bench: Bench, name: str, data: bytes, problem: Problem
) -> None:
    object.__setattr__(bench.settings, "page_limit", 5)
    document = upload(bench, name, data)
    finished = ingest_document(bench, document)
    assert (finished.state, finished.problem) == ("rejected", problem)
    assert files(bench) == {document.sha256}
    assert list(bench.settings.cache.glob("convert-*")) == []
