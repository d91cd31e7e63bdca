"""The field asked for by its name is quoted before lines that only name whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.labelled import gives_field
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

ROW = replace(
    passages("| 680.00 | 170.00 | 1020.00 | 11039.87 |", filename="工资条.jpg")[0],
    id=190, ordinal=1, start=60, end=100, heading="| 养老保险 | 医疗保险 | 公积金 | 实发工资 |",
)  # fmt: skip
SLIP = World(
    *passages(
        "泓源公司2026年3月工资条\n姓名：贺晓棠 工号：HY0386",
        filename="工资条.jpg",
    ),
    ROW,
    *passages(
        "Ferncliff College payslip March 2026\nEmployee: Dominic Achebe\nTax code: 1257L\nNet pay: 2,101.56\nPaid by BACS",
        filename="payslip.jpg",
        document_id=2,
    ),
    *passages(
        "Larkspur & Finch\nChartered Surveyors\nBeatrix Lomond\nSenior Valuer\nm 07700 900 361\nb.lomond@larkspur.example",
        filename="card.jpg",
        document_id=3,
    ),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("贺晓棠3月实发工资多少？", "11039.87"),
        ("What is Dominic Achebe's net pay?", "2,101.56"),
        ("What is Dominic Achebe's tax code?", "1257L"),
        ("What is Beatrix Lomond's e-mail address?", "b.lomond@larkspur.example"),
        ("Beatrix Lomond's e-mail", "b.lomond@larkspur.example"),
    ],
)
def test_the_field_is_quoted(question: str, answer: str) -> None:
    assert answer in quote(SLIP.gathered(question)).text


def test_the_row_of_that_name_is_quoted_not_whose_report_it_is() -> None:
    report = World(
        *passages("受检者：石振邦 性别：男\n体检编号：RH2602 石振邦"),
        replace(
            passages("| 尿酸(UA) | 486 | ↑ |\n| 尿素(UREA) | 5.6 | |")[0],
            id=190, ordinal=1, start=60, end=100, heading="| 项目 | 结果 | 提示 |",
        ),
    )  # fmt: skip
    assert "486" in quote(report.gathered("石振邦的尿酸是多少？")).text


def test_of_several_fields_of_one_name_the_best_sentence_decides() -> None:
    """Each month's row has a balance."""
    months = World(
        *passages(
            "| 月份 | 余额 |\n| 一月 | 120.50 |\n| 二月 | 340.25 |\n| 三月 | 95.10 |", filename="账.pdf"
        )
    )
    assert "340.25" in quote(months.gathered("二月的余额是多少？")).text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is Ida's fax number?", "Phone: 12345"),
        ("Beatrix Lomond's phone", "b.lomond@larkspur.example"),
        ("她的邮箱是什么？", "电话：0571-8866"),
    ],
)
def test_another_field_is_none(question: str, text: str) -> None:
    assert not gives_field(question, text)
