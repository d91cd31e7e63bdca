"""Running heads and page numbers are told from text; what stands once is kept."""

from __future__ import annotations

from rag_core.parse.furniture import furniture_spans
from rag_core.types import Block, Box, Line, Page, ParsedDocument


def _block(text: str, top: float) -> Block:
    box = Box(0.1, top, 0.9, top + 0.02)
    edges = tuple(0.1 + 0.8 * i / len(text) for i in range(len(text) + 1))
    return Block("text", box, (Line(text, box, "text", 1.0, edges),))


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


def test_text_that_recurs_in_the_middle_of_pages_or_stands_once_at_the_top_is_kept() -> None:
    document = _document(
        [[(f"Chapter {name}", 0.04), ("Not applicable.", 0.5)] for name in ("one", "two", "six")]
    )
    assert _left_out(document) == []


def test_roman_and_counted_page_numbers_are_recognised_but_words_are_not() -> None:
    feet = ["iv", "- 12 -", "Page 3 of 9", "3/9", "第3页共9页", "Version 2", "civil"]
    assert _left_out(_document([[("Text.", 0.4), (foot, 0.95)] for foot in feet])) == feet[:5]
