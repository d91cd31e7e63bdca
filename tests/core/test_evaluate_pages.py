"""Questions about files and the pages that hold their answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rag_core.evaluate.__main__ import main
from rag_core.evaluate.common import FormError
from rag_core.evaluate.pages import Outcome, Question, measure, read_questions
from rag_core.types import Answer, Timings
from tests.builders import digital_pdf

RENT = {
    "file": "lease.pdf",
    "question": "How high is the rent?",
    "answer": "900 euro",
    "evidence": [{"page": 2}],
}


def folder_of(tmp_path: Path, *rows: object) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    pages = [["The lease begins in May 2021."], ["The monthly rent is 900 euro."], ["Pets are allowed."]]
    (folder / "lease.pdf").write_bytes(digital_pdf(pages))
    (folder / "ferry.pdf").write_bytes(digital_pdf([["The ferry sails twice a day from Aldra."]]))
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_pages_count_from_one_or_from_nought(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, RENT, {**RENT, "evidence": [{"page0": 0, "text": "x"}, {"page": 3}]})
    first, second = read_questions(folder)
    assert first.pages == {("lease.pdf", 2)}
    assert second.pages == {("lease.pdf", 1), ("lease.pdf", 3)}


@pytest.mark.parametrize(
    "row",
    [
        {**RENT, "file": "gone.pdf"},
        {**RENT, "file": "../files/lease.pdf"},
        {**RENT, "evidence": []},
        {**RENT, "evidence": [{"page": 0}]},
        {**RENT, "evidence": [{"text": "no page"}]},
        {"file": "lease.pdf", "evidence": [{"page": 1}]},
    ],
)
def test_rows_of_another_form_are_refused_with_their_line(tmp_path: Path, row: object) -> None:
    with pytest.raises(FormError, match=r"questions\.jsonl:2"):
        read_questions(folder_of(tmp_path, RENT, row))


def test_the_figures() -> None:
    answer = Answer("", "", "900 euro", (), (), (), False, False, "quote", (), Timings())
    refused = replace(answer, text="", refused=True)
    question = Question("?", "a.pdf", frozenset({("a.pdf", 2)}), "900 euro")
    outcomes = [
        Outcome(question, (("a.pdf", 2),), (("a.pdf", 2), ("a.pdf", 3)), answer),
        Outcome(question, (("a.pdf", 1), ("a.pdf", 2)), (("a.pdf", 1),), answer),
        Outcome(question, (("b.pdf", 2),), (), refused),
    ]
    figures = measure(outcomes)
    assert figures["page_recall@1"] == pytest.approx(1 / 3)
    assert figures["page_recall@5"] == pytest.approx(2 / 3)
    assert figures["file_recall@1"] == pytest.approx(2 / 3)
    assert figures["page_citation_accuracy"] == pytest.approx(1 / 2)
    assert figures["answer_f1"] == pytest.approx(2 / 3)
    assert figures["false_refusal_rate"] == pytest.approx(1 / 3)


@pytest.mark.weights
def test_a_folder_of_files_is_measured(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, RENT)
    out = tmp_path / "figures.json"
    assert main(["pages", str(folder), "--chat", "quote", "--out", str(out)]) == 0
    figures = json.loads(out.read_text())["files"]
    assert (figures["files"], figures["pages"], figures["questions"]) == (2, 4, 1)
    assert figures["page_recall@1"] == figures["page_citation_accuracy"] == 1.0
    assert figures["false_refusal_rate"] == 0.0
