"""The same words in questions, sentences and tables, however they are written."""

from __future__ import annotations

import pytest

from rag_core.ask.language.words import keys, names_other_codes


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("95 percent", "Share: 95.0%"),
        ("12000 pounds", "12,000"),
        ("in January", "Quarter 1 › Jan"),
        ("Sept", "September"),
    ],
)
def test_figures_and_months_are_the_same_however_they_are_written(asked: str, said: str) -> None:
    assert keys(asked) & keys(said)


@pytest.mark.parametrize(
    ("asked", "said"), [("95 percent", "95.5%"), ("version 3", "3.0"), ("000", "12,000")]
)
def test_figures_that_differ_stay_apart(asked: str, said: str) -> None:
    assert not keys(asked) & keys(said)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the fee of agreement number 10489?", "Agreement number 10115 was signed in May."),
        ("What does invoice No. 7731 say?", "Invoice No. 77312"),
        ("合同编号20250417的租金是多少？", "合同编号：20250418"),
        ("20250417号订单的金额是多少？", "订单号20250418"),
    ],
)
def test_a_number_that_something_has_is_looked_for_whole(question: str, text: str) -> None:
    number = "".join(filter(str.isdigit, question))
    assert names_other_codes(question, [text])
    assert not names_other_codes(question, [text, f"HT-{number}"])


def test_a_year_is_no_number_that_something_has() -> None:
    assert not names_other_codes("Were there no 2020 figures in the year 2019?", ["nothing"])
    assert not names_other_codes("2021年的编号规则是什么？", ["nothing"])
