"""The greatest or the least of a column ("which region has the highest growth?"): all rows of the table are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag_core.ask.evidence.fold import TABLE_REACH
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.headed import is_header
from rag_core.ask.language.figures import Figure, figures
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.superlatives import GREATEST, LEAST
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.ask.quoting.quoted import asked_cell
from rag_core.text import is_row

_PRICED = re.compile(r"最[贵貴]|最便宜|\b(?:cheapest|most expensive)\b", re.IGNORECASE)
_PRICE = re.compile(r"价|價|费|費|\b(?:price|cost|fee)s?\b", re.IGNORECASE)
_SUM = re.compile(r"合计|合計|总计|總計|小计|平均|\b(?:sub)?totals?\b|\bsum\b|\baverage\b", re.IGNORECASE)
# Less than nothing, as it is written in tables: -5, −5, (5).
_NEGATIVE = re.compile(r"[-−–](?=\W{0,2}\d)|[(（]\W{0,2}\d[\d,.]*\W{0,2}[)）]")
# 14,80 and 1.204,5 as they are written in tables elsewhere; within a sentence it may be two figures.
_DECIMAL_COMMA = re.compile(r"^(\W{0,3}(?:\d{1,3}(?:\.\d{3})+|\d+)),(\d{1,2})(?=\W{0,3}$)")
_AMOUNT = re.compile(r"\W{0,3}(?:[A-Z]{1,3}\s?)?\d")
MOST_EQUAL = 3
# A table speaks of what is asked when its names and titles hold this share of the other words.
SPOKEN_OF = 0.3


def extreme_rows(gathered: Gathered, ranked: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The rows with the greatest or least figure of the column that the question names, of the table that the best of the
    ranked rows with such a column is in. None where the question asks for no such thing, where a row has no figure
    there, and where the evidence may not hold the whole table."""
    greatest, least = (bool(one.search(gathered.question)) for one in (GREATEST, LEAST))
    best = next((one for one in ranked if one.header and _told(gathered.question, one) is not None), None)
    if greatest == least or best is None:
        return []
    rows = _whole_table(gathered, best)
    told = [one for row in rows if (one := _told(gathered.question, row)) is not None]
    if len(rows) < 2 or len(told) < len(rows) or len({(name, figure.unit) for name, figure in told}) > 1:
        return []
    values = [figure.value for _, figure in told]
    wanted = max(values) if greatest else min(values)
    found = [row for row, value in zip(rows, values, strict=True) if value == wanted]
    return found if len(found) <= MOST_EQUAL else []


def is_compared(gathered: Gathered, ranked: Sequence[SourceSentence]) -> bool:
    """Whether rows are found to be the greatest or the least, in a table whose names and titles hold enough of what is
    asked: the answer need not say it."""
    found = extreme_rows(gathered, ranked)
    wanted = question_words(LEAST.sub(" ", GREATEST.sub(" ", gathered.question)))
    told = (
        keys(f"{context_of(found[0].filename, found[0].heading)} {found[0].header}") if found else frozenset()
    )
    return coverage(wanted, told, gathered.rare) >= SPOKEN_OF


def _told(question: str, row: SourceSentence) -> tuple[str, Figure] | None:
    """The column's name and the one figure in the cell that the question asks for by that name; of what is dear or
    cheap, in the one column of prices."""
    cells = row.cells
    # What else the question names, as the article that is cheapest, is not what rows are compared by.
    compared = [cell if not at or _is_amount(cell) else ("", "") for at, cell in enumerate(cells)]
    at = asked_cell(question, compared)
    if not at and _PRICED.search(question):
        priced = [place for place, (name, _) in enumerate(cells) if place and _PRICE.search(name)]
        at = priced[0] if len(priced) == 1 else 0
    if not at:
        return None
    figure = _figure(cells[at])
    return (cells[at][0], figure) if figure is not None else None


def _is_amount(cell: tuple[str, str]) -> bool:
    """Whether a (name, reading) cell begins with its one figure: that of a garden hose 20 m is part of its name."""
    return _AMOUNT.match(_value(cell)) is not None and _figure(cell) is not None


def _value(cell: tuple[str, str]) -> str:
    name, reading = cell
    return reading.removeprefix(name).lstrip(":： ")


def _figure(cell: tuple[str, str]) -> Figure | None:
    """The one figure in a (name, reading) cell."""
    said = _DECIMAL_COMMA.sub(_with_point, _value(cell))
    told = figures(said)
    if len(told) != 1:
        return None
    return replace(told[0], value=-told[0].value) if _NEGATIVE.match(said) else told[0]


def _with_point(found: re.Match[str]) -> str:
    return f"{found[1].replace('.', '')}.{found[2]}"


def _whole_table(gathered: Gathered, row: SourceSentence) -> list[SourceSentence]:
    """The rows of the row's table, without its header and its sums, where the evidence holds it from its header to its
    end; else none."""
    table = [
        one
        for one in gathered.sentences
        if is_row(one.raw) and one.document_id == row.document_id and one.heading == row.heading
    ]
    same = sorted(
        (one for one in table if one.header == row.header or is_header(one.text, row.header)),
        key=lambda one: one.start,
    )
    begun = bool(same) and is_header(same[0].text, row.header)
    if not begun or not _is_ended(gathered, same[-1]) or not _is_unbroken(gathered, same):
        return []
    return [one for one in same if one.header and not _SUM.search(one.cells[0][1])]


def _is_ended(gathered: Gathered, last: SourceSentence) -> bool:
    """Whether something else stands below the row, or its passage is the document's last: of a table that is compared,
    all that follows is evidence, too, as far as it is fetched."""
    below = [
        one
        for one in gathered.sentences
        if one.document_id == last.document_id and one.start > last.start and one.number == last.number
    ]
    item = next(one for one in gathered.evidence if one.number == last.number)
    return bool(below) or item.passages[-1].ordinal < item.hit.passage.ordinal + TABLE_REACH


def _is_unbroken(gathered: Gathered, rows: Sequence[SourceSentence]) -> bool:
    """Whether the passages that hold the rows follow one another."""
    passages = {
        passage.ordinal
        for item in gathered.evidence
        for passage in item.passages
        if passage.document_id == rows[0].document_id
        and any(passage.start <= row.start < passage.end for row in rows)
    }
    return all(after - before == 1 for before, after in pairwise(sorted(passages)))
