"""Sealed generation and fresh tail: search sees the database as it is now."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from rag_core.errors import InputError, NotFound
from rag_core.index.build import build_generation
from rag_core.index.generations import LibraryIndex
from rag_core.index.kind import FLAT, HNSW, Kind
from rag_core.store.chunks import passages
from rag_core.store.documents import delete_documents, restore_documents
from rag_core.store.generations import begin_generation, list_generations, publish_generation, published
from rag_core.store.libraries import delete_library
from rag_core.store.scope import scope_of
from tests.core.shelf import Shelf


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    return Shelf(engine, home)


@pytest.fixture
def index(shelf: Shelf) -> LibraryIndex:
    return LibraryIndex(shelf.engine, shelf.library_id, shelf.indexes)


def build(shelf: Shelf, now: float = 1.0, kind: Kind | None = None) -> int:
    return build_generation(shelf.engine, shelf.library_id, shelf.indexes, now, kind).id


def found(
    shelf: Shelf, index: LibraryIndex, question: str, document_ids: list[int] | None = None
) -> list[str]:
    ids, cosines = index.search(shelf.embedder.embed_questions([question])[0], 10, scope_of(document_ids))
    assert np.all(np.diff(cosines) <= 0)
    return [passage.text for passage in passages(shelf.engine, ids.tolist())]


def folders(shelf: Shelf) -> set[str]:
    return {path.name for path in (shelf.indexes / str(shelf.library_id)).iterdir() if path.is_dir()}


def test_without_a_generation_everything_is_the_tail(shelf: Shelf, index: LibraryIndex) -> None:
    assert found(shelf, index, "cat") == []
    shelf.add("a.pdf", "the cat sat", "the dog ran")
    assert found(shelf, index, "the cat sat") == ["the cat sat", "the dog ran"]
    assert index.generation_id == 0
    assert index.tail_share() == 1.0


@pytest.mark.parametrize("kind", [FLAT, HNSW], ids=lambda kind: kind.name)
def test_a_document_is_found_once_before_and_after_a_rebuild(
    shelf: Shelf, index: LibraryIndex, kind: Kind
) -> None:
    shelf.add("a.pdf", "the cat sat", "the dog ran")
    first = build(shelf, kind=kind)
    assert (index.generation_id, index.tail_share()) == (first, 0.0)
    shelf.add("b.pdf", "a bird flew")
    assert sorted(found(shelf, index, "bird")) == ["a bird flew", "the cat sat", "the dog ran"]
    assert index.tail_share() == pytest.approx(1 / 3)
    second = build(shelf, 2.0, kind)
    assert sorted(found(shelf, index, "bird")) == ["a bird flew", "the cat sat", "the dog ran"]
    assert (index.generation_id, index.tail_share()) == (second, 0.0)


def test_deleting_counts_at_once_in_both_parts(shelf: Shelf, index: LibraryIndex) -> None:
    sealed = shelf.add("a.pdf", "the cat sat")
    build(shelf)
    fresh = shelf.add("b.pdf", "the cat lay")
    assert len(found(shelf, index, "cat")) == 2
    delete_documents(shelf.engine, [sealed], 1.0)
    assert found(shelf, index, "cat") == ["the cat lay"]
    delete_documents(shelf.engine, [fresh], 1.0)
    assert found(shelf, index, "cat") == []
    restore_documents(shelf.engine, [sealed])
    assert found(shelf, index, "cat") == ["the cat sat"]


def test_a_document_deleted_during_a_build_can_come_back(shelf: Shelf, index: LibraryIndex) -> None:
    away = shelf.add("a.pdf", "the cat sat")
    shelf.add("b.pdf", "the dog ran")
    delete_documents(shelf.engine, [away], 1.0)
    build(shelf)
    assert found(shelf, index, "cat") == ["the dog ran"]
    restore_documents(shelf.engine, [away])
    assert found(shelf, index, "the cat sat")[0] == "the cat sat"


def test_a_document_with_lower_ids_may_commit_after_a_build(shelf: Shelf, index: LibraryIndex) -> None:
    slow = shelf.add("slow.pdf", "the cat sat", publish=False)
    shelf.add("quick.pdf", "the dog ran")
    build(shelf)
    assert found(shelf, index, "the cat sat") == ["the dog ran"]
    shelf.publish(slow)
    assert found(shelf, index, "the cat sat") == ["the cat sat", "the dog ran"]


def test_only_the_documents_asked_for(shelf: Shelf, index: LibraryIndex) -> None:
    first = shelf.add("a.pdf", "the cat sat")
    build(shelf)
    second = shelf.add("b.pdf", "the cat lay")
    assert found(shelf, index, "cat", [first]) == ["the cat sat"]
    assert found(shelf, index, "cat", [second]) == ["the cat lay"]
    assert found(shelf, index, "cat", []) == []


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_search_goes_on_when_the_files_are_damaged(shelf: Shelf, index: LibraryIndex, harm: str) -> None:
    shelf.add("a.pdf", "the cat sat", "the dog ran")
    folder = shelf.indexes / str(shelf.library_id) / str(build(shelf))
    if harm == "gone":
        shutil.rmtree(folder)
    else:
        (folder / "vectors.faiss").write_bytes((folder / "vectors.faiss").read_bytes()[:40])
    assert found(shelf, index, "the cat sat") == ["the cat sat", "the dog ran"]
    assert index.generation_id == 0
    again = build(shelf, 2.0)
    assert (index.generation_id, len(found(shelf, index, "cat"))) == (again, 2)


def test_what_a_killed_build_left_is_cleared(shelf: Shelf) -> None:
    shelf.add("a.pdf", "the cat sat")
    killed = begin_generation(shelf.engine, shelf.library_id, "fake", "flat", 1.0)
    home = shelf.indexes / str(shelf.library_id)
    (home / f"building-{killed.id}").mkdir(parents=True)
    (home / str(killed.id)).mkdir()
    built = build(shelf)
    assert built > killed.id
    assert folders(shelf) == {str(built)}
    assert [one.id for one in list_generations(shelf.engine, shelf.library_id)] == [built]


def test_the_previous_generation_stays_for_going_back(shelf: Shelf, index: LibraryIndex) -> None:
    shelf.add("a.pdf", "the cat sat")
    _, second, third = (build(shelf, now) for now in (1.0, 2.0, 3.0))
    assert folders(shelf) == {str(second), str(third)}
    previous = list_generations(shelf.engine, shelf.library_id)[1]
    publish_generation(shelf.engine, previous, 4.0)
    assert index.generation_id == second
    assert found(shelf, index, "cat") == ["the cat sat"]


def test_a_generation_tells_what_it_is(shelf: Shelf) -> None:
    shelf.add("a.pdf", "the cat sat", "the dog ran")
    build(shelf, 5.0, HNSW)
    generation = published(shelf.engine, shelf.library_id)
    assert generation is not None
    assert (generation.kind, generation.vectors, generation.recall) == ("hnsw", 2, 1.0)
    assert generation.bytes > 2 * 256 * 4
    assert '"links": 32' in generation.parameters


def test_nothing_to_build(shelf: Shelf, index: LibraryIndex) -> None:
    with pytest.raises(InputError) as caught:
        build(shelf)
    assert caught.value.problem.code == "no_documents"
    delete_library(shelf.engine, shelf.library_id)
    with pytest.raises(NotFound):
        build(shelf)
    with pytest.raises(NotFound):
        index.search(np.zeros(256, np.float32), 1)


def test_searches_during_adds_deletes_and_rebuilds(shelf: Shelf, index: LibraryIndex) -> None:
    """A document that stays is found by every search, whatever happens around it."""
    shelf.add("stays.pdf", "the one that stays")
    problems: list[str] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            texts = found(shelf, index, "the one that stays")
            if texts.count("the one that stays") != 1:
                problems.append(str(texts))

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for thread in searchers:
        thread.start()
    for number in range(8):
        document = shelf.add(f"{number}.pdf", f"number {number}")
        if number % 3 == 0:
            build(shelf, time.time(), HNSW if number % 2 else FLAT)
        if number % 2 == 0:
            delete_documents(shelf.engine, [document], 1.0)
    stop.set()
    for thread in searchers:
        thread.join()
    assert problems == []
