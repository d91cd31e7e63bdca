"""Questions for what something is find the sentence that says so."""

from __future__ import annotations

import pytest

from rag_core.ask.quoting.defining import defined, defines
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is RingParser?", "RingParser"),
        ("What are buoys?", "buoys"),
        ("什么是其他债权投资？", "其他债权投资"),
        ("文档树是什么？", "文档树"),
        ("What is the name of the mill?", ""),
        ("What is Harwick's motto?", ""),
        ("What is the old mill called?", ""),
        ("合同的编号是什么？", ""),
        ("How old is the mill?", ""),
        ("What does KMF stand for?", "KMF"),
        ("What does notice period mean?", "notice period"),
        ("How is net burn defined?", "net burn"),
        ("What is the full name of KMF?", "KMF"),
        ("What is the full name of the man who built the mill?", ""),
        ("KMF是什么的缩写？", "KMF"),
        ("KMF的全称是什么？", "KMF"),
        ("额定寿命怎么定义？", "额定寿命"),
        ("额定寿命的定义是什么？", "额定寿命"),
        ("What does the mill in Harwick stand for?", ""),
        ("Define force majeure.", "force majeure"),
    ],
)
def test_the_term_that_is_to_be_explained(question: str, term: str) -> None:
    assert defined(question) == term


@pytest.mark.parametrize(
    ("term", "sentence", "expected"),
    [
        ("RingParser", "We describe RingParser, an open library.", True),
        ("RingParser", "RingParser is an open library.", True),
        ("RingParser", "RingParser is also highly customizable.", False),
        ("RingParser", "In RingParser, a page is a list of rings.", False),
        ("buoys", "Buoys are floats.", True),
        ("buoys", "Buoys are painted.", False),
        ("文档树", "文档树是一种按标题存放文本的结构。", True),
        ("文档树", "文档树（DocTree）是指按标题存放文本的结构。", True),
        ("文档树", "文档树的节点很多。", False),
        ("mill (old)", "mill (old), a ruin", True),
        ("Business Day", "“Business Day” means a day on which banks are open.", True),
        ("Business Day", '"Business Day" shall mean any day.', True),
        ("Business Day", "Each Business Day is a day of delivery.", False),
        ("buoy", "No buoy is a float.", False),
        ("price", "The price, an increase of 5 percent, is due.", False),
        ("工作日", "“工作日”指除周末以外的日子。", True),
        ("质保期", "质保期指产品售出后两年。", True),
        ("质保期", "质保期即将届满时，乙方应当通知甲方。", False),
        ("质保期", "质保期是由甲方决定的。", False),
        ("定金", "定金即日支付。", False),
        ("KMF", "The Kiln Makers Federation (KMF) meets in May.", True),
        ("KMF", "KMF (Kiln Makers’ Federation) meets in May.", True),
        ("KMF", "The meeting in May (KMF only) is long.", False),
        ("KMF", "KMF (see page 3) meets in May.", False),
        ("AMH", "Levels of antimullerian hormone (AMH) fell.", True),
        ("KMF", "KMF（窑炉制造者联合会）五月开会。", True),
        ("KMF", "窑炉制造者联合会（KMF）五月开会。", True),
        ("额定寿命", "3.3 额定寿命：光通维持率降至一半时所经历的时间。", True),
        ("额定寿命", "按额定寿命：更换灯具。", False),
    ],
)
def test_whether_a_sentence_says_what_the_term_is(term: str, sentence: str, expected: bool) -> None:
    assert defines(term, sentence) is expected


def test_what_defines_goes_before_what_speaks_of_it() -> None:
    world = World(
        *passages(
            "RingParser is also highly customizable. What RingParser is used for is up to you. "
            "This page introduces RingParser, an open library for rings."
        )
    )
    assert "an open library" in quote(world.gathered("What is RingParser?")).text


def test_what_an_abbreviation_is_short_for_goes_before_what_speaks_of_it() -> None:
    world = World(
        *passages(
            "What KMF does is told by KMF itself. The Kiln Makers Federation (KMF) meets in May. KMF sets rules."
        )
    )
    assert "Kiln Makers Federation" in quote(world.gathered("What does KMF stand for?")).text
