"""A figure of the first year is no figure of the third."""

from __future__ import annotations

import pytest

from rag_core.ask.checking.cite import align
from rag_core.ask.checking.ordinals import of_another_ordinal
from tests.core.asking import World, passages

RENT = "第一年和第二年每月租金为人民币18,600元；自第三年起，每年在上一年的基础上递增百分之四。"
FEES = "The first instalment is $400. The second instalment is $900 and is due in May. From the third year the fee is $50."


@pytest.mark.parametrize(
    ("claim", "source", "figure"),
    [
        ("第三年租金为人民币18,600元。", RENT, "18,600元"),
        ("第二年租金为人民币18,600元。", RENT, ""),
        ("第五年起每年递增百分之四。", RENT, ""),
        ("每月租金为18,600元。", RENT, ""),
        ("The first instalment is $900.", FEES, "$900"),
        ("The second instalment is $900.", FEES, ""),
        ("In the fourth year the fee is $50.", FEES, ""),
        ("In year 2 the rent is 700.", "In year 1 the rent is 600, in year 2 it is 700.", ""),
        ("The third prize is 200 euros.", "The winner gets 200 euros.", ""),
    ],
)
def test_a_figure_is_told_of_its_own_year_or_stage(claim: str, source: str, figure: str) -> None:
    assert of_another_ordinal(claim, [source]) == figure


def test_such_a_claim_is_not_borne_out_by_two_sentences_together() -> None:
    world = World(*passages("租金条款。" + RENT + "租金按季度支付。"))
    gathered = world.gathered("第三年租金怎么算？")
    assert align("第三年租金为人民币18,600元。", gathered).verdict.support != "supported"
    assert align("第二年每月租金为人民币18,600元。", gathered).verdict.support == "supported"
