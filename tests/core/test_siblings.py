"""Rows that a question asks for and a table lacks, told by what its other rows have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.refusal.siblings import missing_row
from tests.core.asking import passages

(LEAVE,) = passages(
    "| Type | Length |\n| Annual leave | 27 days |\n| Sick leave | 12 weeks |\n| Study leave | 10 days |"
)
(FARES,) = passages("| Ticket | Price |\n| Adult | 7 |\n| Child (5-15) | 3 |")
(CARDS,) = passages("| 卡种 | 价格 |\n| 月卡 | 399 |\n| 季卡 | 998 |\n| 年卡 | 2980 |\n会员须出示证件。")
LEAVE, FARES, CARDS = (
    replace(one, heading=one.text.split("\n", maxsplit=1)[0]) for one in (LEAVE, FARES, CARDS)
)
NOTE = passages("Garden leave lasts three months.")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How long is adoption leave?", "adoption leave"),
        ("How long is study leave?", ""),
        ("How long is garden leave?", ""),
        ("How do I book leave?", ""),
        ("How much is a student ticket?", "student ticket"),
        ("How much is an adult ticket?", ""),
        ("How much is a ticket?", ""),
        ("学生卡多少钱？", "学生卡"),
        ("季卡多少钱？", ""),
        ("会员卡多少钱？", ""),
        ("怎么办卡？", ""),
        ("一张卡多少钱？", ""),
    ],
)
def test_a_row_of_a_kind_is_missing(question: str, missing: str) -> None:
    assert missing_row(question, [LEAVE, FARES, CARDS, *NOTE]) == missing
