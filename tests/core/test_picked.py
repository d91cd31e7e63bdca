"""Rows and entries of a month, of a person, done or not: all of them, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.types import Passage
from tests.core.asking import World, passages


def table(heading: str, *rows: str, filename: str, document_id: int) -> tuple[Passage, ...]:
    (made,) = passages(
        "\n".join((heading.rsplit(" › ", 1)[-1], *rows)), filename=filename, document_id=document_id
    )
    return (replace(made, heading=heading),)


TASKS = table(
    "Action items › | Who | What | Due |",
    "| Max Hale | Order the steel roof | 14 April 2025 |", "| Susan Wright | Draw the poster | 9 May 2025 |", "| Max Hale | Count the butts | 16 May 2025 |",
    filename="minutes.md", document_id=1,
)  # fmt: skip
BILLS = table(
    "| 日期 | 项目 | 收支 | 金额 |",
    "| 2025-04-28 | 加油 | 支出 | 350.00 |", "| 2025-05-02 | 电费 | 支出 | 142.30 |", "| 2025-05-10 | 工资 | 收入 | 9000.00 |",
    filename="家庭收支.csv", document_id=2,
)  # fmt: skip
TODO = passages(
    "To do\n\nHouse\n\n• [ ] Renew the boiler contract (due 6 May 2025)\n• [x] Order a dehumidifier\n• [ ] Ring the insurance\n\nAllotment\n\n• [x] Count the water butts\n• [ ] Sow beans after 15 May",
    filename="todo.md",
    document_id=3,
)
DAIBAN = passages(
    "待办清单\n\n【未完成】\n\n1. 交物业费，5月31日前。\n2. 退掉书架。\n\n【已完成】\n\n1. 交电费。\n2. 还书。",
    filename="待办清单.txt",
    document_id=4,
)
HUIYI = passages(
    "会议纪要\n\n四、待办事项\n\n1. 冯涛：4月20日前签订合同。\n2. 孙丽：4月18日前公示方案。",
    filename="会议纪要.txt",
    document_id=5,
)
WORLD = World(*TASKS, *BILLS, *TODO, *DAIBAN, *HUIYI)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What are Max Hale's action items?", "Max Hale · What: Order the steel roof · Due: 14 April 2025\nMax Hale · What: Count the butts · Due: 16 May 2025"),
        ("Which action items are due in May?", "Susan Wright · What: Draw the poster · Due: 9 May 2025\nMax Hale · What: Count the butts · Due: 16 May 2025"),
        ("Which action items does Max have in May?", "Max Hale · What: Count the butts · Due: 16 May 2025"),
        ("Which action items from the April minutes are due in April 2025?", "Max Hale · What: Order the steel roof · Due: 14 April 2025"),
        ("5月份有哪些支出？", "2025-05-02 · 项目：电费 · 收支：支出 · 金额：142.30"),
        ("Which to-dos are done?", "• [x] Order a dehumidifier\n• [x] Count the water butts"),
        ("What is still to do for the house?", "• [ ] Renew the boiler contract (due 6 May 2025)\n• [ ] Ring the insurance"),
        ("还有哪些事没做完？", "1. 交物业费，5月31日前。\n2. 退掉书架。"),
        ("哪些待办已经完成了？", "1. 交电费。\n2. 还书。"),
        ("孙丽要做什么？", "2. 孙丽：4月18日前公示方案。"),
    ],
)  # fmt: skip
def test_all_that_fits_is_quoted_and_nothing_else(question: str, said: str) -> None:
    found = WORLD.answered(question)
    assert found.text == said and found.citations


@pytest.mark.parametrize("question", ["Which action items are due in June?", "7月份有哪些支出？"])
def test_where_nothing_fits_nothing_is_picked(question: str) -> None:
    assert "·" not in WORLD.answered(question).text or WORLD.answered(question).refused
