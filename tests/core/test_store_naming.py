"""Documents get another name and keep all else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from rag_core.errors import InputError, NotFound
from rag_core.store.documents import delete_documents, get_document
from rag_core.store.golden import Wanted, add_golden, list_golden
from rag_core.store.libraries import get_library
from rag_core.store.naming import rename_document, stem_and_ending
from tests.core.shelf import Shelf


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> Shelf:
    return Shelf(engine, tmp_path)


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("scan0001.pdf", "Lease 2024", "Lease 2024.pdf"),
        ("scan0001.pdf", "  租赁合同.PDF ", "租赁合同.pdf"),
        ("scan0001.pdf", "v1.2", "v1.2.pdf"),
        ("scan0001.pdf", "in/and\\out", "in-and-out.pdf"),
        ("README", "Read me", "Read me"),
        ("a.tar.gz", "b", "b.gz"),
        ("scan.pdf", "x" * 496, "x" * 496 + ".pdf"),
    ],
)
def test_a_document_gets_another_name_and_keeps_its_ending(
    shelf: Shelf, before: str, name: str, after: str
) -> None:
    document = shelf.add(before, "The rent is due on the first.")
    revision = get_library(shelf.engine, shelf.library_id).revision
    assert rename_document(shelf.engine, document, name) == after
    assert get_document(shelf.engine, document).filename == after
    assert get_library(shelf.engine, shelf.library_id).revision > revision


@pytest.mark.parametrize("name", ["", "  ", ".pdf", "../", "\u202e"])
def test_a_name_that_is_none_is_refused(shelf: Shelf, name: str) -> None:
    document = shelf.add("scan.pdf", "The rent is due on the first.")
    with pytest.raises(InputError) as caught:
        rename_document(shelf.engine, document, name)
    assert caught.value.problem.code == "document_name_empty"
    with pytest.raises(InputError):
        rename_document(shelf.engine, document, "x" * 497)
    assert get_document(shelf.engine, document).filename == "scan.pdf"


def test_what_is_gone_gets_no_name(shelf: Shelf) -> None:
    document = shelf.add("scan.pdf", "The rent is due on the first.")
    delete_documents(shelf.engine, [document], 2.0)
    for one in (document, document + 1):
        with pytest.raises(NotFound):
            rename_document(shelf.engine, one, "Lease")


def test_golden_questions_follow_unless_another_document_keeps_the_name(shelf: Shelf) -> None:
    first = shelf.add("rules.pdf", "Twelve books may be borrowed.")
    second = shelf.add("rules.pdf", "Six books may be borrowed.")
    add_golden(
        shelf.engine,
        shelf.library_id,
        [Wanted("How many?", "twelve", True, "rules.pdf", 1, "")],
        "typed",
        1.0,
    )
    rename_document(shelf.engine, first, "old rules")
    assert [one.wanted.filename for one in list_golden(shelf.engine, shelf.library_id)] == ["rules.pdf"]
    rename_document(shelf.engine, second, "new rules")
    assert [one.wanted.filename for one in list_golden(shelf.engine, shelf.library_id)] == ["new rules.pdf"]


def test_a_name_is_taken_apart_at_its_ending() -> None:
    assert stem_and_ending("Lease 2024.pdf") == ("Lease 2024", ".pdf")
    assert stem_and_ending("README") == ("README", "")
