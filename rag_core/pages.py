"""What stands on a page and where: lines with the edges of their characters, blocks, pages, documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rag_core.errors import Problem

LineSource = Literal["text", "ocr", "corrected"]
BlockKind = Literal["title", "text", "table", "figure", "list", "header", "footer"]

LINE_BREAK = "\n"
BLOCK_BREAK = "\n\n"
PAGE_BREAK = "\f"


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
    (text drawn right to left or upside down). `confidence` is 0 to 1; 1 for a text layer.
    """

    text: str
    box: Box
    source: LineSource
    confidence: float
    edges: tuple[float, ...]
    vertical: bool = False

    def span_box(self, start: int, end: int) -> Box:
        """The box of text[start:end]."""
        low, high = sorted((self.edges[start], self.edges[end]))
        if self.vertical:
            return Box(self.box.x0, low, self.box.x1, high)
        return Box(low, self.box.y0, high, self.box.y1)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; a paragraph, a title, a table."""

    kind: BlockKind
    box: Box
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """One page. `width` and `height` are points as displayed (rotation applied)."""

    number: int
    width: float
    height: float
    blocks: tuple[Block, ...]

    @cached_property
    def text(self) -> str:
        return BLOCK_BREAK.join(LINE_BREAK.join(line.text for line in block.lines) for block in self.blocks)

    def locate(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes that text[start:end] covers, one a line, in reading order."""
        boxes: list[Box] = []
        offset = 0
        for block in self.blocks:
            for line in block.lines:
                low, high = max(start - offset, 0), min(end - offset, len(line.text))
                if low < high:
                    boxes.append(line.span_box(low, high))
                offset += len(line.text) + len(LINE_BREAK)
            offset += len(BLOCK_BREAK) - (len(LINE_BREAK) if block.lines else 0)
        return tuple(boxes)


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
