"""Many pages: shared readers, small documents beside large ones, pages that are damaged, work that stays even."""

from __future__ import annotations

import dataclasses
import io
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pymupdf
import pytest
from sqlalchemy import event

from ingest_jobs import submit
from ingest_jobs.bench import Bench, Readers
from ingest_jobs.engine import reader_count
from rag_core.index.lexical import search_lexical
from rag_core.parse.reader.isolated import IsolatedReader, recognition_threads
from rag_core.parse.results import PageResult
from rag_core.settings import Settings
from rag_core.store import documents, pages
from rag_core.store.db import Database
from rag_core.store.libraries import create_library
from rag_core.types import Document
from tests.builders import digital_pdf
from tests.jobs.conftest import Add, wait_until
from tests.jobs.paper import EMBEDDER_ID, SECONDS, PaperReader, open_paper_bench, word
from tests.jobs.test_ingest import ingest_document

PAGES = 30


class CountingReader(PaperReader):
    """Knows how many of its kind read at the same time."""

    at_once = 0
    most = 0
    lock = threading.Lock()

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        with self.lock:
            CountingReader.at_once += 1
            CountingReader.most = max(CountingReader.most, CountingReader.at_once)
        try:
            return super().read_scan(path, number, anew)
        finally:
            with self.lock:
                CountingReader.at_once -= 1


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan takes a moment."""
    monkeypatch.setenv(SECONDS, "0.05")


def _bench(settings: Settings, engine: Database, readers: int) -> Bench:
    return open_paper_bench(dataclasses.replace(settings, reader_processes=readers), engine, CountingReader)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("readers", [1, 3])
def test_as_many_pages_are_read_at_once_as_there_are_readers(
    settings: Settings, engine: Database, add: Add, readers: int
) -> None:
    CountingReader.most = 0
    document = ingest_document(_bench(settings, engine, readers), add(*(f"scan {n}" for n in range(12))))
    assert (document.state, CountingReader.most) == ("indexed", readers)
    assert pages.load_parsed(engine, document.id).text == "\f".join(str(n) for n in range(12))


@pytest.mark.usefixtures("slow")
def test_a_small_document_gets_through_beside_a_large_one(
    settings: Settings, engine: Database, add: Add
) -> None:
    bench = _bench(settings, engine, 2)
    large = add(*(f"scan large {number}" for number in range(100)))
    small = add(*(f"scan small {number}" for number in range(4)))
    thread = threading.Thread(target=ingest_document, args=(bench, large))
    thread.start()
    wait_until(lambda: documents.get_document(engine, large.id).pages_done >= 4, "the first pages")
    assert ingest_document(bench, small).state == "indexed"
    assert documents.get_document(engine, large.id).pages_done < 80
    submit.cancel_document(engine, large.id)
    done = documents.get_document(engine, large.id).pages_done
    thread.join()
    assert documents.get_document(engine, large.id).state == "cancelled"
    assert documents.get_document(engine, large.id).pages_done <= done + 2  # one a reader


@pytest.mark.usefixtures("slow")
def test_no_page_is_begun_once_readers_are_stopped(settings: Settings, engine: Database, add: Add) -> None:
    bench = _bench(settings, engine, 2)
    document = add(*(f"scan {number}" for number in range(100)))

    def stop() -> None:
        wait_until(lambda: documents.get_document(engine, document.id).pages_done > 0, "the first page")
        bench.readers.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(RuntimeError, match="stopped"):
        ingest_document(bench, document, lambda name: _refuse(bench.readers))
    stopper.join()
    assert 0 < documents.get_document(engine, document.id).pages_done < 100


def _refuse(readers: Readers) -> None:
    """As the worker's gate does, if less patiently."""
    if readers.stopped:
        raise RuntimeError("stopped")


def test_readers_are_lent_in_the_order_they_are_asked_for() -> None:
    readers = Readers(PaperReader, 1)
    order: list[int] = []

    def ask(number: int) -> None:
        with readers.borrow():
            order.append(number)

    with readers.borrow():
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_until(lambda number=number: len(readers._waiting) == number, "the thread's turn")  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_there_are_as_many_readers_as_cores_and_memory_allow(settings: Settings) -> None:
    assert reader_count(dataclasses.replace(settings, reader_processes=7)) == 7
    assert reader_count(settings) >= 1
    assert recognition_threads(64) == 1


def test_a_page_costs_as_much_in_a_long_document_as_in_a_short_one(
    settings: Settings, engine: Database, add: Add
) -> None:
    bench = _bench(settings, engine, 2)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def statements(count: int) -> int:
        document = add(*(f"{'scan' if n % 2 else 'text'} {count} {n}" for n in range(count)))
        before = len(asked)
        assert ingest_document(bench, document).state == "indexed"
        return len(asked) - before

    short, long = statements(40), statements(160)
    assert long < 4.4 * short


@pytest.fixture
def real(settings: Settings, engine: Database) -> Iterator[Bench]:
    """A bench that reads real files."""
    quick = dataclasses.replace(settings, page_seconds=1)
    bench = open_paper_bench(quick, engine, lambda: IsolatedReader(quick))
    yield bench
    bench.readers.close()


def test_damaged_pages_are_listed_and_the_others_found(real: Bench, engine: Database) -> None:
    sheets = [[f"This is sheet {number}.", word(number)] for number in range(1, PAGES + 1)]
    damages = {3: "garbage", 9: "cut off", 14: "missing", 20: "endless", 26: "garbage", 27: "missing"}
    document = _upload(real, _damaged(digital_pdf(sheets), damages))
    finished = ingest_document(real, document)
    assert finished.state == "partly"
    assert finished.problem is not None
    assert finished.problem.detail == "3, 9, 14, 20, 26–27"
    broken = [record for record in pages.page_records(engine, document.id) if record.state == "failed"]
    reasons = Counter(record.problem.code for record in broken if record.problem)
    assert reasons == {"page_damaged": 5, "page_time": 1}
    for number in set(range(1, PAGES + 1)) - set(damages):
        assert len(search_lexical(engine, [document.library_id], word(number), 5)[0]) == 1


def _upload(bench: Bench, data: bytes) -> Document:
    library = create_library(bench.database, "files", EMBEDDER_ID, time.time())
    return submit.add_file(bench.database, bench.settings, library.id, "file.pdf", io.BytesIO(data))[0]


def _damaged(data: bytes, damages: dict[int, str]) -> bytes:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        for number, how in damages.items():
            page = document[number - 1]
            contents = page.get_contents()[0]
            match how:
                case "garbage":
                    document.update_stream(contents, b"\xffBT (never ended \x00 [ << " * 50)
                case "cut off":
                    document.update_stream(contents, b"no such bytes", compress=False)
                    document.xref_set_key(contents, "Filter", "/FlateDecode")
                case "missing":
                    document.xref_set_key(page.xref, "Contents", "99999 0 R")
                case _:
                    document.xref_set_key(page.xref, "Resources", _forms(document, 9))
                    document.update_stream(contents, b"/F Do")
        return bytes(document.tobytes())


def _forms(document: pymupdf.Document, depth: int) -> str:
    """Resources with a form that draws a form ten times, which draws a form ten times, and so on."""
    resources = ""
    drawing: Sequence[bytes] = [b"0 0 10 10 re f"]
    for _ in range(depth):
        form = document.get_new_xref()
        document.update_object(
            form, f"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<{resources}>>>>"
        )
        document.update_stream(form, b" ".join(drawing))
        resources, drawing = f"/XObject<</F {form} 0 R>>", [b"/F Do"] * 10
    return f"<<{resources}>>"
