"""Periods of a year that figures are told of (the fourth quarter, 上半年, nine months ended), and which one a sentence of a
report speaks of: its own words name it, or the title that it stands under."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.figures import Figure, beyond, figures
from rag_core.ask.fold import ENDS
from rag_core.ask.tiles import plain
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading
from rag_core.text import begins_entry, is_row

TITLE_CHARACTERS = 100
# So many sentences above one are looked at for its title.
REACH = 12
QUARTER, HALF, NINE_MONTHS, YEAR = 3, 6, 9, 12
_LENGTHS = {"is_quarter": QUARTER, "is_half": HALF, "is_nine": NINE_MONTHS, "is_year": YEAR}
_ORDINALS = {name: at for at, name in enumerate(("first", "second", "third", "fourth"), start=1)}
_ORDINALS |= {f"{at}{end}": at for at, end in enumerate(("st", "nd", "rd", "th"), start=1)}
_ORDINALS |= {name: at for at, name in enumerate("一二三四", start=1)} | {str(at): at for at in range(1, 5)}
_ORDINALS |= {"上": 1, "下": 2}
_NTH = "first|second|third|fourth|1st|2nd|3rd|4th"
# The year that a quarter or a half belongs to is no period of its own.
_OF_A_YEAR = (
    r"(?:[ ]*(?:of|in|for)?[ ]*(?:the[ ])?(?:full[ ])?(?:fiscal|financial)(?:[ ]year)?\b)?"
    r"(?:[ ]*(?:of|in|for)?[ ]*(?:(?:19|20)\d\d\b(?!,\d)|fy[ ]?(?:20)?\d\d\b))?"
)
_PERIOD = re.compile(
    rf"""
    (?: (?:\d{{4}}财?年度?)? (?:前三季度 | (?<!\d)1月?[-–—~至到]9月) | \bfirst[ ](?:nine|9)[ ]months\b
      | \b(?:nine|9)[ ]months[ ]ended\b | \b(?:39|thirty-nine)[ ]weeks\b )
      {_OF_A_YEAR} (?P<is_nine>)
  | (?: (?:\d{{4}}财?年度?)? (?:第(?P<nth_zh>[一二三四1-4])季度?(?!节) | (?P<quarter_zh>[一二三四1-4])季度)
      | \b(?P<quarter>{_NTH})[ -]?(?:fiscal[ ]|financial[ ])?quarters?\b | \bq(?P<q>[1-4])\b | \b(?P<nq>[1-4])q(?=\d|\b)
      | \b(?:three|3)[ ]months[ ]ended\b | \b(?:13|thirteen)[ ]weeks\b | \bquarters?[ ](?:ended|and[ ])
      | \b(?:this|the|current|prior|last|previous|ago|year)[ -]quarter\b(?![ ]of[ ]an?\b) )
      {_OF_A_YEAR} (?P<is_quarter>)
  | (?: (?:\d{{4}}财?年度?)? (?:(?P<half_zh>[上下])半年 | 半年度 | (?P<from_one>(?<!\d)1)月?[-–—~至到]6月)
      | \b(?P<half>first|second)[ -](?:half|six[ ]months)\b | \bh(?P<h>[12])(?=[ -]?(?:fy|20\d\d))
      | \bhalf[ -]year\b | \b(?:six|6)[ ]months[ ]ended\b | \b(?:26|twenty-six)[ ]weeks\b )
      {_OF_A_YEAR} (?P<is_half>)
  | (?: (?:\d{{4}}年)?全年 | (?:\d{{4}}年?|本|财务?|会计)年度(?!报告|股东) | \bfull[ -](?:fiscal[ ]|financial[ ])?year\b
      | \b(?:fiscal|financial)[ ](?:years?\b(?![- ]end\b)|(?=20\d\d|19\d\d)) | \bfy[ ]?(?:20)?\d\d\b | \b(?:twelve|12)[ ]months[ ]ended\b | \b5[23][ ]weeks\b
      | \byears?[ ]ended\b | \b(?:for|over|during)[ ]the[ ](?:entire[ ]|whole[ ])?year\b | \bannual(?:ly)?\b(?![ ](?:report|meeting|general)) )
      (?:[ ]*(?:19|20)\d\d\b(?!,\d))? (?P<is_year>)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Cheap to look for: most sentences hold none of it.
_MAY = re.compile(
    r"quarter|half|months|weeks|year|fiscal|annual|fy|q\d|\dq|h\d|季|半年|年度|全年|月", re.IGNORECASE
)
# What stands at a period's end is no sum over it.
_AT_END = re.compile(r"\bend[ ]of[ ](?:the[ ])?$", re.IGNORECASE)
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?:[/-]\d\d)?(?!\d)")
_IN_YEAR = re.compile(
    r"\b(?:in|during|for|of)[ ](?:1\d|20)\d\d(?!\d)|(?<!\d)(?:1\d|20)\d\d年(?!\d)", re.IGNORECASE
)
_OF_DATES = frozenset({"year", "month", "day"})


@dataclass(frozen=True, slots=True)
class Period:
    """A period of so many months; `which` of its year's, counted from 1, 0 where that is not said."""

    months: int
    which: int = 0

    def agrees(self, other: Period) -> bool:
        """Whether both may be the same."""
        same = not self.which or not other.which or self.which == other.which
        return self.months == other.months and same


@functools.lru_cache(maxsize=4096)
def periods(text: str) -> frozenset[Period]:
    """The periods that the text names; a year's bare number is none."""
    return frozenset(_read(match) for match in found_in(text))


def found_in(text: str) -> list[re.Match[str]]:
    """Where the text names periods, each with the year behind or before it that it belongs to."""
    if not _MAY.search(text):
        return []
    readable = plain(text)
    if len(readable) != len(text):
        readable = text
    return [match for match in _PERIOD.finditer(readable) if not _AT_END.search(readable, 0, match.start())]


def _read(match: re.Match[str]) -> Period:
    named = {name: found for name, found in match.groupdict().items() if found is not None}
    months = next(months for name, months in _LENGTHS.items() if name in named)
    return Period(months, next((_ORDINALS[found.lower()] for found in named.values() if found), 0))


@dataclass(frozen=True, slots=True)
class Told:
    """The periods that a sentence speaks of, and the title above it that says so, too; "" for none."""

    periods: frozenset[Period] = frozenset()
    title: str = ""


NOT_TOLD = Told()


def in_force(texts: Sequence[str], headings: Sequence[str]) -> list[Told]:
    """The periods that each of some sentences below one another speaks of: those that it names itself or, if a table's
    row, the names of its columns; else those of the nearest title above it. What is told of a year without saying more may
    be told of the whole of it, never of a part. `headings` are those the sentences stand under."""
    parts = [split_heading(heading) for heading in headings]
    titles = [at for at, text in enumerate(texts) if periods(text) and _is_title(text)]
    found: list[Told] = []
    for at, (text, (path, header)) in enumerate(zip(texts, parts, strict=True)):
        above = [one for one in titles if at - REACH <= one < at]
        near = [texts[one] for one in above if parts[one][0] == path]
        further = [texts[one] for one in above if parts[one][0] != path]
        title = next((one for one in (*near[-1:], _title_in(path), *further[-1:]) if one), "")
        found.append(_told(text, header, title))
    return found


def _told(text: str, header: str, title: str) -> Told:
    above = periods(title)
    for own in (text, header if is_row(text) else ""):
        if named := periods(own):
            return Told(named, "" if elsewhen(named, above) else title)
    if above and _IN_YEAR.search(text):
        above = frozenset(one for one in above if one.months == YEAR)
    return Told(above, title) if above else NOT_TOLD


@functools.lru_cache(maxsize=1024)
def _title_in(path: str) -> str:
    """The nearest of a passage's own titles that names a period, "" for none."""
    return next((one for one in reversed(path.split(PATH_MARK)) if periods(one) and _is_title(one)), "")


def _is_title(text: str) -> bool:
    """Whether the text names what follows: short, without an end, an entry's mark and figures beside its dates."""
    if len(text) > TITLE_CHARACTERS or ENDS.search(text) or is_row(text) or begins_entry(text):
        return False
    return all(is_of_dates(figure) for figure in figures(without_periods(text)))


def elsewhen(asked: frozenset[Period], told: frozenset[Period]) -> bool:
    """Whether what is told is told of other periods than those asked for; not where either names none."""
    return bool(asked and told) and not any(one.agrees(other) for one in asked for other in told)


def is_of_dates(figure: Figure) -> bool:
    """Whether the figure only says when."""
    return figure.unit in _OF_DATES or (not figure.unit and bool(_YEAR_NUMBER.fullmatch(figure.written)))


def without_periods(text: str) -> str:
    """The text without the periods that it names: a fourth quarter is no figure of four."""
    return _without(text, found_in(text))


def undated(claim: str, titles: str) -> str:
    """The claim without the periods that the titles of its source name, too, and of the same year."""
    told, dates = periods(titles), figures(titles)
    return _without(
        claim,
        [
            match
            for match in found_in(claim)
            if not elsewhen(frozenset({_read(match)}), told)
            and not beyond((figure for figure in figures(match.group()) if is_of_dates(figure)), dates)
        ],
    )


def _without(text: str, found: Sequence[re.Match[str]]) -> str:
    for match in reversed(found):
        text = text[: match.start()] + " " + text[match.end() :]
    return text
