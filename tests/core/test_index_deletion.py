"""What is deleted is found by no search from that moment on, and is nowhere after the next rebuild."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from rag_core.index import kind as kinds
from rag_core.index.audit import audit
from rag_core.index.build import build_generation
from rag_core.index.generations import LibraryIndex
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, Kind
from rag_core.index.lexical import search_lexical
from rag_core.settings import Settings
from rag_core.store.chunks import document_passages
from rag_core.store.compact import compact_database
from rag_core.store.documents import delete_documents, purge_deleted
from tests.core.shelf import Shelf
from tests.fakes import FakeEmbedder

# So few vectors train codes badly, but they do train them.
CELLS = Kind("ivfpq", cells=4, probes=4, pieces=4, reranked=60)
TOKEN = "zqxvkwjq"


@pytest.fixture(params=[FLAT, HNSW, HNSW_SQ8, CELLS], ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    for name in ("hnsw_sq8", "ivfpq"):
        monkeypatch.setitem(kinds.LEAST_TRAINED, name, 300)
    found: Kind = request.param
    return found


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    shelf = Shelf(engine, home, embedder=FakeEmbedder(dimension=32))
    for number in range(16):
        words = (f"document {number} says word{number}x{place} and more" for place in range(20))
        shelf.add(f"{number}.pdf", *words)
    return shelf


def test_no_search_finds_a_document_once_it_is_deleted(shelf: Shelf, kind: Kind) -> None:
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0, kind)
    index = LibraryIndex(shelf.engine, shelf.library_id, shelf.indexes)
    doomed = [document for document in range(1, 17) if document % 2]
    chunk_ids = {
        document: {one.id for one in document_passages(shelf.engine, document)} for document in doomed
    }
    questions = shelf.embedder.embed_questions([f"document {number} says" for number in range(16)])
    deleted: list[int] = []
    problems: list[str] = []
    stop = threading.Event()

    def search(seed: int) -> None:
        draw = np.random.default_rng(seed)
        while not stop.is_set():
            gone = tuple(deleted)
            ids, _ = index.search(questions[draw.integers(16)], 40)
            worded, _ = search_lexical(shelf.engine, [shelf.library_id], "document says more", 40)
            back = {one for document in gone for one in chunk_ids[document]} & {
                *ids.tolist(),
                *worded.tolist(),
            }
            if back or len(ids) != 40:
                problems.append(f"{len(ids)} found, {len(back)} of them deleted")

    searchers = [threading.Thread(target=search, args=(seed,)) for seed in range(4)]
    for thread in searchers:
        thread.start()
    for document in doomed:
        delete_documents(shelf.engine, [document], 1.0)
        deleted.append(document)
    stop.wait(0.3)
    stop.set()
    for thread in searchers:
        thread.join()
    assert problems == []
    assert index.generation_id


def test_a_deleted_word_is_nowhere_after_the_next_rebuild(
    shelf: Shelf, settings: Settings, kind: Kind
) -> None:
    settings = dataclasses.replace(settings, home=shelf.indexes.parent)
    planted = shelf.add("secret.txt", f"the secret is {TOKEN}", f"again {TOKEN} and more", "nothing here")
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0, kind)
    before = audit(settings, shelf.engine, TOKEN)
    assert any(".sqlite" in place for place in before)
    assert any(place.startswith("files/") for place in before)
    assert {f"document {planted}, page 1", "words"} <= set(before)
    delete_documents(shelf.engine, [planted], 2.0)
    for sha256 in purge_deleted(shelf.engine, 3.0):
        shelf.files.remove(sha256)
    # Deleted rows are still in the database's free pages and in its log.
    assert any(".sqlite" in place for place in audit(settings, shelf.engine, TOKEN))
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 4.0, kind)
    compact_database(shelf.engine)
    assert audit(settings, shelf.engine, TOKEN) == ()
    assert audit(settings, shelf.engine, "word3x7") != ()


def test_a_word_across_two_blocks_of_a_file_is_seen(settings: Settings, engine: Engine) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    for code in ("utf-8", "utf-16-le"):
        content = b"." * ((1 << 20) - 3) + "Größe".encode(code) + b"." * 50
        (settings.home / code).write_bytes(content)
    assert audit(settings, engine, "Größe") == ("utf-16-le", "utf-8")
    assert audit(settings, engine, "Grösse") == ()
