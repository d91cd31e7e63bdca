"""Forms laid out as tables: names and values fill their rows, and the first one names no columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.figures import TIMES, figures
from rag_core.ask.language.spans import all_cells
from rag_core.headings import PATH_MARK
from rag_core.text import is_row

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"\D*(?:19|20)\d\d\D*")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(r"[^\W\d]")
_FEWEST = 2
# A cell with so many letters for each digit says more than a figure with its unit.
_WORDY = 2


def is_form(header: str, texts: Sequence[str]) -> bool:
    """Whether what a table's columns are called is the first row of a form: one of its cells gives a figure as no other
    does (9 Mill Lane; but 2023 | 2024, 7-15 | 15-23) that is no date, above cells that are no figures. `texts`: lines of the table's
    passage."""
    names = all_cells(header)
    if PATH_MARK in header or sum(map(bool, names)) < _FEWEST or any(_YEAR.fullmatch(name) for name in names):
        return False
    rows = [cells for text in texts if is_row(text) and (cells := all_cells(text)) != names]
    given = [_DIGITS.sub("0", "".join(_WORD.split(name))) for name in names]
    return any(
        any(figure.unit not in TIMES for figure in figures(_BRACKETED.sub("", name)))
        and given.count(given[at]) == 1
        and _are_texts([cells[at] for cells in rows if len(cells) > at])
        for at, name in enumerate(names)
    )


def _are_texts(cells: Sequence[str]) -> bool:
    """Whether most of a column's cells that hold anything are more than figures."""
    filled = [cell for cell in cells if cell]
    texts = [cell for cell in filled if len(_WORD.findall(cell)) >= _WORDY * sum(map(str.isdigit, cell))]
    return bool(filled) and 2 * len(texts) > len(filled)
