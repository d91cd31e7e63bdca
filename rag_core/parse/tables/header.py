"""The head of a table: names that stand over several columns or fill several rows, as their reader sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag_core.parse.tables.cells import Grid
from rag_core.parse.tables.rows import Columns, TableRow
from rag_core.parse.tables.rulings import THIN, Bars, ruled_share

_PARTIAL = 0.95
_UNDER = 0.5
_CENTRED = 0.6
_TIGHT = 0.8


def shape_head(grid: Grid, rows: Sequence[TableRow], columns: Columns, across: Bars, head: int) -> None:
    """Joins what belongs together in the first `head` rows of the grid."""
    for number in range(min(head, len(rows) - 1)):
        _span_columns(grid, number, rows, columns, across)
    for number in range(head - 1):
        _span_rows(grid, number, rows, columns, across)


def _span_columns(grid: Grid, number: int, rows: Sequence[TableRow], columns: Columns, across: Bars) -> None:
    """Lets the names of a row stand over all columns that they name."""
    below = _extents(grid, number + 1, columns)
    for first, last in list(_filled(grid, number, columns)):
        texts = grid.texts(number, first)
        middle = (min(text.x0 for text in texts) + max(text.x1 for text in texts)) / 2
        free = _free(grid, number, first, last, columns)
        ruled = _ruled_range(rows, number, middle, columns, across)
        if ruled is not None and free[0] <= ruled[0] <= first and last <= ruled[1] <= free[1]:
            grid.join((number, ruled[0]), (number, ruled[1]))
        elif ruled is None:
            start, end = _centred_range((first, last), free, middle, below, columns)
            grid.join((number, start), (number, end))


def _filled(grid: Grid, number: int, columns: Columns) -> Iterator[tuple[int, int]]:
    """The cells with text that start in this row: their first and last column."""
    column = 0
    while column < columns.count:
        _, first, _, last = grid.span(number, column)
        if grid.texts(number, column):
            yield first, last
        column = last + 1


def _free(grid: Grid, number: int, first: int, last: int, columns: Columns) -> tuple[int, int]:
    """How far to both sides the row is empty; the first column names rows, not columns."""
    start, end = first, last
    while start > 1 and not grid.texts(number, start - 1):
        start -= 1
    while end + 1 < columns.count and not grid.texts(number, end + 1):
        end += 1
    return start, end


def _ruled_range(
    rows: Sequence[TableRow], number: int, middle: float, columns: Columns, across: Bars
) -> tuple[int, int] | None:
    """The columns over a line that is drawn under this row and not across the whole table."""
    low = rows[number].texts[-1].middle
    high = rows[number + 1].texts[0].middle
    width = columns.stops[-1] - columns.stops[0]
    for at, start, end in across.tolist():
        if not (low < at < high and start - THIN <= middle <= end + THIN) or end - start > _PARTIAL * width:
            continue
        under = [
            column
            for column in range(columns.count)
            if min(end, columns.stops[column + 1]) - max(start, columns.stops[column])
            >= _UNDER * (columns.stops[column + 1] - columns.stops[column])
        ]
        if under:
            return under[0], under[-1]
    return None


def _centred_range(
    own: tuple[int, int],
    free: tuple[int, int],
    middle: float,
    below: Sequence[tuple[float, float] | None],
    columns: Columns,
) -> tuple[int, int]:
    """The widest range of named columns in whose middle the name stands."""
    best = own
    for start in range(free[0], own[0] + 1):
        for end in range(own[1], free[1] + 1):
            extents = [one for one in below[start : end + 1] if one is not None]
            if len(extents) < end - start + 1 or end - start <= best[1] - best[0]:
                continue
            centre = (extents[0][0] + extents[-1][1]) / 2
            if abs(centre - middle) <= _CENTRED * columns.size:
                best = start, end
    return best


def _extents(grid: Grid, number: int, columns: Columns) -> list[tuple[float, float] | None]:
    """Where the texts of a row start and end in each column."""
    found: list[tuple[float, float] | None] = []
    for column in range(columns.count):
        texts = grid.texts(number, column)
        single = grid.span(number, column)[1] == grid.span(number, column)[3]
        reach = (min(one.x0 for one in texts), max(one.x1 for one in texts)) if texts and single else None
        found.append(reach)
    return found


def _span_rows(grid: Grid, number: int, rows: Sequence[TableRow], columns: Columns, across: Bars) -> None:
    """Lets names fill the rows above or below them that are empty, and joins the lines of wrapped names."""
    gap = rows[number + 1].texts[0].top - rows[number].texts[-1].bottom
    for column in range(columns.count):
        upper, lower = grid.span(number, column), grid.span(number + 1, column)
        if upper == lower or (upper[1], upper[3]) != (lower[1], lower[3]) or upper[1] != column:
            continue
        low, high = columns.stops[column], columns.stops[upper[3] + 1]
        if ruled_share(across, rows[number].bottom, low, high) > _UNDER:
            continue
        above, below = grid.texts(number, column), grid.texts(number + 1, column)
        if not (above and below) or gap < _TIGHT * columns.size:
            grid.join((number, column), (number + 1, column))
