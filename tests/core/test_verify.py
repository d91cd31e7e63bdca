"""A claim is borne out only when figures, names and negation agree."""

from __future__ import annotations

import pytest

from rag_core.ask.checking.verify import judge
from rag_core.ask.language.figures import figures
from rag_core.ask.language.words import rarity

SOURCES = {
    "en": "Ilse Brandt opened the Harwick mill on 5 March 2019. It employs 214 people and did not receive public money.",
    "zh": "宁溪纸厂于2019年3月5日投产，年产能为1.2亿平方米，员工共214人。该厂没有获得政府补贴。",
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019年3月5日", [(2019, "year"), (3, "month"), (5, "day")]),
        ("2019-03-05", [(2019, "year"), (3, "month"), (5, "day")]),
        ("March 5, 2019", [(3, "month"), (5, "day"), (2019, "")]),
        ("5 March 2019", [(5, "day"), (3, "month"), (2019, "")]),
        ("1,234.5万元", [(12_345_000, "yuan")]),
        ("$3.2 million", [(3_200_000, "dollar")]),
        ("增长12.5％", [(12.5, "percent")]),
        ("百分之三十", [(30, "percent")]),
        ("六成，八成五，三成立公司", [(60, "percent"), (85, "percent")]),
        ("26 to 29 million dollars", [(26_000_000, ""), (29_000_000, "dollar")]),
        ("3到5万元", [(30_000, ""), (50_000, "yuan")]),
        ("二〇一九年", [(2019, "year")]),
        ("8时30分，第5次", [(8, "clock"), (30, "fen"), (5, "nth")]),
        ("三百六十五天", [(365, "days")]),
        ("twenty-five miles", [(25, "mile")]),
        ("three hundred and five people", [(305, "people")]),
        ("第三条", [(3, "nth")]),
        ("revenue of 2020¹ grew 10²", [(2020, ""), (10, "")]),
        ("120 m²", [(120, "m2")]),
        ("一个问题", []),
        ("they may march on", []),
    ],
)
def test_figures_have_one_form(text: str, wanted: list[tuple[float, str]]) -> None:
    assert [(figure.value, figure.unit) for figure in figures(text)] == wanted


@pytest.mark.parametrize(
    ("language", "claim"),
    [
        ("en", "The Harwick mill was opened by Ilse Brandt on March 5, 2019."),
        ("en", "The mill employs 214 people."),
        ("en", "It did not receive public money."),
        ("zh", "宁溪纸厂于2019年3月5日投产。"),
        ("zh", "该厂共有员工214人。"),
        ("zh", "年产能为12000万平方米。"),
        ("zh", "该厂没有获得政府补贴。"),
    ],
)
def test_bears_out_what_the_source_says(language: str, claim: str) -> None:
    source = SOURCES[language]
    verdict = judge(claim, source, "", rarity([source]))
    assert (verdict.support, verdict.why) == ("supported", "")


@pytest.mark.parametrize(
    ("language", "claim", "why"),
    [
        ("en", "The Harwick mill was opened by Ilse Brandt on March 6, 2019.", "6"),
        ("en", "The mill employs 241 people.", "241"),
        ("en", "Otto Brandt opened the Harwick mill.", "Otto"),
        ("en", "The mill did receive public money.", "opposite"),
        ("zh", "宁溪纸厂于2018年3月5日投产。", "2018"),
        ("zh", "年产能为1.2亿平方公里。", "1.2亿"),
        ("zh", "该厂获得政府补贴。", "否定"),
        ("zh", "《宁溪日报》报道该厂有员工214人。", "宁溪日报"),
    ],
)
def test_names_what_the_source_does_not_bear(language: str, claim: str, why: str) -> None:
    source = SOURCES[language]
    verdict = judge(claim, source, "", rarity([source]))
    assert verdict.support == "unsupported"
    assert why in verdict.why


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Revenue fell in the second year.", "Revenue rose in the second year."),
        ("It is the largest lake of the region.", "It is the smallest lake of the region."),
        ("第二年营业收入增长。", "第二年营业收入下降。"),
        ("承租人不得转租房屋。", "承租人可以转租房屋。"),
    ],
)
def test_opposites_are_told_apart(claim: str, source: str) -> None:
    assert judge(claim, source, "", rarity([source])).support == "unsupported"


def test_a_negation_elsewhere_in_the_source_does_no_harm() -> None:
    source = "The bridge is 310 m long, but it does not carry trains."
    assert judge("The bridge is 310 m long.", source, "", rarity([source])).support == "supported"


def test_words_from_nowhere_are_not_borne_out() -> None:
    source = "The bridge is 310 m long."
    verdict = judge("The bridge was painted red by volunteers last summer.", source, "", rarity([source]))
    assert verdict.support == "unsupported"


def test_the_context_lends_names_but_no_figures() -> None:
    source = "It was founded in 1987 by two brothers."
    rare = rarity([source])
    assert (
        judge("Kestrel Ltd was founded in 1987 by two brothers.", source, "Kestrel Ltd", rare).support
        == "supported"
    )
    assert (
        judge("It was founded in 1991 by two brothers.", source, "Report 1991", rare).support == "unsupported"
    )
