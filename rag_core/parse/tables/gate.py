"""Whether a page may hold a table: cheap enough to be asked about every page, so that a model need not be.

A table shows as a few rows, close to one another, in which a short text stands beside another one, always at
the same place. Columns of running text don't: their rows are long, and their short last rows far apart.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import Segment

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

LEAST_ROWS = 3
_GAP = 0.8
_GAP_INSIDE = 1.5
_SHORT = 8.0
_MARK = 2.5
_SAME_ROW = 0.35
_SAME_PLACE = 0.6
_NEAR_ROWS = 5
_FLUSH_ROWS = 12
_MANY = 4
_MANY_WORTH = 1.5
_MOST_PLACES = 8
_MOST_SEGMENTS = 4000


def may_hold_table(segments: Sequence[Segment], width: float, height: float) -> bool:
    """Whether a model should be asked about tables on this page. `width` and `height` are the page's, in any
    one unit."""
    if len(segments) < LEAST_ROWS:
        return False
    turn = main_turn(segments)
    same = [segment for segment in segments if segment.turn == turn][:_MOST_SEGMENTS]
    return _are_rows_in_line(_pieces(same, width / height))


def main_turn(segments: Sequence[Segment]) -> int:
    """How most of the text is turned."""
    turns = Counter[int]()
    for segment in segments:
        turns[segment.turn] += len(segment.line.text)
    return turns.most_common(1)[0][0] if turns else 0


def _pieces(segments: Sequence[Segment], aspect: float) -> Numbers:
    """Where texts start and end along their row, and where the row starts and ends across; segments are cut
    at wide gaps. Origin and direction are those of the page, not of the reader: neither matters here."""
    vertical = segments[0].line.vertical
    boxes = np.array([(one.x0, one.y0, one.x1, one.y1) for one in [segment.line.box for segment in segments]])
    boxes[:, ::2] *= aspect
    if vertical:
        boxes = boxes[:, [1, 0, 3, 2]]
    counts = [len(segment.line.edges) for segment in segments]
    edges = np.fromiter(
        itertools.chain.from_iterable([one.line.edges for one in segments]), float, sum(counts)
    )
    if not vertical:
        edges *= aspect
    steps = np.abs(np.diff(edges))
    steps[np.cumsum(counts)[:-1] - 1] = 0
    heights = np.repeat(boxes[:, 3] - boxes[:, 1], counts)
    wide = np.flatnonzero(steps > _GAP_INSIDE * heights[:-1])
    if not len(wide):
        return boxes
    return _cut(boxes, np.repeat(np.arange(len(segments)), counts)[wide], edges, wide)


def _cut(boxes: Numbers, owners: Indices, edges: Numbers, wide: Indices) -> Numbers:
    """The boxes without the stretches that start at the edges numbered `wide`."""
    found = [boxes[np.setdiff1d(np.arange(len(boxes)), owners)]]
    for owner in np.unique(owners).tolist():
        x0, y0, x1, y1 = boxes[owner].tolist()
        gaps = wide[owners == owner]
        starts, ends = np.minimum(edges[gaps], edges[gaps + 1]), np.maximum(edges[gaps], edges[gaps + 1])
        stops = np.sort(np.concatenate([[x0], starts, ends, [x1]])).reshape(-1, 2)
        found.append(
            np.column_stack([stops[:, 0], np.full(len(stops), y0), stops[:, 1], np.full(len(stops), y1)])
        )
    return np.vstack(found)


def _are_rows_in_line(boxes: Numbers) -> bool:
    """Whether enough rows near one another have a short text beside another one, at one place; rows of many texts
    count for more."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    size = float(np.median(boxes[:, 3] - boxes[:, 1]))
    order = np.argsort(middles, kind="stable")
    rows = np.cumsum(np.diff(middles[order], prepend=middles[order[0]]) > _SAME_ROW * size)
    again = np.lexsort((boxes[order, 0], rows))
    starts, ends, rows = boxes[order[again], 0], boxes[order[again], 2], rows[again]
    new = np.append(True, (rows[1:] != rows[:-1]) | (starts[1:] - ends[:-1] > _GAP * size))
    at = np.flatnonzero(new)
    starts, ends, rows = starts[at], np.maximum.reduceat(ends, at), rows[at]
    lengths = ends - starts
    beside = np.flatnonzero(rows[1:] == rows[:-1]) + 1
    short, mark = lengths < _SHORT * size, lengths < _MARK * size
    short_before = short & ~(mark & np.append(True, rows[1:] != rows[:-1]))
    chosen = beside[short[beside] | short_before[beside - 1]]
    if len(chosen) * _MANY_WORTH < LEAST_ROWS:
        return False
    size *= _SAME_PLACE
    many = np.bincount(rows)[rows] >= _MANY
    worth = np.where(many, _MANY_WORTH, 1.0)[chosen]
    middles = (starts + ends)[chosen] / 2
    if any(
        _are_at_one_place(one, rows[chosen], worth, size, _NEAR_ROWS) for one in (starts[chosen], middles)
    ):
        return True
    # Amounts stand flush right; the short last rows of running text don't.
    flush = chosen[short[chosen]]
    return _are_at_one_place(ends[flush], rows[flush], worth[short[chosen]], size, _FLUSH_ROWS)


def _are_at_one_place(places: Numbers, rows: Indices, worth: Numbers, reach: float, near: int) -> bool:
    """Whether rows with a text at one place are worth enough together, `near` rows of the page at most counted."""
    order = np.argsort(places, kind="stable")
    places, rows, worth = places[order], rows[order], worth[order]
    until = np.searchsorted(places, places + reach, side="right")
    counts = until - np.arange(len(places))
    if counts.max(initial=0) * _MANY_WORTH < LEAST_ROWS:
        return False
    most = np.argsort(-counts, kind="stable")[:_MOST_PLACES]
    for first in most[counts[most] * _MANY_WORTH >= LEAST_ROWS].tolist():
        here, at = np.unique(rows[first : until[first]], return_index=True)
        sums = np.append(0.0, np.cumsum(worth[first : until[first]][at]))
        if (sums[np.searchsorted(here, here + near)] - sums[:-1]).max() >= LEAST_ROWS:
            return True
    return False
