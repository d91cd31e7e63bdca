"""What a block is: paragraph, title, list, figure, head or foot."""

from __future__ import annotations

import pytest

from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.reading_order import blocks_of
from rag_core.types import Box
from tests.core.laid_out import HEIGHT, WIDTH, at, column, read, scanned, table

BODY = column("body", 0.1, 0.9, 8, 0.3)


def _kind(text: str, x1: float = 0.5, height: float = 0.014, bold: bool = False) -> str:
    """The kind of a line above the text, in a block of its own."""
    return read([at(text, 0.1, 0.25, x1, height, bold), *BODY])[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "第三章 合同的履行", "第12节 附则", "一、公司基本情况", "（二）主要会计数据", "附录A 术语", "2.3 Data sets", "4.1.2 评价指标",
        "Chapter 7 The Return", "Appendix B: Proofs", "Article 5",
    ],
)  # fmt: skip
def test_numbered_titles_need_no_large_type(text: str) -> None:
    assert _kind(text) == "title"


@pytest.mark.parametrize(
    "text",
    [
        "一、本合同自双方签字之日起生效。", "2.3 million people", "3.5%", "第三章的规定适用于本条", "1.2 Data .......... 12",
        "Table 3.1 Results", "图 2-1 系统结构", "12.5 13.7 14.9",
    ],
)  # fmt: skip
def test_what_only_looks_numbered_is_no_title(text: str) -> None:
    assert _kind(text) != "title"


def test_a_numbered_line_that_fills_its_column_is_a_sentence() -> None:
    assert _kind("2.3 The data sets that were used in this work were taken from", 0.9) == "text"


def test_larger_or_bolder_type_makes_a_title() -> None:
    assert _kind("The Return", height=0.018) == "title"
    assert _kind("The Return", bold=True) == "title"
    assert _kind("The Return") == "text"


def test_on_a_page_of_tables_titles_are_larger_than_the_tables_type() -> None:
    ready = table(
        [["name", "1999"], ["sold by the dozen", "a hundred and twelve"], ["left", "9"]], 0.1, 0.3, 0.9
    )
    assert read([at("Sales", 0.1, 0.25, 0.3, 0.02)], solid=(ready,))[0] == ("title", "Sales")
    assert read([at("Sales", 0.1, 0.25, 0.3, 0.014)], solid=(ready,))[0] == ("text", "Sales")
    assert (
        read([at("Sales", 0.1, 0.1, 0.3, 0.02), *column("words", 0.1, 0.9, 8, 0.12)], solid=(ready,))[0][0]
        == "title"
    )


def test_bold_says_nothing_where_all_is_bold() -> None:
    rows = [at(f"all of this is bold, row {n}", 0.1, 0.3 + n * 0.02, 0.9, bold=True) for n in range(6)]
    assert read([at("So is this", 0.1, 0.25, 0.3, bold=True), *rows])[0][0] == "text"


@pytest.mark.parametrize("text", ["• A point", "a = b + c", "www.example.org", "N/A", "Total:"])
def test_some_bold_lines_are_no_titles(text: str) -> None:
    assert _kind(text, bold=True) != "title"


def test_a_formula_with_tall_signs_is_no_title() -> None:
    formula = at("where the sum over all of them is taken", 0.1, 0.25, 0.6, 0.03)
    exact = type(formula)(formula.line, 0, 0.014)
    assert read([exact, *BODY])[0][0] == "text"


def test_bold_rows_of_a_table_are_no_titles() -> None:
    rows = [
        one
        for n in range(4)
        for one in (at(f"Item {n}", 0.1, 0.1 + n * 0.02, 0.2), at(f"{n}00", 0.7, 0.1 + n * 0.02, 0.75))
    ]
    rows.append(at("Subtotal", 0.1, 0.18, 0.2, bold=True))
    rows.append(at("（一）其他综合收益", 0.1, 0.2, 0.3))
    assert "title" not in [kind for kind, _ in read([*rows, *BODY])]


def test_the_items_of_a_list_stay_together() -> None:
    items = [at(f"• item {n} is here.", 0.12, 0.25 + n * 0.02, 0.4) for n in range(3)]
    below = column("after the list", 0.1, 0.9, 4, 0.36)
    assert read([*items, *below]) == [("list", "• item 0 is here."), ("text", below[0].line.text)]


@pytest.mark.parametrize("number", ["1.", "(a)", "3、"])
def test_a_numbered_row_above_text_is_its_title_and_one_above_another_is_not(number: str) -> None:
    alone = at(f"{number} Introduction", 0.1, 0.25, 0.4)
    assert read([alone, *BODY])[0][0] == "title"
    pair = [at(f"{number} Introduction", 0.1, 0.2, 0.4), at(f"{number} Results", 0.1, 0.22, 0.4)]
    assert read([*pair, *BODY])[0][0] == "list"
    assert read([at(f"{number} It is as I said.", 0.1, 0.25, 0.4), *BODY])[0][0] == "list"


def test_paragraphs_begin_after_a_short_last_row_or_with_an_indent() -> None:
    rows = column("one", 0.1, 0.9, 3, 0.2)
    end = at("and its end.", 0.1, 0.26, 0.3)
    second = [
        at("The second begins here and", 0.1, 0.28, 0.9),
        at("fills its last row to the edge.", 0.1, 0.3, 0.9),
    ]
    third = [at("The third is indented and", 0.13, 0.32, 0.9), at("goes on at the edge.", 0.1, 0.34, 0.7)]
    assert [first for _, first in read([*rows, end, *second, *third])] == [
        rows[0].line.text, second[0].line.text, third[0].line.text,
    ]  # fmt: skip


def test_a_sentence_is_not_cut_by_a_short_row() -> None:
    rows = [at("A sentence that is", 0.1, 0.2, 0.4), at("ragged on the right, for no", 0.1, 0.22, 0.9)]
    assert len(blocks_of([*rows, at("reason at all.", 0.1, 0.24, 0.5)], WIDTH, HEIGHT)) == 1


def test_double_spaced_rows_are_one_paragraph() -> None:
    rows = [at(f"typed with wide spaces, row {n}", 0.1, 0.1 + n * 0.032, 0.9) for n in range(10)]
    assert len(blocks_of(rows, WIDTH, HEIGHT)) == 1


@pytest.mark.parametrize(
    ("text", "top", "kind"),
    [
        ("12", 0.95, "footer"), ("- 3 -", 0.95, "footer"), ("第 3 页 共 9 页", 0.95, "footer"), ("五", 0.95, "footer"),
        ("xiv", 0.03, "header"), ("Annual Report 2020 17", 0.03, "header"), ("18 Smith and Jones", 0.03, "header"),
        ("and so it ends.", 0.03, "text"), ("It was so in 1984.", 0.95, "text"),
    ],
)  # fmt: skip
def test_heads_and_feet_are_told_from_text(text: str, top: float, kind: str) -> None:
    found = dict((first, told) for told, first in read([at(text, 0.3, top, 0.6), *BODY]))
    assert found[text] == kind


def test_small_type_at_the_foot_is_a_foot_unless_it_is_a_note() -> None:
    foot = at("Journal of Results", 0.3, 0.95, 0.6, 0.009)
    note = at("* Corresponding author", 0.1, 0.95, 0.4, 0.009)
    assert read([*BODY, foot])[-1] == ("footer", "Journal of Results")
    assert read([*BODY, note])[-1][0] != "footer"


def test_a_foot_in_large_type_is_no_title() -> None:
    assert read([*BODY, at("Copy", 0.4, 0.95, 0.6, 0.03)])[-1][0] == "text"


def test_the_words_in_a_figure_are_one_block_where_it_stands() -> None:
    above, below = column("above", 0.1, 0.9, 5, 0.1), column("below", 0.1, 0.9, 5, 0.6)
    labels = [
        scanned(at(name, x, 0.3 + x / 3, x + 0.05))
        for name, x in (("north", 0.3), ("east", 0.5), ("west", 0.2))
    ]
    seen = LayoutRegion("figure", Box(0.15, 0.28, 0.7, 0.55), 0.9)
    blocks = blocks_of([*below, *labels, *above], WIDTH, HEIGHT, (seen,))
    assert [block.kind for block in blocks] == ["text", "figure", "text"]
    assert [line.text for line in blocks[1].lines] == ["west", "north", "east"]
    assert blocks[1].box == seen.box


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_what_is_wider_than_the_text_does_not_part_its_sentences(kind: str) -> None:
    said = [
        "The pump was fitted by the owner.",
        "It was seen by the inspector of",
        "the works before it was sealed.",
    ]
    rows = [at(text, 0.2, 0.4 + n * 0.02, 0.6) for n, text in enumerate(said)]
    words = [scanned(at("Intake", 0.15, 0.25, 0.25)), scanned(at("Filter", 0.75, 0.25, 0.85))]
    seen = LayoutRegion("figure", Box(0.1, 0.2, 0.9, 0.35), 0.9)
    ready = table([["Intake", "Filter"], ["Valve", "Outlet"]], 0.1, 0.2, 0.95)
    found = (
        blocks_of(rows, WIDTH, HEIGHT, (), (ready,))
        if kind == "table"
        else blocks_of([*words, *rows], WIDTH, HEIGHT, (seen,))
    )
    assert [block.kind for block in found] == [kind, "text"]
    assert [line.text for line in found[1].lines] == said


def test_running_text_is_no_figure_whatever_the_model_says() -> None:
    seen = (
        LayoutRegion("figure", Box(0.05, 0.25, 0.95, 0.5), 0.99),
        LayoutRegion("figure", Box(0, 0, 1, 1), 0.99),
    )
    assert [kind for kind, _ in read(BODY, seen)] == ["text"]


def test_what_the_model_doubts_is_not_believed() -> None:
    seen = (LayoutRegion("title", Box(0.05, 0.24, 0.95, 0.27), 0.45),)
    assert read([scanned(at("Not a title", 0.1, 0.25, 0.5)), *map(scanned, BODY)], seen)[0][0] == "text"


def test_a_title_that_only_the_model_can_tell() -> None:
    seen = (
        LayoutRegion("title", Box(0.05, 0.24, 0.95, 0.27), 0.8),
        LayoutRegion("title", Box(0, 0.29, 1, 0.5), 0.9),
    )
    found = read([scanned(at("In the text's own size", 0.1, 0.25, 0.5)), *map(scanned, BODY)], seen)
    assert [kind for kind, _ in found] == ["title", "text"]


def test_a_caption_is_no_title_even_where_the_model_says_so() -> None:
    seen = (LayoutRegion("title", Box(0.05, 0.24, 0.95, 0.27), 0.8),)
    assert read([scanned(at("图 3 系统结构", 0.1, 0.25, 0.5)), *map(scanned, BODY)], seen)[0][0] == "text"


def test_a_head_that_only_the_model_can_tell() -> None:
    head = scanned(at("Some words", 0.1, 0.05, 0.5))
    seen = (
        LayoutRegion("header", Box(0.05, 0.03, 0.95, 0.08), 0.8),
        LayoutRegion("header", Box(0, 0.29, 1, 0.5), 0.9),
    )
    assert [kind for kind, _ in read([head, *map(scanned, BODY)], seen)] == ["header", "text"]
