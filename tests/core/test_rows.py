"""Figures that stand in a row of a table, asked for by the row's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.evidence.rows import has_row, names_nobody, wanted_row, with_rows
from rag_core.types import Answer, Done
from tests.core.asking import World, passages

INCOME = "| Total net sales | $ 4,310 | $ 3,980 |\n| Cost of sales (Note 2) | 2,115 | 1,990 |\n| Net income | $ 612 | $ 540 |"
PROSE, MORE, LATER, FORMER = passages(
    "Aurelia reports net income in its statements. Other income, net, was 18 million in 2022 and 21 million in 2021.",
    "Cost of sales in 2022 rose with freight. Marketing costs of Aurelia in 2022 rose, too.",
    INCOME,
    "| Net income | 401 | 377 |",
    filename="AURELIA_1.pdf",
)
LATER = replace(LATER, heading="Consolidated statements of income › | | 2022 | 2021 |")
FORMER = replace(FORMER, heading="Data of former years › | | 2016 | 2015 |")
NOTES = passages(
    "Borealis is a museum. Its income is not told for 2022.", filename="museum.pdf", document_id=2
)
(ZH,) = passages(
    "| 一、营业收入 | 8,120 | 7,640 |\n| 净利润（元） | 905 | 811 |", filename="年报.pdf", document_id=3
)
ZH = replace(ZH, heading="合并利润表 › | 项目 | 2023年 | 2022年 |")
WORLD = World(PROSE, MORE, LATER, FORMER, *NOTES)


def given(question: str, world: World = WORLD) -> Answer:
    last = list(answer(Asked(question, (), (1,)), world.means()))[-1]
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What was Aurelia's net income in 2022?", "Net income · 2022: $ 612"),
        ("What was Aurelia's net income in fiscal 2021?", "Net income · 2021: $ 540"),
        ("What were the cost of sales of Aurelia in 2022?", "Cost of sales (Note 2) · 2022: 2,115"),
        (
            "How much were Aurelia's total net sales as of December 31, 2021?",
            "Total net sales · 2021: $ 3,980",
        ),
    ],
)
def test_the_row_of_that_name_answers(question: str, quoted: str) -> None:
    assert given(question).text == quoted


@pytest.mark.parametrize(
    ("question", "quoted"), [("2023年净利润是多少？", "净利润（元） · 2023年：905"), ("2022年的营业收入为多少？", "一、营业收入 · 2022年：7,640")]
)  # fmt: skip
def test_the_row_of_that_name_answers_in_chinese(question: str, quoted: str) -> None:
    assert given(question, World(ZH)).text.replace(": ", "：") == quoted


def found(question: str) -> list[int]:
    hits = WORLD.search("2022").hits
    return [hit.passage.id for hit in with_rows(question, hits, WORLD.means().whole)]


def test_passages_with_such_a_row_come_first_those_of_the_year_before_others() -> None:
    assert found("What was Aurelia's net income in 2022?")[:2] == [LATER.id, FORMER.id]
    assert found("What was Aurelia's net income in 2016?")[:2] == [FORMER.id, LATER.id]


def test_another_companys_row_is_not_fetched() -> None:
    assert found("What was Tessaly's net income in 2022?") == [
        hit.passage.id for hit in WORLD.search("2022").hits
    ]


@pytest.mark.parametrize(
    "question", ["Who signed the statements?", "Why did freight rise?", "净利润为什么下降？"]
)
def test_no_figure_is_asked_for(question: str) -> None:
    assert wanted_row(question) is None


def test_somebody_of_whom_no_document_speaks_is_refused() -> None:
    assert given("What was Tessaly's net income in 2022?").refused
    hits, whole = WORLD.search("net income 2022").hits, WORLD.means().whole
    assert names_nobody("What was Tessaly's net income in 2022?", hits, whole)
    assert not names_nobody("What was Borealis's net income in 2022?", hits, whole)
    assert not names_nobody("How many rooms did Tessaly have in 2022?", hits, whole)
    chinese = World(ZH)
    assert not names_nobody(
        "What was Tessaly's net income?", chinese.search("净利润").hits, chinese.means().whole
    )


def test_a_chinese_row_is_named_whole_or_behind_whose_it_is() -> None:
    def named(question: str, row: str) -> bool:
        return has_row(
            World(replace(ZH, text=row)).gathered(question), World(replace(ZH, text=row)).search(row).hits
        )

    assert named("云岭公司的净利润是多少？", "| 净利润 | 905 | 811 |")
    assert not named("平均净利润是多少？", "| 净利润 | 905 | 811 |")
    assert not named("2023年面积合计是多少？", "| 合计 | 905 | 811 |")
