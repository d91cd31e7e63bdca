"""White strips that run down a page and may part columns."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag_core.parse.order.rows import Part

FEWEST_ROWS = 3
# Lengths in sizes of the body text.
_GUTTER = 0.4
_PADDING = 0.12
_NEAR = 4
_NARROWEST = 0.004
_NOTHING = 1e-4
_CLUSTER = 0.8
_MAX_EDGES = 8


@dataclass(frozen=True, slots=True)
class Gutter:
    """A white strip: `x` is its middle; both sides have text between top and bottom, and side by side over
    `shared` of its height."""

    x: float
    top: float
    bottom: float
    shared: float


class _Reach(NamedTuple):
    """Where a line stands. The ends of recognised lines are drawn in: the boxes around them are too wide."""

    y0: float
    y1: float
    x0: float
    x1: float


def gutters(parts: Sequence[Part], size: float) -> list[Gutter]:
    """The strips that part lines on their left from lines on their right, the longest first. `size` is the
    height of the page's lines."""
    padding = _PADDING * size
    lines: list[_Reach] = []
    for part in parts:
        if not part.foreign:
            inset = padding if part.line.source == "ocr" and part.block is None else 0.0
            lines.append(_Reach(part.y0, part.y1, part.x0 + inset, part.x1 - inset))
    if not lines:
        return []
    lines.sort()
    width = max(_GUTTER * size, _NARROWEST)
    # A strip that begins a little further right between the same lines is the same.
    found = {
        (strip.top, strip.bottom, strip.shared): strip
        for low in _edges(lines, size, width)
        for strip in _strips(lines, low, low + width, size)
    }
    return sorted(found.values(), key=lambda strip: -strip.shared)


def _edges(lines: Sequence[_Reach], size: float, width: float) -> list[float]:
    """Where a gutter of the width may begin: left of where several lines start, and right of where several
    end if no others start soon after: the likeliest, with many such lines and few that run across."""
    cluster = _CLUSTER * size
    starts = sorted([line.x0 for line in lines])
    ends = sorted([line.x1 for line in lines])
    found: list[tuple[int, float]] = []
    at = bisect.bisect_left(starts, ends[0] + width)
    while at < len(starts):
        after = bisect.bisect(starts, starts[at] + cluster)
        if after - at >= FEWEST_ROWS:
            found.append((after - at, starts[at] - width - _NOTHING))
        at = after if after - at >= FEWEST_ROWS else at + 1
    begun = [low for _, low in found]
    at = bisect.bisect(ends, starts[-1] - width) - 1
    while at >= 0:
        before = bisect.bisect_left(ends, ends[at] - cluster)
        low = ends[at] + _NOTHING
        near = bisect.bisect_left(begun, low - width)
        lone = near == len(begun) or begun[near] > low + _NEAR * width
        if lone and at + 1 - before >= FEWEST_ROWS:
            found.append((at + 1 - before, low))
        at = before - 1 if at + 1 - before >= FEWEST_ROWS else at - 1
    likely = [
        (lines_there - bisect.bisect(starts, low + width) + bisect.bisect(ends, low), low)
        for lines_there, low in found
    ]
    likely.sort(reverse=True)
    return [low for _, low in likely[:_MAX_EDGES]]


def _strips(lines: Sequence[_Reach], low: float, high: float, size: float) -> Iterator[Gutter]:
    """The stretches of low…high that no line reaches into, where there are rows enough beside them."""
    left: list[_Reach] = []
    right: list[_Reach] = []
    floor = -9.0
    for line in lines:
        if line.x1 <= low:
            left.append(line)
        elif line.x0 >= high:
            right.append(line)
        else:
            if line.y0 > floor:
                yield from _stretch(left, right, (low + high) / 2, (floor, line.y0, size))
                left, right = [], []
            floor = max(floor, line.y1)
    yield from _stretch(left, right, (low + high) / 2, (floor, 9.0, size))


def _stretch(
    left: list[_Reach], right: list[_Reach], x: float, limits: tuple[float, float, float]
) -> Iterator[Gutter]:
    if not left or not right:
        return
    floor, ceiling, size = limits
    sides = [
        [line for line in side if line.y0 >= floor - size / 4 and line.y1 <= ceiling + size / 4]
        for side in (left, right)
    ]
    fewest, most = sorted(map(len, sides))
    if fewest < 1 or most < FEWEST_ROWS:
        return
    tops = [side[0].y0 for side in sides]
    bottoms = [max(line.y1 for line in side) for side in sides]
    shared = min(bottoms) - max(tops)
    if shared >= size / 2:
        yield Gutter(x, min(tops), max(bottoms), shared)
