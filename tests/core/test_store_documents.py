"""Libraries, documents and the page ledger."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from rag_core.errors import InputError, NotFound, Problem
from rag_core.index.publish import publish_document
from rag_core.store import chunks, documents, libraries, pages
from rag_core.types import Chunk, PageRecord
from tests.core.stored import new_document, page_of, read_pages


def test_library_names_are_tidy_and_unique(engine: Engine) -> None:
    made = libraries.create_library(engine, "  two   words ", "e", 5.0)
    assert made == libraries.get_library(engine, made.id) == libraries.find_library(engine, "two words")
    with pytest.raises(InputError) as taken:
        libraries.create_library(engine, "Two Words", "e", 5.0)
    with pytest.raises(InputError) as empty:
        libraries.rename_library(engine, made.id, " \n ")
    other = libraries.create_library(engine, "other", "e", 5.0)
    with pytest.raises(InputError) as clash:
        libraries.rename_library(engine, other.id, "two words")
    libraries.rename_library(engine, other.id, "\u202eOther\x07")
    assert libraries.get_library(engine, other.id).name == "Other"
    codes = [error.value.problem.code for error in (taken, empty, clash)]
    assert codes == ["library_name_taken", "library_name_empty", "library_name_taken"]
    with pytest.raises(NotFound):
        libraries.get_library(engine, 99)


def test_the_same_content_is_recognised_in_its_library_only(engine: Engine) -> None:
    first = new_document(engine, "a")
    assert new_document(engine, "a").id == first.id
    assert new_document(engine, "a", "elsewhere").id != first.id
    documents.delete_documents(engine, [first.id], 9.0)
    assert documents.list_documents(engine, first.library_id) == ()
    again = new_document(engine, "a")
    assert (again.id, again.deleted_at, again.attempt) == (first.id, None, 2)


def test_newest_first(engine: Engine) -> None:
    made = [new_document(engine, name).id for name in "abc"]
    assert [one.id for one in documents.list_documents(engine, 1)] == made[::-1]


def test_a_file_name_is_only_a_name(engine: Engine) -> None:
    library = libraries.create_library(engine, "l", "e", 0.0)
    stored = documents.Stored("0" * 64, 1)
    made, _ = documents.add_document(engine, library.id, "..\\..\\etc/\x00pass\u202ewd.pdf", stored, 0.0)
    assert made.filename == "passwd.pdf"


def test_a_worker_advances_only_what_is_wanted(engine: Engine) -> None:
    one = new_document(engine)
    assert documents.advance(engine, one.id, 1, "reading")
    assert not documents.advance(engine, one.id, 2, "indexed")
    assert documents.next_attempt(engine, one.id) == 2
    assert not documents.advance(engine, one.id, 1, "indexed")
    documents.set_state(engine, one.id, "cancelled")
    assert not documents.is_wanted(engine, one.id, 2)
    assert not documents.advance(engine, one.id, 2, "reading")
    assert documents.get_document(engine, one.id).state == "cancelled"
    documents.next_attempt(engine, one.id)
    documents.delete_documents(engine, [one.id], 5.0)
    assert not documents.is_wanted(engine, one.id, 3)
    assert documents.unfinished_attempts(engine) == ()
    with pytest.raises(NotFound):
        documents.next_attempt(engine, one.id)


def _publish(engine: Engine, document_id: int) -> None:
    read_pages(engine, document_id, [page_of(1, [["some words"]])])
    parsed = pages.load_parsed(engine, document_id)
    chunks.replace_chunks(engine, document_id, [Chunk(0, 0, 10, "some words", "")], parsed)
    assert publish_document(engine, document_id, "indexed")


def test_deleting_hides_at_once_and_can_be_undone(engine: Engine) -> None:
    one = new_document(engine)
    _publish(engine, one.id)
    ids = chunks.searchable_ids(engine, one.library_id)
    before = libraries.get_library(engine, one.library_id).revision
    documents.delete_documents(engine, [one.id], 5.0)
    assert len(chunks.searchable_ids(engine, one.library_id)) == 0
    assert chunks.passages(engine, [int(i) for i in ids]) == ()
    assert libraries.get_library(engine, one.library_id).revision > before
    documents.restore_documents(engine, [one.id])
    assert list(chunks.searchable_ids(engine, one.library_id)) == list(ids)
    assert documents.get_document(engine, one.id).state == "indexed"


def test_purging_leaves_nothing_behind(engine: Engine) -> None:
    one, twin, kept = new_document(engine, "a"), new_document(engine, "a", "b"), new_document(engine, "c")
    for document in (one, twin, kept):
        _publish(engine, document.id)
    documents.set_readable(engine, one.id, "f" * 64)
    documents.delete_documents(engine, [one.id], 5.0)
    documents.delete_documents(engine, [kept.id], 50.0)
    assert documents.purge_deleted(engine, 10.0) == ("f" * 64,)  # the twin still needs the upload itself
    assert documents.referenced(engine, ["f" * 64, one.sha256]) == {one.sha256}
    with pytest.raises(NotFound):
        documents.get_document(engine, one.id)
    with engine.connect() as connection:
        for table, column in (("pages", "document_id"), ("chunks", "document_id")):
            left = connection.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = {one.id}"))
            assert left.scalar() == 0
        words = connection.execute(text("SELECT count(*) FROM lexical")).scalar()
        assert words == connection.execute(text("SELECT count(*) FROM chunks")).scalar() == 2
    assert new_document(engine, "a").id > kept.id


def test_deleting_a_library_takes_its_words_along(engine: Engine) -> None:
    one = new_document(engine)
    _publish(engine, one.id)
    libraries.delete_library(engine, one.library_id)
    with engine.connect() as connection:
        for table in ("documents", "pages", "chunks", "lexical"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_the_ledger_keeps_what_is_read(engine: Engine) -> None:
    one = new_document(engine)
    read_pages(engine, one.id, [page_of(1, [["one"]]), page_of(2, []), page_of(3, [["three"]])])
    problem = Problem("page_time", "120")
    save = PageRecord(one.id, 3, "failed", "ocr", 120.0, 0.0, 0, problem, "f")
    pages.save_page(engine, save, None)
    pages.begin_pages(engine, one.id, 4)
    records = pages.page_records(engine, one.id)
    assert [record.state for record in records] == ["read", "empty", "failed", "waiting"]
    assert records[2] == save
    assert documents.get_document(engine, one.id).pages_done == 3
    parsed = pages.load_parsed(engine, one.id)
    assert (parsed.text, parsed.problems) == ("one\f", (problem,))
    assert pages.retry_pages(engine, one.id, [3]) == 2
    assert pages.page_records(engine, one.id)[2].state == "waiting"
    assert documents.get_document(engine, one.id).state == "waiting"
    assert pages.load_page(engine, one.id, 4) is None
    assert pages.total_reads(engine, one.id) == 4


def test_handing_a_page_to_recognition_is_not_reading_it(engine: Engine) -> None:
    one = new_document(engine)
    pages.begin_pages(engine, one.id, 1)
    pages.save_page(engine, PageRecord(one.id, 1, "needs_ocr", "text-layer", 0, 0, 0, None, ""), None)
    assert pages.total_reads(engine, one.id) == 0
    pages.save_page(engine, PageRecord(one.id, 1, "read", "ocr", 0, 1, 0, None, ""), page_of(1, [["x"]]))
    assert pages.total_reads(engine, one.id) == 1


def test_saving_a_page_of_a_purged_document_is_harmless(engine: Engine) -> None:
    pages.begin_pages(engine, 77, 3)
    pages.save_page(engine, PageRecord(77, 1, "read", "ocr", 0, 1, 0, None, ""), page_of(1, [["x"]]))
    assert pages.page_records(engine, 77) == ()
