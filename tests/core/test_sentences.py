"""Where sentences begin and end, and how their lines are joined."""

from __future__ import annotations

import pytest

from rag_core.text import flow, sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Rent. The rent is 900 pounds.\nNotice period. Two months.",
            ["Rent. The rent is 900 pounds.", "Notice period. Two months."],
        ),
        (
            "Above.\n\n3. Pets. Dogs may be kept. Cats too.",
            ["Above.", "3. Pets. Dogs may be kept.", "Cats too."],
        ),
        ("4.2 Late fees. 5 pounds a day.", ["4.2 Late fees. 5 pounds a day."]),
        ("Rent.\nThe rent is low.", ["Rent.", "The rent is low."]),
        ("He left at noon. Later on. She stayed.", ["He left at noon.", "Later on.", "She stayed."]),
        ("The flat was sold quickly. She stayed.", ["The flat was sold quickly.", "She stayed."]),
    ],
)
def test_a_heading_on_the_line_of_its_text_belongs_to_the_first_sentence(
    text: str, sentences: list[str]
) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "The shop sells\n○Hats for all\n○Scarves of wool",
            ["The shop sells", "○Hats for all", "○Scarves of wool"],
        ),
        ("需要准备\n•测试环境\n◦ 测试数据", ["需要准备", "•测试环境", "◦ 测试数据"]),
        (
            "We do not pay for:\na. rust;\nb. war, as in\n(a) above;\n(i) hail\n(ii) ice, i.e. frozen\ni.e. solid water",
            [
                "We do not pay for:",
                "a. rust;",
                "b. war, as in\n(a) above;",
                "(i) hail",
                "(ii) ice, i.e. frozen\ni.e. solid water",
            ],
        ),
        ("下列情形除外：\n（a）锈蚀；\n（b）霉变", ["下列情形除外：", "（a）锈蚀；", "（b）霉变"]),
        ("The house was built\nc. 1850 by Tom.", ["The house was built\nc. 1850 by Tom."]),
        (
            "Sums due under paragraph\n(b) bear no interest",
            ["Sums due under paragraph\n(b) bear no interest"],
        ),
        ("原告于二\n○一九年○月\n○日起诉。", ["原告于二\n○一九年○月\n○日起诉。"]),
        ("The sum is 4\n-5 in all.", ["The sum is 4\n-5 in all."]),
        (
            "【成份】薄荷、甘草\n【规格】每片1克\n请按【确定】键",
            ["【成份】薄荷、甘草", "【规格】每片1克\n请按【确定】键"],
        ),
    ],
)
def test_the_mark_of_an_entry_needs_no_space_after_it_where_it_says_nothing_else(
    text: str, sentences: list[str]
) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the K40-\nPro", "the K40-Pro"),
        ("Lucene-\fBM25", "Lucene-BM25"),
        ("QS/T 3187-\n2022", "QS/T 3187-2022"),
        ("the wind-\ning road", "the winding road"),
        ("10 -\n20", "10 - 20"),
        ("Lucene -\nBM25", "Lucene - BM25"),
        ("5-\nand 10-year loans", "5- and 10-year loans"),
        ("所以-\nB组", "所以- B组"),
        ("自2025年5\n月20日起15\n个工作日", "自2025年5月20日起15个工作日"),
        ("金额 100\n日期 5月", "金额 100 日期 5月"),
        ("房号 601\n面积 90", "房号 601 面积 90"),
    ],
)
def test_a_name_or_a_figure_that_a_line_breaks_is_said_whole(text: str, said: str) -> None:
    assert flow(text) == said


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "We use the dump from Dec. 2018 here. It is large.",
            ["We use the dump from Dec. 2018 here.", "It is large."],
        ),
        (
            "It was shown by Smith et al. (2003) in bees. We agree.",
            ["It was shown by Smith et al. (2003) in bees.", "We agree."],
        ),
        (
            "As Eq. 5 and Sec. 3 say, see also Doc. No. 14.",
            ["As Eq. 5 and Sec. 3 say, see also Doc. No. 14."],
        ),
        ("The shop closed in Dec. The town was quiet.", ["The shop closed in Dec.", "The town was quiet."]),
        ("So did Smith et al. We agree.", ["So did Smith et al.", "We agree."]),
        ("154. A ball is thrown.\n155. It falls.", ["154. A ball is thrown.", "155. It falls."]),
        ("In all there were 154. Then came more.", ["In all there were 154.", "Then came more."]),
    ],
)
def test_the_full_stop_of_an_abbreviation_or_a_number_ends_no_sentence(
    text: str, sentences: list[str]
) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "References\n\n[1] Smith J. Kilns of the north. Kiln Letters, 2019.\n[2] Doe A. Bees.\nBee Letters, 2020\n[3] Roe B. Roofs.",
            [
                "References",
                "[1] Smith J. Kilns of the north. Kiln Letters, 2019.",
                "[2] Doe A. Bees.\nBee Letters, 2020",
                "[3] Roe B. Roofs.",
            ],
        ),
        ("[9] Smith J. Kilns.\n\nAppendix. More.", ["[9] Smith J. Kilns.", "Appendix. More."]),
        ("It is so. [3] It is not. [4] Who knows.", ["It is so.", "[3] It is not.", "[4] Who knows."]),
        ("So it was shown in\n[3] and again.", ["So it was shown in\n[3] and again."]),
    ],
)
def test_an_entry_of_the_references_is_one_sentence(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_a_row_ends_before_what_stands_below_it() -> None:
    text = "| Roof | 160 |\n| Total | 900 |\fRisks of the project\n\nTrusses are late."
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "| Roof | 160 |",
        "| Total | 900 |",
        "Risks of the project",
        "Trusses are late.",
    ]
