"""What stands on a page and where: lines with the edges of their characters, blocks, pages, documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import Literal

from rag_core.errors import Problem

LineSource = Literal["text", "ocr", "corrected"]
BlockKind = Literal["title", "text", "table", "figure", "list", "header", "footer"]

LINE_BREAK = "\n"
BLOCK_BREAK = "\n\n"
PAGE_BREAK = "\f"
CELL_MARK = "| "
_LAST_SPACED = "\u2e7f"
# Chinese sets no space between a figure and its unit, and breaks lines there: 5月31|日, 15|个工作日. A pattern.
UNIT = "[年月日号天元万亿岁倍个](?!期)"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions (0 to 1) of the page as displayed, rotation applied; origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on a page.

    `text` holds no line, block or page break. `edges` has len(text) + 1 page fractions: character i
    lies between edges[i] and edges[i + 1], along x, or along y when `vertical`. Edges may decrease
    (text drawn right to left or upside down). `confidence` is 0 to 1; 1 for a text layer. `lean` is how far a
    line that was just recognised falls on its way, against its length, as its reader sees it; a page that
    is ready keeps its box alone.
    """

    text: str
    box: Box
    source: LineSource
    confidence: float
    edges: tuple[float, ...]
    vertical: bool = False
    lean: float = 0.0

    def span_box(self, start: int, end: int) -> Box:
        """The box of text[start:end]."""
        low, high = sorted((self.edges[start], self.edges[end]))
        if self.vertical:
            return Box(self.box.x0, low, self.box.x1, high)
        return Box(low, self.box.y0, high, self.box.y1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: it fills rows `row` to `row_end` and columns `column` to `column_end`, counted
    from 0, ends included, and holds its block's lines[first:last]."""

    row: int
    column: int
    row_end: int
    column_end: int
    box: Box
    first: int
    last: int


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a paragraph, a title, a table.

    A table has its cells, by row and column; their lines follow one another in that order and are all the
    lines there are. Its first `header_rows` rows name the columns. Other blocks have no cells.
    """

    kind: BlockKind
    box: Box
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...] = ()
    header_rows: int = 0

    @property
    def text(self) -> str:
        """The lines, one below the other; of a table a line a row, as "| cell | cell |"."""
        return self._laid_out[0]

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each of the lines starts in the text."""
        return self._laid_out[1]

    @cached_property
    def rows(self) -> Mapping[int, tuple[Cell, ...]]:
        """The cells that begin in each row of a table, for the rows that have some, from top to bottom."""
        return {row: tuple(cells) for row, cells in groupby(self.cells, key=lambda cell: cell.row)}

    @cached_property
    def _laid_out(self) -> tuple[str, tuple[int, ...]]:
        if self.cells:
            return _table_text(self)
        lengths = (len(line.text) + len(LINE_BREAK) for line in self.lines)
        return LINE_BREAK.join(line.text for line in self.lines), tuple(accumulate(lengths, initial=0))[:-1]


@dataclass(frozen=True)
class Page:
    """One page. `width` and `height` are points as displayed (rotation applied)."""

    number: int
    width: float
    height: float
    blocks: tuple[Block, ...]

    @cached_property
    def text(self) -> str:
        return BLOCK_BREAK.join(block.text for block in self.blocks)

    def block_spans(self) -> Iterator[tuple[int, int, Block]]:
        """Each block with its (start, end) in the page's text."""
        start = 0
        for block in self.blocks:
            end = start + len(block.text)
            yield start, end, block
            start = end + len(BLOCK_BREAK)

    def locate(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes that text[start:end] covers, one a line, in reading order."""
        boxes: list[Box] = []
        for offset, after, block in self.block_spans():
            if after <= start or offset >= end:
                continue
            for at, line in zip(block.starts, block.lines, strict=True):
                low = max(start - offset - at, 0)
                high = min(end - offset - at, len(line.text))
                if low < high:
                    boxes.append(line.span_box(low, high))
        return tuple(boxes)


def _table_text(table: Block) -> tuple[str, tuple[int, ...]]:
    columns = 1 + max(cell.column_end for cell in table.cells)
    rows: list[str] = []
    starts: list[int] = []
    offset = 0
    for cells in table.rows.values():
        text = ""
        at = 0
        for cell in cells:
            text += CELL_MARK * (cell.column + 1 - at)
            at = cell.column + 1
            for index in range(cell.first, cell.last):
                piece = table.lines[index].text
                text += _gap(text, piece) if index > cell.first else ""
                starts.append(offset + len(text))
                text += piece
            text += " " if cell.last > cell.first else ""
        rows.append((text + CELL_MARK * (columns + 1 - at)).rstrip(" "))
        offset += len(rows[-1]) + len(LINE_BREAK)
    return LINE_BREAK.join(rows), tuple(starts)


def _gap(before: str, after: str) -> str:
    """What parts two lines of a cell: nothing between Chinese characters, nor between a figure and its unit."""
    wide = before[-1:] > _LAST_SPACED and after[:1] > _LAST_SPACED
    return "" if wide or (before[-1:].isdecimal() and re.match(UNIT, after)) else " "


@dataclass(frozen=True, slots=True)
class Region:
    """Where something stands: a page (from 1) and the boxes on it."""

    page_number: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class ParsedDocument:
    """All read pages in order; `text` joins theirs with PAGE_BREAK."""

    pages: tuple[Page, ...]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def text(self) -> str:
        return PAGE_BREAK.join(page.text for page in self.pages)

    def locate(self, start: int, end: int) -> tuple[Region, ...]:
        """The regions that text[start:end] covers."""
        regions: list[Region] = []
        offset = 0
        for page in self.pages:
            boxes = page.locate(start - offset, end - offset)
            if boxes:
                regions.append(Region(page.number, boxes))
            offset += len(page.text) + len(PAGE_BREAK)
        return tuple(regions)
