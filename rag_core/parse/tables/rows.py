"""Which rows of text make up each row of a table: the lines of wrapped cells belong together."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.parse.tables.rulings import Bars, ruled_places
from rag_core.parse.tables.words import Chunk, Rect, TextRow

_RULED = 0.3
_RULED_ACROSS = 0.6
_EDGE = 0.3
_LEAST_BANDS = 3
_BIG_BAND = 4
_BIG_SHARE = 0.5
_DOWN_SHARE = 0.5
_LEAST_OVERLAP = 0.25
_LEAST_AMOUNTS = 2
_OVERLAP = 0.15
_CLOSER = 0.2


@dataclass(frozen=True, slots=True)
class Columns:
    """The borders of the columns, outer ones included, and how many of the inner ones are drawn."""

    stops: tuple[float, ...]
    drawn: int
    size: float

    @property
    def count(self) -> int:
        return len(self.stops) - 1

    def of(self, start: float, end: float) -> tuple[int, ...]:
        """The columns that a text from start to end reaches into."""
        least = _LEAST_OVERLAP * self.size
        reached = tuple(
            index
            for index, (low, high) in enumerate(itertools.pairwise(self.stops))
            if min(end, high) - max(start, low) > least
        )
        return reached or (self.at((start + end) / 2),)

    def at(self, x: float) -> int:
        """The column that holds x."""
        return min(max(bisect.bisect_left(self.stops, x) - 1, 0), self.count - 1)


@dataclass(frozen=True, slots=True)
class TableRow:
    """Rows of text that are one row of the table; `top` and `bottom` are its borders."""

    texts: tuple[TextRow, ...]
    top: float
    bottom: float


def table_rows(
    rows: Sequence[TextRow], columns: Columns, across: Bars, guesses: Sequence[float], rect: Rect
) -> list[TableRow]:
    """The rows of the table. `across` are the lines drawn there, `guesses` where a model parts rows."""
    x0, y0, x1, y1 = rect
    edge = _EDGE * columns.size
    inner = across[(across[:, 0] > y0 + edge) & (across[:, 0] < y1 - edge)]
    middles = [row.middle for row in rows]
    drawn = {bisect.bisect_left(middles, at): at for at in ruled_places(inner, x0, x1, _RULED)}
    drawn = {index: at for index, at in drawn.items() if 0 < index < len(rows)}
    firm = {bisect.bisect_left(middles, at) for at in ruled_places(inner, x0, x1, _RULED_ACROSS)}
    cuts = set(drawn)
    if not _ruled_throughout(sorted(firm & set(drawn)), len(rows), columns):
        if not guesses:
            cuts |= _by_distance(rows, columns)
        cuts |= {index for at in guesses if 0 < (index := bisect.bisect_left(middles, at)) < len(rows)}
        cuts |= {
            index for index in range(1, len(rows)) if _amounts_differ(rows[index - 1], rows[index], columns)
        }
    cuts |= {
        index
        for index, (above, below) in enumerate(itertools.pairwise(rows), start=1)
        if _heads(above, below, columns) or _are_rows_each(above, below, columns)
    }
    return _parted(rows, sorted(cuts), drawn, (y0, y1))


def _parted(
    rows: Sequence[TextRow], cuts: Sequence[int], drawn: dict[int, float], span: tuple[float, float]
) -> list[TableRow]:
    places = [span[0]]
    for index in cuts:
        between = (max(row.bottom for row in rows[:index]) + min(row.top for row in rows[index:])) / 2
        places.append(max(drawn.get(index, between), places[-1]))
    places.append(max(span[1], places[-1]))
    stops = [0, *cuts, len(rows)]
    return [
        TableRow(tuple(rows[first:last]), top, bottom)
        for (first, last), (top, bottom) in zip(
            itertools.pairwise(stops), itertools.pairwise(places), strict=True
        )
    ]


def _ruled_throughout(cuts: Sequence[int], rows: int, columns: Columns) -> bool:
    """Whether every row of the table has its line: columns are drawn, and no band between two lines holds
    so much of the table that there must be several rows in it."""
    if columns.drawn < _DOWN_SHARE * (columns.count - 1) or len(cuts) + 1 < _LEAST_BANDS:
        return False
    largest = max(last - first for first, last in itertools.pairwise([0, *cuts, rows]))
    return largest < max(_BIG_SHARE * rows, _BIG_BAND)


def _by_distance(rows: Sequence[TextRow], columns: Columns) -> set[int]:
    """Where rows part if nothing else tells: everywhere but where a row goes on with the texts above it, or
    overlaps the row above as texts do that stand in the middle of their cell."""
    gaps = [below.top - above.bottom for above, below in itertools.pairwise(rows)]
    usual = statistics.median(gaps) if gaps else 0.0
    return {
        index
        for index, gap in enumerate(gaps, start=1)
        if gap >= -_OVERLAP * columns.size
        and (gap >= usual - _CLOSER * columns.size or not _goes_on(rows[index - 1], rows[index], columns))
    }


def _goes_on(above: TextRow, below: TextRow, columns: Columns) -> bool:
    """Whether the row below may be the wrapped rest of the row above."""
    over = {column for chunk in above.chunks for column in columns.of(chunk.x0, chunk.x1)}
    under = {column for chunk in below.chunks for column in columns.of(chunk.x0, chunk.x1)}
    return under <= over and not _amounts(below.chunks, columns)


def _heads(above: TextRow, below: TextRow, columns: Columns) -> bool:
    """Whether a text in the row above stands over several texts in the row below."""
    for chunk in above.chunks:
        over = set(columns.of(chunk.x0, chunk.x1))
        if len(over) > 1:
            under = {columns.of(one.x0, one.x1) for one in below.chunks}
            if sum(set(places) <= over for places in under) > 1:
                return True
    return False


def _amounts_differ(above: TextRow, below: TextRow, columns: Columns) -> bool:
    """Whether both rows have amounts in the same columns: an amount does not wrap."""
    return len(_amounts(above.chunks, columns) & _amounts(below.chunks, columns)) >= _LEAST_AMOUNTS


def _are_rows_each(above: TextRow, below: TextRow, columns: Columns) -> bool:
    """Whether both rows have something in the first column and amounts in the same half of the columns: a line may part
    groups of such rows, and not them."""
    named = all(0 in columns.of(chunks[0].x0, chunks[0].x1) for chunks in (above.chunks, below.chunks))
    common = _amounts(above.chunks, columns) & _amounts(below.chunks, columns)
    return named and len(common) >= max(_LEAST_AMOUNTS, columns.count / 2)


def _amounts(chunks: Sequence[Chunk], columns: Columns) -> set[int]:
    return {
        columns.at(word.middle[0])
        for chunk in chunks
        if all(word.is_amount for word in chunk.words)
        for word in chunk.words
    }
