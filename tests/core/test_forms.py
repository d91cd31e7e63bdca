"""The first row of a form that is laid out as a table names no columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.forms import is_form, whose
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

LEASE = [
    "| HOUSE 9 Mill Lane | OWNER Edith Harwick |",
    "| TENANT Anna Reil | AGENT Kestrel Lettings |",
    "| RENT 900 pounds a month | DEPOSIT 1,200 pounds |",
    "| PETS one cat allowed | PARKING bay 7 |",
]


def test_the_rows_of_a_form_are_quoted_without_its_first_one() -> None:
    (passage,) = passages("\n".join(LEASE), filename="form.pdf")
    world = World(replace(passage, heading=f"Lease › {LEASE[0]}"))
    assert (
        quote(world.gathered("Which pets are allowed? parking bay")).text
        == "PETS one cat allowed · PARKING bay 7"
    )
    assert quote(world.gathered("Who is the owner of 9 Mill Lane?")).text.startswith(
        "HOUSE 9 Mill Lane · OWNER Edith"
    )


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        (LEASE[0], LEASE[1:], True),
        ("| Policy number HM/6041 | Holder Anna Reil |", ["| Vehicle Estate | Value low |"], True),
        ("| 证件号 A1234 | 姓名 林青 |", ["| 住址 东路 | 电话 保密 |"], True),
        ("| Name | Fee |", ["| Rope | 5 |"], False),
        ("| Full name | Anna Reil |", ["| Date of birth | 2 May |", "| Telephone | 5550 |"], True),
        (
            "| 姓名 | 林青 | 性别 | 女 |",
            ["| 部门 | 印制部 | 职位 | 校对 |", "| 手机 | 5550 | 学历 | 本科 |"],
            True,
        ),
        ("| Name | Date of Birth |", ["| Anna Reil | 2 May |", "| Tom Oder | 3 May |"], False),
        ("| 姓名 | 部门 |", ["| 林青 | 印制部 |", "| 何平 | 财务部 |"], False),
        ("| Region | 2023 | 2024 |", ["| North | good | bad |"], False),
        ("| Year ended 31 May | Name |", ["| Sales | Anna Reil |"], False),
        ("| 日期 | 早班 7-15 | 中班 15-23 |", ["| 周一 | 林青 | 何平 |"], False),
        ("| Food | per 100 g |", ["| Fat | 17.6 g |"], False),
        ("| Note 12 | Name |", ["| | |"], False),
        ("| Region | South America (1) |", ["| North | good |"], False),
        ("| | Form 12 |", ["| Part | good |"], False),
        ("| Sheet 7 › Name | Unit |", ["| Rope | metre |"], False),
    ],
)
def test_what_a_first_row_is(header: str, rows: list[str], expected: bool) -> None:
    assert is_form(header, [header, *rows]) is expected


def test_rows_of_a_form_are_told_of_whose_it_is() -> None:
    form = "| Full name | Anna Reil |\n| Date of birth | 2 May |\n| Telephone | 5550 |"
    (made,) = passages(form, filename="form.pdf")
    sentences = World(replace(made, heading="| Full name | Anna Reil |")).gathered("Telephone?").sentences
    assert {one.above for one in sentences} == {"Full name Anna Reil"}
    assert whose("| Name | Fee |", ["| Rope | 5 |", "| Oar | 8 |"]) == ""
