"""Lines of a page into blocks in reading order: columns by white gutters, rows by baseline."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.layout.regions import LayoutRegion, figures_seen, kind_seen
from rag_core.parse.order.columns import layout_of
from rag_core.parse.order.flows import flows
from rag_core.parse.order.furniture import TOLD_MARGIN, is_furniture
from rag_core.parse.order.paragraphs import (
    Body,
    Row,
    heads_section,
    is_caption,
    is_list,
    is_title,
    may_be_title,
    paragraphs,
    right_edge,
    rows_of,
)
from rag_core.parse.order.rows import Part, row_groups, type_size
from rag_core.types import Block, BlockKind, Line

_TITLE_CHARACTERS = 90
# Of the body's type size: what is smaller than text.
_SMALL = 0.93


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
    if regions:
        segments, figures = _with_figures(segments, regions)
        solid = (*solid, *figures)
    found: list[Block] = []
    for parts in flows(segments, solid, width / height):
        body = _body_of(parts)
        layout = layout_of(parts)
        found += _edge(layout.head, body, "header")
        for column in layout.body:
            found += _blocks(column, body)
        found += _edge(layout.foot, body, "footer")
    return tuple(_as_seen(block, regions) for block in found) if regions else tuple(found)


def ordered(segments: Sequence[Segment], width: float, height: float) -> tuple[Line, ...]:
    """The segments' lines in reading order, each as it is."""
    return tuple(
        part.line
        for parts in flows(segments, (), width / height)
        for group in layout_of(parts).groups
        for row in row_groups(group)
        for part in row
    )


def _with_figures(
    segments: Sequence[Segment], regions: Sequence[LayoutRegion]
) -> tuple[list[Segment], list[Block]]:
    """The segments that stand in no figure, and the figures with those that do."""
    boxes = [segment.line.box for segment in segments]
    found = figures_seen(boxes, [len(segment.line.text) for segment in segments], regions)
    gone = {at for _, held in found for at in held}
    figures = [
        Block(
            "figure", union([box, *(boxes[at] for at in held)]), ordered([segments[at] for at in held], 1, 1)
        )
        for box, held in found
    ]
    return [segment for at, segment in enumerate(segments) if at not in gone], figures


def _body_of(parts: Sequence[Part]) -> Body:
    letters = sum([len(part.line.text) for part in parts])
    bold = sum([len(part.line.text) for part in parts if part.bold])
    return Body(type_size(parts), bold > letters / 2)


def _blocks(parts: Sequence[Part], body: Body) -> list[Block]:
    rows = rows_of(row_groups(parts))
    right = right_edge(rows)
    groups = [[], *paragraphs(rows, right), []]
    return [
        Block("title", block.box, block.lines) if heads_section(before, group, after) else block
        for before, group, after in zip(groups, groups[1:], groups[2:], strict=False)
        for block in (_block(group, body, right),)
    ]


def _block(rows: Sequence[Row], body: Body, right: float) -> Block:
    ready = rows[0].part.block
    if ready is not None:
        return ready
    lines = tuple([row.part.line for row in rows])
    kind: BlockKind = "text"
    if is_title(rows, body, right):
        kind = "title"
    elif is_list(rows):
        kind = "list"
    box = lines[0].box if len(lines) == 1 else union([line.box for line in lines])
    return Block(kind, box, lines)


def _edge(parts: Sequence[Part], body: Body, kind: BlockKind) -> list[Block]:
    """What stands apart at the page's head or foot, told from text that merely begins or ends there. A foot
    holds no titles."""
    found: list[Block] = []
    for block in _blocks(parts, body) if parts else ():
        small = all(part.size and part.size < _SMALL * body.size for part in parts)
        told: BlockKind = "text" if kind == "footer" and block.kind == "title" else block.kind
        if told != "title" and is_furniture(block.text, small) and not is_caption(block.text):
            told = kind
        found.append(Block(told, block.box, block.lines))
    return found


def _as_seen(block: Block, regions: Sequence[LayoutRegion]) -> Block:
    """The block, of the kind that a layout model saw where words alone say little."""
    if block.kind != "text":
        return block
    kind = kind_seen(block.box, regions)
    title = kind == "title" and len(block.text) <= _TITLE_CHARACTERS and may_be_title(block.text)
    head = kind == "header" and block.box.y1 <= TOLD_MARGIN
    foot = kind == "footer" and block.box.y0 >= 1 - TOLD_MARGIN
    return Block(kind, block.box, block.lines) if kind and (title or head or foot) else block
