"""The rows that make a table what it is, where a place seen in a picture also holds titles, fields and notes around it."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.parse.tables.rows import TableRow
from rag_core.parse.tables.words import TextRow

# A row of the core has so many texts, and this share of those that the fullest has.
_LEAST_TEXTS, _SHARE = 3, 0.6
# So many rows, and this share of all.
_LEAST_ROWS, _OF_ALL = 4, 1 / 3
# Of the rows between the first and the last of the core.
_FULL_ROWS = 0.6


def core_of(texts: Sequence[TextRow]) -> Sequence[TextRow]:
    """The rows from the first to the last that have about as many texts as any: their columns are the table's. All, where
    these are few."""
    most = max(len(row.chunks) for row in texts)
    least = max(_LEAST_TEXTS, _SHARE * most)
    rich = {at for at, row in enumerate(texts) if len(row.chunks) >= least}
    # A title that is set wide falls into several texts, and stands alone.
    full = sorted(at for at in rich if {at - 1, at + 1} & rich)
    if not full:
        return texts
    found = texts[full[0] : full[-1] + 1]
    enough = len(found) >= max(_LEAST_ROWS, _OF_ALL * len(texts))
    return found if enough and len(full) >= _FULL_ROWS * len(found) else texts


def around_core(rows: Sequence[TableRow]) -> list[TableRow]:
    """The first and the last row, where they stand outside the core and give no amount behind a name, as sums do."""
    texts = [text for row in rows for text in row.texts]
    core = core_of(texts)
    if len(core) == len(texts):
        return []
    edges = [rows[0], rows[-1]] if len(rows) > 1 else []
    return [
        row for row in edges if not any(text in core for text in row.texts) and not _is_sum(row.texts[-1])
    ]


def _is_sum(text: TextRow) -> bool:
    return len(text.chunks) > 1 and all(word.is_amount for word in text.chunks[-1].words)
