"""Quote mode: the sentence that answers, the words in it that do, and of a table the cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.mark import answer_span
from rag_core.ask.quote import asked_cell, quote
from rag_core.ask.strict import only_borne
from rag_core.types import Sentence
from tests.core.asking import World, passages

WORLD = World(
    *passages(
        "海棠桥位于宁溪市东郊，是一座悬索桥。海棠桥由林向东设计，于2016年9月通车。海棠桥的桥头有一座公园。",
        filename="海棠桥.pdf",
    ),
    *passages(
        "The Kestrel ferry was built by Anna Reil in 1987. The Kestrel ferry carries 60 cars. The Kestrel ferry sails from Harwick.",
        filename="ferry.pdf",
        document_id=2,
    ),
)
HEADER = "| 项目 | 2019年 | 2020年 |"


@pytest.mark.parametrize(
    ("question", "said", "marked"),
    [
        ("海棠桥由谁设计？", "海棠桥由林向东设计", "林向东"),
        ("海棠桥是哪一年通车的？", "于2016年9月通车", "2016年9月"),
        ("When was the Kestrel ferry built?", "in 1987", "1987"),
        ("How many cars does the Kestrel ferry carry?", "carries 60 cars", "60"),
    ],
)
def test_quotes_the_sentence_and_marks_the_answer(question: str, said: str, marked: str) -> None:
    quoted = quote(WORLD.gathered(question))
    assert said in quoted.text
    (part,) = [part for part in quoted.parts if part.marked]
    assert part.marked is not None
    assert marked in quoted.text[slice(*part.marked)]
    assert len(quoted.text[slice(*part.marked)]) <= len(marked) + 4
    low, high = part.sources[0][0], part.sources[-1][1]
    sentence = part.span.sentence
    assert marked in sentence.raw[low - sentence.start : high - sentence.start]


def test_marks_nothing_where_it_is_not_sure() -> None:
    assert (
        answer_span("海棠桥怎么样？", "海棠桥的桥头有一座公园，公园里有湖，湖边有树，树下有石凳。", 0.9)
        is None
    )


def test_the_mark_leads_to_the_words_over_a_line_break() -> None:
    (passage,) = passages("海棠桥由林\n向东设计，于2016年通车。", filename="a.pdf")
    quoted = quote(World(passage).gathered("海棠桥由谁设计？"))
    (part,) = quoted.parts
    assert part.marked is not None
    assert quoted.text[slice(*part.marked)] == "林向东"
    pieces = "".join(passage.text[low:high] for low, high in part.sources)
    assert pieces.replace("\n", "") == "林向东"


def test_a_row_gives_the_cell_that_is_asked_for() -> None:
    (passage,) = passages("| 营业收入 | 1,200 | 1,500 |\n| 研发费用 | 90 | 130 |", filename="年报.pdf")
    table = replace(passage, heading=f"财务数据 › {HEADER}")
    quoted = quote(World(table).gathered("2020年研发费用是多少？"))
    (part,) = quoted.parts
    assert part.marked is not None
    assert quoted.text[slice(*part.marked)] == "130"
    assert [passage.text[low:high] for low, high in part.sources] == ["130"]
    assert part.span.quote == "研发费用 · 130"


def test_several_columns_or_none_leave_the_row_whole() -> None:
    cells = (("项目", "研发费用"), ("2019年", "2019年：90"), ("2020年", "2020年：130"))
    assert asked_cell("研发费用2020年是多少", cells) == 2
    assert asked_cell("研发费用2019年和2020年各是多少", cells) == 0
    assert asked_cell("研发费用是多少", cells) == 0


def test_a_long_sentence_is_cited_by_its_clauses_that_answer() -> None:
    filler = "，".join(
        f"附近第{number}段堤岸归各村轮流看护并逐年登记在册，堤上种满柳树与槐树" for number in "一二三"
    )
    (passage,) = passages(f"{filler}，海棠桥由林向东设计，于2016年通车。", filename="a.pdf")
    (part,) = quote(World(passage).gathered("海棠桥由谁设计？")).parts
    assert part.span.quote == "海棠桥由林向东设计，"


def test_strict_answers_leave_out_what_no_source_bears() -> None:
    text = "桥长310米。桥是红色的。\n- 桥由林向东设计。"
    sentences = (
        Sentence(0, 7, (1,), "supported", ""),
        Sentence(7, 13, (), "unsupported", "x"),
        Sentence(14, 24, (2,), "partly", "", (18, 21)),
    )
    kept, places = only_borne(text, sentences)
    assert kept == "桥长310米。\n- 桥由林向东设计。"
    assert [kept[one.start : one.end] for one in places] == ["桥长310米。", "- 桥由林向东设计。"]
    assert places[1].marked is not None
    assert kept[slice(*places[1].marked)] == "林向东"
