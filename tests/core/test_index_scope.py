"""Searching in some of the documents and pages: inside the search, so that nothing outside takes a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from rag_core.errors import InputError
from rag_core.index import kind as kinds
from rag_core.index.build import build_generation
from rag_core.index.generations import LibraryIndex
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, Kind
from rag_core.index.lexical import GATHERED_PLACES, search_lexical
from rag_core.store.chunks import passages
from rag_core.store.contents import chunks_within, read_contents
from rag_core.store.db import write
from rag_core.store.documents import delete_documents
from rag_core.store.schema import chunks, documents
from rag_core.store.scope import Scope
from rag_core.store.tags import library_tags, set_tags, tags_of
from rag_core.types import Passage
from tests.core.shelf import Shelf
from tests.fakes import FakeEmbedder

CELLS = Kind("ivfpq", cells=4, probes=4, pieces=4, reranked=60)
DOCUMENTS, EACH = 20, 20


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    from rag_core.store.db import open_database

    home = tmp_path_factory.mktemp("scope")
    shelf = Shelf(
        open_database(f"sqlite:///{home / 'wenju.sqlite'}"), home, embedder=FakeEmbedder(dimension=32)
    )
    for number in range(DOCUMENTS):
        shelf.add(f"{number}.pdf", *(f"rent of flat {number} in year {place}" for place in range(EACH)))
    with write(shelf.engine) as connection:
        connection.execute(update(documents).values(created_at=documents.c.id * 10.0))
        page = (chunks.c.ordinal + 2) // 2
        connection.execute(update(chunks).values(first_page=page, last_page=page))
    set_tags(shelf.engine, [4, 5], ["lease", "  two   words "])
    set_tags(shelf.engine, [6], ["lease"])
    return shelf


@pytest.fixture(params=[None, FLAT, HNSW, HNSW_SQ8, CELLS], ids=lambda kind: kind.name if kind else "tail")
def index(request: pytest.FixtureRequest, many: Shelf, monkeypatch: pytest.MonkeyPatch) -> LibraryIndex:
    for name in ("hnsw_sq8", "ivfpq"):
        monkeypatch.setitem(kinds.LEAST_TRAINED, name, 300)
    if request.param is not None:
        build_generation(many.engine, many.library_id, many.indexes, 1.0, request.param)
    return LibraryIndex(many.engine, many.library_id, many.indexes)


def found(many: Shelf, index: LibraryIndex, scope: Scope) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """What ten hits by meaning and by words are, for a question that is nearest to what lies outside."""
    question = "rent of flat 19 in year 19"
    near, _ = index.search(many.embedder.embed_questions([question])[0], 10, scope)
    worded, _ = search_lexical(many.engine, [many.library_id], question, 10, scope)
    assert len(near) == len(worded) == 10
    return passages(many.engine, near.tolist()), passages(many.engine, worded.tolist())


def test_a_filter_never_empties_the_list(many: Shelf, index: LibraryIndex) -> None:
    for some in found(many, index, Scope((2, 3))):
        assert {one.document_id for one in some} <= {2, 3}
    for some in found(many, index, Scope(first_page=2, last_page=3)):
        assert {one.first_page for one in some} <= {2, 3}
    for some in found(many, index, Scope((7,), last_page=5)):
        assert {one.document_id for one in some} == {7} and max(one.first_page for one in some) == 5
    for some in found(many, index, Scope(since=30.0, until=50.0)):
        assert {one.document_id for one in some} <= {3, 4}
    for some in found(many, index, Scope(tags=("two words", "unknown"))):
        assert {one.document_id for one in some} <= {4, 5}
    for some in found(many, index, Scope((5, 6, 7), 1, 9, 20.0, 70.0, ("lease",))):
        assert {one.document_id for one in some} <= {5, 6}


def test_a_scope_that_holds_nothing(many: Shelf, index: LibraryIndex) -> None:
    question = many.embedder.embed_questions(["rent"])[0]
    for scope in (Scope(()), Scope(tags=("unknown",)), Scope(first_page=99), Scope(since=1e9)):
        assert len(index.search(question, 10, scope)[0]) == 0
        assert len(search_lexical(many.engine, [many.library_id], "rent", 10, scope)[0]) == 0


def test_words_within_a_scope_are_found_however_common_they_are_elsewhere(
    many: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of such a question only the rarest word is scored, which no document of the scope has.
    monkeypatch.setattr("rag_core.index.lexical.GATHERED_PLACES", EACH)
    assert GATHERED_PLACES > EACH
    for document in (3, DOCUMENTS - 1):
        ids, _ = search_lexical(many.engine, [many.library_id], "rent of flat 19", 10, Scope((document,)))
        found = passages(many.engine, ids.tolist())
        assert {one.document_id for one in found} == {document} and len(found) == 10


def test_a_changed_tag_counts_at_the_next_search(many: Shelf) -> None:
    index = LibraryIndex(many.engine, many.library_id, many.indexes)
    question = many.embedder.embed_questions(["rent"])[0]
    scope = Scope(tags=("new",))
    assert len(index.search(question, 10, scope)[0]) == 0
    set_tags(many.engine, [9, 12345], ["new"])
    assert len(index.search(question, 10, scope)[0]) == 10
    assert tags_of(many.engine, [4, 6, 9, 10]) == {4: ("lease", "two words"), 6: ("lease",), 9: ("new",)}
    assert library_tags(many.engine, [many.library_id]) == (("lease", 3), ("two words", 2), ("new", 1))
    set_tags(many.engine, [9], [])
    assert len(index.search(question, 10, scope)[0]) == 0
    with pytest.raises(InputError):
        set_tags(many.engine, [9], ["x" * 61])


def test_contents_are_read_again_where_they_changed(engine: Engine, home: Path) -> None:
    shelf = Shelf(engine, home)
    first, second = shelf.add("a.pdf", "one", "two"), shelf.add("b.pdf", "three")
    before = read_contents(engine, shelf.library_id)
    assert before.documents.tolist() == [first, first, second]
    assert read_contents(engine, shelf.library_id, before) is before
    third = shelf.add("c.pdf", "four", "five")
    delete_documents(engine, [first], 1.0)
    after = read_contents(engine, shelf.library_id, before)
    fresh = read_contents(engine, shelf.library_id)
    assert (
        after.ids.tolist() == fresh.ids.tolist() == chunks_within(engine, shelf.library_id, Scope()).tolist()
    )
    assert after.documents.tolist() == fresh.documents.tolist() == [second, third, third]
    assert after.of({third}).tolist() == after.ids[1:].tolist()


def test_contents_tell_the_language_of_each_document(engine: Engine, home: Path) -> None:
    shelf = Shelf(engine, home)
    assert read_contents(engine, shelf.library_id).languages == ()
    english = shelf.add(
        "a.pdf", "The rent is due in May, and is paid by transfer to the landlord's account.", "租"
    )
    before = read_contents(engine, shelf.library_id)
    assert before.languages == (False,) and before.written(False).tolist() == before.ids.tolist()
    chinese = shelf.add("b.pdf", "Lease", "租赁合同的期限为三年，自五月起。")
    after = read_contents(engine, shelf.library_id, before)
    assert after.languages == (True, False)
    assert after.written(True).tolist() == after.of({chinese}).tolist()
    assert after.written(False).tolist() == after.of({english}).tolist()
    delete_documents(engine, [english], 1.0)
    assert read_contents(engine, shelf.library_id, after).languages == (True,)


def test_figures_and_addresses_on_the_web_are_no_text_in_another_language(engine: Engine, home: Path) -> None:
    shelf = Shelf(engine, home)
    figures = shelf.add("a.pdf", "650 648 2023-10 RO")
    assert read_contents(engine, shelf.library_id).languages == (False,)
    chinese = shelf.add("b.pdf", "租赁合同的期限为三年，自五月起。")
    links = shelf.add(
        "c.pdf", "浙江招生组： https://rdzs.example.edu.cn/inquiry/enrollgroup/58/viewcms/index.html"
    )
    found = read_contents(engine, shelf.library_id)
    assert found.languages == (True,)
    assert found.chinese == {chinese, links} and found.wordless == {figures}
    english = shelf.add("d.pdf", "The rent is due in May, and is paid by transfer.")
    found = read_contents(engine, shelf.library_id, found)
    assert found.languages == (True, False) and found.wordless == {figures}
    assert found.written(False).tolist() == found.of({english}).tolist()


def test_a_search_in_one_language_is_full_and_meets_its_scope(many: Shelf, index: LibraryIndex) -> None:
    vector = many.embedder.embed_questions(["rent of flat 3"])[0]
    everywhere = index.search(vector, 30)[0].tolist()
    assert index.search(vector, 30, chinese=False)[0].tolist() == everywhere
    assert len(index.search(vector, 30, chinese=True)[0]) == 0
    shelf_document = many.add("zh.pdf", "三号房屋的租金为每月八千六百元。", "押金为两个月租金。")
    try:
        chinese = index.search(vector, 30, chinese=True)[0]
        assert {one.document_id for one in passages(many.engine, chinese.tolist())} == {shelf_document}
        assert len(index.search(vector, 30, chinese=False)[0]) == 30
        assert len(index.search(vector, 30, Scope(document_ids=(4,)), chinese=True)[0]) == 0
        assert len(index.search(vector, 30, Scope(document_ids=(4,)), chinese=False)[0]) == EACH
    finally:
        delete_documents(many.engine, [shelf_document], 1.0)
