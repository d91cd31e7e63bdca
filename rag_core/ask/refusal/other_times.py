"""Whether a question asks of a year or a month of which passages say nothing, but of others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import NINE_MONTHS, QUARTER, Period, periods
from rag_core.ask.language.sought import is_time
from rag_core.text import normalise

# Years as a question names them, and whatever may be one in a text.
_ASKED_YEAR = re.compile(
    r"(?<![\d.,/-])((?:1\d|20)\d\d)\s?年(?!以|之?[后後前内內间間])|\b(?:in|during|for|of|by|and|with|than|from|to|fiscal|FY|year)\s?((?:1\d|20)\d\d)"
    r"(?=\s*[?.,;)]|\s*$|\s+(?:and|or|than|compared|by|to|in|at|for|on|of|the|was|were|is)\b)",
    re.IGNORECASE,
)
_TOLD_YEAR = re.compile(r"(?<![\d.,-])(?:1\d|20)\d\d(?![\d,%]|\.\d)")
# A school's or a tax year: 2023-24, 2023/2024.
_SPAN = re.compile(r"(?<![\d.,/-])(20\d\d)\s?[-/–]\s?((?:20)?\d\d)(?![\d/-]|\.\d)")
_EVERY_MONTH = re.compile(
    r"每个?月|按月|月均|逐月|次月|当月|\b(?:(?:every|each|per|a) (?:calendar )?month|monthly|pcm)\b",
    re.IGNORECASE,
)
_EVERY_QUARTER = re.compile(
    r"[每按][个個]?季|逐季|\b(?:(?:every|each|per|a) quarter|quarterly)\b", re.IGNORECASE
)
_DATE_IN_DIGITS = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s?[-/.]\s?(\d{1,2})(?!\d)()|(?<![\d.])(\d{1,2})[-/.](\d{1,2})[-/.](?:\d\d){1,2}(?!\d)"
)
_WHETHER = re.compile(
    r"吗|嗎|是否|是不是|有没有|能否|可否|^\W*(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|must|should)\b",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"以后|以後|之后|之後|以来|以來|租期|为期|為期|期限|有效期|年起|日起|生效|\b(?:or later|and later|onwards?|thereafter|term of|valid|expires?|effective (?:from|as of)|(?:for|of) \w+ years)\b",
    re.IGNORECASE,
)


def names_other_year(question: str, texts: Sequence[str]) -> bool:
    """Whether the question asks what was so in years that are all before or all after those that the texts name. Years
    between them may be meant where the texts say from when to when; so may any where they say since when or how long,
    and where the question is whether something is so. A year from one to the next (2023-24) is another than one that
    begins otherwise."""
    span, spans = _spans(question), frozenset[int]().union(*map(_spans, texts))
    if span and spans:
        return not span & spans
    asked = [float(next(filter(None, found.groups()))) for found in _ASKED_YEAR.finditer(question)]
    if not asked or _WHETHER.search(question) or any(_LASTS.search(text) for text in (question, *texts)):
        return False
    told = [float(found.group()) for text in texts for found in _TOLD_YEAR.finditer(text)]
    return bool(told) and (max(asked) < min(told) or min(asked) > max(told))


def names_other_month(question: str, texts: Sequence[str]) -> bool:
    """Whether the question asks what was so in months of which the texts (best first) name none, but others. One between
    those that the best names may be meant, where it says from when to when; so may any where a text says what is so every
    month, where the question or the best text says since when or how long, and where the question is whether something is so."""
    asked = frozenset(figure.value for figure in figures(question) if figure.unit == "month")
    if not asked or _WHETHER.search(question) or any(_EVERY_MONTH.search(text) for text in texts):
        return False
    if any(_LASTS.search(text) for text in (question, *texts[:1])):
        return False
    told = [_months(text) for text in texts]
    best = next(iter(told), frozenset())
    between = len(best) > 1 and min(best) <= min(asked) <= max(best)
    return any(told) and not between and not any(asked & months for months in told)


def _spans(text: str) -> frozenset[int]:
    """The first years of those that the text names as going from one to the next; 2024-05 is a month."""
    found = ((int(first), int(last) % 100) for first, last in _SPAN.findall(text))
    return frozenset(first for first, last in found if last == (first + 1) % 100)


def names_other_quarter(question: str, texts: Sequence[str]) -> bool:
    """Whether the question asks of a quarter, a half or nine months of which the texts name none, but of others; not where
    a text says what is so every quarter, nor where the question is whether something is so."""
    asked = {one for one in periods(question) if one.which or one.months == NINE_MONTHS}
    if not asked or _WHETHER.search(question) or any(_EVERY_QUARTER.search(text) for text in texts):
        return False
    told = frozenset[Period]().union(*map(periods, texts))
    # A half-year that is not said to be the first or the second may be either.
    meant = any(
        one == other or (not other.which and one.agrees(other))
        for one in asked
        for other in told
        if other.months != QUARTER or other.which
    )
    return not meant and any(one.which for one in told)


def without_dates(question: str) -> str:
    """The question without the years, months and days that it names."""
    bare = normalise(question)
    for figure in figures(question):
        if is_time(figure):
            bare = bare.replace(figure.written, " ")
    return bare


def _months(text: str) -> frozenset[float]:
    """The months that the text may name; in 12/10/2025 both may be one."""
    written = (float(number) for pair in _DATE_IN_DIGITS.findall(text) for number in pair if number)
    return frozenset((*written, *(figure.value for figure in figures(text) if figure.unit == "month")))
