"""From rows and columns to cells: texts that stand over several columns, and cells without a line between."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.parse.tables.rows import Columns, TableRow
from rag_core.parse.tables.rulings import Bars, ruled_share
from rag_core.parse.tables.words import Chunk, Word, amounts_apart, chunk_of

_WALL = 0.7
_RULED = 0.4
_RULED_ROW = 0.5
_NO_WALL = 0.3
_INSET = 0.15
_CHINESE = re.compile("[\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of rows row…row_end and columns column…column_end with its texts in reading order."""

    row: int
    column: int
    row_end: int
    column_end: int
    texts: tuple[Chunk, ...]


class Grid:
    """Which places of the grid belong together, while that is being found out."""

    def __init__(self, rows: Sequence[TableRow], columns: Columns, down: Bars) -> None:
        self._rows = rows
        self._columns = columns
        self._owner = np.arange(len(rows) * columns.count).reshape(len(rows), columns.count)
        self._texts: dict[tuple[int, int], list[Chunk]] = {}
        for number, row in enumerate(rows):
            for text in row.texts:
                self._fill(number, text.chunks, down)

    def open_columns(self, down: Bars, *, banded: bool) -> None:
        """Joins neighbours in a row where the line between their columns is missing. `banded`: the lines are the edges of
        coloured cells, and a row of no colour has none."""
        top, bottom = self._rows[0].top, self._rows[-1].bottom
        inner = self._columns.stops[1:-1]
        plain = {
            number
            for number, row in enumerate(self._rows)
            if banded and not any(ruled_share(down, at, row.top, row.bottom) >= _RULED for at in inner)
        }
        for column, at in enumerate(inner):
            if ruled_share(down, at, top, bottom) <= _RULED:
                continue
            for number, row in enumerate(self._rows):
                inset = _INSET * (row.bottom - row.top)
                if (
                    number not in plain
                    and ruled_share(down, at, row.top + inset, row.bottom - inset) < _RULED
                    and not (self.texts(number, column) and self.texts(number, column + 1))
                ):
                    self.join((number, column), (number, column + 1))

    def open_rows(self, across: Bars) -> None:
        """Joins neighbours in a column where the line between their rows is missing."""
        stops = self._columns.stops
        for number, row in enumerate(self._rows[:-1]):
            if ruled_share(across, row.bottom, stops[0], stops[-1]) < _RULED_ROW:
                continue
            for column, (low, high) in enumerate(itertools.pairwise(stops)):
                inset = _INSET * (high - low)
                if ruled_share(across, row.bottom, low + inset, high - inset) < _NO_WALL:
                    self.join((number, column), (number + 1, column))

    def span(self, row: int, column: int) -> tuple[int, int, int, int]:
        """The cell that holds this place: its first row and column, its last row and column."""
        places = np.argwhere(self._owner == self._owner[row, column])
        (first_row, first), (last_row, last) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        return first_row, first, last_row, last

    def texts(self, row: int, column: int) -> list[Chunk]:
        """The texts of the cell that holds this place, in reading order."""
        places = np.argwhere(self._owner == self._owner[row, column]).tolist()
        return self._in_order([(place[0], place[1]) for place in places])

    def cells(self) -> list[GridCell]:
        """The cells by row and column; together they fill the grid."""
        places: dict[int, list[tuple[int, int]]] = {}
        for row, column in np.ndindex(self._owner.shape):
            places.setdefault(int(self._owner[row, column]), []).append((row, column))
        found: list[GridCell] = []
        for group in places.values():
            (row, column), (row_end, column_end) = group[0], group[-1]
            found.append(GridCell(row, column, row_end, column_end, tuple(self._in_order(group))))
        return found

    def _in_order(self, places: Sequence[tuple[int, int]]) -> list[Chunk]:
        texts = [text for place in places for text in self._texts.get(place, ())]
        return sorted(texts, key=lambda text: (text.row, text.x0))

    def _fill(self, number: int, chunks: Sequence[Chunk], down: Bars) -> None:
        for piece in (piece for chunk in chunks for piece in _pieces(chunk, self._columns, down)):
            reached = self._columns.of(piece.x0, piece.x1)
            if len(reached) > 1 and self._is_walled(piece.words[0], reached, down):
                reached = (self._columns.at((piece.x0 + piece.x1) / 2),)
            self._texts.setdefault((number, reached[0]), []).append(piece)
            self.join((number, reached[0]), (number, reached[-1]))

    def _is_walled(self, word: Word, reached: Sequence[int], down: Bars) -> bool:
        _, top, _, bottom = word.rect
        inset = 0.2 * (bottom - top)
        return any(
            ruled_share(down, self._columns.stops[column + 1], top + inset, bottom - inset) > _WALL
            for column in reached[:-1]
        )

    def join(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        """Makes one cell of both, and of all that lies between: a cell is a rectangle."""
        members = {int(self._owner[one]), int(self._owner[other])}
        while len(members) > 1:
            places = np.argwhere(np.isin(self._owner, list(members)))
            (row, column), (row_end, column_end) = places.min(axis=0), places.max(axis=0)
            inside = self._owner[row : row_end + 1, column : column_end + 1]
            more = set(inside.ravel().tolist()) | members
            if more == members:
                inside[...] = min(members)
                break
            members = more


def _pieces(chunk: Chunk, columns: Columns, down: Bars) -> list[Chunk]:
    """The chunk, cut where a line is drawn between its words, between amounts of two columns, and between Chinese words
    of two columns: nothing parts them where they run on."""
    pieces: list[list[Word]] = [[chunk.words[0]]]
    amounts = len(amounts_apart(chunk)) > 1
    for before, word in itertools.pairwise(chunk.words):
        apart = range(columns.at(before.middle[0]), columns.at(word.middle[0]))
        walls = (ruled_share(down, columns.stops[column + 1], word.rect[1], word.rect[3]) for column in apart)
        if apart and (amounts or _are_chinese(before, word) or any(share > _WALL for share in walls)):
            pieces.append([])
        pieces[-1].append(word)
    return [chunk_of(piece, chunk.row) for piece in pieces]


def _are_chinese(*words: Word) -> bool:
    """Whether they are Chinese words; single characters may be one that is set wide."""
    return all(_CHINESE.fullmatch(word.text) for word in words)
