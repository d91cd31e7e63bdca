"""Tables that come as text: rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter

from rag_core.errors import InputError
from rag_core.parse.formats.merged import Merged
from rag_core.parse.formats.sheet_head import Row, head_of, is_amount, notes_of
from rag_core.parse.formats.sheet_merged import spread

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 50
_MOST_CELL = 2**17
_MOST_COLUMNS = 2000
_TOP_ROWS = 4
# Of a table, among which its notes and the names of its columns are looked for.
_FIRST_ROWS = 20
_MOST_HEADS = 1000
# Of a table, against which the names of the next one are held.
_MOST_HELD = 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a sheet: lines that stand above it, the rows that name its columns, and its other rows, to be gone
    through once. In the head a name that stands over several cells stands in each."""

    notes: tuple[str, ...]
    head: tuple[Row, ...]
    rows: Iterator[Row]


def csv_tables(text: str, delimiter: str = "", merged: Sequence[Merged] = ()) -> Iterator[Sheet]:
    """The tables of a sheet, each to be gone through before the next, without what is empty at the ends of their
    rows. A table begins where below an empty row the columns have other names. What stands in merged cells stands in
    each of them, unless they fill a row. Raises InputError file_damaged."""
    rows = spread(_rows(text, delimiter), merged)
    for _, table in groupby(_numbered(rows), key=itemgetter(0)):
        yield _sheet(map(itemgetter(1), table))


def _sheet(rows: Iterator[Row]) -> Sheet:
    first = list(islice(rows, _FIRST_ROWS))
    notes = notes_of(first)
    head = head_of(first[len(notes) :])
    rest = first[len(notes) + len(head) :]
    return Sheet(tuple(" ".join(filter(None, row)) for row in notes), head, chain(rest, rows))


def _numbered(rows: Iterator[Row]) -> Iterator[tuple[int, Row]]:
    """The rows that hold something, with the number of their table."""
    number = 0
    heads: set[Row] = set()
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


def _cells(row: Row) -> set[tuple[int, str]]:
    """What stands in which column."""
    return {(column, cell) for column, cell in enumerate(row) if cell}


def _are_names(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether words stand in the row and amounts below some of them."""
    named = any(name and is_amount(cell) for name, cell in zip(row, below, strict=False))
    return named and not any(map(is_amount, row))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
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
