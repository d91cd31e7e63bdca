"""What a scope of libraries without anything to find is said to lack."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from rag_core.errors import Problem
from rag_core.index.publish import publish_document
from rag_core.store import chunks, pages
from rag_core.store.census import File, nothing_to_search, searchable_files
from rag_core.store.documents import delete_documents, set_state
from rag_core.store.libraries import create_library
from rag_core.types import Chunk, Document
from tests.core.stored import new_document, page_of, read_pages


def test_what_is_lacking_is_named(engine: Engine) -> None:
    empty = create_library(engine, "Empty", "e", 0.0).id
    assert nothing_to_search(engine, [empty]) == Problem("no_documents")
    waiting = new_document(engine, "b", "Waiting")
    assert nothing_to_search(engine, [empty]) == Problem("libraries_empty", "Empty")
    assert nothing_to_search(engine, [waiting.library_id]) == Problem("documents_reading")
    set_state(engine, waiting.id, "rejected")
    assert nothing_to_search(engine, [waiting.library_id]) == Problem("no_documents")


def read(engine: Engine, name: str, library: str) -> Document:
    """A document that is read and not yet published."""
    document = new_document(engine, name, library)
    read_pages(engine, document.id, [page_of(1, [["A line."]])])
    parsed = pages.load_parsed(engine, document.id)
    chunks.replace_chunks(engine, document.id, [Chunk(0, 0, 7, "A line.", "")], parsed)
    return document


def test_one_that_can_be_searched_is_enough(engine: Engine) -> None:
    full = read(engine, "a", "Full")
    waiting = new_document(engine, "b", "Waiting").library_id
    assert nothing_to_search(engine, [full.library_id, waiting]) == Problem("documents_reading")
    publish_document(engine, full.id, "indexed")
    assert nothing_to_search(engine, [full.library_id, waiting]) is None
    assert nothing_to_search(engine, [waiting]) == Problem("libraries_reading", "Waiting")
    delete_documents(engine, [full.id], 2.0)
    assert nothing_to_search(engine, [full.library_id]) == Problem("libraries_empty", "Full")


def test_the_files_that_can_be_searched(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    full, other = read(engine, "a", "Full"), read(engine, "b", "Full")
    ids = [full.library_id, new_document(engine, "c", "Waiting").library_id]
    publish_document(engine, full.id, "indexed")
    assert searchable_files(engine, ids) == (File(full.id, full.filename),)
    publish_document(engine, other.id, "indexed")
    assert [one.document_id for one in searchable_files(engine, ids)] == [full.id, other.id]
    assert searchable_files(engine, ids, [other.id]) == (File(other.id, other.filename),)
    monkeypatch.setattr("rag_core.store.census.MOST_FILES", 1)
    assert searchable_files(engine, ids) == ()
    delete_documents(engine, [full.id], 2.0)
    assert searchable_files(engine, ids) == (File(other.id, other.filename),)
