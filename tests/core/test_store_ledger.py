"""The ledger summed up, lines to be doubted, and older versions of a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import Engine

from rag_core.errors import Problem
from rag_core.store import chunks
from rag_core.store.documents import get_document, list_documents, set_state
from rag_core.store.doubts import doubtful_citations, doubtful_regions, is_doubtful
from rag_core.store.ledger import by_remark, empty_pages, indexing_progress, reading_progress
from rag_core.store.pages import begin_pages, load_parsed, page_records, save_page
from rag_core.store.versions import (
    has_namesake,
    keep_both,
    older_versions,
    replace_older,
    replaced_versions,
    retire_replaced,
)
from rag_core.types import (
    Block,
    Box,
    Chunk,
    Citation,
    Document,
    Line,
    LineSource,
    Page,
    PageRecord,
    PageState,
    Region,
)
from tests.core.stored import new_document, read_pages

OCR = "PP-OCRv6-small"


def enter(
    engine: Engine,
    document_id: int,
    number: int,
    state: PageState,
    by: str = OCR,
    seconds: float = 4.0,
    confidence: float = 1.0,
) -> None:
    page = page_of(number, [("words", "ocr", confidence)]) if state == "read" else None
    problem = Problem("page_failed") if state == "failed" else None
    characters = len(page.text) if page else 0
    record = PageRecord(document_id, number, state, by, seconds, confidence, characters, problem, "")
    save_page(engine, record, page)


def page_of(number: int, said: Sequence[tuple[str, LineSource, float]]) -> Page:
    lines = []
    for at, (text, source, confidence) in enumerate(said):
        edges = tuple(0.1 + 0.8 * step / len(text) for step in range(len(text) + 1))
        lines.append(Line(text, Box(0.1, at / 10, 0.9, (at + 0.9) / 10), source, confidence, edges))
    return Page(number, 600.0, 800.0, (Block("text", Box(0.0, 0.0, 1.0, 1.0), tuple(lines)),))


def test_the_time_left_is_told_from_the_pages_done(engine: Engine) -> None:
    document_id = new_document(engine).id
    begin_pages(engine, document_id, 10)
    assert reading_progress(engine, document_id, 1).seconds_left is None
    for number in (1, 2):
        enter(engine, document_id, number, "read", "text-layer", 0.5)
    for number in (3, 4, 5):
        enter(engine, document_id, number, "needs_ocr", "text-layer", 0.1)
    # Nobody knows yet how long recognition takes.
    assert reading_progress(engine, document_id, 1).seconds_left is None
    enter(engine, document_id, 3, "read", OCR, 6.0)
    enter(engine, document_id, 4, "failed", OCR, 2.0)
    progress = reading_progress(engine, document_id, 2)
    assert (progress.done, progress.count, progress.failed) == (4, 10, (4,))
    assert progress.engines == ((OCR, 2), ("text-layer", 2))
    assert progress.seconds_left == pytest.approx((5 * 0.5 + 1 * 4.0) / 2)


def test_other_documents_tell_how_long_recognition_takes(engine: Engine) -> None:
    known, fresh = new_document(engine, "known").id, new_document(engine, "fresh").id
    begin_pages(engine, known, 1)
    enter(engine, known, 1, "read", OCR, 3.0)
    begin_pages(engine, fresh, 2)
    for number in (1, 2):
        enter(engine, fresh, number, "needs_ocr", "text-layer")
    assert reading_progress(engine, fresh, 1).seconds_left == pytest.approx(6.0)


def test_pages_stand_under_what_there_is_to_say_about_them(engine: Engine) -> None:
    document_id = new_document(engine).id
    begin_pages(engine, document_id, 6)
    enter(engine, document_id, 6, "failed")
    enter(engine, document_id, 2, "empty")
    enter(engine, document_id, 3, "read", confidence=0.5)
    enter(engine, document_id, 4, "read")
    enter(engine, document_id, 5, "needs_ocr")
    save_page(
        engine, PageRecord(document_id, 1, "read", OCR, 1.0, 1.0, 0, None, ""), Page(1, 600.0, 800.0, ())
    )
    found = by_remark(page_records(engine, document_id))
    numbers = {remark: [one.number for one in some] for remark, some in found.items()}
    assert list(numbers.items()) == [
        ("failed", [6]),
        ("empty", [1, 2]),
        ("doubtful", [3]),
        ("waiting", [5]),
        ("read", [4]),
    ]
    other = new_document(engine, "other").id
    assert empty_pages(engine, [document_id, other]) == {document_id: (1, 2)}


def test_a_citation_on_a_line_recognised_badly_is_doubtful(engine: Engine) -> None:
    document_id = new_document(engine).id
    begin_pages(engine, document_id, 1)
    page = page_of(1, [("good", "ocr", 0.99), ("bad", "ocr", 0.5), ("mended", "corrected", 1.0)])
    save_page(engine, PageRecord(document_id, 1, "read", OCR, 1.0, 0.8, len(page.text), None, ""), page)

    def citation(number: int, start: int, end: int) -> Citation:
        regions = (Region(1, page.locate(start, end)),)
        return Citation(number, document_id, "a.pdf", "", start, end, regions, "supported", "")

    cited = [citation(1, 0, 4), citation(2, 5, 8), citation(3, 9, 15), citation(4, 2, 6)]
    assert doubtful_citations(engine, cited) == {2, 4}
    assert doubtful_regions(engine, document_id, cited[3].regions) == (Region(1, page.locate(5, 6)),)
    assert doubtful_regions(engine, document_id, cited[0].regions) == ()
    assert doubtful_citations(engine, []) == frozenset()
    assert not is_doubtful(Line("  ", page.blocks[0].box, "ocr", 0.1, (0.0, 0.5, 1.0)))


def same_name(engine: Engine) -> tuple[Document, Document]:
    """Two documents of one name and different content, the older one first."""
    older = new_document(engine, "lease")
    newer = new_document(engine, "lease2")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET filename = 'lease.pdf'")
    return older, newer


def listed(engine: Engine, document: Document) -> tuple[Document, ...]:
    return list_documents(engine, document.library_id)


def test_a_revised_file_takes_the_place_of_the_older_one_once_it_is_indexed(engine: Engine) -> None:
    older, newer = same_name(engine)
    found = older_versions(listed(engine, older))
    assert {one: other.id for one, other in found.items()} == {newer.id: older.id}
    replace_older(engine, newer.id, older.id, 5.0)
    assert older_versions(listed(engine, older)) == {}
    for state in ("reading", "partly", "rejected"):
        set_state(engine, newer.id, state)  # type: ignore[arg-type]
        assert retire_replaced(engine, 6.0) == ()
    set_state(engine, newer.id, "indexed")
    assert retire_replaced(engine, 7.0) == (older.id,)
    assert get_document(engine, older.id).deleted_at == 7.0
    assert [one.id for one in listed(engine, older)] == [newer.id]
    assert replaced_versions(engine, listed(engine, older))[newer.id].id == older.id
    keep_both(engine, newer.id)
    assert {one.id for one in listed(engine, older)} == {older.id, newer.id}
    assert retire_replaced(engine, 8.0) == () and replaced_versions(engine, listed(engine, older)) == {}


def test_both_versions_are_kept_when_asked_to(engine: Engine) -> None:
    older, newer = same_name(engine)
    keep_both(engine, newer.id)
    set_state(engine, newer.id, "indexed")
    assert retire_replaced(engine, 6.0) == () and older_versions(listed(engine, older)) == {}
    assert all(has_namesake(engine, get_document(engine, one.id)) for one in (older, newer))
    replace_older(engine, newer.id, older.id, 7.0)
    assert [one.id for one in listed(engine, older)] == [newer.id]
    assert not has_namesake(engine, get_document(engine, newer.id))


def test_how_far_the_search_is_prepared_is_told_in_passages(engine: Engine) -> None:
    document_id = new_document(engine).id
    assert indexing_progress(engine, document_id) == (0, 0)
    read_pages(engine, document_id, [page_of(1, [("a word", "ocr", 1.0)])])
    cut = [Chunk(0, 0, 1, "a", ""), Chunk(1, 2, 6, "word", "")]
    chunks.replace_chunks(engine, document_id, cut, load_parsed(engine, document_id))
    assert indexing_progress(engine, document_id) == (0, 2)
    ((first, _),) = chunks.pending_embeddings(engine, document_id, "e", 1)
    chunks.save_embeddings(engine, "another", [first], np.ones((1, 2), np.float32))
    assert indexing_progress(engine, document_id) == (0, 2)
    chunks.save_embeddings(engine, "e", [first], np.ones((1, 2), np.float32))
    assert indexing_progress(engine, document_id) == (1, 2)
