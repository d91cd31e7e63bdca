"""Rows of a table of ranges (6–7 years, 满10年不满20年): the one into which falls what is asked about, before the others."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.language.bounds import CALENDAR, Range, quantities, ranges
from rag_core.ask.language.spans import SourceSentence, all_cells
from rag_core.ask.language.words import Rarity, Word, coverage, file_words, keys, question_words
from rag_core.simplified import simplify
from rag_core.text import normalise

# The row into which the question's figure falls says what its columns and titles say, and so much more; another of its
# table so much less.
FALLS, BESIDE = 0.3, 0.3
_SAID = 0.9
# A table speaks of what is asked when it holds this share of the words beside the figure.
SPOKEN_OF = 0.3
# A column gives ranges when this share of its cells does; it is named by this share of its name's words.
_MOSTLY, _NAMED = 0.6, 0.6
_FEWEST = 2
_TELLING = 0.6
_BRACKETED = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")
_NAME_PARTS = re.compile(r"[^\W\d_]+|[°℃%][A-Za-z]*")
# Cells begin so what sentences say with more words.
_FROM = re.compile(r"^(?:from|[≥>])\s*(?=\d)(?!.*\d\s*(?:to|[-–—])\s*\d)", re.IGNORECASE)
_UP_TO = re.compile(r"^(?:[≤<]|to|前)\s*(?=\d)", re.IGNORECASE)
# What ends below its figure does not hold it.
_BELOW = re.compile(r"不满|不足|未满|小于|低于|<|\b(?:less|under|below|younger|lighter)\b", re.IGNORECASE)
_OLD = re.compile(r"(?<=\d)[-‐‑ ](year|month|week|day)s?[-‐‑ ]olds?\b", re.IGNORECASE)
# Units that a figure in a question has by chance (为130时), or that say only that things are counted.
_NO_MEASURE = frozenset({"", "clock", "count"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks for: its quantities, its words and those beside the quantities, and how it is compared."""

    quantities: tuple[Range, ...]
    words: tuple[Word, ...]
    beside: tuple[Word, ...]
    keys: frozenset[str]
    plain: str


def by_range(question: str, sentences: Sequence[SourceSentence], rare: Rarity) -> list[SourceSentence]:
    """The sentences with the rows into whose ranges the question's figures fall scored higher, and the other rows of
    their tables lower."""
    asked = _asked(question)
    verdicts = _falling(asked, sentences) if asked.quantities else {}
    return [_scored(asked, one, verdicts.get(i), rare) for i, one in enumerate(sentences)]


def falls_in_range(question: str, sentences: Sequence[SourceSentence], row: SourceSentence) -> bool:
    """Whether the question's figures fall into the ranges of the row, one of the sentences, whose table says enough of the
    rest of the question."""
    asked = _asked(question)
    if not row.header or not asked.quantities:
        return False
    place = next(
        (i for i, one in enumerate(sentences) if (one.number, one.start) == (row.number, row.start)), -1
    )
    falls = _falling(asked, sentences).get(place, False)
    told = _told(row)
    spoken = sum(word.weight for word in asked.beside if word.key in told)
    return falls and spoken >= SPOKEN_OF * sum(word.weight for word in asked.beside)


def _asked(question: str) -> _Asked:
    plain = simplify(normalise(_OLD.sub(r" \1s", question)))
    beside = plain
    for one in quantities(plain):
        beside = beside[: one.start] + " " * (one.end - one.start) + beside[one.end :]
    found = tuple(one for one in ranges(plain) if one.measure != CALENDAR)
    return _Asked(found, question_words(question), question_words(beside), keys(question), plain)


def _scored(asked: _Asked, row: SourceSentence, fits: bool | None, rare: Rarity) -> SourceSentence:
    if fits is None:
        return row
    if not fits:
        return replace(row, score=row.score - BESIDE)
    # That a figure of the row is the question's own (25–31.9 kg) is no more than that it falls there.
    more = coverage(asked.beside, _told(row), rare) - coverage(asked.words, keys(row.text), rare)
    return replace(row, score=row.score + FALLS + _SAID * more)


def _told(row: SourceSentence) -> frozenset[str]:
    return keys(f"{file_words(row.filename)} {row.heading} {row.header} {row.text}")


def _falling(asked: _Asked, sentences: Sequence[SourceSentence]) -> dict[int, bool]:
    """Of the sentences that are rows of tables with ranges that the question's figures may fall into, by their places,
    whether they do; none of a table of which no row is the one."""
    tables: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, one in enumerate(sentences):
        if one.header:
            tables[one.document_id, one.heading, one.header].append(i)
    found: dict[int, bool] = {}
    for places in tables.values():
        rows = [all_cells(sentences[i].raw) for i in places]
        names = all_cells(sentences[places[0]].header)
        held = [set(range(len(rows)))]
        for column in _columns(names, rows):
            held += _rows_of(asked, column)
        fitting = set.intersection(*held)
        if len(held) > 1 and fitting:
            found.update({place: at in fitting for at, place in enumerate(places)})
    return found


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of ranges: its name, and each of its cells with the ranges in it."""

    name: str
    cells: tuple[tuple[str, tuple[Range, ...]], ...]


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[_Column]:
    for at, name in enumerate(names):
        cells = [(row[at], _ranges(row[at])) for row in rows if len(row) == len(names)]
        bounded = sum(any(one.bounded for one in found) for _, found in cells)
        if len(cells) == len(rows) and bounded >= max(_FEWEST, _MOSTLY * len(cells)):
            yield _Column(name, tuple(cells))


def _ranges(cell: str) -> tuple[Range, ...]:
    return ranges(_UP_TO.sub("up to ", _FROM.sub("at least ", cell.strip())))


def _rows_of(asked: _Asked, column: _Column) -> list[set[int]]:
    """For each quantity of the question that may fall into the column's ranges, the rows into which it does."""
    units = {one.measure: one for one in _units(column.name)}
    named = _is_named(asked, column.name)
    found: list[set[int]] = []
    for quantity in asked.quantities:
        cells = [
            (text, [_measured(one, quantity, units, named) for one in held]) for text, held in column.cells
        ]
        if any(one is not None for _, held in cells for one in held):
            meeting = {
                at: one
                for at, (text, held) in enumerate(cells)
                for one in held
                if one is not None and _meets(text, one, quantity)
            }
            found.append(_nearest(meeting, quantity))
    return found


def _is_named(asked: _Asked, name: str) -> bool:
    """Whether the question has most words of the column's name, or a figure of the unit that it gives (°dH)."""
    own = keys(_BRACKETED.sub("", name))
    units = (re.escape(simplify(normalise(one)).strip()) for one in _BRACKETED.findall(name))
    counted = any(re.search(rf"\d\s?{unit}(?!\w)", asked.plain) for unit in units if unit)
    return counted or (bool(own) and len(own & asked.keys) >= _NAMED * len(own))


def _units(name: str) -> Iterable[Range]:
    """What the column's name says that its figures count: 体重（公斤）, Years of service."""
    parts = _NAME_PARTS.findall(" ".join(_BRACKETED.findall(name)) or name)
    return [one for part in parts for one in ranges(f"1 {part.lower()}") if one.measure not in _NO_MEASURE]


def _measured(one: Range, quantity: Range, units: dict[str, Range], named: bool) -> Range | None:
    """The cell's range in what the quantity measures; None where it measures something else."""
    if one.measure and quantity.measure not in _NO_MEASURE:
        return one if one.measure == quantity.measure else None
    if quantity.measure in units:
        return replace(one, measure=quantity.measure, size=units[quantity.measure].size)
    bare = quantity.measure in _NO_MEASURE and (named or quantity.measure == one.measure != "")
    return replace(one, measure=quantity.measure, size=1.0) if bare else None


def _meets(text: str, one: Range, quantity: Range) -> bool:
    at_end = not quantity.bounded and quantity.low * quantity.size == one.high * one.size
    return one.meets(quantity) and not (at_end and _BELOW.search(text))


def _nearest(meeting: dict[int, Range], quantity: Range) -> set[int]:
    """Of the rows whose ranges meet at the quantity (5 to 10, more than 10) the one that holds it for sure."""
    if len(meeting) < 2 or quantity.bounded:
        return set(meeting)
    value = quantity.low * quantity.size
    rank = {at: _unsure(one, value) for at, one in meeting.items()}
    return {at for at in meeting if rank[at] == min(rank.values())}


def _unsure(one: Range, value: float) -> int:
    low, high = one.low * one.size, one.high * one.size
    if low < value < high or (low == value and high < math.inf):
        return 0
    return 1 if value == high else 2
