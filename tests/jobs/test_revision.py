"""A revised file costs what changed in it: pages that show the same are not read again, nor words embedded."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from ingest_jobs import submit
from ingest_jobs.bench import Bench
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings
from rag_core.store import pages
from rag_core.store.corrections import page_corrections
from rag_core.store.db import Database, write
from rag_core.store.documents import get_document
from rag_core.store.libraries import create_library, find_library
from rag_core.store.schema import corrections
from rag_core.types import Document
from tests.builders import digital_pdf
from tests.jobs.conftest import Add
from tests.jobs.paper import EMBEDDER_ID, PaperEmbedder, open_paper_bench
from tests.jobs.test_ingest import ingest_document

PAGES = 30


@pytest.fixture
def embedder() -> PaperEmbedder:
    return PaperEmbedder()


@pytest.fixture
def bench(settings: Settings, engine: Database, embedder: PaperEmbedder) -> Iterator[Bench]:
    opened = open_paper_bench(settings, engine, lambda: IsolatedReader(settings), embedder)
    yield opened
    opened.readers.close()


def _upload(bench: Bench, sheets: list[list[str]]) -> Document:
    name, database = "papers", bench.database
    library = find_library(database, name) or create_library(database, name, EMBEDDER_ID, time.time())
    stream = io.BytesIO(digital_pdf(sheets))
    document = submit.add_file(database, bench.settings, library.id, "report.pdf", stream)[0]
    return ingest_document(bench, document)


def _sheets() -> list[list[str]]:
    return [[f"Page {number} of the report.", f"It says {number * 17}."] for number in range(1, PAGES + 1)]


def test_only_changed_pages_are_read_and_embedded(
    bench: Bench, engine: Database, embedder: PaperEmbedder
) -> None:
    first = _upload(bench, _sheets())
    before = len(embedder.embedded)
    assert (pages.total_reads(engine, first.id), before >= PAGES) == (PAGES, True)
    sheets = _sheets()
    for number in (7, 15, 28):
        sheets[number - 1][1] = f"It was revised, {number}."
    second = _upload(bench, [["A new first page."], *sheets])
    assert (second.state, second.page_count) == ("indexed", PAGES + 1)
    assert pages.total_reads(engine, second.id) == 4
    assert sorted(text.splitlines()[-1] for text in embedder.embedded[before:]) == [
        "A new first page.",
        *(f"It was revised, {number}." for number in (15, 28, 7)),
    ]
    parsed = pages.load_parsed(engine, second.id)
    assert [page.number for page in parsed.pages] == list(range(1, PAGES + 2))
    assert parsed.pages[3].text == "Page 3 of the report.\nIt says 51."


def test_indexing_again_reads_and_embeds_nothing(
    bench: Bench, engine: Database, embedder: PaperEmbedder
) -> None:
    document = _upload(bench, _sheets())
    before = len(embedder.embedded)
    submit.retry_pages(engine, bench.settings, document.id, [])
    assert ingest_document(bench, document).state == "indexed"
    assert (pages.total_reads(engine, document.id), len(embedder.embedded)) == (PAGES, before)


def test_what_was_put_right_goes_with_the_page(bench: Bench, engine: Database, add: Add) -> None:
    first = _upload(bench, _sheets())
    line = pages.load_parsed(engine, first.id).pages[4].blocks[0].lines[0]
    box = json.dumps([line.box.x0, line.box.y0, line.box.x1, line.box.y1])
    row = {"document_id": first.id, "page_number": 5, "box": box, "recognised": line.text}
    with write(engine) as connection:
        connection.execute(insert(corrections), {**row, "corrected": "Page five.", "created_at": 1.0})
    submit.retry_pages(engine, bench.settings, first.id, [5])
    ingest_document(bench, first)
    assert pages.load_parsed(engine, first.id).pages[4].text.startswith("Page five.")
    second = _upload(bench, [["A new first page."], *_sheets()])
    assert pages.load_parsed(engine, second.id).pages[5].text.startswith("Page five.")
    assert [one.corrected for one in page_corrections(engine, second.id, 6)] == ["Page five."]
    assert get_document(engine, second.id).state == "indexed"
