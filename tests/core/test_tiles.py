"""A claim laid on its source: what is negated, turned round or put in another's place is seen where both say the same."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag_core.ask.checking.asides import swapped_aside
from rag_core.ask.checking.polarity import denied, turned
from rag_core.ask.checking.roles import displaced
from rag_core.ask.language.tiles import lay

PLANT = "宁溪纸厂由林向东设计，海棠公司承建，2019年投产。该厂没有获得补贴，年产能超过一亿平方米。"
MILL = "Ilse Brandt sold the Harwick mill to Otto Lang in 2019. The mill did not receive money, but it employs more than 200 people."


@given(
    st.text(alphabet="林向东设计了纸厂，。 Harwick mill 2019", max_size=40),
    st.text(alphabet="林向东设计了纸厂，。 Harwick mill 2019", max_size=40),
)
def test_laid_tokens_say_the_same_and_each_place_is_used_once(claim: str, source: str) -> None:
    laid = lay(claim, source)
    places = [place for place in laid.there if place >= 0]
    assert len(places) == len(set(places))
    assert all(
        laid.claim[at].key == laid.source[place].key for at, place in enumerate(laid.there) if place >= 0
    )


def test_a_text_lies_on_itself() -> None:
    laid = lay(PLANT, PLANT)
    assert laid.there == tuple(range(len(laid.source)))
    assert list(laid.gaps()) == []


def test_width_and_script_do_not_matter() -> None:
    assert list(lay("寧溪紙廠２０１９年投產", "宁溪纸厂2019年投产").gaps()) == []


@pytest.mark.parametrize(
    ("claim", "source", "wanted"),
    [
        ("该厂获得补贴。", PLANT, True),
        ("该厂没有获得补贴。", PLANT, False),
        ("该厂未获得补贴。", PLANT, False),
        ("宁溪纸厂不是由林向东设计。", PLANT, True),
        ("宁溪纸厂由林向东设计。", PLANT, False),
        ("该厂不仅获得补贴。", "该厂获得补贴。", False),
        ("The mill did receive money.", MILL, True),
        ("The mill didn't receive money.", MILL, False),
        ("The mill employs more than 200 people.", MILL, False),
        ("他们没有条不紊地工作。", "他们有条不紊地工作。", True),
        ("他们有条不紊地工作。", "他们有条不紊地工作。", False),
        ("此案被怀疑不是不相关的。", "此案被怀疑是不相关的。", True),
        ("款项据为没有。", "款项据为己有。", True),
        ("他不知道没有多少人来。", "他不知道有多少人来。", True),
        ("他没有来，也不知道有多少人来。", "他也不知道有多少人来，他没有来。", False),
        ("There has not been no gain from it.", "There has been no gain from it.", True),
        ("There has been no gain from it.", "No gain has come from it.", False),
        ("Dogs were not prohibited.", "Dogs were prohibited.", True),
        ("Dogs were never prohibited.", "Dogs were not prohibited.", False),
        ("The price was not $36,801 a year.", "The price was $36,801 a year.", True),
    ],
)
def test_negation_counts_where_both_say_the_same(claim: str, source: str, wanted: bool) -> None:
    assert denied(lay(claim, source), claim, source) is wanted


@pytest.mark.parametrize(
    ("claim", "source", "wanted"),
    [
        ("年产能不到一亿平方米。", PLANT, "不到"),
        ("年产能超过一亿平方米。", PLANT, ""),
        ("It employs less than 200 people.", MILL, "less"),
        ("It is the oldest mill.", "It is the youngest mill.", "oldest"),
        ("It is the youngest mill.", "It is the oldest mill.", "youngest"),
        ("收入增长，成本下降。", "收入增长，成本下降。", ""),
        ("收入下降，成本下降。", "收入增长，成本下降。", "下降"),
    ],
)
def test_a_comparison_turned_round_is_named(claim: str, source: str, wanted: str) -> None:
    assert turned(lay(claim, source), claim, source) == wanted


@pytest.mark.parametrize(
    ("claim", "source", "wanted"),
    [
        ("宁溪纸厂由海棠公司设计。", PLANT, "海棠公司"),
        ("宁溪纸厂由林向东设计，2019年投产。", PLANT, ""),
        ("宁溪纸厂2019年投产，由林向东设计。", PLANT, ""),
        ("Otto Lang sold the Harwick mill to Ilse Brandt in 2019.", MILL, "Otto Lang"),
        ("In 2019, Ilse Brandt sold the Harwick mill to Otto Lang.", MILL, ""),
        ("The Harwick mill was sold by Ilse Brandt.", MILL, ""),
        ("成员有甲方、丙方和乙方。", "成员有甲方、乙方和丙方。", ""),
    ],
)
def test_a_name_in_the_place_of_another_is_named(claim: str, source: str, wanted: str) -> None:
    assert displaced(lay(claim, source), claim) == wanted


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The treaty was signed by Norway and Sweden.", "The treaty was signed by Sweden and Norway."),
        (
            "Ada Brandt and Mira Kovac founded the mill.",
            "Mira Kovac and Ada Brandt founded the mill.",
        ),
    ],
)
def test_names_listed_in_another_order_are_in_their_places(claim: str, source: str) -> None:
    assert displaced(lay(claim, source), claim) == ""


@pytest.mark.parametrize(
    ("claim", "source", "wanted"),
    [
        (
            "上海公司表示，订单增加，主要客户为南屿公司。",
            "南屿公司表示，订单增加，主要客户为上海公司。",
            True,
        ),
        (
            "宁溪电视台自2008年1月起，由《海棠》每周播出。",
            "《海棠》自2008年1月起，由宁溪电视台每周播出。",
            True,
        ),
        ("公司的名称为「宁溪纸业社」。", "公司的名称为「日本纸业」，1982年改为「宁溪纸业社」。", True),
        ("学校的全称为宁溪海棠大学。", "学校的全称为海棠人民大学，与宁溪海棠大学合作。", True),
        ("校名为海棠大学。", "校名为海棠人民大学。", False),
        (
            "可下载《宁溪大学二零二二年高水平运动队报名申请表》。",
            "可下载《测试指南》，报到时出示《宁溪大学二零二二年高水平运动队报名申请表》。",
            True,
        ),
        ("林向东（设计师）为海棠桥选址。", "林向东（设计师）为海棠桥选址，方平负责施工。", False),
        ("方平（设计师）为海棠桥选址。", "林向东（设计师）为海棠桥选址，方平负责施工。", True),
        ("他为海棠桥选址。", "林向东为海棠桥选址，方平负责施工。", False),
        ("南屿学院始终坚持实地教学。", "自建校以来，宁溪师范学院始终坚持实地教学。", True),
        ("其中最长的一座是南屿桥。", "其中最长的一座是海棠桥，建于1932年。", True),
        ("根据公司的年度报告，2021年投产了三条产线。", "公司在报告期内，于2021年投产了三条产线。", False),
    ],
)
def test_a_name_of_the_source_in_the_place_of_another_is_seen(claim: str, source: str, wanted: bool) -> None:
    assert bool(displaced(lay(claim, source), claim)) is wanted


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        ("有《海棠》（2003年）和《海棠后传》（2005年）两部。", ""),
        ("有《海棠后传》（2005年）和《海棠》（2003年）两部。", ""),
        ("有《海棠》（2003年）一部。", ""),
        ("有《海棠》（2005年）和《海棠后传》（2003年）两部。", "2005 年"),
        ("有《海棠》（2004年）一部。", ""),
    ],
)
def test_what_stands_in_brackets_belongs_to_what_stands_before_them(claim: str, wanted: str) -> None:
    assert swapped_aside(lay(claim, "有《海棠》（2003年）和《海棠后传》（2005年）两部。")) == wanted


def test_brackets_of_an_english_source_belong_to_what_stands_before_them() -> None:
    source = "Harwick mill (opened 1902) and Ashby mill (opened 1911) stand on the river."
    for claim, wanted in (
        ("Ashby mill (opened 1911) stands on the river.", ""),
        ("Ashby mill (opened 1902) stands on the river.", "opened 1902"),
    ):
        assert swapped_aside(lay(claim, source)) == wanted
