"""Sentences that state what is asked for go before those that only speak of it."""

from __future__ import annotations

import pytest

from rag_core.ask.quoting.defining import defines
from rag_core.ask.quoting.quote import quote
from rag_core.ask.quoting.stated import states
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How much is the deposit?", "The deposit is $900."),
        ("What is the Tenant's monthly rent?", "4.1 The monthly rent is EUR 1,200, due on the first."),
        ("When is the meeting?", "The meeting starts at 5 pm."),
        ("What is the fee for a second card?", "Fee: £4"),
        ("押金是多少？", "押金为人民币3,000元。"),
        ("他的试用期多长？", "其中试用期三个月，自2024年9月2日起。"),
        ("违约金是多少", "违约金为合同总价的百分之五。"),
    ],
)
def test_it_says_how_much_or_when(question: str, sentence: str) -> None:
    assert states(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How much is the deposit?", "The deposit is returned within 14 days."),
        ("What is the base salary?", "The Company pays 6% of the base salary into the scheme."),
        ("Who pays the deposit?", "The deposit is $900."),
        ("押金是多少？", "押金应在七日内退还。"),
        ("试用期多长？", "在试用期内的，提前三日通知即可。"),
    ],
)
def test_it_only_speaks_of_it(question: str, sentence: str) -> None:
    assert not states(question, sentence)


def test_another_ones_is_no_answer() -> None:
    world = World(
        *passages(
            "The deposit is $900.", "For the mooring at the north pier, tenants leave $300 as a deposit."
        )
    )
    assert "$300" in quote(world.gathered("How much is the deposit for the mooring at the north pier?")).text


def test_a_definition_that_only_says_where_it_stands_explains_nothing() -> None:
    assert defines("base salary", "“Base Salary” means the salary of the Employee.")
    assert not defines("base salary", "“Base Salary” means the annual salary stated in Section 6(a).")
    assert not defines("年终奖", "年终奖是指见附件二所列的奖金。")
