"""Lines laid out on a page, for the tests of reading order."""

from __future__ import annotations

import dataclasses

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.reading_order import blocks_of
from rag_core.types import Block, Box, Cell, Line

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 0.014


def at(text: str, x0: float, y0: float, x1: float, height: float = SIZE, bold: bool = False) -> Segment:
    """A line of a text layer."""
    edges = tuple(np.linspace(x0, x1, len(text) + 1).tolist())
    return Segment(Line(text, Box(x0, y0, x1, y0 + height), "text", 1.0, edges), 0, height, bold)


def scanned(segment: Segment) -> Segment:
    """The line as recognition gives it: its size and weight are not known."""
    return Segment(dataclasses.replace(segment.line, source="ocr", confidence=0.9), segment.turn)


def vertical(text: str, x0: float, y0: float, y1: float, width: float = SIZE) -> Segment:
    """A line that runs downwards."""
    edges = tuple(np.linspace(y0, y1, len(text) + 1).tolist())
    return Segment(Line(text, Box(x0, y0, x0 + width, y1), "ocr", 0.9, edges, True), 90)


def column(name: str, x0: float, x1: float, rows: int = 8, top: float = 0.2) -> list[Segment]:
    return [at(f"{name} line number {row} of it", x0, top + row * 0.02, x1) for row in range(rows)]


def turned(segment: Segment, turn: int) -> Segment:
    """The segment as it stands when the page is turned clockwise."""
    line, box = segment.line, segment.line.box
    match turn:
        case 90:
            new, edges = Box(1 - box.y1, box.x0, 1 - box.y0, box.x1), line.edges
        case 180:
            new, edges = Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0), tuple(1 - e for e in line.edges)
        case _:
            new, edges = Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0), tuple(1 - e for e in line.edges)
    return Segment(Line(line.text, new, line.source, 1.0, edges, turn in (90, 270)), turn)


def table(words: list[list[str]], x0: float, y0: float, x1: float) -> Block:
    """A ready table, a row a line."""
    lines: list[Line] = []
    cells: list[Cell] = []
    width = (x1 - x0) / len(words[0])
    for row, texts in enumerate(words):
        for place, text in enumerate(texts):
            line = at(text, x0 + place * width, y0 + row * 0.02, x0 + place * width + width / 2).line
            cells.append(Cell(row, place, row, place, line.box, len(lines), len(lines) + 1))
            lines.append(line)
    return Block("table", Box(x0, y0, x1, y0 + len(words) * 0.02), tuple(lines), tuple(cells), 1)


def read(
    segments: list[Segment], regions: tuple[LayoutRegion, ...] = (), solid: tuple[Block, ...] = ()
) -> list[tuple[str, str]]:
    """The blocks' kinds and first lines, in reading order."""
    blocks = blocks_of(segments, WIDTH, HEIGHT, regions, solid)
    return [(block.kind, block.lines[0].text) for block in blocks]


def texts(segments: list[Segment], solid: tuple[Block, ...] = ()) -> list[str]:
    """The lines in reading order."""
    return [line.text for block in blocks_of(segments, WIDTH, HEIGHT, (), solid) for line in block.lines]
