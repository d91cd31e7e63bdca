"""A page's text as a reader likes it: sentences without line breaks, tables as tables; and how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import draw_problem
from pages.parts.ledger import draw_record
from pages.parts.text import Voice
from rag_core.store.doubts import is_doubtful
from rag_core.text import is_cjk
from rag_core.types import Block, Box, Cell, Document, Line, Page, PageRecord


def draw_text(
    desk: Desk,
    voice: Voice,
    document: Document,
    record: PageRecord | None,
    page: Page | None,
    boxes: Sequence[Box],
) -> None:
    """The page's text, or why there is none, and how it was read."""
    if record is not None and record.problem is not None:
        draw_problem(record.problem, voice)
    if page is not None and page.text.strip():
        st.html(f'<div class="wenju-pagetext">{text_html(page, boxes, voice("doubt"))}</div>')
    else:
        waiting = record is None or record.state in ("waiting", "needs_ocr")
        st.caption(voice("document_page_waiting" if waiting else "document_no_text"))
    if record is not None:
        draw_record(desk, voice, document, record)


def text_html(page: Page, boxes: Sequence[Box], doubt: str) -> str:
    """The page's text as HTML; the lines under the boxes are marked, and those recognised with low
    confidence, which `doubt` says."""
    return "".join(_block_html(block, boxes, doubt) for block in page.blocks if block.lines)


def _block_html(block: Block, boxes: Sequence[Box], doubt: str) -> str:
    lines = [_line_html(line, boxes, doubt) for line in block.lines]
    gap = "" if is_cjk("".join(line.text for line in block.lines)) else " "
    if block.cells:
        count = 1 + max(cell.row_end for cell in block.cells)
        drawn = (
            _row_html(block.rows.get(row, ()), lines, gap, row < block.header_rows) for row in range(count)
        )
        return f'<div class="wenju-table"><table>{"".join(drawn)}</table></div>'
    tag = "h5" if block.kind == "title" else "p"
    return f"<{tag}>{gap.join(lines)}</{tag}>"


def _row_html(cells: Sequence[Cell], lines: Sequence[str], gap: str, header: bool) -> str:
    tag = "th" if header else "td"
    drawn = (
        f'<{tag} rowspan="{cell.row_end - cell.row + 1}" colspan="{cell.column_end - cell.column + 1}">'
        f"{gap.join(lines[cell.first : cell.last])}</{tag}>"
        for cell in cells
    )
    return f"<tr>{''.join(drawn)}</tr>"


def _line_html(line: Line, boxes: Sequence[Box], doubt: str) -> str:
    said = escape(line.text)
    if is_doubtful(line):
        said = f'<span class="wenju-doubt-line" title="{escape(doubt)}">{said}</span>'
    return f"<mark>{said}</mark>" if any(_meet(line.box, box) for box in boxes) else said


def _meet(one: Box, other: Box) -> bool:
    """Whether the middle of one lies within the other's height, and their widths overlap."""
    middle = (other.y0 + other.y1) / 2
    return one.y0 <= middle <= one.y1 and one.x0 < other.x1 and other.x0 < one.x1
