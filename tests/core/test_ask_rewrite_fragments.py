"""Fragments that hold no word, or one of another kind than what was asked, leave a question that can be asked."""

from __future__ import annotations

import time

import pytest

from rag_core.ask.rewrite import propose
from rag_core.ask.rewrite_past import Exchange

_EN = "When was the mill opened?"
_ZH = "租金是多少？"


@pytest.mark.parametrize("last", [_EN, _ZH, "?", "the", "😀"])
@pytest.mark.parametrize(
    "question",
    ["What about ...?", "how about .", "and what about !", "and ...?", "and -?", "what about 😀?",
     "！呢", "…呢？", "那！呢", "😀呢？", "、呢", "?", "...", "呢？", "and", "And the?", "那", "😀", " ", ""],
)  # fmt: skip
def test_a_question_without_a_word_is_no_crash_and_adds_nothing(last: str, question: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched in (question, last)


@pytest.mark.parametrize(
    "question", ["What about .\tin", "and one in?", "and one of?", "what about the ,in it"]
)
def test_a_fragment_that_ends_early_is_no_crash(question: str) -> None:
    assert propose(question, [Exchange(_EN, "")]).searched


@pytest.mark.parametrize(
    ("last", "question"),
    [
        (_EN, "What about ...?"),
        (_EN, "how about ."),
        (_EN, "and what about !"),
        (_ZH, "还有！呢"),
        (_ZH, "另外…呢？"),
    ],
)
def test_a_fragment_without_a_word_asks_the_last_question_again(last: str, question: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched == last


@pytest.mark.parametrize(
    ("last", "question"),
    [
        (f"Who is {'A' * 2000}@", "When was he born?"),
        (f"Who is {'A ' * 1000}@", "When was he born?"),
        ("租金" * 1000, "面积呢？"),
    ],
)
def test_a_long_question_takes_no_long_time(last: str, question: str) -> None:
    begun = time.process_time()
    propose(question, [Exchange(last, "")])
    assert time.process_time() - begun < 2
