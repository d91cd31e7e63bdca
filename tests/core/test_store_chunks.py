"""Chunks: exact places, kept embeddings, all of a document or nothing."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, text

from rag_core.index.publish import publish_document
from rag_core.store import chunks, documents, pages
from rag_core.store.db import open_database
from rag_core.types import Chunk, Page
from tests.core.stored import new_document, page_of, read_pages

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
PAGES = st.lists(st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=4), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One SQLite database for many examples."""
    path: Path = tmp_path_factory.mktemp("chunks") / "wenju.sqlite"
    return open_database(f"sqlite:///{path}")


def _cut(whole: str, cuts: list[int]) -> list[Chunk]:
    places = sorted({0, len(whole), *(cut % (len(whole) + 1) for cut in cuts)})
    spans = [(a, b) for a, b in itertools.pairwise(places) if whole[a:b].strip()]
    return [Chunk(n, a, b, whole[a:b], "") for n, (a, b) in enumerate(spans)]


def _store(engine: Engine, name: str, blocks: list[list[list[str]]], cuts: list[int]) -> int:
    document_id = new_document(engine, name).id
    read_pages(engine, document_id, [page_of(number, page) for number, page in enumerate(blocks, 1)])
    parsed = pages.load_parsed(engine, document_id)
    chunks.replace_chunks(engine, document_id, _cut(parsed.text, cuts), parsed)
    return document_id


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES, st.lists(st.integers(0, 500), max_size=8), st.integers(0, 500), st.integers(0, 60))
def test_places_agree_with_the_whole_document(
    shared: Engine, blocks: list[list[list[str]]], cuts: list[int], start: int, length: int
) -> None:
    document_id = _store(shared, f"places {blocks} {cuts}", blocks, cuts)
    parsed = pages.load_parsed(shared, document_id)
    start %= len(parsed.text) + 1
    assert pages.locate(shared, document_id, start, start + length) == parsed.locate(start, start + length)
    publish_document(shared, document_id, "indexed")
    for passage in chunks.document_passages(shared, document_id):
        assert parsed.text[passage.start : passage.end] == passage.text
        touched = [region.page_number for region in parsed.locate(passage.start, passage.end)]
        assert touched == [] or passage.first_page <= min(touched) <= max(touched) <= passage.last_page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES, st.lists(st.integers(0, 500), max_size=8), st.lists(st.integers(0, 500), max_size=8))
def test_a_chunk_that_stays_keeps_id_and_embedding(
    shared: Engine, blocks: list[list[list[str]]], cuts: list[int], other_cuts: list[int]
) -> None:
    document_id = _store(shared, f"stays {blocks} {cuts} {other_cuts}", blocks, cuts)
    pending = chunks.pending_embeddings(shared, document_id, "e", 1000)
    vectors = np.ones((len(pending), 2), np.float32)
    chunks.save_embeddings(shared, "e", [one for one, _ in pending], vectors)
    publish_document(shared, document_id, "indexed")
    stored = chunks.document_passages(shared, document_id)
    before, ids_before = {passage.text for passage in stored}, {passage.id for passage in stored}
    parsed = pages.load_parsed(shared, document_id)
    cut_anew = _cut(parsed.text, other_cuts)
    chunks.replace_chunks(shared, document_id, cut_anew, parsed)
    kept = chunks.document_passages(shared, document_id)
    assert {passage.id for passage in kept} <= ids_before
    assert {p.text for p in kept} == {chunk.text for chunk in cut_anew} & before
    fresh = chunks.pending_embeddings(shared, document_id, "e", 1000)
    assert len(fresh) + len(kept) == len(cut_anew)
    assert not {one for one, _ in fresh} & ids_before
    publish_document(shared, document_id, "indexed")
    now = chunks.document_passages(shared, document_id)
    assert [(p.ordinal, p.start, p.end, p.text) for p in now] == [
        (c.ordinal, c.start, c.end, c.text) for c in cut_anew
    ]


def test_search_sees_all_of_a_document_or_nothing(engine: Engine) -> None:
    one = _store(engine, "a", [[["alpha beta gamma"]]], [5])
    library_id = documents.get_document(engine, one).library_id
    assert len(chunks.searchable_ids(engine, library_id)) == 0

    def broken(connection: object, rows: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        chunks.commit_document(engine, one, None, ("indexed", None), broken)
    assert documents.get_document(engine, one).state == "waiting"
    assert len(chunks.searchable_ids(engine, library_id)) == 0
    assert not publish_document(engine, one, "indexed", attempt=7)
    assert publish_document(engine, one, "indexed", attempt=1)
    assert not publish_document(engine, one, "partly", attempt=1)
    assert len(chunks.searchable_ids(engine, library_id)) == 2
    assert len(chunks.searchable_ids(engine, library_id, [one + 1])) == 0
    with engine.connect() as connection:
        words = connection.execute(text("SELECT terms FROM lexical ORDER BY rowid")).scalars().all()
    assert words == ["alpha", "beta gamma"]


def test_vectors_come_back_in_order_and_from_where_asked(engine: Engine) -> None:
    one = _store(engine, "a", [[["alpha beta gamma delta"]]], [5, 10, 16])
    ids = [chunk_id for chunk_id, _ in chunks.pending_embeddings(engine, one, "e", 100)]
    vectors = np.arange(len(ids) * 3, dtype=np.float32).reshape(-1, 3)
    chunks.save_embeddings(engine, "e", [*ids[::-1], 999], np.vstack([vectors[::-1], [[0, 0, 0]]]))
    chunks.save_embeddings(engine, "other", ids, vectors + 1)
    library_id = documents.get_document(engine, one).library_id
    assert chunks.vectors(engine, library_id, "e", 0)[1].shape == (0, 0)
    publish_document(engine, one, "indexed")
    found, rows = chunks.vectors(engine, library_id, "e", 0)
    assert (found.dtype, rows.dtype) == (np.int64, np.float32)
    assert list(found) == ids
    assert np.array_equal(rows, vectors)
    later, rows = chunks.vectors(engine, library_id, "e", ids[1])
    assert list(later) == ids[2:]
    assert np.array_equal(rows, vectors[2:])
    with pytest.raises(ValueError, match="2 ids for 1 vectors"):
        chunks.save_embeddings(engine, "e", ids[:2], vectors[:1])


def test_passages_keep_the_asked_order_and_neighbours_their_own(engine: Engine) -> None:
    one = _store(engine, "a", [[["alpha beta gamma delta"]]], [5, 10, 16])
    publish_document(engine, one, "indexed")
    whole = chunks.document_passages(engine, one)
    ids = [passage.id for passage in whole]
    assert chunks.passages(engine, [ids[2], 999, ids[0]]) == (whole[2], whole[0])
    assert chunks.neighbours(engine, whole[1], 1, 2) == (whole[0], whole[2], whole[3])
    assert chunks.neighbours(engine, whole[0], 1, 0) == ()


def test_a_rebuild_finds_what_lacks_an_embedding(engine: Engine) -> None:
    one = _store(engine, "a", [[["alpha beta"]]], [5])
    library_id = documents.get_document(engine, one).library_id
    assert chunks.pending_in_library(engine, library_id, "new", 10) == ()
    publish_document(engine, one, "indexed")
    pending = chunks.pending_in_library(engine, library_id, "new", 10)
    assert [words for _, words in pending] == ["alpha", " beta"]
    documents.delete_documents(engine, [one], 5.0)
    assert chunks.pending_in_library(engine, library_id, "new", 10) == ()


def test_headings_are_embedded_once() -> None:
    assert chunks.searched_text("Title", "body") == "Title\nbody"
    assert chunks.searched_text("Title", "Title and body") == "Title and body"
    assert chunks.searched_text("", "body") == "body"


def test_pages_that_could_not_be_read_have_no_place(engine: Engine) -> None:
    document_id = new_document(engine, "gap").id
    whole: list[Page] = [page_of(number, [[f"page {number}"]]) for number in (1, 2, 3)]
    read_pages(engine, document_id, whole)
    pages.retry_pages(engine, document_id, [2])
    parsed = pages.load_parsed(engine, document_id)
    chunks.replace_chunks(engine, document_id, [Chunk(0, 0, 13, parsed.text, "")], parsed)
    publish_document(engine, document_id, "partly")
    assert [region.page_number for region in pages.locate(engine, document_id, 0, 13)] == [1, 3]
    assert chunks.document_passages(engine, document_id)[0].last_page == 3
