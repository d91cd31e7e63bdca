"""Where tables stand on a page that no model has looked at: inside lines drawn around cells, and where short
texts stand in line, row after row."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.tables.blocks import TableGuess
from rag_core.parse.tables.rulings import THIN, Bars, Rulings
from rag_core.parse.tables.words import Chunk, Frame, Rect, TextRow, text_rows, usual_gap, words_of
from rag_core.types import Box

_SHORT = 12.0
_MARK = 2.5
_IN_LINE = 0.7
_MOST_APART = 3.5
_MOST_BETWEEN = 3
_LEAST_ROWS = 3
_MANY = 4
_FILLED = 0.5
_WELL_FILLED = 0.6
_LEAST_BARS = 3
_SAME_ENDS = 6.0
_MOST_BARS = 400
_SHARED = 0.3

Group = list[TextRow]


def table_places(segments: Sequence[Segment], rulings: Rulings, frame: Frame) -> list[TableGuess]:
    """Where tables may stand; none overlap. `rulings` are in the frame's points."""
    words = words_of(segments, frame)
    if not words:
        return []
    size = statistics.median(word.height for word in words)
    drawn = list(_lattices(rulings))
    rows = text_rows(words, usual_gap(words))
    found = [rect for rect in drawn if sum(_within(row, rect) for row in rows) >= 2]
    for group in _groups(rows, size):
        rect = _ruled_off(_reach(group), rulings.across)
        if all(_overlap(rect, other) < _SHARED for other in found):
            found.append(rect)
    return [TableGuess(frame.box(rect), least_filled=_FILLED) for rect in found]


def ruled_places(rulings: Rulings, frame: Frame, known: Sequence[Box]) -> list[TableGuess]:
    """Where lines are drawn around cells, apart from the places known."""
    rects = [frame.rect(box) for box in known]
    return [
        TableGuess(frame.box(rect), least_filled=_WELL_FILLED, must_be_ruled=True)
        for rect in _lattices(rulings)
        if all(_overlap(rect, other) < _SHARED for other in rects)
    ]


def _lattices(rulings: Rulings) -> Iterator[Rect]:
    """What lines across and down enclose together, if there is more of them than one box has."""
    across, down = rulings.across[:_MOST_BARS], rulings.down[:_MOST_BARS]
    if not len(across) or not len(down):
        return
    meets = (
        (down[None, :, 0] >= across[:, None, 1] - THIN)
        & (down[None, :, 0] <= across[:, None, 2] + THIN)
        & (across[:, None, 0] >= down[None, :, 1] - THIN)
        & (across[:, None, 0] <= down[None, :, 2] + THIN)
    )
    free = set(range(len(across)))
    while free:
        mine = {free.pop()}
        while True:
            beside = meets[list(mine)].any(axis=0)
            more = set(np.flatnonzero(meets[:, beside].any(axis=1)).tolist()) & free
            if not more:
                break
            mine |= more
            free -= more
        lines, posts = across[list(mine)], down[beside]
        if len(lines) >= 2 and len(posts) >= 2 and len(lines) + len(posts) > 4:
            yield (
                float(min(lines[:, 1].min(), posts[:, 0].min())),
                float(lines[:, 0].min()),
                float(max(lines[:, 2].max(), posts[:, 0].max())),
                float(lines[:, 0].max()),
            )


def _groups(rows: Sequence[TextRow], size: float) -> Iterator[Group]:
    """Runs of rows with texts in line. Other rows may stand between them, of a wrapped cell for one."""
    group: Group = []
    between: Group = []
    for row in rows:
        if group and row.top - (between or group)[-1].bottom > _MOST_APART * size:
            yield from _enough(group)
            group, between = [], []
        if not _is_tabular(row, size):
            between.append(row)
            if len(between) > _MOST_BETWEEN:
                yield from _enough(group)
                group, between = [], []
        elif not group or (
            any(_in_line(row, other, size) for other in group[-4:]) and not _begins_anew(group, row)
        ):
            group += [*(between if group else ()), row]
            between = []
        else:
            yield from _enough(group)
            group, between = [row], []
    yield from _enough(group)


def _begins_anew(group: Group, row: TextRow) -> bool:
    """Whether the row has columns that most of the rows so far, too many to name them, run across."""
    pairs = [_runs_across(one, row) for one in group if len(one.chunks) > 1]
    return len(pairs) >= _LEAST_ROWS and 2 * sum(pairs) > len(pairs)


def _runs_across(above: TextRow, row: TextRow) -> bool:
    return any(
        sum(min(one.x1, two.x1) > max(one.x0, two.x0) for two in row.chunks) > 1 for one in above.chunks
    )


def _enough(group: Group) -> Iterator[Group]:
    many = sum(len(row.chunks) >= _MANY and _is_amounts(row) for row in group)
    if sum(len(row.chunks) > 1 for row in group) >= _LEAST_ROWS or many > 1:
        yield group


def _is_amounts(row: TextRow) -> bool:
    amounts = sum(all(word.is_amount for word in chunk.words) for chunk in row.chunks)
    return 2 * amounts >= len(row.chunks)


def _is_tabular(row: TextRow, size: float) -> bool:
    """Whether a short text stands beside another one, that is more than the mark of a list."""
    chunks = row.chunks
    if len(chunks) < 2:
        return False
    widths = [chunk.x1 - chunk.x0 for chunk in chunks]
    if len(chunks) == 2 and widths[0] < _MARK * size and widths[1] > _SHORT * size:
        return False
    return min(widths[1:]) < _SHORT * size or widths[0] < _SHORT * size


def _in_line(row: TextRow, other: TextRow, size: float) -> bool:
    """Whether two texts that are not the first of their rows stand below one another."""
    return any(_aligned(one, two, _IN_LINE * size) for one in row.chunks[1:] for two in other.chunks[1:])


def _aligned(one: Chunk, two: Chunk, reach: float) -> bool:
    left, right = one.x0 - two.x0, one.x1 - two.x1
    return min(abs(left), abs(right), abs(left + right) / 2) <= reach


def _ruled_off(rect: Rect, across: Bars) -> Rect:
    """The place, with the rows up to the first and last of the lines drawn over, in and below it."""
    x0, y0, x1, y1 = rect
    near = across[(across[:, 1] < x1) & (across[:, 2] > x0)]
    for _, start, end in near[(near[:, 0] >= y0 - THIN) & (near[:, 0] <= y1 + THIN)].tolist():
        alike = near[(abs(near[:, 1] - start) <= _SAME_ENDS) & (abs(near[:, 2] - end) <= _SAME_ENDS)]
        if len(alike) >= _LEAST_BARS:
            return (
                min(x0, start),
                min(y0, float(alike[:, 0].min())),
                max(x1, end),
                max(y1, float(alike[:, 0].max())),
            )
    return rect


def _reach(group: Group) -> Rect:
    return (
        min(row.chunks[0].x0 for row in group),
        min(row.top for row in group),
        max(chunk.x1 for row in group for chunk in row.chunks),
        max(row.bottom for row in group),
    )


def _within(row: TextRow, rect: Rect) -> bool:
    x0, y0, x1, y1 = rect
    return y0 < row.middle < y1 and any(x0 < (one.x0 + one.x1) / 2 < x1 for one in row.chunks)


def _overlap(one: Rect, two: Rect) -> float:
    """The area both share, as a share of the smaller."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(rect[2] - rect[0]) * (rect[3] - rect[1]) for rect in (one, two)]
    return width * height / max(min(areas), 1e-9)
