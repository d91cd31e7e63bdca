"""How sentences read that are quoted: of each, the words that answer are marked and the part is cited that says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.asking import parts
from rag_core.ask.language.bounds import fit, ranges
from rag_core.ask.language.figures import figures
from rag_core.ask.language.spans import CELL_MARK, SourceSentence, Span, parts_span, span_of, whole_span
from rag_core.ask.language.superlatives import GREATEST, LEAST
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.ask.quoting.mark import answer_span
from rag_core.headings import PATH_MARK
from rag_core.text import begins_entry, cell_spans, clause_number, flow, is_cjk, is_row

# A column is named when the question holds this share of the words of its name.
COLUMN_NAMED = 0.6
# What a column's name says of its figures: 账期（天）, Budget (EUR).
_UNIT = re.compile(r"\s*[（(][^（()）\d]*[)）]")
# Words that weigh so much say something by themselves; a cell is meant by so many of them, however long it is.
TELLING, MEANT_BY = 0.6, 2
# Of a sentence so long, in characters, only the clauses that answer are cited.
LONG_ZH, LONG_EN = 90, 200
_CLAUSE_END = re.compile(r"[，,；;：:。！？!?]|\.\s|\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence quoted at text[start:end] of the answer, and the span it was taken from. `marked`: (start, end) in the
    answer's text of the words that answer, None where they are not told apart; `sources`: where those stand in the document."""

    start: int
    end: int
    span: Span
    marked: tuple[int, int] | None = None
    sources: tuple[tuple[int, int], ...] = ()

    def moved(self, by: int) -> Part:
        """The part, so many characters further on in the answer's text."""
        marked = (self.marked[0] + by, self.marked[1] + by) if self.marked else None
        return replace(self, start=self.start + by, end=self.end + by, marked=marked)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The answer's text and what it is made of, sentence by sentence."""

    text: str
    parts: tuple[Part, ...]


def written(gathered: Gathered, chosen: Mapping[SourceSentence, str]) -> Quoted:
    """The sentences one after the other; in each the words are marked that answer the question beside it, if any."""
    text = ""
    pieces: list[Part] = []
    for sentence, question in chosen.items():
        reading, part = as_quoted(gathered, sentence, question)
        if text:
            text += _join(text, reading)
        pieces.append(part.moved(len(text)))
        text += reading
    return Quoted(text, tuple(pieces))


def as_quoted(gathered: Gathered, sentence: SourceSentence, question: str) -> tuple[str, Part]:
    """How the sentence reads in the answer, and the part it becomes there, its text starting at 0; the words that
    answer the question are marked, where there is one."""
    if is_row(sentence.raw):
        return _row_part(gathered.question, sentence)
    reading = sentence.text
    number = clause_number(reading)
    place = answer_span(question, reading[number:]) if question else None
    if place is None:
        return reading, Part(0, len(reading), whole_span(sentence))
    place = place[0] + number, place[1] + number
    places = sentence.places()
    low, high = places[place[0]], places[place[1] - 1] + 1
    span = _cut(gathered, sentence, (low, high)) if len(reading) >= _long(reading) else whole_span(sentence)
    return reading, Part(0, len(reading), span, place, span_of(sentence, low, high).parts)


def _row_part(question: str, sentence: SourceSentence) -> tuple[str, Part]:
    """Of a table's row: its first cell, those that hold words of the question, and the one that is asked for, where the
    question names its column."""
    cells, spans = sentence.cells, cell_spans(sentence.raw)
    at = asked_cell(question, cells) if len(cells) == len(spans) else 0
    whole = not at or len(parts(question)) > 1 or _compares(question, cells[at][0])
    if whole or _is_case(question, cells[at][1]):
        return sentence.readable, Part(0, len(sentence.readable), whole_span(sentence))
    values = [sentence.raw[low:high] for low, high in spans]
    said = [(name, value) for (name, _), value in zip(cells, values, strict=True)]
    shown = sorted({0, at, *_meant(question, said, at)})
    before = CELL_MARK.join(cells[i][1] for i in shown if i < at) + CELL_MARK
    reading = cells[at][1]
    text = CELL_MARK.join(cells[i][1] for i in shown)
    marked = len(before) + max(reading.rfind(values[at]), 0), len(before) + len(reading)
    span = parts_span(sentence, [spans[i] for i in shown])
    return text, Part(0, len(text), span, marked, parts_span(sentence, (spans[at],)).parts)


def _compares(question: str, name: str) -> bool:
    """Whether the question asks for the greatest or the least of the column: one row does not tell that it is the one."""
    found = GREATEST.search(question) or LEAST.search(question)
    return found is not None and found.group().lower() not in name.lower()


def _is_case(question: str, reading: str) -> bool:
    """Whether the cell gives a range, and the question a figure: it tells which row is meant and not what is asked for."""
    return bool(ranges(question)) and any(one.bounded for one in ranges(reading))


def _meant(question: str, cells: Sequence[tuple[str, str]], asked: int) -> list[int]:
    """Which of a row's (name, value) cells the question names by what they hold, beside the first and the one `asked`
    for: it has most of their words, or several, that neither those two nor a cell before them say."""
    new = {word.key for word in question_words(question) if word.weight >= TELLING}
    new -= keys(cells[asked][0]) | keys(cells[0][1])
    found: list[int] = []
    for at, (name, value) in enumerate(cells):
        own = {word.key for word in question_words(value) if word.weight >= TELLING}
        held = (own & new) - keys(name)
        if at not in (0, asked) and held and (len(held) > len(own) / 2 or len(held) >= MEANT_BY):
            found.append(at)
            new -= held
    return found


def asked_cell(question: str, cells: Sequence[tuple[str, str]]) -> int:
    """Which cell of a row the question asks for by the name of its column; 0 where it names none, or several. A name
    that holds another one (含税零售价, 零售价) is named before it."""
    asked, known = keys(question), figures(question)
    named: list[_Named] = []
    for at, (name, _) in enumerate(cells):
        numbers = figures(name)
        case = fit(question, name)
        strange = any(not any(one.agrees(other) for other in known) for one in numbers)
        if not at or not keys(name) or case == "contradicts" or (strange and case != "fits"):
            continue
        column = _named(name, asked, at, whole=bool(numbers))
        if column.share >= COLUMN_NAMED:
            named.append(column)
    best = max(named, key=lambda one: (one.share, one.whole, len(one.keys)), default=None)
    beside = [
        one
        for one in named
        if best and one is not best and (one.share, one.whole) == (best.share, best.whole)
    ]
    return best.at if best and all(one.keys < best.keys for one in beside) else 0


@dataclass(frozen=True, slots=True)
class _Named:
    """A column that a question names: the share of its name's words that the question holds, that of the words with
    the names above it, its own name's words, and which cell it is."""

    share: float
    whole: float
    keys: frozenset[str]
    at: int


def _named(name: str, asked: frozenset[str], at: int, whole: bool) -> _Named:
    """How far the question, which has the words `asked`, names the column; `whole`: it does."""
    bare = _UNIT.sub("", name)
    own = keys(bare.rsplit(PATH_MARK, maxsplit=1)[-1]) or keys(name)
    shares = [1.0 if whole else len(one & asked) / len(one) for one in (own, keys(bare) or own)]
    return _Named(max(shares), shares[1], own, at)


def _long(text: str) -> int:
    return LONG_ZH if is_cjk(text) else LONG_EN


def _cut(gathered: Gathered, sentence: SourceSentence, marked: tuple[int, int]) -> Span:
    """Of a long sentence, the shortest run of clauses that holds the answer and all that the sentence says of the
    question."""
    asked = question_words(gathered.question)
    full = coverage(asked, keys(sentence.text), gathered.rare)
    cuts = [0, *(match.end() for match in _CLAUSE_END.finditer(sentence.raw)), len(sentence.raw)]
    runs = sorted(
        (high - low, low, high)
        for i, low in enumerate(cuts)
        for high in cuts[i + 1 :]
        if low <= marked[0] and marked[1] <= high
    )
    for _, low, high in runs:
        if coverage(asked, keys(flow(sentence.raw[low:high])), gathered.rare) >= full - 1e-9:
            return span_of(sentence, low, high)
    return whole_span(sentence)


def _join(text: str, following: str) -> str:
    if begins_entry(following) or not re.search(r"[。！？；.!?…][”’\"')）】》」』]*$", text):
        return "\n"
    return "" if is_cjk(text) and is_cjk(following) else " "
