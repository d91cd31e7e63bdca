"""The greatest and the least of a column are told from all rows of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.fold import TABLE_REACH
from rag_core.ask.quoting.extremes import extreme_rows, is_compared
from rag_core.ask.quoting.quote import quote
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


def test_a_table_of_several_passages_is_compared_as_a_whole() -> None:
    rows = [f"| Shop {number} | $1{number:02} | {number % 13}.5% |" for number in range(90)]
    parts = [
        "\n".join(([HEADER] if first == 0 else []) + rows[first : first + 9])
        for first in range(0, len(rows), 9)
    ]
    table = [replace(one, heading=f"Q1 › {HEADER}") for one in passages(*parts, filename="sheet.xlsx")]
    quoted = quote(World(*table).gathered("Which region had the most in January?"))
    assert "Shop 89" in quoted.text and len(quoted.parts) == 1


def test_a_table_whose_end_or_header_is_not_in_the_evidence_is_not_compared() -> None:
    question = "Which region has the highest growth?"
    whole = sheet(SALES).gathered(question)
    assert extreme_rows(whole, whole.sentences)
    headless = replace(whole, sentences=tuple(one for one in whole.sentences if one.header))
    assert extreme_rows(headless, headless.sentences) == []
    far = [
        f"{HEADER}\n| North | $1 | 5% |",
        *(f"| Shop {n} | $2 | {n}% |" for n in range(1, TABLE_REACH + 4)),
    ]
    long = World(*(replace(one, heading=f"Q1 › {HEADER}") for one in passages(*far, filename="sheet.xlsx")))
    gathered = long.gathered(question)
    assert extreme_rows(gathered, [one for one in gathered.sentences if one.header]) == []


def test_figures_with_a_decimal_comma_are_compared_and_those_within_a_name_are_not() -> None:
    prices = "| Item | Price (€) |\n| Hinge 90 mm | 14,80 |\n| Knob 12 mm | 6,25 |\n| Paint 2 l | 1.047,00 |"
    assert quote(sheet(prices).gathered("Which item has the lowest price?")).text.startswith("Knob")
    assert quote(sheet(prices).gathered("Which item has the highest price?")).text.startswith("Paint")
    stock = (
        "| SKU | Article | On hand |\n| G1 | hose 20 m | 11 |\n| G2 | canes 8 cm | 138 |\n| G3 | rake | 72 |"
    )
    assert "canes" in quote(sheet(stock).gathered("Which article has the most on hand?")).text


def test_a_table_that_is_compared_speaks_of_what_is_asked() -> None:
    for question, speaks in (
        ("Which region has the highest growth?", True),
        ("In which of the cantons of Switzerland is unemployment growth the highest?", False),
    ):
        gathered = sheet(SALES).gathered(question)
        assert is_compared(gathered, gathered.sentences) is speaks


def test_rows_that_are_equal_are_all_quoted_and_figures_of_several_units_none() -> None:
    equal = "| Name | Fee |\n| Rope | 5 |\n| Sail | 9 |\n| Mast | 9 |"
    quoted = quote(sheet(equal).gathered("Which name has the highest fee?"))
    assert [part.span.sentence.cells[0][1] for part in quoted.parts] == ["Sail", "Mast"]
    mixed = equal.replace("| 5 |", "| $5 |").replace("| Sail | 9 |", "| Sail | 9% |")
    assert len(quote(sheet(mixed).gathered("Which name has the highest fee?")).parts) == 1
