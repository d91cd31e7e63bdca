"""What was read or embedded before is known again, and nothing else is taken for it."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Engine, select, text

from rag_core.store import chunks, page_reuse, pages
from rag_core.store.db import write
from rag_core.store.migrations.versions import v0004_reuse
from rag_core.store.schema import chunks as chunk_table, words_hash
from rag_core.types import Chunk, PageRecord
from tests.core.stored import new_document, page_of, read_pages

PARTS = ("the costs rose", "income fell", "the costs rose")


def _cut(engine: Engine, name: str, headings: tuple[str, str, str]) -> int:
    document_id = new_document(engine, name).id
    read_pages(engine, document_id, [page_of(1, [[part] for part in PARTS])])
    parsed = pages.load_parsed(engine, document_id)
    starts = [sum(len(part) + 2 for part in PARTS[:at]) for at in range(len(PARTS))]
    cut = [Chunk(at, starts[at], starts[at] + len(part), part, headings[at]) for at, part in enumerate(PARTS)]
    chunks.replace_chunks(engine, document_id, cut, parsed)
    return document_id


def test_the_same_words_take_the_same_vector(engine: Engine) -> None:
    first = _cut(engine, "first", ("", "", "2025"))
    ids = [one for one, _ in chunks.pending_embeddings(engine, first, "e", 10)]
    chunks.save_embeddings(engine, "e", ids, np.eye(3, 4, dtype=np.float32))
    second = _cut(engine, "second", ("", "2024", "2025"))
    assert chunks.reuse_embeddings(engine, second, "other") == 0
    assert chunks.reuse_embeddings(engine, second, "e") == 2
    assert [words for _, words in chunks.pending_embeddings(engine, second, "e", 10)] == ["2024\nincome fell"]
    assert chunks.reuse_embeddings(engine, second, "e") == 0
    assert chunks.reuse_embeddings(engine, first, "e") == 0
    with engine.connect() as connection:
        statement = text(
            "SELECT vector FROM embeddings JOIN chunks ON id = chunk_id WHERE document_id = :id ORDER BY ordinal"
        )
        vectors = [np.frombuffer(row[0], np.float32) for row in connection.execute(statement, {"id": second})]
    assert np.array_equal(np.stack(vectors), np.eye(3, 4, dtype=np.float32)[[0, 2]])


def test_words_of_an_older_database_are_known_too(engine: Engine) -> None:
    _cut(engine, "old", ("", "A heading", "标题"))
    with write(engine) as connection:
        connection.execute(text("UPDATE chunks SET words_hash = 0"))
        v0004_reuse._fill(connection)
        rows = connection.execute(select(chunk_table)).all()
    assert [row.words_hash for row in rows] == [words_hash(row.heading, row.text) for row in rows]


@pytest.mark.parametrize(
    ("mine", "theirs", "taken"),
    [("a" * 64, "a" * 64, True), ("a" * 64, "b" * 64, False), ("", "", False), ("a" * 64, "", False)],
)
def test_pages_are_known_by_what_they_show(engine: Engine, mine: str, theirs: str, taken: bool) -> None:
    """Their files differ, so a page of which nothing is known is known by nothing."""
    first, second = new_document(engine, "first").id, new_document(engine, "second").id
    read_pages(engine, first, [page_of(1, [["the page"]])])
    pages.begin_pages(engine, second, 2)
    page_reuse.save_hashes(engine, first, {1: theirs})
    page_reuse.save_hashes(engine, second, {2: mine})
    assert page_reuse.unlooked_pages(engine, second, 5) == (1,)
    assert page_reuse.reuse_pages(engine, second, lambda key, record: True) == int(taken)
    found = pages.load_page(engine, second, 2)
    assert (found is not None and found.number == 2 and found.text == "the page") == taken
    assert pages.count_pages(engine, second, "waiting") == 2 - int(taken)
    assert pages.total_reads(engine, second) == 0


def test_a_page_that_would_be_read_otherwise_now_is_not_taken_over(engine: Engine) -> None:
    first, second = new_document(engine, "one").id, new_document(engine, "two").id
    read_pages(engine, first, [page_of(1, [["the page"]])])
    pages.begin_pages(engine, second, 1)
    for document_id in (first, second):
        page_reuse.save_hashes(engine, document_id, {1: "c" * 64})
    asked: list[tuple[str, PageRecord]] = []

    def refuse(key: str, record: PageRecord) -> bool:
        asked.append((key, record))
        return False

    assert page_reuse.reuse_pages(engine, second, refuse) == 0
    assert [(key, record.engine) for key, record in asked] == [("c" * 64, "test")]
