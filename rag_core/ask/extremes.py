"""The greatest or the least of a column ("which region has the highest growth?"): all rows of the table are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag_core.ask.evidence import Gathered
from rag_core.ask.figures import Figure, figures
from rag_core.ask.headed import is_header
from rag_core.ask.quoted import GREATEST, LEAST, asked_cell
from rag_core.ask.spans import SourceSentence
from rag_core.text import is_row

_PRICED = re.compile(r"最[贵貴]|最便宜|\b(?:cheapest|most expensive)\b", re.IGNORECASE)
_PRICE = re.compile(r"价|價|费|費|\b(?:price|cost|fee)s?\b", re.IGNORECASE)
_SUM = re.compile(r"合计|合計|总计|總計|小计|平均|\b(?:sub)?totals?\b|\bsum\b|\baverage\b", re.IGNORECASE)
# Less than nothing, as it is written in tables: -5, −5, (5).
_NEGATIVE = re.compile(r"[-−–](?=\W{0,2}\d)|[(（]\W{0,2}\d[\d,.]*\W{0,2}[)）]")
MOST_EQUAL = 3


def extreme_rows(gathered: Gathered, ranked: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The rows with the greatest or least figure of the column that the question names, of the table that the best of the
    ranked rows is in. None where the question asks for no such thing, where a row has no figure there, and where the
    evidence may not hold the whole table."""
    greatest, least = (bool(one.search(gathered.question)) for one in (GREATEST, LEAST))
    best = next((one for one in ranked if one.header), None)
    if greatest == least or best is None:
        return []
    rows = _whole_table(gathered, best)
    told = [figure for row in rows if (figure := _told(gathered.question, row)) is not None]
    if len(rows) < 2 or len(told) < len(rows) or len({figure.unit for figure in told}) > 1:
        return []
    values = [figure.value for figure in told]
    wanted = max(values) if greatest else min(values)
    found = [row for row, value in zip(rows, values, strict=True) if value == wanted]
    return found if len(found) <= MOST_EQUAL else []


def _told(question: str, row: SourceSentence) -> Figure | None:
    """The one figure in the cell that the question asks for by its column's name; of what is dear or cheap, in the one
    column of prices."""
    cells = row.cells
    at = asked_cell(question, cells)
    if not at and _PRICED.search(question):
        priced = [place for place, (name, _) in enumerate(cells) if place and _PRICE.search(name)]
        at = priced[0] if len(priced) == 1 else 0
    if not at:
        return None
    name, reading = cells[at]
    said = reading.removeprefix(name).lstrip(":： ")
    told = figures(said)
    if len(told) != 1:
        return None
    return replace(told[0], value=-told[0].value) if _NEGATIVE.match(said) else told[0]


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
    """Whether something else stands below the row, or its passage is the document's last: what follows a passage that
    ends with a row is evidence, too."""
    below = [
        one
        for one in gathered.sentences
        if one.document_id == last.document_id and one.start > last.start and one.number == last.number
    ]
    item = next(one for one in gathered.evidence if one.number == last.number)
    return bool(below) or item.passages[-1].id == item.hit.passage.id


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
