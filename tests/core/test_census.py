"""What a scope of libraries without anything to find is said to lack."""

from __future__ import annotations

from sqlalchemy import Engine

from rag_core.errors import Problem
from rag_core.index.publish import publish_document
from rag_core.store import chunks, pages
from rag_core.store.census import nothing_to_search
from rag_core.store.documents import delete_documents, set_state
from rag_core.store.libraries import create_library
from rag_core.types import Chunk
from tests.core.stored import new_document, page_of, read_pages


def test_what_is_lacking_is_named(engine: Engine) -> None:
    empty = create_library(engine, "Empty", "e", 0.0).id
    assert nothing_to_search(engine, [empty]) == Problem("no_documents")
    waiting = new_document(engine, "b", "Waiting")
    assert nothing_to_search(engine, [empty]) == Problem("libraries_empty", "Empty")
    assert nothing_to_search(engine, [waiting.library_id]) == Problem("documents_reading")
    set_state(engine, waiting.id, "rejected")
    assert nothing_to_search(engine, [waiting.library_id]) == Problem("no_documents")


def test_one_that_can_be_searched_is_enough(engine: Engine) -> None:
    full = new_document(engine, "a", "Full")
    read_pages(engine, full.id, [page_of(1, [["A line."]])])
    parsed = pages.load_parsed(engine, full.id)
    chunks.replace_chunks(engine, full.id, [Chunk(0, 0, 7, "A line.", "")], parsed)
    waiting = new_document(engine, "b", "Waiting").library_id
    assert nothing_to_search(engine, [full.library_id, waiting]) == Problem("documents_reading")
    publish_document(engine, full.id, "indexed")
    assert nothing_to_search(engine, [full.library_id, waiting]) is None
    assert nothing_to_search(engine, [waiting]) == Problem("libraries_reading", "Waiting")
    delete_documents(engine, [full.id], 2.0)
    assert nothing_to_search(engine, [full.library_id]) == Problem("libraries_empty", "Full")
