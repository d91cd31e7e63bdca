"""Answering without a chat model: the sentences that answer best, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag_core.ask.asking import beside
from rag_core.ask.bounds import fit
from rag_core.ask.evidence import Gathered, context_of, less_topical
from rag_core.ask.figures import Figure, figures
from rag_core.ask.mark import answer_span
from rag_core.ask.spans import CELL_MARK, SourceSentence, Span, parts_span, span_of, whole_span
from rag_core.ask.words import coverage, keys, question_words, rarity
from rag_core.text import cell_spans, flow, is_cjk, is_row

QUOTES_LIMIT = 3
# A further sentence is quoted when it scores this share of the best one's and adds words of the question.
NEARLY_AS_GOOD = 0.92
# Fitted on half of open sets of questions with their evidence, and rounded.
BESIDE_WEIGHT = 0.5
LACKS_KIND = 0.15
# A column is named when the question holds this share of the words of its name.
COLUMN_NAMED = 0.6
# Of a sentence so long, in characters, only the clauses that answer are cited.
LONG_ZH, LONG_EN = 90, 200
_CLAUSE_END = re.compile(r"[，,；;：:。！？!?]|\.\s|\n")
_LIST = re.compile(
    r"哪些|哪几|列出|分别|有何|what are|which (?:are|of)|list|who are|name (?:the|all)", re.IGNORECASE
)
_WHEN = re.compile(
    r"哪一?年|什么时候|何时|几月|哪一?天|哪一?日|日期|年份|when\b|what (?:year|date|day|month)|which year",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"多少|几[个位名条家次种岁人]|多[大高长远久重]|百分之|how (?:many|much|old|long|tall|high|far|large|big)|what percentage|number of",
    re.IGNORECASE,
)
_LEANS_BACK = re.compile(
    r"^(?:此|该|这|其(?!中)|他|她|它|牠|祂|后者|前者|同时|此外)|^(?:He|She|It|They|This|These|His|Her|Its|Their|Such)\b"
)
_TIMES = frozenset({"year", "month", "day"})


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence quoted at text[start:end] of the answer, and the span it was taken from. `marked`: (start, end) in the
    answer's text of the words that answer, None where they are not told apart; `sources`: where those stand in the document."""

    start: int
    end: int
    span: Span
    marked: tuple[int, int] | None = None
    sources: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Quoted:
    """The answer's text and what it is made of, sentence by sentence."""

    text: str
    parts: tuple[Part, ...]


def expects(question: str) -> str:
    """What kind of answer the question asks for: "when", "count" or ""."""
    if _WHEN.search(question):
        return "when"
    return "count" if _COUNT.search(question) else ""


def holds_kind(question: str, text: str) -> bool:
    """Whether the text holds what the question asks for by kind: a date for "when", a number for "how many"."""
    kind = expects(question)
    if not kind:
        return True
    asked = figures(question)
    new = [figure for figure in figures(text) if not any(figure.agrees(known) for known in asked)]
    return any(_is_time(figure) for figure in new) if kind == "when" else bool(new)


def _is_time(figure: Figure) -> bool:
    return figure.unit in _TIMES or (not figure.unit and 1000 <= figure.value <= 2100)


def rank(gathered: Gathered) -> list[tuple[float, SourceSentence]]:
    """The sentences with how well each answers the question, best first: what stands beside the asking word tells the
    sentence that answers from others on the same matter."""
    kind = expects(gathered.question)
    wanted = beside(gathered.question)
    among = rarity(sentence.text for sentence in gathered.sentences)
    contexts = {
        sentence.number: keys(context_of(sentence.filename, sentence.heading))
        for sentence in gathered.sentences
    }
    scored: list[tuple[float, SourceSentence]] = []
    for sentence in gathered.sentences:
        known = contexts[sentence.number]
        near = BESIDE_WEIGHT * coverage(less_topical(wanted, known), keys(sentence.text), among)
        score = sentence.score + (0.0 if sentence.title else near)
        lacks = kind and not holds_kind(gathered.question, sentence.text)
        scored.append((score - (LACKS_KIND if lacks else 0.0), sentence))
    return sorted(scored, key=lambda pair: -pair[0])


def quote(gathered: Gathered) -> Quoted:
    """The one to three sentences that answer best, in the order of the documents."""
    ranked = rank(gathered)
    if not ranked:
        return Quoted("", ())
    best = ranked[0][0]
    chosen = [ranked[0][1]]
    limit = QUOTES_LIMIT if _LIST.search(gathered.question) else 2
    for score, sentence in ranked[1:8]:
        if len(chosen) < limit and score >= NEARLY_AS_GOOD * best and _adds(gathered, chosen, sentence):
            chosen.append(sentence)
    first = chosen[0]
    before = _before(gathered, first)
    if before is not None and before not in chosen and _leans(gathered, first, before):
        chosen.append(before)
    chosen.sort(key=lambda sentence: (sentence.number != first.number, sentence.number, sentence.start))
    return _written(gathered, chosen, first)


def _before(gathered: Gathered, sentence: SourceSentence) -> SourceSentence | None:
    """The sentence that stands before it in the same paragraph."""
    place = gathered.sentences.index(sentence)
    before = gathered.sentences[place - 1] if place else None
    near = before is not None and before.number == sentence.number and 0 <= sentence.start - before.end <= 1
    return before if near else None


def _leans(gathered: Gathered, sentence: SourceSentence, before: SourceSentence) -> bool:
    """Whether the sentence speaks of something that only the one before it names."""
    asked = question_words(gathered.question)
    alone = keys(sentence.text) | keys(context_of(sentence.filename, sentence.heading))
    more = coverage(asked, alone | keys(before.text), gathered.rare)
    return bool(_LEANS_BACK.search(sentence.text)) and more > coverage(asked, alone, gathered.rare)


def _adds(gathered: Gathered, chosen: Sequence[SourceSentence], sentence: SourceSentence) -> bool:
    listing = bool(_LIST.search(gathered.question))
    if not listing and sentence.document_id != chosen[0].document_id:
        return False
    asked = question_words(gathered.question)
    before = keys(" ".join(item.text for item in chosen))
    more = coverage(asked, before | keys(sentence.text), gathered.rare) > coverage(
        asked, before, gathered.rare
    )
    fresh = len(keys(sentence.text) - before) > 0.5 * len(keys(sentence.text))
    return fresh and (more or listing)


def _written(gathered: Gathered, chosen: Sequence[SourceSentence], answering: SourceSentence) -> Quoted:
    text = ""
    parts: list[Part] = []
    for sentence in chosen:
        reading, part = _part(gathered, sentence, mark=sentence is answering)
        if text:
            text += _join(text, reading)
        shift = len(text)
        marked = (part.marked[0] + shift, part.marked[1] + shift) if part.marked else None
        parts.append(replace(part, start=shift, end=shift + len(reading), marked=marked))
        text += reading
    return Quoted(text, tuple(parts))


def _part(gathered: Gathered, sentence: SourceSentence, *, mark: bool) -> tuple[str, Part]:
    """How the sentence reads in the answer, and the part it becomes there, its text starting at 0."""
    if is_row(sentence.raw):
        return _row_part(gathered.question, sentence)
    reading = sentence.text
    place = answer_span(gathered.question, reading) if mark else None
    if place is None:
        return reading, Part(0, len(reading), whole_span(sentence))
    places = sentence.places()
    low, high = places[place[0]], places[place[1] - 1] + 1
    span = _cut(gathered, sentence, (low, high)) if len(reading) >= _long(reading) else whole_span(sentence)
    return reading, Part(0, len(reading), span, place, span_of(sentence, low, high).parts)


def _row_part(question: str, sentence: SourceSentence) -> tuple[str, Part]:
    """Of a table's row: its first cell and the one that is asked for, where the question names its column."""
    cells, spans = sentence.cells, cell_spans(sentence.raw)
    at = asked_cell(question, cells) if len(cells) == len(spans) else 0
    if not at:
        return sentence.readable, Part(0, len(sentence.readable), whole_span(sentence))
    label, reading = cells[0][1], cells[at][1]
    value = sentence.raw[spans[at][0] : spans[at][1]]
    text = label + CELL_MARK + reading
    start = len(text) - len(reading) + max(reading.rfind(value), 0)
    span = parts_span(sentence, (spans[0], spans[at]))
    return text, Part(0, len(text), span, (start, len(text)), parts_span(sentence, (spans[at],)).parts)


def asked_cell(question: str, cells: Sequence[tuple[str, str]]) -> int:
    """Which cell of a row the question asks for by the name of its column; 0 where it names none, or several."""
    asked, known = keys(question), figures(question)
    named: list[tuple[float, int]] = []
    for at, (name, _) in enumerate(cells):
        own = keys(name)
        numbers = figures(name)
        case = fit(question, name)
        strange = any(not any(one.agrees(other) for other in known) for one in numbers)
        if not at or not own or case == "contradicts" or (strange and case != "fits"):
            continue
        share = 1.0 if numbers else len(own & asked) / len(own)
        if share >= COLUMN_NAMED:
            named.append((share, at))
    named.sort(reverse=True)
    return named[0][1] if len(named) == 1 or (len(named) > 1 and named[0][0] > named[1][0]) else 0


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
    if not re.search(r"[。！？；.!?…][”’\"')）】》」』]*$", text):
        return "\n"
    return "" if is_cjk(text) and is_cjk(following) else " "
