"""Finding chunks by their words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rag_core.index.lexical import delete_rows, search_lexical, write_rows
from rag_core.index.terms import terms
from rag_core.store.chunks import passages
from rag_core.store.documents import delete_documents, restore_documents
from rag_core.store.scope import scope_of
from tests.core.shelf import Shelf


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    return Shelf(engine, home)


def found(shelf: Shelf, question: str, document_ids: list[int] | None = None) -> list[str]:
    ids, scores = search_lexical(shelf.engine, [shelf.library_id], question, 10, scope_of(document_ids))
    assert len(ids) == len(scores)
    assert list(scores) == sorted(scores, reverse=True)
    return [passage.text for passage in passages(shelf.engine, ids.tolist())]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("猫坐下", ["猫坐", "坐下", "猫", "坐", "下"]),
        ("合同\n总价", ["合同", "同总", "总价", "合", "同", "总", "价"]),
        ("4,151,000 and 4151000", ["4151000", "and", "4151000"]),
        ("３．１４ v1.2.3 1,23", ["3.14", "v", "1.2.3", "1", "23"]),
        ("Engines RUNNING", ["engin", "run"]),
        ("Île-de-France café", ["ile", "de", "franc", "cafe"]),
        ("effi-\nciency", ["effici"]),
        ("", []),
        ("—— ？！ \x00 😀", []),
    ],
)
def test_terms(written: str, expected: list[str]) -> None:
    assert terms(written) == expected


def test_a_term_across_a_line_break_is_found(shelf: Shelf) -> None:
    shelf.add("a.pdf", "租赁合\n同的期限为三年。", "完全无关的一段话。")
    assert found(shelf, "合同期限")[0].startswith("租赁合")


def test_numbers_are_found_with_and_without_separators(shelf: Shelf) -> None:
    shelf.add("a.pdf", "The total is 4,151,000 euros.", "The total is 4,151 euros.")
    assert found(shelf, "4151000") == ["The total is 4,151,000 euros."]


def test_one_character_is_found_inside_words(shelf: Shelf) -> None:
    shelf.add("a.pdf", "花猫坐在垫子上。", "狗在门外。")
    assert found(shelf, "猫") == ["花猫坐在垫子上。"]


def test_the_smallest_library_has_an_order(shelf: Shelf) -> None:
    """FTS5's own ranking gives every term of a two-chunk library the weight zero."""
    shelf.add("a.pdf", "The cat sat on the mat near the door.", "The dog sat on the mat.")
    assert found(shelf, "where sat the cat")[0].startswith("The cat")


@pytest.mark.parametrize(
    "question",
    [
        'cat NEAR(dog, 2) AND "x',
        "terms:cat OR *",
        "cat* ^cat -dog {terms}",
        "'; DROP TABLE lexical; -- cat",
        '"""" cat',
        "cat \x00 \ud800",
        "(cat",
        "cat " * 500,
        "cat " + " ".join(f"word{number}" for number in range(5000)),
    ],
)
def test_a_question_is_never_syntax(shelf: Shelf, question: str) -> None:
    shelf.add("a.pdf", "The cat sat.", "Something else.")
    assert found(shelf, question)[0] == "The cat sat."


def test_only_the_libraries_and_documents_asked_for(shelf: Shelf, engine: Engine, home: Path) -> None:
    first = shelf.add("a.pdf", "The red cat.")
    second = shelf.add("b.pdf", "The black cat.")
    other = Shelf(engine, home, "other")
    other.add("c.pdf", "The white cat.")
    assert sorted(found(shelf, "cat")) == ["The black cat.", "The red cat."]
    assert found(shelf, "cat", [second]) == ["The black cat."]
    assert found(shelf, "cat", []) == []
    assert found(other, "cat", [first]) == []


def test_deleted_and_unpublished_documents_are_left_out(shelf: Shelf) -> None:
    document = shelf.add("a.pdf", "The cat sat.")
    shelf.add("b.pdf", "A hidden cat.", publish=False)
    assert found(shelf, "cat") == ["The cat sat."]
    delete_documents(shelf.engine, [document], time.time())
    assert found(shelf, "cat") == []
    restore_documents(shelf.engine, [document])
    assert found(shelf, "cat") == ["The cat sat."]


def test_rows_are_replaced_and_deleted_in_the_callers_transaction(shelf: Shelf) -> None:
    shelf.add("a.pdf", "The cat sat.")
    ids, _ = search_lexical(shelf.engine, [shelf.library_id], "cat", 10)
    with shelf.engine.begin() as connection:
        write_rows(connection, [(int(ids[0]), "a dog instead")])
    assert found(shelf, "cat") == []
    assert found(shelf, "dog") == ["The cat sat."]
    with shelf.engine.connect() as connection:
        delete_rows(connection, [int(ids[0]), 999])
        connection.rollback()
    assert found(shelf, "dog") == ["The cat sat."]
    with shelf.engine.begin() as connection:
        delete_rows(connection, ids.tolist())
    assert found(shelf, "dog") == []


def test_a_score_of_one_is_an_average_passage_with_every_word(shelf: Shelf) -> None:
    shelf.add("a.pdf", "alpha beta gamma", "alpha delta epsilon", "zeta eta theta")
    ids, scores = search_lexical(shelf.engine, [shelf.library_id], "alpha beta gamma", 10)
    assert scores[0] == pytest.approx(1.0, abs=0.01)
    _, half = search_lexical(shelf.engine, [shelf.library_id], "alpha unheard unseen", 10)
    assert 0 < half[0] < 0.3
    assert len(ids) == 2


def test_the_table_keeps_every_term_as_it_is(shelf: Shelf) -> None:
    """The tokenizer of the table must not split or fold what terms() made."""
    odd = "3.14 4,151,000 Île 年 中文 ß ǆ ﬁ ॐ \U0002a6d6\U0002a6d7 がぎ 한국어 Ω² x_y a.b."
    shelf.add("odd.pdf", odd)
    with shelf.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT term FROM lexical_terms").scalars().all()
    assert sorted(kept) == sorted(set(terms(odd)))
