"""Lines of a page into blocks in reading order: columns by white gutters, rows by baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag_core.parse.columns import columns
from rag_core.parse.glyphs import Segment, union
from rag_core.parse.paragraphs import Body, Row, is_list, is_title, paragraphs, row_of
from rag_core.parse.regions import LayoutRegion
from rag_core.parse.rows import Part, join, levelled, row_groups, type_size, upright, upright_block
from rag_core.types import Block, BlockKind, Line

# The share of a page's text that makes a flow of its own where it is written another way.
_OTHER_FLOW = 0.25


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
        letters = sum(len(part.line.text) for part in parts)
        bold = sum(len(part.line.text) for part in parts if part.bold)
        body = Body(type_size(parts), bold > letters / 2)
        for column in columns(parts):
            rows = [row_of(row, join(row)) for row in row_groups(column)]
            right = max(row.part.x1 for row in rows)
            found += [_block(group, body, right) for group in paragraphs(rows)]
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


def _block(rows: Sequence[Row], body: Body, right: float) -> Block:
    ready = rows[0].part.block
    if ready is not None:
        return ready
    lines = tuple(row.part.line for row in rows)
    kind: BlockKind = "text"
    if is_title(rows, body, right):
        kind = "title"
    elif is_list(rows):
        kind = "list"
    return Block(kind, union([line.box for line in lines]), lines)
