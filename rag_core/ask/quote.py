"""Answering without a chat model: the sentences that answer best, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.evidence import Gathered
from rag_core.ask.figures import Figure, figures
from rag_core.ask.spans import SourceSentence, Span, whole_span
from rag_core.ask.words import coverage, keys, question_words
from rag_core.text import is_cjk

QUOTES_LIMIT = 3
# A further sentence is quoted when it scores this share of the best one's and adds words of the question.
NEARLY_AS_GOOD = 0.85
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
_KINDS = (
    (
        re.compile(
            r"哪里|哪儿|何处|什么地方|在哪|哪个(?:国家|城市|省|市|地区|地方)|地址|位置|\bwhere\b|which (?:city|country|state|place)",
            re.IGNORECASE,
        ),
        re.compile(
            r"位于|坐落|地处|地址|在[^，。]{1,12}(?:省|市|县|区|镇|路|街|州|国|山|岛)|[省市县区镇路街州]|\b(?:in|at|near|on|from) (?:the )?[A-Z]|located"
        ),
    ),
    (
        re.compile(r"谁|哪位|何人|\bwho\b|\bwhom\b", re.IGNORECASE),
        re.compile(r"·|[由被][^，。]{2,10}|\b[A-Z][a-z]+ [A-Z][a-z]+|[为是][^，。]{2,8}[之的]"),
    ),
    (
        re.compile(r"为什么|为何|原因|\bwhy\b|what caused", re.IGNORECASE),
        re.compile(r"因为|由于|因此|所以|因[^，。]{2,}|导致|because|due to|since|caused|in order to|so that"),
    ),
)
_LEANS_BACK = re.compile(
    r"^(?:此|该|这|其(?!中)|他|她|它|牠|祂|后者|前者|同时|此外)|^(?:He|She|It|They|This|These|His|Her|Its|Their|Such)\b"
)
_TIMES = frozenset({"year", "month", "day"})


@dataclass(frozen=True, slots=True)
class Quoted:
    """The answer's text and, sentence by sentence, (start, end) in it and the span quoted there."""

    text: str
    parts: tuple[tuple[int, int, Span], ...]


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
    """The sentences with how well each answers the question, best first."""
    kind = expects(gathered.question)
    scored = [
        (
            sentence.score - (0.15 if kind and not holds_kind(gathered.question, sentence.text) else 0.0),
            sentence,
        )
        for sentence in gathered.sentences
    ]
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
    if before is not None and before not in chosen and _LEANS_BACK.search(first.text):
        chosen.append(before)
    chosen.sort(key=lambda sentence: (sentence.number != first.number, sentence.number, sentence.start))
    return _written(chosen)


def _before(gathered: Gathered, sentence: SourceSentence) -> SourceSentence | None:
    """The sentence that stands before it in the same paragraph."""
    place = gathered.sentences.index(sentence)
    before = gathered.sentences[place - 1] if place else None
    near = before is not None and before.number == sentence.number and 0 <= sentence.start - before.end <= 1
    return before if near else None


def _adds(gathered: Gathered, chosen: Sequence[SourceSentence], sentence: SourceSentence) -> bool:
    asked = question_words(gathered.question)
    before = keys(" ".join(item.text for item in chosen))
    more = coverage(asked, before | keys(sentence.text), gathered.rare) > coverage(
        asked, before, gathered.rare
    )
    fresh = len(keys(sentence.text) - before) > 0.5 * len(keys(sentence.text))
    return fresh and (more or bool(_LIST.search(gathered.question)))


def _written(chosen: Sequence[SourceSentence]) -> Quoted:
    text = ""
    parts: list[tuple[int, int, Span]] = []
    for sentence in chosen:
        if text:
            text += _join(text, sentence.readable)
        parts.append((len(text), len(text) + len(sentence.readable), whole_span(sentence)))
        text += sentence.readable
    return Quoted(text, tuple(parts))


def _join(text: str, following: str) -> str:
    if not re.search(r"[。！？；.!?…][”’\"')）】》」』]*$", text):
        return "\n"
    return "" if is_cjk(text) and is_cjk(following) else " "
