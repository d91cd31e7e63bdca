"""The top of a table that comes as text: lines above it, and the rows that name its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

Row = tuple[str, ...]
_COMMENT = "#"
_MOST_HEAD_ROWS = 4
# Columns are called by years and months, though these are mostly digits.
_TIME = re.compile(r"(?:19|20)\d\d ?年?度?|\d{1,2} ?[月日号周]份?")


def notes_of(rows: Sequence[Row]) -> Sequence[Row]:
    """Of a table's first rows those at the top that hold one text or a comment, with a row of several below."""
    count = next((at for at, row in enumerate(rows) if not _is_note(row)), 0)
    return rows[:count]


def head_of(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Of a table's rows those at the top that name its columns: the first, and further ones as long as these part what
    is named above, each name in all cells that it stands over."""
    head = list(rows[:1])
    for row in rows[1:_MOST_HEAD_ROWS]:
        parted = _parted(head[-1], row)
        if parted is None:
            break
        head[-1:] = parted
    return tuple(head)


def is_amount(cell: str) -> bool:
    """Whether a cell holds more digits than anything else."""
    return 2 * sum(map(str.isdigit, cell)) > len(cell)


def _is_note(row: Row) -> bool:
    return sum(map(bool, row)) < 2 or row[0].startswith(_COMMENT)


def _parted(upper: Row, lower: Row) -> tuple[Row, Row] | None:
    """The two rows with names in all cells that they stand over, where the lower one parts what the upper one names;
    else None. The upper one names one thing over several, merged or with empty cells behind it."""
    count = max(len(upper), len(lower))
    above, below = (list(row) + [""] * (count - len(row)) for row in (upper, lower))
    if not any(below) or any(is_amount(cell) and not _TIME.fullmatch(cell) for cell in below):
        return None
    beside = list(pairwise(zip(above, below, strict=True)))
    merged = any(one[0] and one[0] == other[0] and one[1] != other[1] for one, other in beside)
    gaps = [at for at, cell in enumerate(above) if at and not cell]
    if not merged and (not gaps or not all(below[at] for at in gaps) or below[0]):
        return None
    for at in gaps:
        above[at] = above[at - 1] if below[at] else ""
    return tuple(above), tuple(lower or upper for upper, lower in zip(above, below, strict=True))
