"""A page's text on the screen."""

from __future__ import annotations

from pages.parts.page_text import text_html
from rag_core.types import Block, Box, Cell, Line, Page

BOX = Box(0.1, 0.1, 0.9, 0.2)


def line_of(text: str, box: Box = BOX) -> Line:
    return Line(text, box, "text", 1.0, tuple(0.1 for _ in range(len(text) + 1)))


def test_a_table_is_drawn_as_one_and_its_cited_cell_is_marked() -> None:
    low = Box(0.5, 0.5, 0.9, 0.6)
    cells = (
        Cell(0, 0, 0, 1, BOX, 0, 1),
        Cell(1, 0, 2, 0, BOX, 1, 2),
        Cell(1, 1, 1, 1, low, 2, 3),
    )
    table = Block("table", BOX, (line_of("<Rent>"), line_of("2019"), line_of("900", low)), cells, 1)
    html = text_html(Page(1, 595.0, 842.0, (table,)), (low,), "check")
    assert '<tr><th rowspan="1" colspan="2">&lt;Rent&gt;</th></tr>' in html
    assert '<td rowspan="2" colspan="1">2019</td><td rowspan="1" colspan="1"><mark>900</mark></td>' in html
    assert html.count("<tr>") == 3


def test_lines_of_a_paragraph_are_one_paragraph() -> None:
    block = Block("text", BOX, (line_of("甲方应当"), line_of("付款。")))
    assert text_html(Page(1, 595.0, 842.0, (block,)), (), "") == "<p>甲方应当付款。</p>"
