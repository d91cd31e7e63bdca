"""Asking put together: from a library in the database to a cited answer, without any model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_core.__main__ import main
from rag_core.engine import Asking, Status, open_asking
from rag_core.errors import InputError, NotFound, Problem
from rag_core.evaluate.common import Source
from rag_core.evaluate.corpus import load_corpus
from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.store.libraries import create_library, rename_library
from rag_core.types import Answer, Done
from tests.fakes import FakeEmbedder

SOURCES = (
    Source("pump", "Meridian pump", "The Meridian pump lifts 40 litres a minute. Its filter must be changed every 6 months."),
    Source("bridge", "海棠桥", "海棠桥全长310米，宽18米。\n\n大桥于2016年9月通车，总投资4.5亿元。"),
)  # fmt: skip


@pytest.fixture
def bare(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with no model at all."""
    return dataclasses.replace(settings, models_dir=tmp_path / "no-models")


@pytest.fixture
def shelf(bare: Settings) -> Iterator[tuple[Asking, int]]:
    database = open_database(bare.database)
    corpus = load_corpus(database, bare, FakeEmbedder(), SOURCES)
    rename_library(database, corpus.library_id, "Manuals")
    create_library(database, "Empty", "fake", 0.0)
    database.dispose()
    asking = open_asking(bare)
    yield asking, corpus.library_id
    asking.close()


def ask(asking: Asking, question: str, library_id: int, documents: list[int] | None = None) -> Answer:
    last = list(asking.ask(question, (), (library_id,), documents))[-1]
    assert isinstance(last, Done)
    return last.answer


def test_answers_from_words_alone_when_no_model_is_here(shelf: tuple[Asking, int]) -> None:
    asking, library = shelf
    answer = ask(asking, "海棠桥什么时候通车？", library)
    assert "2016年9月" in answer.text and answer.model_id == "quote"
    citation = answer.citations[0]
    assert citation.filename == "海棠桥.pdf"
    region = citation.regions[0]
    assert region.page_number == 1 and region.boxes
    assert asking.status() == Status("multilingual-e5-small", "", "quote", ())


def test_searches_only_the_documents_asked_for(shelf: tuple[Asking, int]) -> None:
    asking, library = shelf
    first = asking.search("Meridian pump", (library,), 5).hits[0].passage
    other = next(h.passage for h in asking.search("海棠桥", (library,), 5).hits)
    assert first.document_id != other.document_id
    inside = ask(
        asking, "How often must the filter of the Meridian pump be changed?", library, [first.document_id]
    )
    outside = ask(
        asking, "How often must the filter of the Meridian pump be changed?", library, [other.document_id]
    )
    assert "6 months" in inside.text and not inside.refused
    assert outside.refused


def test_a_library_without_documents_says_so(shelf: tuple[Asking, int]) -> None:
    asking, _ = shelf
    (empty,) = asking.library_ids(["Empty"])
    with pytest.raises(InputError) as caught:
        list(asking.ask("Why?", (), (empty,)))
    assert caught.value.problem == Problem("libraries_empty", "Empty")
    with pytest.raises(NotFound):
        asking.library_ids(["Nowhere"])


def test_the_command_prints_json(
    shelf: tuple[Asking, int],
    bare: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WENJU_HOME", str(bare.home))
    monkeypatch.setenv("WENJU_MODELS_DIR", str(bare.models))
    assert main(["ask", "海棠桥全长多少米？", "--library", "Manuals", "--json", "--quote"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert "310米" in printed["answer"]
    citation = printed["citations"][0]
    assert citation["document"] == "海棠桥.pdf" and citation["page"] == 1
    assert all(len(box) == 4 for box in citation["regions"][0]["boxes"])
    assert printed["sentences"][0]["citations"] == [1]
    assert main(["ask", "哪位作家获得了文学奖金？", "--library", "Manuals"]) == 3
    assert main(["ask", "Why?", "--library", "Nowhere"]) == 1
    assert main(["ask", " ", "--library", "Manuals"]) == 2
    assert main(["ask", "How much does the Meridian pump lift?", "--library", "Manuals"]) == 0
    assert "[1] Meridian pump.pdf, p. 1 (supported)" in capsys.readouterr().out
