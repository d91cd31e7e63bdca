"""Lines of a page into blocks in reading order: columns by white gutters, rows by baseline."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

from rag_core.parse.columns import columns
from rag_core.parse.glyphs import Segment, union
from rag_core.parse.regions import LayoutRegion
from rag_core.parse.rows import Part, body_size, join, levelled, row_groups, upright, upright_block
from rag_core.types import Block, BlockKind, Line

# The share of a page's text that makes a flow of its own where it is written another way.
_OTHER_FLOW = 0.25
_BLOCK_GAP = 0.9
# Sizes of a text layer are exact; boxes around recognised lines are not.
_SIZE_STEP = {True: 1.3, False: 1.6}
_TITLE_SIZE = {True: 1.25, False: 1.45}
_TITLE_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
_TITLE_CHARACTERS = 90
_TITLE_LINES = 3


def blocks_of(
    segments: Sequence[Segment],
    width: float,
    height: float,
    regions: Sequence[LayoutRegion] = (),
    solid: Sequence[Block] = (),
) -> tuple[Block, ...]:
    """The segments as blocks in reading order. Segments on one row of a column become one line.

    `width` and `height` are the page's, in any one unit. `regions` are what a layout model saw; there may be
    none. `solid` are blocks that are ready, tables for one: they are put where they are read, as they are, and
    their lines must not be among the segments.
    """
    if not segments and not solid:
        return ()
    found: list[Block] = []
    for parts in _flows(segments, solid, width / height):
        body = body_size(parts)
        for column in columns(parts):
            found += [_block(rows, body) for rows in _paragraphs([join(row) for row in row_groups(column)])]
    return tuple(found)


def ordered(segments: Sequence[Segment], width: float, height: float) -> tuple[Line, ...]:
    """The segments' lines in reading order, each as it is."""
    if not segments:
        return ()
    return tuple(
        part.line
        for parts in _flows(segments, (), width / height)
        for column in columns(parts)
        for row in row_groups(column)
        for part in row
    )


def turn_of(line: Line) -> int:
    """How far the line's writing direction is turned clockwise from left-to-right."""
    backwards = line.edges[-1] < line.edges[0]
    if line.vertical:
        return 270 if backwards else 90
    return 180 if backwards else 0


def _flows(segments: Sequence[Segment], solid: Sequence[Block], aspect: float) -> list[list[Part]]:
    """What is read in one go: the text that is written in the page's direction, with what little stands in it
    another way; then the rest by its direction. The page's direction is that of most text."""
    sizes = Counter[int]()
    for segment in segments:
        sizes[segment.turn] += len(segment.line.text)
    for block in solid:
        for line in block.lines:
            sizes[turn_of(line)] += len(line.text)
    (main, _), *others = sizes.most_common()
    rest = {turn for turn, size in others if size >= _OTHER_FLOW * sizes.total()}
    parts = [upright(segment, main, aspect) for segment in segments if segment.turn not in rest]
    parts += [upright_block(block, main, aspect) for block in solid]
    flow, beside = _beside(parts)
    flows = [levelled(flow)]
    for turn in [turn for turn, _ in others]:
        same = [part.line for part in beside if turn_of(part.line) == turn]
        found = [upright(Segment(line, turn), turn, aspect) for line in same]
        if turn in rest:
            found = [upright(segment, turn, aspect) for segment in segments if segment.turn == turn]
        flows.append(levelled(found))
    return [flow for flow in flows if flow]


def _beside(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """The parts within the width of the page's text, and those beside it that are written another way."""
    own = [part for part in parts if not part.foreign]
    if len(own) == len(parts) or not own:
        return parts, []
    low, high = min(part.x0 for part in own), max(part.x1 for part in own)
    within = [part for part in parts if low < (part.x0 + part.x1) / 2 < high]
    return within, [part for part in parts if not low < (part.x0 + part.x1) / 2 < high]


def _paragraphs(rows: Sequence[Part]) -> list[list[Part]]:
    """Rows that follow closely in one size belong together."""
    groups: list[list[Part]] = []
    for row in rows:
        if groups and _follows(groups[-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _follows(group: Sequence[Part], row: Part) -> bool:
    last = group[-1]
    if last.alone or row.alone:
        return False
    small, large = sorted((max(last.height, 1e-6), max(row.height, 1e-6)))
    if large > _SIZE_STEP[last.line.source == "text"] * small:
        return False
    gap = row.y0 - last.y1
    return gap < _BLOCK_GAP * small


def _block(rows: Sequence[Part], body: float) -> Block:
    if rows[0].block:
        return rows[0].block
    lines = tuple(row.line for row in rows)
    size = statistics.median(row.height for row in rows)
    characters = sum(len(line.text) for line in lines)
    large = size > _TITLE_SIZE[lines[0].source == "text"] * body
    short = len(lines) <= _TITLE_LINES and characters <= _TITLE_CHARACTERS
    heading = large and short and _TITLE_LETTERS.search(lines[0].text)
    kind: BlockKind = "title" if heading else "text"
    return Block(kind, union([line.box for line in lines]), lines)
