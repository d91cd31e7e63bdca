"""The columns of a page: bands from top to bottom, and the columns within them by white gutters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.parse.order.gutters import FEWEST_ROWS, Gutter, gutters
from rag_core.parse.order.rows import Part, body_size, row_groups
from rag_core.parse.order.sides import are_columns

# Of the width of all: what is wider stands in no column.
_NARROW = 0.85
# Where running heads and feet stand, in page heights; the white that parts them from the rest, in sizes of the
# body text, and against that between the page's rows.
_MARGIN = 0.12
_EDGE_GAP = 1.2
_WIDER = 1.3
_EDGE_ROWS = 2
_EDGE_PARTS = 40
_CAPTION_SHARE = 0.25
_CAPTION_PLACE = 0.4
_COLUMN_ROWS = 4
_MAX_CUTS = 12
_MAX_STRIPS = 8
_MOST_PARTS = 3000


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's parts in reading order: what stands apart at its head, groups of the body, what stands apart at
    its foot."""

    head: list[Part]
    body: list[list[Part]]
    foot: list[Part]

    @property
    def groups(self) -> list[list[Part]]:
        return [group for group in (self.head, *self.body, self.foot) if group]


def layout_of(parts: Sequence[Part]) -> Layout:
    """The parts as bands from top to bottom where columns begin or end, and columns from left to right
    within them."""
    head, body, foot = _apart(parts)
    return Layout(head, list(_cut(body, body_size(body), _MAX_CUTS)) if body else [], foot)


def in_columns(parts: Sequence[Part], held: Sequence[bool]) -> bool:
    """Whether the parts that are held are columns of running text, or stand in columns that go on beyond them:
    no table does."""
    inside = [part for part, one in zip(parts, held, strict=True) if one]
    among = set(map(id, inside))
    beyond: list[list[Part]] = []
    for group in layout_of(parts).body:
        taken = [part for part in group if id(part) in among]
        if len(taken) >= _COLUMN_ROWS and len(group) - len(taken) >= _COLUMN_ROWS:
            beyond.append(taken)
    if any(_beside(one, other) for one, other in itertools.combinations(beyond, 2)):
        return True
    groups = list(_cut(inside, body_size(inside), _MAX_CUTS)) if inside else []
    return sum(len(group) >= _COLUMN_ROWS for group in groups) > 1


def _beside(one: Sequence[Part], other: Sequence[Part]) -> bool:
    """Whether two groups stand side by side."""
    top = max(min(part.y0 for part in group) for group in (one, other))
    return top < min(max(part.y1 for part in group) for group in (one, other))


def _apart(parts: Sequence[Part]) -> tuple[list[Part], list[Part], list[Part]]:
    """The rows at the page's head and foot that white parts from all the rest."""
    rows = sorted(parts, key=lambda part: part.y0)
    floors = list(itertools.accumulate([part.y1 for part in rows], max))
    gaps = [part.y0 - floor for part, floor in zip(rows[1:], floors, strict=False)]
    usual = sorted([gap for gap in gaps if gap > 0])
    least = max(_EDGE_GAP * body_size(rows), _WIDER * usual[len(usual) // 2] if usual else 0.0)
    breaks = [at for at, gap in enumerate(gaps, 1) if gap >= least]
    head = max((at for at in breaks if floors[at - 1] <= _MARGIN and _is_edge(rows[:at])), default=0)
    foot = min((at for at in breaks if rows[at].y0 >= 1 - _MARGIN and _is_edge(rows[at:])), default=len(rows))
    return rows[:head], rows[head:foot], rows[foot:]


def _is_edge(parts: Sequence[Part]) -> bool:
    if len(parts) > _EDGE_PARTS or any([part.block for part in parts]):
        return False
    return len(row_groups(parts)) <= _EDGE_ROWS


def _cut(parts: list[Part], size: float, cuts: int) -> Iterator[list[Part]]:
    gutter = _gutter(parts, size) if cuts and FEWEST_ROWS < len(parts) <= _MOST_PARTS else None
    if gutter is None:
        yield parts
        return
    above, left, right, below = _around(parts, gutter)
    if _is_caption(left, right):
        left, right = right, left
    for group in (above, left, right, below):
        if group:
            yield from _cut(group, size, cuts - 1)


def _is_caption(left: Sequence[Part], right: Sequence[Part]) -> bool:
    """Whether the few words on the left stand beside the end of the text, as those in and below a picture do."""
    if not left or _characters(left) > _CAPTION_SHARE * _characters(right):
        return False
    top, bottom = min(part.y0 for part in right), max(part.y1 for part in right)
    return min(part.y0 for part in left) > top + _CAPTION_PLACE * (bottom - top)


def _gutter(parts: Sequence[Part], size: float) -> Gutter | None:
    """The longest strip that has text columns on both sides."""
    narrow = _NARROW * (max([part.x1 for part in parts]) - min([part.x0 for part in parts]))
    if sum([part.x1 - part.x0 < narrow for part in parts]) <= FEWEST_ROWS:
        return None
    strips = gutters(parts, size)[:_MAX_STRIPS]
    return next((strip for strip in strips if _parts_columns(parts, strip, size)), None)


def _parts_columns(parts: Sequence[Part], strip: Gutter, size: float) -> bool:
    _, left, right, _ = _around(parts, strip)
    return are_columns(left, right, size)


def _characters(parts: Sequence[Part]) -> int:
    return sum([len(part.line.text) for part in parts])


def _around(parts: Sequence[Part], gutter: Gutter) -> tuple[list[Part], ...]:
    """What stands above the gutter, left of it, right of it and below."""
    above: list[Part] = []
    left: list[Part] = []
    right: list[Part] = []
    below: list[Part] = []
    for part in parts:
        middle = (part.y0 + part.y1) / 2
        if middle < gutter.top:
            above.append(part)
        elif middle > gutter.bottom:
            below.append(part)
        elif (part.x0 + part.x1) / 2 < gutter.x:
            left.append(part)
        else:
            right.append(part)
    return above, left, right, below
