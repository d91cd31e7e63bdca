"""The columns of a page: bands from top to bottom, and the columns within them by white gutters."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.parse.rows import Part, body_size, row_groups

_COLUMN_LINES = 4
_COLUMN_FILL = 0.55
_BODY_WIDTH = 0.5
_LEVEL = 0.2
_LEVEL_SHARE = 0.6
_MAX_CUTS = 12
_MAX_GUTTERS = 12
_MOST_PARTS = 3000


def columns(parts: Sequence[Part], cuts: int = _MAX_CUTS) -> list[list[Part]]:
    """Groups of parts in reading order: bands from top to bottom where columns begin or end, columns
    from left to right within them."""
    if cuts == 0 or not 2 * _COLUMN_LINES <= len(parts) <= _MOST_PARTS:
        return [list(parts)]
    gutter = _gutter(parts)
    if gutter is None:
        return [list(parts)]
    above, left, right, below = _around(parts, gutter)
    groups: list[list[Part]] = []
    for group in (above, left, right, below):
        if group:
            groups += columns(group, cuts - 1) if len(group) < len(parts) else [group]
    return groups


@dataclass(frozen=True, slots=True)
class _Gutter:
    x: float
    top: float
    bottom: float


def _gutter(parts: Sequence[Part]) -> _Gutter | None:
    """The longest upright white strip that has text columns on both sides."""
    size = body_size(parts)
    best: _Gutter | None = None
    lefts = Counter(round(part.x0, 2) for part in parts)
    for near, _ in lefts.most_common(_MAX_GUTTERS):
        x = min(part.x0 for part in parts if abs(part.x0 - near) < 0.0151)
        strip = _longest_free(parts, x - max(size * 0.5, 0.004), x - 0.0005)
        if strip and (best is None or strip.bottom - strip.top > best.bottom - best.top + 0.001):
            best = strip
    return best


def _longest_free(parts: Sequence[Part], low: float, high: float) -> _Gutter | None:
    """The longest run of rows whose text leaves low…high free and fills both sides as columns do."""
    blockers = sorted((part.y0, part.y1) for part in parts if part.x0 < high and part.x1 > low)
    stops = [(-1.0, -1.0), *blockers, (3.0, 3.0)]
    best: _Gutter | None = None
    floor = -1.0
    for before, after in itertools.pairwise(stops):
        floor = max(floor, before[1])
        inside = [part for part in parts if part.y0 >= floor - 1e-4 and part.y1 <= after[0] + 1e-4]
        left = [part for part in inside if part.x1 <= low + 1e-4]
        right = [part for part in inside if part.x0 >= high - 1e-4]
        if not _are_columns(left, right):
            continue
        both = left + right
        strip = _Gutter(high, min(part.y0 for part in both), max(part.y1 for part in both))
        if best is None or strip.bottom - strip.top > best.bottom - best.top:
            best = strip
    return best


def _are_columns(left: Sequence[Part], right: Sequence[Part]) -> bool:
    """Whether both sides are read on their own: two columns of text, or a wide one beside words whose
    rows do not stand level with its lines, as those of a table would."""
    if min(len(left), len(right)) < _COLUMN_LINES:
        return False
    texts = (_is_column(left), _is_column(right))
    if all(texts) or not any(texts):
        return all(texts)
    body, side = (left, right) if texts[0] else (right, left)
    wide = _width(body) >= _BODY_WIDTH * _width([*left, *right])
    return wide and _has_words(side) and _level_share(left, right) < _LEVEL_SHARE


def _width(parts: Sequence[Part]) -> float:
    return max(part.x1 for part in parts) - min(part.x0 for part in parts)


def _has_words(parts: Sequence[Part]) -> bool:
    text = "".join(part.line.text for part in parts)
    return sum(map(str.isalpha, text)) > len(text) / 2


def _level_share(left: Sequence[Part], right: Sequence[Part]) -> float:
    """How many rows of the side that has fewer stand level with a row of the other."""
    few, many = sorted((row_groups(left), row_groups(right)), key=len)
    middles = sorted((row[0].y0 + row[0].y1) / 2 for row in many)
    level = 0
    for row in few:
        middle = (row[0].y0 + row[0].y1) / 2
        at = bisect.bisect(middles, middle)
        apart = min(abs(one - middle) for one in middles[max(at - 1, 0) : at + 1])
        level += apart < _LEVEL * row[0].height
    return level / len(few)


def _is_column(parts: Sequence[Part]) -> bool:
    """Whether the parts look like running text: several rows that fill most of their common width. The
    cells of a table do not: they are short, or stand side by side."""
    rows = row_groups(parts)
    if len(rows) < _COLUMN_LINES:
        return False
    fill = statistics.median(sum(part.x1 - part.x0 for part in row) for row in rows)
    long = statistics.median(sum(len(part.line.text) for part in row) for row in rows) >= 8
    return long and fill >= _COLUMN_FILL * _width(parts)


def _around(parts: Sequence[Part], gutter: _Gutter) -> tuple[list[Part], ...]:
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
