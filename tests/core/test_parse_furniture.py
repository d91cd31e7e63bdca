"""Running heads and page numbers are told from text; what stands once is kept."""

from __future__ import annotations

import pytest

from rag_core.parse.order.furniture import furniture_spans, is_furniture
from rag_core.types import Block, BlockKind, Box, Line, Page, ParsedDocument


def _block(text: str, top: float, kind: BlockKind = "text") -> Block:
    box = Box(0.1, top, 0.9, top + 0.02)
    edges = tuple(0.1 + 0.8 * i / len(text) for i in range(len(text) + 1))
    return Block(kind, box, (Line(text, box, "text", 1.0, edges),))


def _document(pages: list[list[tuple[str, float]]]) -> ParsedDocument:
    return ParsedDocument(
        tuple(
            Page(number, 595, 842, tuple(_block(text, top) for text, top in blocks))
            for number, blocks in enumerate(pages, 1)
        )
    )


def _left_out(document: ParsedDocument) -> list[str]:
    return [document.text[start:end] for start, end in furniture_spans(document)]


def test_running_heads_are_left_out_after_their_first_page_and_page_numbers_always() -> None:
    document = _document(
        [
            [("合同编号 77 第一季度报告", 0.04), (f"正文第{n}段。", 0.3), (f"第 {n} 页", 0.95)]
            for n in range(1, 5)
        ]
    )
    assert _left_out(document) == [
        "第 1 页", "合同编号 77 第一季度报告", "第 2 页", "合同编号 77 第一季度报告", "第 3 页",
        "合同编号 77 第一季度报告", "第 4 页",
    ]  # fmt: skip


def test_a_running_head_of_two_pages_is_the_same_at_the_same_place() -> None:
    pages = [
        [("Board minutes", 0.04), (f"{n} Words.", 0.4), (f"Contract, sheet {n}", 0.93), ("Draft", 0.5)]
        for n in (1, 2)
    ]
    assert _left_out(_document(pages)) == ["Board minutes", "Contract, sheet 2"]
    pages = [[(f"Room {100 + n}", 0.04), ("Words.", 0.4), ("See below", 0.9 + n / 100)] for n in (1, 2)]
    assert _left_out(_document(pages)) == []
    titles = tuple(
        Page(n, 595, 842, (_block("Results", 0.04, "title"), _block("Words.", 0.5))) for n in (1, 2)
    )
    assert _left_out(ParsedDocument(titles)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Contract, page {0}", True), ("Contract p. {0}", True), ("Contract {0} of 2", True), ("合同 第 {0} 页", True),
        ("合同 {0}/2", True), ("合同 - {0} -", True), ("Sick days taken: {0}", False), ("应付{0}元", False),
        ("Invoice {0}/2024", False), ("附件共{0}页", False), ("第{0}季度", False), ("Shop {0}", False),
    ],
)  # fmt: skip
def test_only_where_it_stands_as_a_page_number_a_number_may_differ(text: str, found: bool) -> None:
    pages = [[(text.format(n), 0.04), (f"{n} Words.", 0.4)] for n in (1, 2)]
    assert _left_out(_document(pages)) == [text.format(2)] * found


def test_text_that_recurs_in_the_middle_of_pages_or_stands_once_at_the_top_is_kept() -> None:
    document = _document(
        [[(f"Chapter {name}", 0.04), ("Not applicable.", 0.5)] for name in ("one", "two", "six")]
    )
    assert _left_out(document) == []


def test_a_paragraph_at_the_top_that_differs_in_its_numbers_is_kept() -> None:
    said = (
        "The tenant of flat {0} pays {0}00 euro on the first day of the month, and the keys are handed over "
    )
    said += "in the office on the ground floor between nine and twelve in the morning."
    assert _left_out(_document([[(said.format(n), 0.05)] for n in range(1, 6)])) == []


def test_roman_and_counted_page_numbers_are_recognised_but_words_are_not() -> None:
    feet = ["iv", "- 12 -", "Page 3 of 9", "3/9", "第3页共9页", "Version 2", "civil"]
    assert _left_out(_document([[("Text.", 0.4), (foot, 0.95)] for foot in feet])) == feet[:5]


def test_a_chapter_head_recurs_on_few_of_a_books_pages() -> None:
    pages = [[(f"{number} words of the page", 0.5)] for number in range(40)]
    for number in (11, 13, 15):  # the facing pages have another head
        pages[number].append(("The Return", 0.03))
    for number in (20, 25, 30):
        pages[number].append(("Not applicable", 0.03))
    assert _left_out(_document(pages)) == ["The Return"] * 2


def test_titles_that_differ_in_their_number_are_all_kept() -> None:
    document = ParsedDocument(
        tuple(
            Page(n, 595, 842, (_block(f"Example {n}", 0.04, "title"), _block("Words.", 0.5)))
            for n in range(1, 5)
        )
    )
    assert _left_out(document) == []


def _heads(kinds: list[BlockKind], tops: list[float]) -> ParsedDocument:
    return ParsedDocument(
        tuple(
            Page(n, 595, 842, (_block("2 A head", top, kind), _block("Words.", 0.5)))
            for n, (kind, top) in enumerate(zip(kinds, tops, strict=True), 1)
        )
    )


def test_a_head_may_stand_a_little_lower_if_it_was_told_to_be_one_or_keeps_its_place() -> None:
    assert _left_out(_heads(["header"] * 4, [0.1, 0.11, 0.12, 0.1])) == ["2 A head"] * 3
    assert _left_out(_heads(["text"] * 4, [0.11] * 4)) == ["2 A head"] * 3
    assert _left_out(_heads(["text"] * 4, [0.1, 0.11, 0.12, 0.1])) == []
    assert _left_out(_heads(["text"] * 4, [0.3] * 4)) == []


def test_a_head_that_looks_like_a_title_on_some_pages_is_still_one() -> None:
    assert _left_out(_heads(["header", "title", "header", "title"], [0.05] * 4)) == ["2 A head"] * 3


@pytest.mark.parametrize(
    ("text", "small", "found"),
    [
        ("57165", False, True), ("一一五", False, True), ("Notices 57165", False, True), ("12 Proceedings", False, True),
        ("A report", True, True), ("A report", False, False), ("1 A note", True, False), ("So it was in 1984.", True, False),
        ("civil", False, False), ("2018 was the year.", False, False),
    ],
)  # fmt: skip
def test_what_stands_apart_at_an_edge_may_be_furniture(text: str, small: bool, found: bool) -> None:
    assert is_furniture(text, small) is found
