"""Tables that come as text: rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter

from rag_core.errors import InputError

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 50
_MOST_CELL = 2**17
_MOST_COLUMNS = 2000
_TOP_ROWS = 4
_MOST_HEADS = 1000
# Of a table, against which the names of the next one are held.
_MOST_HELD = 100_000
_Row = tuple[str, ...]


def csv_tables(text: str, delimiter: str = "") -> Iterator[Iterator[_Row]]:
    """The tables of a sheet, each to be gone through before the next: their rows, without what is empty at their
    ends. A table begins where below an empty row the columns have other names. Raises InputError file_damaged."""
    for _, table in groupby(_numbered(_rows(text, delimiter)), key=itemgetter(0)):
        yield map(itemgetter(1), table)


def _numbered(rows: Iterator[_Row]) -> Iterator[tuple[int, _Row]]:
    """The rows that hold something, with the number of their table."""
    number = 0
    heads: set[_Row] = set()
    held: set[tuple[int, str]] = set()
    for holds, run in groupby(rows, key=bool):
        if not holds:
            continue
        top = list(islice(run, _TOP_ROWS))
        names, *below = [row for row in top if sum(map(bool, row)) > 1] or [()]
        may_be_new = 0 < len(heads) < _MOST_HEADS and names not in heads and not held & _cells(names)
        if may_be_new and below and _are_names(names, below[0]):
            number += 1
            held.clear()
            heads.add(names)
        elif not heads and names:
            heads.add(names)
        for row in chain(top, run):
            if row not in heads and len(held) < _MOST_HELD:
                held |= _cells(row)
            yield number, row


def _cells(row: _Row) -> set[tuple[int, str]]:
    """What stands in which column."""
    return {(column, cell) for column, cell in enumerate(row) if cell}


def _are_names(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether words stand in the row and amounts below some of them."""
    named = any(name and _is_amount(cell) for name, cell in zip(row, below, strict=False))
    return named and not any(map(_is_amount, row))


def _is_amount(cell: str) -> bool:
    return 2 * sum(map(str.isdigit, cell)) > len(cell)


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    csv.field_size_limit(_MOST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
    try:
        for row in rows:
            cells = tuple(" ".join(cell.split(" ")).strip() for cell in row[:_MOST_COLUMNS])
            while cells and not cells[-1]:
                cells = cells[:-1]
            yield cells
    except csv.Error as error:
        raise InputError("file_damaged") from error


def _delimiter(text: str) -> str:
    """The sign that parts the first lines into the same number of cells, and into most."""
    lines = text.split("\n", _LOOKED_AT + 1)[:_LOOKED_AT]

    def worth(sign: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        most = max(set(counts), key=counts.count, default=1)
        return (counts.count(most) / len(counts) if most > 1 else 0.0), most

    try:
        return max(_DELIMITERS, key=worth)
    except csv.Error:
        return ","
