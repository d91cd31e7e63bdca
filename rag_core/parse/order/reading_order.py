"""Lines of a page into blocks in reading order: columns by white gutters, rows by baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.layout.regions import LayoutRegion, figures_seen, kind_seen
from rag_core.parse.order.columns import layout_of
from rag_core.parse.order.entries import entries, fields
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
    widest = max([row.part.x1 for row in rows])
    found: list[Block] = []
    for titled, group in _paragraphs(rows, body):
        ready = group[0].part.block
        if ready is not None:
            found += _ready(ready)
        elif titled:
            found.append(_block("title", group))
        else:
            found += _entries(group, widest)
    return found


def _ready(block: Block) -> list[Block]:
    """The block as it is, but a form's fields in a picture one by one."""
    parts = fields(block.lines) if block.kind == "figure" else []
    if len(parts) < 2:
        return [block]
    return [Block("figure", union([line.box for line in part]), tuple(part)) for part in parts]


def _entries(rows: list[Row], widest: float) -> Iterator[Block]:
    """What the rows of a paragraph say: lines one below the other that say something each are a list."""
    found = entries(rows, widest)
    single = [False, *(len(one) == 1 for one in found), False]
    for one, (before, alone, after) in zip(
        found, zip(single, single[1:], single[2:], strict=False), strict=True
    ):
        yield _block("list", one) if alone and (before or after) else _text(one)


def _paragraphs(rows: Sequence[Row], body: Body) -> Iterator[tuple[bool, list[Row]]]:
    """Rows that belong together, and whether they are a title."""
    right = right_edge(rows)
    groups = [[], *paragraphs(rows, right), []]
    for before, group, after in zip(groups, groups[1:], groups[2:], strict=False):
        yield is_title(group, body, right) or heads_section(before, group, after), group


def _text(rows: Sequence[Row]) -> Block:
    return _block("list" if is_list(rows) else "text", rows)


def _block(kind: BlockKind, rows: Sequence[Row]) -> Block:
    lines = tuple([row.part.line for row in rows])
    box = lines[0].box if len(lines) == 1 else union([line.box for line in lines])
    return Block(kind, box, lines)


def _edge(parts: Sequence[Part], body: Body, kind: BlockKind) -> list[Block]:
    """What stands apart at the page's head or foot, told from text that merely begins or ends there. A foot
    holds no titles."""
    found: list[Block] = []
    small = all(part.size and part.size < _SMALL * body.size for part in parts)
    for titled, group in _paragraphs(rows_of(row_groups(parts)), body) if parts else ():
        told = _block("title", group) if titled and kind == "header" else _text(group)
        if told.kind != "title" and is_furniture(told.text, small) and not is_caption(told.text):
            told = _block(kind, group)
        found.append(told)
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
