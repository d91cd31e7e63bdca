"""Conditions on quantities: what a text says of six hours and more does not answer for less."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rag_core.ask.language.bounds import fit, ranges
from rag_core.ask.quoting.quote import quote
from rag_core.ask.quoting.quoted import asked_cell
from tests.core.asking import World, passages

PARKING = World(
    *passages(
        "停车场收费规定：停车六小时以内的，每小时收费3元，当日最多收费15元。停车六小时以上的，按次收取30元。月卡每月400元。",
        filename="停车场收费.pdf",
    ),
    *passages(
        "Ferry tickets: children under 12 travel free with an adult and need no ticket. "
        "Children aged 12 or older pay half of the adult fare. Dogs travel in the car.",
        filename="ferry.pdf",
        document_id=2,
    ),
    *passages(
        "员工工作满一年不满十年的，每年享受年休假5天；工作满十年不满二十年的，每年享受年休假10天；工作满二十年的，每年享受年休假15天。",
        filename="休假办法.pdf",
        document_id=3,
    ),
    *passages(
        "Orders cancelled within 24 hours of booking are refunded in full. Orders cancelled more than 24 hours after booking "
        "are refunded by half of the price paid for the booking.",
        filename="orders.pdf",
        document_id=4,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("六小时以上", 6, math.inf),
        ("六小时（含）以上", 6, math.inf),
        ("不少于6小時", 6, math.inf),
        ("超过六小时的", 6, math.inf),
        ("六小时以内", -math.inf, 6),
        ("不超过6个小时", -math.inf, 6),
        ("未满十八周岁", -math.inf, 18),
        ("一小时内", -math.inf, 1),
        ("1950年以前", -math.inf, 1950),
        ("三桌以上", 3, math.inf),
        ("3至6岁儿童", 3, 6),
        ("满一年不满十年", 1, 10),
        ("2小时以上4小时以内", 2, 4),
        ("at least six hours", 6, math.inf),
        ("no less than 6 hours", 6, math.inf),
        ("12 years or older", 12, math.inf),
        ("after 1950", 1950, math.inf),
        ("no more than six hours", -math.inf, 6),
        ("not exceeding 100 dollars", -math.inf, 100),
        ("within one day", -math.inf, 1),
        ("between 3 and 6 hours", 3, 6),
        ("more than 2 hours but less than 4 hours", 2, 4),
    ],
)
def test_conditions_are_read_as_ranges(text: str, low: float, high: float) -> None:
    (found,) = ranges(text)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("停车六小时以上收多少钱？", "六小时以内的，每小时3元", "contradicts"),
        ("停车六小时以上收多少钱？", "超过6小时的，按次30元", "fits"),
        ("停车五小时收多少钱？", "六小时以上的，按次30元", "contradicts"),
        ("停车90分钟收多少钱？", "一小时以上两小时以下的，收6元", "fits"),
        ("停车六小时以上收多少钱？", "六小时以内3元，六小时以上30元", "fits"),
        ("1950年以后建了几座桥？", "1950年以前建了三座桥", "contradicts"),
        ("2018年的租金是多少？", "租期不超过三年", ""),
        ("停车收多少钱？", "六小时以上的，按次30元", ""),
        ("What does a child under 12 pay?", "Children aged 12 years or older pay half.", "contradicts"),
        ("What does a child under 12 pay?", "Children below the age of 12 are free.", "fits"),
        ("What does a child of 9 pay?", "Children from 6 to 12 pay half.", ""),
        ("What do parcels over 5 kg cost?", "Parcels of up to 5 kg cost 4 euros.", "contradicts"),
        ("What do parcels over 5 kg cost?", "Parcels of at least 500 g cost 4 euros.", "fits"),
    ],
)
def test_a_case_fits_or_contradicts_the_one_asked_about(question: str, text: str, verdict: str) -> None:
    assert fit(question, text) == verdict


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("停车六小时以上收多少钱？", "按次收取30元", "每小时收费3元"),
        ("停车六小时以内每小时收多少钱？", "每小时收费3元", "30元"),
        ("停车不到六小时怎么收费？", "每小时收费3元", "30元"),
        ("What do children under 12 pay on the ferry?", "travel free", "half"),
        ("What do children over 12 pay on the ferry?", "half of the adult fare", "free"),
        ("工作十二年的员工年休假几天？", "10天", "15天"),
        ("工作三年的员工年休假几天？", "5天", "10天"),
        ("What is refunded for an order cancelled more than 24 hours after booking?", "by half", "in full"),
        ("What is refunded for an order cancelled less than 24 hours after booking?", "in full", "by half"),
    ],
)
def test_quotes_the_case_that_is_asked_about(question: str, said: str, unsaid: str) -> None:
    quoted = quote(PARKING.gathered(question))
    assert said in quoted.text
    assert unsaid not in quoted.text


def test_the_better_case_comes_first_in_what_a_model_is_shown() -> None:
    gathered = PARKING.gathered("停车六小时以上收多少钱？")
    over, under = (next(one for one in gathered.sentences if word in one.text) for word in ("30元", "15元"))
    assert over.score > under.score


def test_a_case_may_stand_in_the_heading() -> None:
    under, over = passages("按次收取每辆车费用20元。", "按次收取每辆车费用50元。", filename="a.pdf")
    world = World(replace(under, heading="停车六小时以内"), replace(over, heading="停车六小时以上"))
    assert quote(world.gathered("停车六小时以上按次收取多少费用？")).text == "按次收取每辆车费用50元。"


def test_a_column_of_another_case_is_not_asked_for() -> None:
    cells = (("车型", "轿车"), ("6小时以内", "6小时以内：15元"), ("6小时以上", "6小时以上：30元"))
    assert asked_cell("轿车停车6小时以上收多少钱", cells) == 2
    assert asked_cell("轿车停车4小时收多少钱", cells) == 1
