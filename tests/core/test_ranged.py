"""Rows of tables of ranges: the one into which the question's figure falls answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.language.ranged import falls_in_range
from rag_core.ask.quoting.quote import quote
from rag_core.types import Passage
from tests.core.asking import World, passages


def table(header: str, rows: str, filename: str, document_id: int) -> Passage:
    (made,) = passages(f"{header}\n{rows}", filename=filename, document_id=document_id)
    return replace(made, heading=f"Tables › {header}")


WORLD = World(
    table(
        "| Age | Weight | Single dose |",
        "| 6–23 months | 8–11.9 kg | 5 ml |\n| 2–5 years | 12–19.9 kg | 8 ml |\n| 6–9 years | 20–31.9 kg | 13 ml |\n| 10 years and over | from 32 kg | 20 ml |",
        "Febrilan.pdf",
        1,
    ),
    *passages(
        "Shake Febrilan well. A child who weighs little gets a dose of Febrilan by weight only from a doctor. The dose for a child is told in a table.",
        filename="Febrilan.pdf",
        document_id=2,
    ),
    table("| Years of stay | Permit |", "| less than 5 | short |\n| 5 to 10 | long |\n| more than 10 | endless |", "Stay.pdf", 3),
    table("| Water hardness (°dH) | Level |", "| 0–6 | H0 |\n| 7–14 | H2 |\n| above 14 | H4 |", "Washer.pdf", 4),
    table("| 工作年限 | 年休假天数 |", "| 满1年不满10年 | 5天 |\n| 满10年不满20年 | 10天 |\n| 满20年 | 15天 |", "休假.pdf", 5),
    *passages("累计工作满10年不满20年，请病假3个月以上的，不享受年休假。", filename="休假.pdf", document_id=6),
    table("| 高考位次 | 奖学金 |", "| 前500名 | 50000元 |\n| 501–1000名 | 30000元 |\n| 1001–3000名 | 10000元 |", "章程.pdf", 7),
    table("| 年龄（岁） | 一次用量（毫升） |", "| 1–3 | 4 |\n| 4–6 | 5 |\n| 7–9 | 8 |", "混悬液.pdf", 8),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the dose of Febrilan for a child of 25 kg?", "13 ml"),
        ("What is the dose of Febrilan for a 3-year-old?", "8 ml"),
        ("What is the dose of Febrilan for a child of 1 year?", "5 ml"),
        ("What is the dose of Febrilan for a child of 40 kg?", "20 ml"),
        ("Which permit is there after 12 years of stay?", "endless"),
        ("Which permit is there for 5 years of stay?", "long"),
        ("Which permit is there for 10 years of stay?", "long"),
        ("Which level is right at 40 °dH?", "H4"),
        ("工作8年年休假有几天？", "5天"),
        ("工作10年年休假有几天？", "10天"),
        ("工作20年年休假有几天？", "15天"),
        ("高考位次2500名有多少奖学金？", "10000元"),
        ("高考位次300名有多少奖学金？", "50000元"),
        ("8岁的孩子混悬液一次用量是多少？", "8"),
        ("混悬液的年龄在5岁时是多少毫升？", "5"),
    ],
)
def test_the_row_that_holds_the_figure_is_quoted(question: str, said: str) -> None:
    quoted = quote(WORLD.gathered(question))
    assert said in quoted.text.replace("：", " ").replace(":", " ").split(" ") or quoted.text.endswith(said)
    assert quoted.text.count("·") <= 2


def test_a_row_answers_only_where_the_figure_falls_and_the_table_speaks_of_it() -> None:
    asked = "What is the dose of Febrilan for a child of 25 kg?"
    gathered = WORLD.gathered(asked)
    fitting = next(one for one in gathered.sentences if "20–31.9 kg" in one.text)
    other = next(one for one in gathered.sentences if "12–19.9 kg" in one.text)
    assert falls_in_range(asked, gathered.sentences, fitting)
    assert not falls_in_range(asked, gathered.sentences, other)
    elsewhere = "Who carried the piano of 25 kg upstairs?"
    assert not falls_in_range(elsewhere, gathered.sentences, fitting)
