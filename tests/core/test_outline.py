"""Titles, tables and page ends, read from blocks."""

from __future__ import annotations

import pytest

from rag_core.headings import Title, read_headings
from rag_core.outline import read_outline
from rag_core.types import Block, BlockKind, Box, Cell, Line, Page, ParsedDocument


def line_of(text: str, height: float = 0.015) -> Line:
    edges = tuple(0.1 + 0.8 * index / max(len(text), 1) for index in range(len(text) + 1))
    return Line(text, Box(0.1, 0.3, 0.9, 0.3 + height), "text", 1.0, edges)


def block(text: str, kind: BlockKind = "text", height: float = 0.015) -> Block:
    line = line_of(text, height)
    return Block(kind, line.box, (line,))


def table_of(*rows: tuple[str, ...]) -> Block:
    box = Box(0.1, 0.3, 0.9, 0.5)
    lines = tuple(line_of(text) for row in rows for text in row)
    cells = tuple(
        Cell(down, across, down, across, box, at := down * len(row) + across, at + 1)
        for down, row in enumerate(rows)
        for across, _ in enumerate(row)
    )
    return Block("table", box, lines, cells, 1)


def document_of(*pages: tuple[Block, ...]) -> ParsedDocument:
    return ParsedDocument(
        tuple(Page(number, 595.0, 842.0, blocks) for number, blocks in enumerate(pages, start=1))
    )


def test_the_path_follows_numbers_and_sizes() -> None:
    titles = (
        ("年度报告", 0.04),
        ("第一章 概况", 0.03),
        ("一、公司", 0.02),
        ("（一）历史", 0.02),
        ("（二）股东", 0.02),
        ("二、市场", 0.02),
        ("第一章 概况⋅⋅⋅⋅⋅⋅⋅ 1", 0.03),
        ("1、份额", 0.025),
        ("第二章 财务", 0.03),
    )
    document = document_of(tuple(block(text, "title", height) for text, height in titles))
    assert read_headings(document).paths == (
        "年度报告",
        "年度报告 › 第一章 概况",
        "年度报告 › 第一章 概况 › 一、公司",
        "年度报告 › 第一章 概况 › 一、公司 › （一）历史",
        "年度报告 › 第一章 概况 › 一、公司 › （二）股东",
        "年度报告 › 第一章 概况 › 二、市场",
        "年度报告 › 第一章 概况 › 二、市场 › 1、份额",
        "年度报告 › 第二章 财务",
    )


def test_dotted_numbers_nest_even_in_one_size() -> None:
    titles = ("1 Introduction", "1.1 Scope", "1.2 Terms", "1.2.1 Dates", "2 Method", "2.1 Data")
    document = document_of(tuple(block(text, "title") for text in titles))
    assert read_headings(document).paths == (
        "1 Introduction",
        "1 Introduction › 1.1 Scope",
        "1 Introduction › 1.2 Terms",
        "1 Introduction › 1.2 Terms › 1.2.1 Dates",
        "2 Method",
        "2 Method › 2.1 Data",
    )


def test_titles_without_numbers_nest_by_size_and_stand_side_by_side_in_one() -> None:
    titles = (("Book", 0.04), ("Rent", 0.02), ("Deposit", 0.02), ("Other book", 0.04))
    document = document_of(tuple(block(text, "title", height) for text, height in titles))
    assert read_headings(document).paths == ("Book", "Book › Rent", "Book › Deposit", "Other book")


def test_a_long_path_keeps_the_nearest_titles() -> None:
    titles = tuple(block(f"{'很长的标题' * 12}{n}", "title", 0.05 - n * 0.01) for n in range(4))
    headings = read_headings(document_of(titles))
    assert len(headings.paths[-1]) <= 200
    assert headings.paths[-1].endswith("3")


def test_the_heading_holds_from_the_title_on() -> None:
    document = document_of((block("前言。"), block("租赁", "title", 0.03), block("条款。")))
    headings = read_headings(document)
    assert headings.above(0) == ""
    assert headings.above(document.text.index("条款")) == "租赁"


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("第十二章 附则", "chapter"),
        ("Chapter 3 Terms", "chapter"),
        ("PART II", "part"),
        ("Appendix B", "chapter"),
        ("Partly cloudy", ""),
        ("第 3 节", "section"),
        ("2.3.1 Dates", "dotted 3"),
        ("2019 年度报告", ""),
        ("3、方法", "digit"),
        ("3. Method", "dotted 1"),
        ("(一) 概况", "hanzi in brackets"),
        ("Rent", ""),
    ],
)
def test_styles_of_numbers(text: str, style: str) -> None:
    assert Title(0, 1, text, 12.0, True).style == style


def test_a_table_is_found_with_its_caption_and_header() -> None:
    document = document_of(
        (
            block("正文在这里结束。"),
            block("表 3 主要数据"),
            block("单位：元"),
            table_of(("项目", "2019"), ("收入", "12")),
            block("后文。"),
        )
    )
    (table,) = read_outline(document).tables
    text = document.text
    assert text[table.caption : table.start] == "表 3 主要数据\n\n单位：元\n\n"
    assert text[table.start : table.end] == "| 项目 | 2019 |\n| 收入 | 12 |"
    assert table.header == "| 项目 | 2019 |"


def test_a_header_of_several_rows_names_each_column() -> None:
    box = Box(0.1, 0.3, 0.9, 0.5)
    texts = ("主要数据", "项目", "收入", "2019", "2020", "甲", "1", "2")
    cells = (
        Cell(0, 0, 0, 2, box, 0, 1),
        Cell(1, 0, 2, 0, box, 1, 2),
        Cell(1, 1, 1, 2, box, 2, 3),
        Cell(2, 1, 2, 1, box, 3, 4),
        Cell(2, 2, 2, 2, box, 4, 5),
        Cell(3, 0, 3, 0, box, 5, 6),
        Cell(3, 1, 3, 1, box, 6, 7),
        Cell(3, 2, 3, 2, box, 7, 8),
    )
    table = Block("table", box, tuple(map(line_of, texts)), cells, 3)
    assert read_outline(document_of((table,))).tables[0].header == "| 项目 | 收入 › 2019 | 收入 › 2020 |"


def test_a_table_that_names_its_columns_anew_has_two_headers() -> None:
    rows = (("", "本期", "上期"), ("收入", "12", "10"), ("", "期末", "期初"), ("资产", "99", "98"))
    document = document_of((table_of(*rows),))
    first, second = read_outline(document).tables
    assert (first.header, second.header) == ("| | 本期 | 上期 |", "| | 期末 | 期初 |")
    assert document.text[first.start : first.end].endswith("| 收入 | 12 | 10 |")
    assert document.text[second.start : second.end].endswith("期末 | 期初 |\n| 资产 | 99 | 98 |")


def test_a_label_over_several_rows_makes_no_headers_of_them() -> None:
    rows = (("部门", "员工", "班次"), ("急诊", "甲", "早班"), ("", "乙", "夜班"), ("儿科", "丙", "早班"))
    (table,) = read_outline(document_of((table_of(*rows),))).tables
    assert table.header == "| 部门 | 员工 | 班次 |"


def test_a_part_of_a_table_with_a_title_of_its_own_has_its_own_header() -> None:
    rows = (
        ("股东总数", "79,053", ""),
        ("前十名股东", "", ""),
        ("名称", "性质", "数量"),
        ("甲", "法人", "300"),
    )
    first, second = read_outline(document_of((table_of(*rows),))).tables
    assert (first.header, second.header) == ("", "| 名称 | 性质 | 数量 |")


def test_a_first_row_of_amounts_names_no_columns() -> None:
    (table,) = read_outline(document_of((table_of(("史宇波", "3,992,100"), ("徐开东", "2,431,359")),))).tables
    assert table.header == ""


@pytest.mark.parametrize(
    ("names", "is_header"),
    [
        (("Property", "K40", "K40-B"), True),
        (("Segment", "Q4 2024", "FY 2024"), True),
        (("单位：百万", "2023A", "2024E"), True),
        (("K40", "12 bar", "blue"), False),
        (("E7", "K40", "3,992"), False),
        (("Price", "USD1200", "EUR2050"), False),
        (("Form", "HY-0372", "Jan 2, 2022"), False),
        (("Order", "C20240001", "blue"), False),
    ],
)
def test_codes_of_periods_and_models_name_columns(names: tuple[str, ...], is_header: bool) -> None:
    rows = (names, ("Power", "1,350 W", "1,450 W"), ("Weight", "8.6", "9.4"))
    (table,) = read_outline(document_of((table_of(*rows),))).tables
    assert table.header == (f"| {' | '.join(names)} |" if is_header else "")


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ((("会议时间", "2024年7月4日 14:00—16:30"), ("会议地点", "总部三楼"), ("记录人", "某人")), ""),
        ((("Name:", "Anna"), ("City:", "Oslo")), ""),
        ((("项目", "2024年12月31日"), ("资产", "1,200"), ("负债", "300")), "| 项目 | 2024年12月31日 |"),
        (
            (
                ("", "2024年12月31日"),
                ("流动资产：", ""),
                ("货币资金", "（12.3）"),
                ("应收账款", "—"),
                ("存货", "1.5亿元"),
            ),
            "| | 2024年12月31日 |",
        ),
        (
            (("负债合计", "2024-12-31"), ("Loans", "(12.3)"), ("Leases", "USD 1.5 mn"), ("Notes", "see 7")),
            "| 负债合计 | 2024-12-31 |",
        ),
        (
            (("项目", "2024年12月31日"), ("审计意见", "无保留"), ("状态", "已结"), ("总资产", "5,000")),
            "| 项目 | 2024年12月31日 |",
        ),
        (
            (("开工日期", "2024年3月1日"), ("竣工日期", "2024年5月1日"), ("地点", "北京"), ("造价", "5万元")),
            "",
        ),
        (
            (("姓名", "2024-05-01", "2024-05-02"), ("某人", "早班", "休")),
            "| 姓名 | 2024-05-01 | 2024-05-02 |",
        ),
        ((("名称：", "说明："), ("甲", "乙")), "| 名称： | 说明： |"),
    ],
)
def test_the_first_of_a_list_of_facts_is_no_header(rows: tuple[tuple[str, ...], ...], header: str) -> None:
    (table,) = read_outline(document_of((table_of(*rows),))).tables
    assert table.header == header


def test_a_page_is_parted_before_the_sentence_that_runs_on() -> None:
    document = document_of(
        (block("第一句。第二句说到一半"),), (block("就说完了。第三句。"),), (block("第四句。"),)
    )
    text = document.text
    assert read_outline(document).cuts == (text.index("第二句"), text.index("\f第四句"))


@pytest.mark.parametrize(
    ("first", "runs_on"),
    [
        (block("fall into two kinds."), True),
        (block("Type I and type II errors", "title", 0.03), False),
        (block("• t-test", "list"), False),
        (table_of(("Test", "Data"), ("ANOVA", "groups")), False),
        (block("alpha", "figure"), False),
        (block("Statistics 201", "header"), False),
        (None, False),
    ],
)
def test_a_sentence_runs_on_into_text_only(first: Block | None, runs_on: bool) -> None:
    after = (first, block("Last words.")) if first else ()
    document = document_of((block("It was said at length before. The errors"),), after, (block("An end."),))
    end = document.text.index("\f")
    assert read_outline(document).cuts[0] == (document.text.index("The errors") if runs_on else end)


def test_a_title_at_the_end_of_a_page_goes_with_the_next() -> None:
    document = document_of((block("第一句。"), block("租金", "title", 0.03)), (block("每月一日。"),))
    assert read_outline(document).cuts == (document.text.index("租金"),)


def test_a_table_that_goes_on_over_the_end_of_a_page_keeps_its_columns() -> None:
    amounts = table_of(("史宇波", "3,992,100"), ("徐开东", "2,431,359"))
    wider = table_of(("甲", "3", "4"), ("乙", "5", "6"))
    first = (block("前文。"), table_of(("股东", "数量"), ("甲", "300")))
    pages = (first, (amounts,), (block("（续上表）"), amounts), (wider,), (block("另一段。"), amounts))
    headers = [table.header for table in read_outline(document_of(*pages)).tables]
    assert headers == ["| 股东 | 数量 |"] * 3 + ["", ""]


@pytest.mark.parametrize(
    ("first_row", "header"),
    [
        (("", "", "the rest of what was said"), "| Kind | Part | Meaning |"),
        (("B", "b1", "What is asked in a whole sentence, with examples."), "| Kind | Part | Meaning |"),
        (("Name", "Side", "Use"), "| Name | Side | Use |"),
        (("No.", "Qty.", "Price"), "| No. | Qty. | Price |"),
        (("单价：", "数量：", "金额："), "| 单价： | 数量： | 金额： |"),
        (("", "2019", "2020"), "| | 2019 | 2020 |"),
    ],
)
def test_the_rest_of_a_row_is_no_header_on_the_next_page(first_row: tuple[str, ...], header: str) -> None:
    first = table_of(("Kind", "Part", "Meaning"), ("A", "a1", "What is asked at once,"))
    rest = table_of(first_row, ("C", "c1", "What is counted."))
    assert [table.header for table in read_outline(document_of((first,), (rest,))).tables][-1] == header


def test_a_table_after_other_text_is_another() -> None:
    amounts = table_of(("史宇波", "3,992,100"), ("徐开东", "2,431,359"))
    ended = (table_of(("股东", "数量"), ("甲", "300")), block("后文。"))
    headers = [table.header for table in read_outline(document_of(ended, (amounts,))).tables]
    assert headers == ["| 股东 | 数量 |", ""]
