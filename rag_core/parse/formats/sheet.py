"""Tables that come as text: rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rag_core.errors import InputError

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 50
_MOST_CELL = 2**17
_MOST_COLUMNS = 2000


def csv_rows(text: str, delimiter: str = "") -> Iterator[tuple[str, ...]]:
    """The rows, without what is empty at their ends. Raises InputError file_damaged."""
    csv.field_size_limit(_MOST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
    try:
        for row in rows:
            cells = tuple(" ".join(cell.split(" ")).strip() for cell in row[:_MOST_COLUMNS])
            while cells and not cells[-1]:
                cells = cells[:-1]
            if cells:
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
