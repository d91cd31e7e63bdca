"""A figure that the source bounds is borne out by it only as bounded."""

from __future__ import annotations

import pytest

from rag_core.ask.checking.limits import amounts, bounded_otherwise
from rag_core.ask.checking.verify import judge
from rag_core.ask.language.words import rarity


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("sales exceeded one billion in revenue", "more"),
        ("at least 30 days' notice", "more"),
        ("30 days or more", "more"),
        ("no fewer than 20 staff", "more"),
        ("50+ branches", "more"),
        ("不得少于6小时", "more"),
        ("营业收入突破了10亿元", "more"),
        ("30余人", "more"),
        ("三十多人", "more"),
        ("18岁以上", "more"),
        ("no more than 3 guests", "less"),
        ("did not exceed $5 million", "less"),
        ("it didn't exceed $5 million", "less"),
        ("up to 12 months", "less"),
        ("最高不超过5万元", "less"),
        ("不足5人", "less"),
        ("$1.0 billion", "exactly"),
        ("全长420米", "exactly"),
        ("nearly 30%", "nearly"),
        ("within 30 days", "unclear"),
        ("limited to 3 guests", "unclear"),
        ("over 30 minutes", "unclear"),
        ("约420米", "unclear"),
        ("满18岁", "reached"),
        ("between $26 million", "more"),
        ("最长8年", "less"),
        ("最短3年", "more"),
    ],
)
def test_how_a_figure_is_bounded(text: str, bound: str) -> None:
    assert [one.bound for one in amounts(text)] == [bound]


def test_dates_are_left_out() -> None:
    assert amounts("before 1950, after 2012年3月5日") == ()


@pytest.mark.parametrize(
    ("claim", "source", "words"),
    [
        ("Sales were $1.0 billion.", "Sales exceeded one billion dollars.", "exceeded one billion dollars"),
        ("Sales exceeded $1.0 billion.", "Sales were $1.0 billion.", "$1.0 billion"),
        ("The notice is 30 days.", "At least 30 days' notice must be given.", "at least 30 days"),
        ("At most 30 days' notice is needed.", "At least 30 days' notice.", "at least 30 days"),
        ("会员共有5000人。", "会员已超过5000人。", "超过5000人"),
        ("最多可带3人。", "至少须有3人同行。", "至少须有3人"),
    ],
)
def test_what_the_source_bounds_otherwise_is_told_in_its_words(claim: str, source: str, words: str) -> None:
    assert bounded_otherwise(claim, source) == words


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Sales exceeded $1.0 billion.", "Sales surpassed one billion dollars."),
        ("最多3人", "不超过3人"),
        ("The notice is 30 days.", "At least 30 days' notice. A notice of 30 days was given."),
        ("About 30 people came.", "More than 30 people came."),
        ("The limit is 3 guests.", "No more than 3 guests."),
        ("满18周岁", "18岁以上"),
        ("It cost 40 euros.", "It exceeded one billion."),
    ],
)
def test_bounds_that_agree_or_may_agree_are_let_pass(claim: str, source: str) -> None:
    assert bounded_otherwise(claim, source) == ""


def test_a_claim_that_drops_the_bound_is_borne_out_in_part() -> None:
    source = "Net sales for the year exceeded $1.0 billion."
    loose = judge("Net sales for the year were $1.0 billion.", source, "", rarity([source]))
    assert (loose.support, loose.reason) == ("partly", "claim_bound")
    assert "exceeded $1.0 billion" in loose.why
    assert (
        judge("Net sales for the year exceeded $1.0 billion.", source, "", rarity([source])).support
        == "supported"
    )
