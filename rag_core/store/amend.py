"""A line of a page with other text: its edges made anew, and where places in the old text are in the new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from rag_core.types import Block, Box, Line, Page

# Less of two boxes in common than this, and they are not the same line read twice.
SAME_LINE = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a page, where its text stands in the page's text, and the block it belongs to."""

    line: Line
    start: int
    block: Block
    place: tuple[int, int]

    @property
    def end(self) -> int:
        return self.start + len(self.line.text)


def places(page: Page) -> Iterator[Place]:
    """Every line of the page."""
    for at, (offset, _, block) in enumerate(page.block_spans()):
        for index, (line, start) in enumerate(zip(block.lines, block.starts, strict=True)):
            yield Place(line, offset + start, block, (at, index))


def same_line(page: Page, box: Box) -> Place | None:
    """The line that fills the box best; None where none fills half of what both cover."""
    best = max(places(page), key=lambda one: shared(one.line.box, box), default=None)
    return best if best is not None and shared(best.line.box, box) >= SAME_LINE else None


def shared(one: Box, other: Box) -> float:
    """How much of what the two boxes cover they have in common, 0 to 1."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (_area(one) + _area(other) - common)


def with_line(page: Page, place: Place, line: Line) -> Page:
    """The page with the line put in the place of the one there."""
    at, index = place.place
    lines = (*place.block.lines[:index], line, *place.block.lines[index + 1 :])
    blocks = (*page.blocks[:at], replace(place.block, lines=lines), *page.blocks[at + 1 :])
    return replace(page, blocks=blocks)


def rewritten(line: Line, text: str) -> Line:
    """The line with other text. What both texts have in common stays where it is; what is new is spread
    between, over the characters next to it where there was no room."""
    if text == line.text:
        return line
    box = line.box
    ends = (line.edges[0], line.edges[-1])
    if not line.text:
        ends = (box.y0, box.y1) if line.vertical else (box.x0, box.x1)
    anchors = {len(text): ends[1], 0: ends[0]}
    codes = _opcodes(line.text, text)
    for kind, i1, i2, j1, _ in codes:
        if kind == "equal":
            anchors |= {j1 + step: line.edges[i1 + step] for step in range(i2 - i1 + 1)}
    for kind, _, _, j1, j2 in codes:
        if kind == "insert":
            for crowded in {j1, j2} - {0, len(text)}:
                anchors.pop(crowded, None)
    known = sorted(anchors)
    edges = np.interp(np.arange(len(text) + 1), known, [anchors[at] for at in known])
    return replace(line, text=text, edges=tuple(edges.tolist()))


def moved(before: str, after: str, place: int) -> int:
    """Where the place in the text before (0 to its length) is in the text after."""
    for kind, i1, i2, j1, j2 in _opcodes(before, after):
        if i1 <= place < i2:
            return j1 + (place - i1 if kind == "equal" else round((place - i1) * (j2 - j1) / (i2 - i1)))
    return len(after)


def _opcodes(before: str, after: str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
