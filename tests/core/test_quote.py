"""Quote mode: the sentence that answers, the words in it that do, and of a table the cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag_core.ask.checking.strict import only_borne
from rag_core.ask.evidence.entries import announced
from rag_core.ask.language.asking import parts
from rag_core.ask.quoting.mark import answer_span
from rag_core.ask.quoting.quote import quote
from rag_core.ask.quoting.quoted import asked_cell
from rag_core.protocols import FloatArray
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

FIGURE = re.compile(r"\d+[.,:]\d+")


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


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("年报什么时候披露？", "披露日期：2012 年3 月27 日", "2012 年3 月27 日"),
        ("押金什么时候退还？", "押金于3 月 27 日退还。", "3 月 27 日"),
        ("When did Edgar die?", "Died 8 July 975 (aged 31/32)", "8 July 975"),
    ],
)
def test_a_date_is_marked_whole(question: str, sentence: str, marked: str) -> None:
    place = answer_span(question, sentence)
    assert place is not None and sentence[slice(*place)] == marked


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("等待期是多少天？", "自合同生效之日起30日为等待期。", "30日"),
        ("违约金是多少？", "违约金为两个月租金。", "两个月"),
        ("How much is the deposit?", "The tenant pays a deposit of £1,326 on signing.", "£1,326"),
    ],
)
def test_a_figure_is_marked_with_its_unit_and_no_further(question: str, sentence: str, marked: str) -> None:
    place = answer_span(question, sentence)
    assert place is not None and sentence[slice(*place)] == marked


def test_a_bracket_of_a_label_is_no_part_of_what_is_marked() -> None:
    sentence = "【主要成分】：鲸蜡硬脂醇、燕麦葡聚糖"
    place = answer_span("主要成分是什么？", sentence)
    assert place is not None and sentence[slice(*place)].startswith("鲸蜡")


def test_an_english_phrase_is_marked_only_behind_what_the_question_says() -> None:
    sentence = "The loopback port supports only hybrid mode of operation and dot1q encapsulation."
    assert answer_span("Which encapsulation does a loopback port support?", sentence) is None
    place = answer_span(
        "What is the old mill called?", "Since then the old mill is called “Harwick Works” by all."
    )
    assert place is not None


def test_marks_nothing_where_it_is_not_sure() -> None:
    assert (
        answer_span("海棠桥怎么样？", "海棠桥的桥头有一座公园，公园里有湖，湖边有树，树下有石凳。", 0.9)
        is None
    )


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which fuse?", "A steady red light means that the pressure is above 1.4 bar."),
        ("When does the service answer?", "The service answers on working days from 8:00 to 18:00."),
    ],
)
def test_the_mark_cuts_no_figure_in_two(question: str, sentence: str) -> None:
    low, high = answer_span(question, sentence) or (0, 0)
    assert not any(
        match.start() < edge < match.end() for match in FIGURE.finditer(sentence) for edge in (low, high)
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


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("铜钩的批发价是多少", 2),
        ("铜钩的零售价是多少", 1),
        ("铜钩的含税零售价是多少", 4),
        ("铜钩的交货期是几天", 3),
        ("铜钩的批发价和交货期是多少", 0),
    ],
)
def test_a_column_is_named_without_its_unit_and_the_names_above_it(question: str, at: int) -> None:
    names = ("", "价格（元） › 零售价", "批发价 (元)", "交货期（天）", "含税零售价")
    assert asked_cell(question, [(name, "7") for name in names]) == at


def test_of_columns_under_several_names_the_one_whose_names_are_asked_for_is_named() -> None:
    cells = [(name, "7") for name in ("", "线上 › 零售价", "线下 › 零售价")]
    assert asked_cell("线下零售价是多少", cells) == 2
    assert asked_cell("零售价是多少", cells) == 0


def test_the_cell_that_the_question_names_is_quoted_with_the_one_it_asks_for() -> None:
    rows = "| LX-106 | 铜钩 | 大号，镀锌 | 290 |\n| LX-107 | 铁环 | 小号，镀铜 | 310 |"
    (passage,) = passages(rows, filename="价目.pdf")
    table = World(replace(passage, heading="价目 › | 编号 | 名称 | 规格 | 批发价 |"))
    quoted = quote(table.gathered("铁环的批发价是多少？"))
    (part,) = quoted.parts
    assert quoted.text == "LX-107 · 名称：铁环 · 批发价：310"
    assert part.span.quote == "LX-107 · 铁环 · 310"
    assert part.marked is not None and quoted.text[slice(*part.marked)] == "310"


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Has copper works the highest output?", False),
        ("哪个 oil press 的 output 最低？", False),
        ("What is the output of the oil press?", True),
        ("What is the lowest price of the oil press?", True),
    ],
)
def test_a_row_is_not_marked_as_the_greatest_or_the_least_of_its_table(question: str, marked: bool) -> None:
    (passage,) = passages("| copper works | 40 | 7 |\n| oil press | 90 | 3 |", filename="mills.pdf")
    table = replace(passage, heading="Mills › | Mill | Output | Lowest price |")
    parts = quote(World(table).gathered(question)).parts
    assert parts and any(part.marked for part in parts) is marked


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the owner of LX-107 in Harwick?", "2 · Code: LX-107 · Town: Harwick · Owner: Ines Roth"),
        ("Who is the owner of the copper works?", "1 · Name: copper works · Owner: Anna Reil"),
        ("When was LX-106 opened?", "1 · Code: LX-106 · Opened: 1962"),
    ],
)
def test_a_cell_that_adds_nothing_of_the_question_is_left_out(question: str, answer: str) -> None:
    rows = "| 1 | LX-106 | copper works | Corran | Anna Reil | 1962 | open |\n| 2 | LX-107 | oil press | Harwick | Ines Roth | 1987 | shut |"
    (passage,) = passages(rows, filename="mills.pdf")
    table = replace(passage, heading="Mills › | No. | Code | Name | Town | Owner | Opened | Status |")
    assert quote(World(table).gathered(question)).text == answer


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


LEASE = World(
    *passages(
        "出租方为清溪里物业管理有限公司，承租方为听雨茶馆。",
        "商铺共两层，建筑面积二百一十六平方米。租期为五年，自2025年3月1日起算。",
        "乙方应当在签约当日支付押金人民币55,800元，相当于三个月租金。",
        "租金每月为人民币18,600元，按季度支付。",
        "茶馆的营业时间不得晚于晚上十点半，以免影响邻居休息。茶馆可以种植茉莉、金桂、腊梅。",
        filename="茶馆租赁合同.pdf",
    )
)
POTTERY = World(
    *passages(
        "The Corran pottery stands on the quay. The Corran pottery was founded by Anna Reil, a teacher. Its kiln holds 300 jugs.",
        "The Corran pottery opened its doors to pupils in March 1962. The Corran pottery sells jugs and bowls.",
        filename="Corran pottery.pdf",
    )
)


@pytest.mark.parametrize(
    ("world", "question", "answer"),
    [
        (LEASE, "茶馆的押金是多少？", "乙方应当在签约当日支付押金人民币55,800元，相当于三个月租金。"),
        (LEASE, "茶馆的营业时间到几点？", "茶馆的营业时间不得晚于晚上十点半，以免影响邻居休息。"),
        (
            POTTERY,
            "Who founded the Corran pottery?",
            "The Corran pottery was founded by Anna Reil, a teacher.",
        ),
        (POTTERY, "What does the Corran pottery sell?", "The Corran pottery sells jugs and bowls."),
    ],
)
def test_no_further_sentence_that_only_names_the_subject(world: World, question: str, answer: str) -> None:
    assert quote(world.gathered(question)).text == answer


@pytest.mark.parametrize(
    ("world", "question", "said"),
    [
        (LEASE, "押金和租金分别是多少？", ("55,800元", "18,600元")),
        (LEASE, "茶馆的面积是多少，租期几年？", ("二百一十六平方米", "租期为五年")),
        (
            POTTERY,
            "Who founded the Corran pottery and when did it open to pupils?",
            ("Anna Reil", "March 1962"),
        ),
    ],
)
def test_each_of_several_questions_in_one_gets_its_sentence(
    world: World, question: str, said: tuple[str, ...]
) -> None:
    quoted = quote(world.gathered(question))
    assert all(words in quoted.text for words in said)
    assert len(quoted.parts) == len(said)


def test_one_sentence_may_answer_both_questions() -> None:
    quoted = quote(WORLD.gathered("海棠桥由谁设计，哪一年通车？"))
    assert [part.span.quote for part in quoted.parts] == ["海棠桥由林向东设计，于2016年9月通车。"]


def test_a_list_still_gets_several_sentences() -> None:
    world = World(
        *passages(
            "One sight of Harwick is the granite wall. One sight of Harwick is the old lamp house. The ferry carries 60 cars.",
            filename="notes.pdf",
        )
    )
    text = quote(world.gathered("What are the sights of Harwick?")).text
    assert "wall" in text and "lamp house" in text and "cars" not in text


def test_the_sentence_that_says_what_is_asked_replaces_one_on_the_subject_only() -> None:
    world = World(
        *passages(
            "张望舒，苏南大学教授，古籍学者。年轻时他在书坊做工，其后成为木版印刷的权威。",
            filename="张望舒.pdf",
        )
    )
    (first, second) = world.gathered("张望舒是什么的权威？").sentences
    gathered = replace(
        world.gathered("张望舒是什么的权威？"),
        sentences=(replace(first, score=1.0), replace(second, score=0.9)),
    )
    assert [part.span.sentence.text for part in quote(gathered).parts] == [second.text]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("押金和租金分别是多少？", ("押金分别是多少", "租金分别是多少")),
        ("面积是多少，租期几年？", ("面积是多少", "租期几年")),
        ("在2016年，谁设计了桥？", ("在2016年，谁设计了桥？",)),
        ("Who built it and when was it opened?", ("Who built it", "and when was it opened")),
        ("In 1962, who and what came to the quay?", ("In 1962, who", "and what came to the quay")),
        ("Who founded the pottery that stands on the quay?", ("Who founded the pottery that stands on the quay?",)),
    ],
)  # fmt: skip
def test_several_questions_in_one_are_told_apart(question: str, asked: tuple[str, ...]) -> None:
    assert parts(question) == asked


def test_a_sentence_is_measured_under_its_titles() -> None:
    first, second = passages(
        "It was opened in March 1962 by the mayor.",
        "It was opened in June 1987 by the mayor.",
        filename="a.pdf",
    )
    world = World(replace(first, heading="The Corran pottery"), replace(second, heading="The Kestrel ferry"))
    texts: list[str] = []

    def similarity(question: str, given: Sequence[str]) -> FloatArray:
        texts.extend(given)
        return np.array([0.9 if "Kestrel" in text else 0.8 for text in given], np.float32)

    gathered = world.gathered("When was it opened?")
    assert "1987" in quote(gathered, similarity).text
    assert sorted(texts) == [
        "The Corran pottery\nIt was opened in March 1962 by the mayor.",
        "The Kestrel ferry\nIt was opened in June 1987 by the mayor.",
    ]


def test_what_is_near_but_of_another_case_stays_behind() -> None:
    world = World(
        *passages("停车六小时以内的，每小时收费3元。停车六小时以上的，按次收费30元。", filename="a.pdf")
    )

    def similarity(question: str, given: Sequence[str]) -> FloatArray:
        return np.array([0.9 if "以内" in text else 0.8 for text in given], np.float32)

    assert "30元" in quote(world.gathered("停车六小时以上收费多少？"), similarity).text


REASONS = (
    "采用树形结构主要有下列两个理由：\n• 年报的格式一致，可以按标题查找。\n• 段落可以由各级标题找到。\n\n数据库保存基础信息。",
    "Guidelines apply to the ring port:\n• Only unused lines can be referenced. Others are refused.\n• None can be used elsewhere.\n\nAll of it is internal.",
)


@pytest.mark.parametrize(
    ("question", "text", "entries"),
    [
        (
            "为什么采用树形结构？",
            REASONS[0],
            ["• 年报的格式一致，可以按标题查找。", "• 段落可以由各级标题找到。"],
        ),
        (
            "Which guidelines apply to the ring port?",
            REASONS[1],
            [
                "• Only unused lines can be referenced. Others are refused.",
                "• None can be used elsewhere.",
            ],
        ),
    ],
)
def test_the_list_that_is_announced_is_quoted_entry_by_entry(
    question: str, text: str, entries: list[str]
) -> None:
    quoted = quote(World(*passages(text)).gathered(question))
    assert quoted.text.split("\n") == [text.split("\n", maxsplit=1)[0], *entries]
    for part in quoted.parts:
        assert quoted.text[part.start : part.end] == part.span.sentence.text


def test_a_figure_is_not_answered_with_a_list() -> None:
    assert "•" not in quote(World(*passages(REASONS[0])).gathered("采用树形结构的理由有几个？")).text


def test_a_table_is_no_list_that_is_announced() -> None:
    gathered = World(*passages("Prices are announced:\n| name | price |\n| rope | 12 |")).gathered(
        "Which prices are announced?"
    )
    assert announced(gathered, gathered.sentences[0]) == []


@pytest.mark.parametrize(
    ("text", "question", "last"),
    [
        (
            "五、承租人的义务：\n（1）按时支付租金\n（2）保持房屋清洁\n六、出租人的义务：\n（1）修理屋顶\n（2）投保火险",
            "承租人的义务有哪些？",
            "（2）保持房屋清洁",
        ),
        (
            "5. Duties of the tenant:\n(1) pay the rent\n(2) keep the flat clean\n6. Duties of the landlord:\n(1) mend the roof",
            "What are the duties of the tenant?",
            "(2) keep the flat clean",
        ),
    ],
)
def test_a_list_ends_where_the_next_clause_begins(text: str, question: str, last: str) -> None:
    assert quote(World(*passages(text)).gathered(question)).text.split("\n")[-1] == last


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (
            "We do not pay for damage:\na. caused by rust or mould;\nb. that happens while the boat is let;\nc. to sails left on deck.",
            "Is damage by mould insured?",
            "We do not pay for damage:\na. caused by rust or mould;",
        ),
        (
            "下列情形不予赔付：\n（1）锈蚀造成的损坏；\n（2）出租期间发生的损坏。",
            "出租期间发生的损坏赔付吗？",
            "下列情形不予赔付：\n（2）出租期间发生的损坏。",
        ),
        (
            "The tenant pays for:\n• water\n• heating of the hall\n\nAll else is free.",
            "Who pays for heating of the hall?",
            "The tenant pays for:\n• heating of the hall",
        ),
    ],
)
def test_an_entry_is_quoted_behind_what_announces_its_list(text: str, question: str, said: str) -> None:
    assert quote(World(*passages(text)).gathered(question)).text == said


def test_a_list_under_a_title_of_its_own_is_not_what_an_earlier_line_announces() -> None:
    text = (
        "The budget is 386, of which:\n1. land 100.\n2. house 286.\n\nRisks\n\n1. Late delivery of the gate."
    )
    quoted = quote(World(*passages(text)).gathered("What delivery may be late?"))
    assert quoted.text == "1. Late delivery of the gate."


def test_a_list_that_another_sentence_opens_is_not_what_the_first_announces() -> None:
    text = "The tenant may:\n(a) keep a cat;\n(b) hang pictures.\nThe following is forbidden.\n(a) smoking;\n(b) drilling holes."
    assert "may" not in quote(World(*passages(text)).gathered("Is drilling holes allowed?")).text


def test_what_announces_an_entry_is_fetched_from_the_passage_before() -> None:
    before, entries, other = passages(
        "We do not pay for damage of any of these kinds:",
        "(c) caused by rust, mould, insects or vermin of whatever kind, wherever on the boat it is found and whoever finds it first, "
        "while it lies in the harbour or is at sea.",
        "The harbour opens at six.",
    )
    world = World(before, entries, other)
    world.found = lambda question: [
        hit for hit in World.search(world, question).hits if hit.passage == entries
    ]
    assert "We do not pay" in quote(world.gathered("Is damage by vermin in the harbour insured?")).text


def test_clauses_are_not_what_a_line_before_them_announces() -> None:
    text = "合同附件如下：\n\n第九条 争议由法院解决。\n第十条 合同一式两份。"
    gathered = World(*passages(text)).gathered("合同附件有哪些？")
    assert announced(gathered, gathered.sentences[0]) == []


def test_a_list_that_semicolons_part_is_quoted_up_to_its_end() -> None:
    whole = "有下列情况之一时应进行型式检验：新产品定型时；材料有重大改变时；停产一年以上恢复生产时；正常生产每两年一次。"
    world = World(*passages(f"每只灯具应进行出厂检验。\n\n{whole}型式检验由质检部门进行。"))
    assert quote(world.gathered("什么情况下应进行型式检验？")).text == whole
    (part,) = quote(world.gathered("型式检验由谁进行？")).parts
    assert part.span.quote == "型式检验由质检部门进行。"


def test_what_only_ends_in_a_semicolon_begins_no_list() -> None:
    world = World(*passages("检验应进行记录：记录由检验员签字；\n\n贮存期超过一年的应重新检验。"))
    assert quote(world.gathered("检验应怎么记录？")).text == "检验应进行记录：记录由检验员签字；"
