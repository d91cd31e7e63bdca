"""The columns of a page: bands from top to bottom, and the columns within them by white gutters."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.parse.gutters import FEWEST_ROWS, Gutter, gutters
from rag_core.parse.rows import Part, body_size, row_groups

_SURE_ROWS = 4
_MANY_ROWS = 6
# Lengths in sizes of the body text.
# Of the width of all: what is wider stands in no column.
_NARROW = 0.85
_LONG_ROW = 8.0
_LONGER_ROW = 12.0
_EDGE_GAP = 1.2
# The white that parts them against that between the page's rows.
_WIDER = 1.3
# Where running heads and feet stand, in page heights.
_MARGIN = 0.12
_EDGE_ROWS = 2
_WIDE_FILL = 0.55
_SOME_WIDE = 0.25
_BODY_WIDTH = 0.45
_LEVEL = 0.2
_UNLEVEL = 0.5
_TABLE_LEVEL = 0.6
_CAPTION_SHARE = 0.25
_CAPTION_PLACE = 0.4
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
    return not any(part.block for part in parts) and len(row_groups(parts)) <= _EDGE_ROWS


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
    narrow = _NARROW * _width(parts)
    if sum([part.x1 - part.x0 < narrow for part in parts]) <= FEWEST_ROWS:
        return None
    strips = gutters(parts, size)[:_MAX_STRIPS]
    return next((strip for strip in strips if _parts_columns(parts, strip, size)), None)


def _characters(parts: Sequence[Part]) -> int:
    return sum([len(part.line.text) for part in parts])


@dataclass(frozen=True, slots=True)
class _Side:
    """What stands on one side of a strip: its rows' middles and lengths, and its width."""

    middles: list[float]
    lengths: list[float]
    width: float

    @property
    def wide(self) -> int:
        return sum(length >= _WIDE_FILL * self.width for length in self.lengths)

    def is_text(self, size: float) -> bool:
        """Whether most rows are long, as those of running text are. The cells of a table are short, or
        stand side by side."""
        length = statistics.median(self.lengths)
        return length >= _LONG_ROW * size and length >= _WIDE_FILL * self.width

    def has_text(self, size: float) -> bool:
        """Whether some rows are."""
        long = sum(
            length >= _LONG_ROW * size and length >= _WIDE_FILL * self.width for length in self.lengths
        )
        return long >= FEWEST_ROWS and long >= _SOME_WIDE * len(self.lengths)


def _parts_columns(parts: Sequence[Part], strip: Gutter, size: float) -> bool:
    """Whether both sides are read on their own. Rows that stand level on both sides are those of a table,
    unless they are long."""
    _, left, right, _ = _around(parts, strip)
    sides = [_side(part for part in side if not part.block) for side in (left, right)]
    rows = [len(side.lengths) for side in sides]
    if min(rows) == 0:
        # Beside a table there may be one column of text.
        return max(rows) >= _SURE_ROWS and all(
            any(part.block for part in one) or _side(one).is_text(size) for one in (left, right)
        )
    texts = [side.is_text(size) for side in sides]
    level = _level_share(sides[0], sides[1], size)
    if min(rows) < FEWEST_ROWS:
        return max(rows) >= _MANY_ROWS and texts[rows.index(max(rows))] and level < _UNLEVEL
    if all(texts):
        longest = max(statistics.median(side.lengths) for side in sides)
        return min(rows) >= _SURE_ROWS or level < _TABLE_LEVEL or longest >= _LONGER_ROW * size
    if min(rows) < _SURE_ROWS:
        return False
    if all(side.has_text(size) for side in sides):
        return level < _UNLEVEL
    body = sides[texts.index(True)] if any(texts) else None
    return body is not None and body.width >= _BODY_WIDTH * _width([*left, *right]) and level < _TABLE_LEVEL


def _side(parts: Iterator[Part] | Sequence[Part]) -> _Side:
    kept = list(parts)
    rows = row_groups(kept)
    return _Side(
        [(row[0].y0 + row[0].y1) / 2 for row in rows],
        [sum(part.x1 - part.x0 for part in row) for row in rows],
        _width(kept),
    )


def _width(parts: Sequence[Part]) -> float:
    if not parts:
        return 0.0
    return max([part.x1 for part in parts]) - min([part.x0 for part in parts])


def _level_share(left: _Side, right: _Side, size: float) -> float:
    """How many rows of the side that has fewer stand level with a row of the other."""
    few, many = sorted((left.middles, right.middles), key=len)
    level = 0
    for middle in few:
        at = bisect.bisect(many, middle)
        apart = min(abs(one - middle) for one in many[max(at - 1, 0) : at + 1])
        level += apart < _LEVEL * size
    return level / len(few)


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
