"""What stands in merged cells, in each of them: a row says something only with all its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag_core.parse.formats.merged import Merged
from rag_core.parse.formats.sheet_head import Row

# A longer text is a note beside the rows rather than what each of them has in common.
_LONGEST = 60
_MOST_COLUMNS = 2000


def spread(rows: Iterator[Row], merged: Sequence[Merged]) -> Iterator[Row]:
    """The rows with the text of merged cells in each of these. `merged`: from top to bottom. A title, which is all
    that its row holds, is not repeated beside itself."""
    waiting = list(reversed(merged))
    held: list[tuple[Merged, str]] = []
    for number, row in enumerate(rows):
        held = [(one, text) for one, text in held if one.row_end >= number]
        begun: list[Merged] = []
        while waiting and waiting[-1].row <= number:
            begun.append(waiting.pop())
        for one in begun:
            text = row[one.column] if one.row == number and one.column < len(row) else ""
            is_title = one.column_end > one.column and sum(map(bool, row)) == 1
            if text and len(text) <= _LONGEST and not is_title:
                held.append((one, text))
        yield _filled(row, held) if held else row


def _filled(row: Row, held: Sequence[tuple[Merged, str]]) -> Row:
    cells = list(row)
    for one, text in held:
        end = min(one.column_end + 1, _MOST_COLUMNS)
        cells += [""] * (end - len(cells))
        for column in range(one.column, end):
            cells[column] = cells[column] or text
    return tuple(cells)
