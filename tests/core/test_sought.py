"""What kind of thing a question asks for: a date, a case, how often."""

from __future__ import annotations

import pytest

from rag_core.ask.language.sought import Kind, asks_how_often, offers, sought, tells_how_often
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When is the fee due?", "date"),
        ("Can you tell me when it ends?", "date"),
        ("What is it and when does it end?", "date"),
        ("In 1990, when did he leave?", "date"),
        ("什么时候交费？", "date"),
        ("What should I do when the machine shows E07?", "other"),
        ("How do I stop it when it leaks?", "other"),
        ("When is no fee payable?", "other"),
        ("When must Febrilan not be used?", "other"),
        ("什么时候不能用？", "other"),
        ("一个回合有哪几个阶段？", "other"),
        ("一个回合有几个阶段？", "number"),
    ],
)
def test_the_kind_that_is_asked_for(question: str, kind: Kind) -> None:
    assert sought(question) == kind


@pytest.mark.parametrize(
    ("question", "often"),
    [
        ("How often must the filter be cleaned?", True),
        ("滤网多久更换一次？", True),
        ("滤网几个月换一次？", True),
        ("How long does it take?", False),
        ("多久能到？", False),
    ],
)
def test_how_often_is_asked(question: str, often: bool) -> None:
    assert asks_how_often(question) is often


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("护照多少钱？", "16周岁以下为5年。", False),
        ("护照多少钱？", "工本费120元。", True),
        ("要按多深？", "按压30次。", False),
        ("要按多深？", "深度5–6厘米。", True),
        ("How heavy is it?", "It runs for 30 days.", False),
        ("How heavy is it?", "It weighs 12 kg.", True),
        ("How deep is the well?", "It holds 12.", True),
    ],
)
def test_a_figure_of_another_measure_is_not_what_is_asked_for(question: str, text: str, held: bool) -> None:
    assert offers(text, "number", question) is held


def test_how_often_is_answered_by_what_says_so() -> None:
    assert tells_how_often("每6个月") and tells_how_often("once a year")
    assert not tells_how_often("空转2小时")
    world = World(*passages("有异味时请更换复合滤网，或者空转2小时。\n\n每6个月更换复合滤网。"))
    assert quote(world.gathered("复合滤网多久更换一次？")).text == "每6个月更换复合滤网。"
