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
    found: list[Block] = []
    for parts in _by_turn(segments, solid, width / height):
        body = body_size(parts)
        for column in columns(parts):
            found += [_block(rows, body) for rows in _paragraphs([join(row) for row in row_groups(column)])]
    return tuple(found)


def ordered(segments: Sequence[Segment], width: float, height: float) -> tuple[Line, ...]:
    """The segments' lines in reading order, each as it is."""
    return tuple(
        part.line
        for parts in _by_turn(segments, (), width / height)
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


def _by_turn(segments: Sequence[Segment], solid: Sequence[Block], aspect: float) -> list[list[Part]]:
    """The segments by writing direction, the one with most text first; solid blocks by most of their text."""
    sizes = Counter[int]()
    parts: dict[int, list[Part]] = {}
    for segment in segments:
        sizes[segment.turn] += len(segment.line.text)
        parts.setdefault(segment.turn, []).append(upright(segment, aspect))
    for block in solid:
        turns = Counter[int]()
        for line in block.lines:
            turns[turn_of(line)] += len(line.text)
        turn = max(turns, key=turns.__getitem__, default=0)
        sizes[turn] += turns.total()
        parts.setdefault(turn, []).append(upright_block(block, turn, aspect))
    return [levelled(parts[turn]) for turn, _ in sizes.most_common()]


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
    if last.block or row.block:
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
