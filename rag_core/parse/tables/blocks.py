"""Tables of a page: from where they stand to blocks of cells, each with the lines it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.tables.cells import Grid, GridCell
from rag_core.parse.tables.columns import DownLines, column_places, is_currency
from rag_core.parse.tables.core import around_core, core_of
from rag_core.parse.tables.header import shape_head
from rag_core.parse.tables.lines import cut_at_lines, line_of, rest_of
from rag_core.parse.tables.rows import Columns, TableRow, table_rows
from rag_core.parse.tables.rulings import Bars, Rulings, ruled_share, within
from rag_core.parse.tables.words import (
    Chunk,
    Frame,
    Rect,
    TextRow,
    Word,
    dashed_rules,
    is_leader,
    text_rows,
    usual_gap,
    words_of,
)
from rag_core.types import Block, Box, Cell, Line

_LEAST_WORDS = 4
_MOST_WORDS = 6000
_MOST_CELLS = 10_000
_REACH = 3.0
_RULE_SHARE = 0.5
_MOST_HEAD_ROWS = 5
_MOST_TRIMS = 9
_LONG = 0.7
_LEAST_ROWS = 3
_ACROSS_ALL = 0.8
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class TableGuess:
    """Where a table is seen, and the lines that a model would draw between columns and rows: thin boxes. What
    is no table unless this share of its cells is filled, or all its columns are ruled, says so. `loose`: titles, fields
    and notes around a table may be taken for rows of it."""

    box: Box
    columns: tuple[Box, ...] = ()
    rows: tuple[Box, ...] = ()
    least_filled: float = 0.0
    must_be_ruled: bool = False
    loose: bool = False


@dataclass(frozen=True)
class SeenPage:
    """What a model sees on a page, if it was `asked`. `rulings` are in points of the frame that the page's
    text stands upright in."""

    regions: tuple[LayoutRegion, ...] = ()
    tables: tuple[TableGuess, ...] = ()
    rulings: Rulings = field(default_factory=Rulings)
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a page as blocks, and the segments that stand in none of them."""

    blocks: tuple[Block, ...]
    rest: tuple[Segment, ...]


def tables_of(
    segments: Sequence[Segment], guesses: Sequence[TableGuess], rulings: Rulings, frame: Frame
) -> Tables:
    """The tables at the places guessed. `rulings` are in the frame's points; text that is turned otherwise
    than the frame stays as it is. What turns out to be no table stays text."""
    words = words_of(segments, frame)
    gap = usual_gap(words)
    words = cut_at_lines(words, segments, rulings.down, frame)
    blocks: list[Block] = []
    taken: set[Word] = set()
    for guess in sorted(guesses, key=lambda one: frame.rect(one.box)[1]):
        inside = [word for word in _inside(words, frame.rect(guess.box)) if word not in taken]
        if not _LEAST_WORDS <= len(inside) <= _MOST_WORDS:
            continue
        table = _Table(inside, gap, guess, rulings, frame)
        block = table.block(segments)
        if block is not None:
            blocks.append(block)
            taken.update(table.words)
    return Tables(tuple(blocks), tuple(rest_of(segments, taken)) if taken else tuple(segments))


class _Table:
    """One table, from its words; `words` are those that prove to stand in it."""

    def __init__(
        self, inside: Sequence[Word], gap: float, guess: TableGuess, rulings: Rulings, frame: Frame
    ) -> None:
        self._frame = frame
        self._gap = gap
        self._rulings = rulings
        self._guess = guess
        self._guessed_columns = [_middle(frame.rect(one))[0] for one in guess.columns]
        self._guessed_rows = [_middle(frame.rect(one))[1] for one in guess.rows]
        self.words = list(inside)

    def block(self, segments: Sequence[Segment]) -> Block | None:
        """The table, or None where there is no grid."""
        for _ in range(_MOST_TRIMS):
            words = [word for word in self.words if not is_leader(word)]
            if len(words) < _LEAST_WORDS:
                return None
            columns, rows, across, down = self._grid_of(words)
            beyond = _beyond(rows, columns) or _outside(rows, columns, across)
            if not beyond and self._guess.loose:
                beyond = around_core(rows)
            if not beyond:
                break
            self.words = [word for word in self.words if not _stands_in(word, beyond)]
        if columns.count < 2 or len(rows) < 2 or columns.count * len(rows) > _MOST_CELLS:
            return None
        grid = Grid(rows, columns, down)
        grid.open_columns(down, banded=not np.isin(down[:, 0], self._rulings.down[:, 0]).any())
        grid.open_rows(across)
        head = _head_rows(rows, columns, across)
        shape_head(grid, rows, columns, across, head)
        cells = grid.cells()
        filled = sum(bool(one.texts) for one in cells)
        ruled = columns.drawn == columns.count - 1 and len(rows) >= _LEAST_ROWS
        if filled < self._guess.least_filled * len(cells) or (self._guess.must_be_ruled and not ruled):
            return None
        return self._as_block(cells, rows, columns, head, segments)

    def _grid_of(self, words: Sequence[Word]) -> tuple[Columns, list[TableRow], Bars, Bars]:
        """Columns and rows, and the lines drawn across and down."""
        size = float(np.median([word.height for word in words]))
        rect = _around([word.rect for word in words])
        across, down = _drawn_in(rect, size, self._rulings)
        x0, _, x1, _ = rect
        across = np.vstack([across, dashed_rules(self.words, _RULE_SHARE * (x1 - x0))])
        texts = text_rows(words, self._gap, down)
        boxed = 2 * len(across) > len(texts)
        lines = DownLines(down, self._rulings.complete and boxed, boxed)
        within_lines = _enclosed(texts, across, (x0, x1))
        if self._guess.loose and len(within_lines) == len(texts):
            within_lines = core_of(texts)
        places = column_places(within_lines, lines, self._guessed_columns, rect, size)
        drawn = sum(bool(np.any(np.abs(down[:, 0] - at) < 1e-6)) for at in places)
        columns = Columns((x0 - 1, *places, x1 + 1), drawn, size)
        return columns, table_rows(texts, columns, across, self._guessed_rows, rect), across, down

    def _as_block(
        self,
        grid: Sequence[GridCell],
        rows: Sequence[TableRow],
        columns: Columns,
        head: int,
        segments: Sequence[Segment],
    ) -> Block:
        lines: list[Line] = []
        cells: list[Cell] = []
        for one in grid:
            first = len(lines)
            lines.extend(line_of(text, segments) for text in one.texts)
            rect = (
                columns.stops[one.column],
                rows[one.row].top,
                columns.stops[one.column_end + 1],
                rows[one.row_end].bottom,
            )
            box = union([self._frame.box(rect), *(line.box for line in lines[first:])])
            cells.append(Cell(one.row, one.column, one.row_end, one.column_end, box, first, len(lines)))
        box = union([cell.box for cell in cells])
        return Block("table", box, tuple(lines), tuple(cells), head)


def _enclosed(texts: Sequence[TextRow], across: Bars, reach: tuple[float, float]) -> Sequence[TextRow]:
    """The rows between the first and the last line drawn across all of the table, where those are most: what stands above
    and below them has its own places. Else all."""
    x0, x1 = reach
    long = across[across[:, 2] - across[:, 1] >= _ACROSS_ALL * (x1 - x0)]
    if not len(long):
        return texts
    low, high = float(long[:, 0].min()), float(long[:, 0].max())
    found = [row for row in texts if low < row.middle < high]
    return found if len(found) >= max(_LEAST_ROWS, len(texts) / 2) else texts


def _outside(rows: Sequence[TableRow], columns: Columns, across: Bars) -> list[TableRow]:
    """Rows at the edge beyond the lines that enclose most others, with texts that run over where columns part: a title,
    fields above a table of results, signatures below it."""
    texts = [text for row in rows for text in row.texts]
    inside = _enclosed(texts, across, (columns.stops[0], columns.stops[-1]))
    edges = [row for row in (rows[0], rows[-1]) if not any(text in inside for text in row.texts)]
    return [row for row in edges if len(inside) < len(texts) and _runs_over(row, columns)]


def _runs_over(row: TableRow, columns: Columns) -> bool:
    chunks = [chunk for text in row.texts for chunk in text.chunks]
    return any(chunk.x0 < at < chunk.x1 for chunk in chunks for at in columns.stops[1:-1])


def _beyond(rows: Sequence[TableRow], columns: Columns) -> list[TableRow]:
    """Rows at the edge that hold one long text and no cells: titles and notes."""
    found = [row for row in (rows[0], rows[-1]) if _is_running_text(row, columns)]
    return found if len(rows) > len(found) + 1 else []


def _is_running_text(row: TableRow, columns: Columns) -> bool:
    chunks = [chunk for text in row.texts for chunk in text.chunks]
    longest = max(chunk.x1 - chunk.x0 for chunk in chunks)
    return len(chunks) == len(row.texts) and longest > _LONG * (columns.stops[-1] - columns.stops[0])


def _stands_in(word: Word, rows: Sequence[TableRow]) -> bool:
    return any(row.texts[0].top <= word.middle[1] <= row.texts[-1].bottom for row in rows)


def _drawn_in(rect: Rect, size: float, rulings: Rulings) -> tuple[Bars, Bars]:
    """The lines across and down in and around the table; the edges of coloured areas where none are drawn."""
    x0, y0, x1, y1 = rect
    height, width = (y0 - size, y1 + size), (x0 - 2 * size, x1 + 2 * size)
    across = within(rulings.across, height, (x0, x1))
    if not len(within(across, (y0 + size, y1 - size), (x0, x1))):
        across = within(rulings.painted_across, height, (x0, x1))
    down = within(rulings.down, width, (y0, y1))
    if not len(within(down, (x0 + size, x1 - size), (y0, y1))):
        down = within(rulings.painted_down, width, (y0, y1))
    return across, down


def _inside(words: Sequence[Word], rect: Rect) -> list[Word]:
    x0, y0, x1, y1 = rect
    return [
        word
        for word in words
        if x0 - _REACH < word.middle[0] < x1 + _REACH and y0 - 1 < word.middle[1] < y1 + 1
    ]


def _around(rects: Sequence[Rect]) -> Rect:
    corners = np.array(rects)
    low, high = corners[:, :2].min(axis=0).tolist(), corners[:, 2:].max(axis=0).tolist()
    return low[0], low[1], high[0], high[1]


def _middle(rect: Rect) -> tuple[float, float]:
    return (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2


def _head_rows(rows: Sequence[TableRow], columns: Columns, across: Bars) -> int:
    """How many rows at the top name the columns: those above the first row of amounts (of any amount, where the first row
    names every column), else one, or two where the second only parts what the first names. Under a row that names every
    column, a line parts it from the first that is named."""
    first, second = ({column for column, _ in _placed(row, columns)} for row in rows[:2])
    every = set(range(columns.count))
    if first == second == every and _is_ruled_below(rows[0], columns, across):
        return 1
    least = 2 if len(rows) > 2 and first < every and 0 not in second and first | second == every else 1
    for number, row in enumerate(rows[: _MOST_HEAD_ROWS + 1]):
        named = [chunk for column, chunk in _placed(row, columns) if column > 0 and not is_currency(chunk)]
        if number >= least and not named:
            return number
        amounts = sum(map(_is_amount, named))
        if number >= least and (amounts * 2 > len(named) or (amounts and first == every)):
            return number
    return least


def _is_ruled_below(row: TableRow, columns: Columns, across: Bars) -> bool:
    return ruled_share(across, row.bottom, columns.stops[0], columns.stops[-1]) > _RULE_SHARE


def _placed(row: TableRow, columns: Columns) -> list[tuple[int, Chunk]]:
    """What stands in the row, and in which columns."""
    return [(columns.at((chunk.x0 + chunk.x1) / 2), chunk) for text in row.texts for chunk in text.chunks]


def _is_amount(text: Chunk) -> bool:
    return all(word.is_amount and not _YEAR.fullmatch(word.text) for word in text.words)
