"""Whether what stands on the two sides of a white strip is read on its own, as columns are, or row by row, as
tables are."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.parse.order.gutters import FEWEST_ROWS
from rag_core.parse.order.rows import Part, row_groups

_SURE_ROWS = 4
_MANY_ROWS = 6
# Lengths in sizes of the body text.
_LONG = 8.0
_LONGER = 9.0
_SAME_EDGE = 0.8
# Of a side's width.
_FULL = 0.55
# Of a side's rows, or of its characters.
_MOST = 0.5
_SOME = 0.25
_NOTES = 0.15
_JUSTIFIED = 0.6
_BODY_WIDTH = 0.3
_LEVEL = 0.2
_UNLEVEL = 0.5
_TABLE_LEVEL = 0.6


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a strip: its rows' middles, its width, how much of it is running text, and how long the
    lines of that are, in sizes."""

    middles: list[float]
    width: float
    text: float
    length: float


def are_columns(left: Sequence[Part], right: Sequence[Part], size: float) -> bool:
    """Whether both sides are read on their own: both are running text, whose rows don't stand level or are
    long; or one is and the other's rows have nothing to do with its rows, or are a few notes in the margin on
    its right. `size` is the height of lines."""
    if len(right) <= _NOTES * len(left) and _is_justified(left, size):
        return True
    sides = [_side([part for part in side if not part.block], size) for side in (left, right)]
    fewest, most = sorted(sides, key=lambda side: len(side.middles))
    if not fewest.middles:
        # Beside a table there may be one column of text.
        return len(most.middles) >= _SURE_ROWS and most.text >= _MOST
    level = _level_share(fewest.middles, most.middles, size)
    if len(fewest.middles) < FEWEST_ROWS:
        return len(most.middles) >= _MANY_ROWS and most.text >= _MOST and level < _UNLEVEL
    if all(side.text >= _MOST for side in sides) and (
        level < _TABLE_LEVEL or min(side.length for side in sides) >= _LONGER
    ):
        return True
    body = max(sides, key=lambda side: side.text)
    if all(side.text >= _SOME for side in sides):
        apart = level < _UNLEVEL
    else:
        wide = body.width >= _BODY_WIDTH * _width([*left, *right])
        apart = body.text >= _MOST and wide and level < _TABLE_LEVEL
    return apart and len(fewest.middles) >= _SURE_ROWS


def _side(parts: Sequence[Part], size: float) -> _Side:
    rows = row_groups(parts)
    width = _width(parts)
    lengths = [sum([part.x1 - part.x0 for part in row]) for row in rows]
    least = max(_LONG * size, _FULL * width)
    long = sorted([length for length in lengths if length >= least])
    share, length = 0.0, 0.0
    if len(long) >= FEWEST_ROWS:
        share, length = len(long) / len(rows), long[len(long) // 2] / size
    if share < _MOST:
        share, length = max((share, length), _text_in_columns(parts, size))
    return _Side([(row[0].y0 + row[0].y1) / 2 for row in rows], width, share, length)


def _text_in_columns(parts: Sequence[Part], size: float) -> tuple[float, float]:
    """The share of the characters that stand in columns of running text, if the side has such columns in it,
    and how long their lines are."""
    clusters: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: part.x0):
        if clusters and part.x0 - clusters[-1][0].x0 <= _SAME_EDGE * size:
            clusters[-1].append(part)
        else:
            clusters.append([part])
    found = 0
    longest = 0.0
    for cluster in clusters:
        lengths = sorted([part.x1 - part.x0 for part in cluster])
        middle = lengths[len(lengths) // 2]
        if len(cluster) > FEWEST_ROWS and middle >= max(_LONG * size, _FULL * lengths[-1]):
            found += sum([len(part.line.text) for part in cluster])
            longest = max(longest, middle / size)
    return found / max(sum([len(part.line.text) for part in parts]), 1), longest


def _is_justified(parts: Sequence[Part], size: float) -> bool:
    """Whether most lines reach from one edge to the other, as those of a table's first column don't."""
    low, high = min([part.x0 for part in parts]), max([part.x1 for part in parts])
    full = sum([part.x0 - low < size / 2 and high - part.x1 < size / 2 for part in parts])
    return len(parts) >= _MANY_ROWS and full >= _JUSTIFIED * len(parts) and high - low >= _LONG * size


def _width(parts: Sequence[Part]) -> float:
    if not parts:
        return 0.0
    return max([part.x1 for part in parts]) - min([part.x0 for part in parts])


def _level_share(few: Sequence[float], many: Sequence[float], size: float) -> float:
    """How many of the few rows stand level with one of the many."""
    level = 0
    for middle in few:
        at = bisect.bisect(many, middle)
        apart = min([abs(one - middle) for one in many[max(at - 1, 0) : at + 1]])
        level += apart < _LEVEL * size
    return level / len(few)
