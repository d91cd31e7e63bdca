"""Fields of labels and forms whose name a question asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.labelled import has_field
from rag_core.ask.language.words import rarity
from rag_core.ask.refusal.refuse import Signs, answerable, signs
from tests.core.asking import World, passages

LABEL = "净含量：128克\n保质期（常温）：12个月\n| 实付金额： | | | 187.14 |\n联系人：何国强 电话：0571-8866"
SHEET = "Kettle K2\nNet weight: 1.2 kg\nContact: A. Reil"
RARE = rarity([LABEL, SHEET])


@pytest.mark.parametrize(
    ("question", "text", "context"),
    [
        ("净含量是多少？", LABEL, ""), ("山楂糖的净含量是多少？", LABEL, "山楂糖标签"), ("保质期多久？", LABEL, ""), ("实付多少？", LABEL, ""),
        ("何国强的电话是多少？", LABEL, ""), ("淨含量是多少？", LABEL, ""), ("What is the net weight?", SHEET, ""),
        ("What's the net weight of the kettle?", SHEET, ""),
    ],
)  # fmt: skip
def test_a_field_of_that_name(question: str, text: str, context: str) -> None:
    assert has_field(question, text, context, RARE)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("方志明的电话是多少？", LABEL), ("毛重是多少？", LABEL), ("净含量是多少？", "净含量："), ("净含量是多少？", "净含量大的更贵。"), ("电话", "电话"),
        ("What is the net weight of the toaster?", SHEET), ("What is the weight?", SHEET), ("How is it filled?", SHEET), ("", ""),
    ],
)  # fmt: skip
def test_no_field_or_somebody_elses(question: str, text: str) -> None:
    assert not has_field(question, text, "", RARE)


def test_a_field_of_that_name_speaks_for_an_answer() -> None:
    world = World(*passages("净含量：128克\n产品类型：凝胶糖果", filename="糖.jpg"))
    for question, wanted in (("净含量是多少？", 1.0), ("配料是什么？", 0.0)):
        assert (
            signs(world.gathered(question), world.search(question).hits or world.search("净含量").hits).field
            == wanted
        )
    unsure = Signs(near=0.5, lead=0.1, passage=0.5, lacking=0.0, dense=0.5)
    assert answerable(replace(unsure, field=1.0)) > answerable(unsure)
