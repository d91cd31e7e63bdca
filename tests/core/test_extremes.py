"""The greatest and the least of a column are told from all rows of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.extremes import extreme_rows
from rag_core.ask.quote import quote
from rag_core.types import Passage
from tests.core.asking import World, passages

HEADER = "| Region | January | Growth |"
SALES = f"{HEADER}\n| North | $11,980 | 5.2% |\n| Overseas | $9,300 | 14.7% |\n| South | $12,400 | 3.1% |\n| Total | $33,680 | 20% |"
PRICES = "| 型号 | 名称 | 零售价 |\n| A1 | 烤箱 | ¥399 |\n| A2 | 洗碗机 | ¥2,699 |\n| A3 | 水壶 | ¥129 |"


def sheet(*texts: str) -> World:
    """A sheet's rows, a passage each text, under the names of its columns."""
    header = texts[0].split("\n", maxsplit=1)[0]
    rows: list[Passage] = [
        replace(one, heading=f"Q1 › {header}") for one in passages(*texts, filename="sheet.xlsx")
    ]
    return World(*rows)


@pytest.mark.parametrize(
    ("text", "question", "row"),
    [
        (SALES, "Which region has the highest growth?", "Overseas"),
        (SALES, "Which region has the lowest growth?", "South"),
        (SALES, "Which region had the most in January?", "South"),
        (SALES.replace("5.2%", "-5.2%"), "Which region has the lowest growth?", "North"),
        (SALES.replace("5.2%", "(5.2%)"), "Which region has the lowest growth?", "North"),
        (PRICES, "哪个产品的零售价最高？", "洗碗机"),
        (PRICES, "最便宜的产品是哪个？名称零售价", "水壶"),
    ],
)
def test_the_row_with_the_greatest_or_least_figure_is_quoted(text: str, question: str, row: str) -> None:
    quoted = quote(sheet(text).gathered(question))
    assert row in quoted.text and len(quoted.parts) == 1


def test_a_table_whose_end_or_header_is_not_in_the_evidence_is_not_compared() -> None:
    top, bottom = SALES.rsplit("\n", 2)[0], SALES.split("\n", 3)[3]
    question = "Which region has the highest growth?"
    # What follows the fetched neighbour is not known.
    gathered = sheet(top, bottom).gathered(question)
    rows = [one for one in gathered.sentences if one.header]
    assert len(rows) == 4 and extreme_rows(gathered, rows) == []
    whole = sheet(SALES).gathered(question)
    assert extreme_rows(whole, whole.sentences)
    headless = replace(whole, sentences=tuple(one for one in whole.sentences if one.header))
    assert extreme_rows(headless, headless.sentences) == []


def test_rows_that_are_equal_are_all_quoted_and_figures_of_several_units_none() -> None:
    equal = "| Name | Fee |\n| Rope | 5 |\n| Sail | 9 |\n| Mast | 9 |"
    quoted = quote(sheet(equal).gathered("Which name has the highest fee?"))
    assert [part.span.sentence.cells[0][1] for part in quoted.parts] == ["Sail", "Mast"]
    mixed = equal.replace("| 5 |", "| $5 |").replace("| Sail | 9 |", "| Sail | 9% |")
    assert len(quote(sheet(mixed).gathered("Which name has the highest fee?")).parts) == 1
