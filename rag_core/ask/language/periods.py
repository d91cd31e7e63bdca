"""Periods of a year that figures are told of (the fourth quarter, 上半年, nine months ended), and which one a sentence of a
report speaks of: its own words name it, or the title that it stands under."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.language.figures import TIMES, Figure, beyond, figures
from rag_core.ask.language.tiles import plain
from rag_core.ask.language.words import ENDS
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading
from rag_core.text import cell_spans, clause_number, entry_mark, is_row

TITLE_CHARACTERS = 100
# So many sentences above one are looked at for its title.
REACH = 12
QUARTER, HALF, NINE_MONTHS, YEAR = 3, 6, 9, 12
_LENGTHS = {"is_quarter": QUARTER, "is_half": HALF, "is_nine": NINE_MONTHS, "is_year": YEAR}
_ORDINALS = {name: at for at, name in enumerate(("first", "second", "third", "fourth"), start=1)}
_ORDINALS |= {f"{at}{end}": at for at, end in enumerate(("st", "nd", "rd", "th"), start=1)}
_ORDINALS |= {name: at for at, name in enumerate("一二三四", start=1)} | {str(at): at for at in range(1, 5)}
_ORDINALS |= {"上": 1, "下": 2, "首": 1}
# Periods of which the words do not say which they are.
_WHICH = {
    "from_one": 1,
    "from_four": 2,
    "from_seven": 3,
    "from_ten": 4,
    "first_half_zh": 1,
    "second_half_zh": 2,
    "first_six_zh": 1,
}
_NTH = "first|second|third|fourth|1st|2nd|3rd|4th"
# The year that a quarter or a half belongs to is no period of its own.
_OF_A_YEAR = (
    r"(?:[ ]?(?:of|in|for)?[ ]?(?:the[ ])?(?:full[ ])?(?:fiscal|financial)(?:[ ]year)?\b)?"
    r"(?:[ ]?(?:of|in|for)?[ ]?(?:(?:19|20)\d\d\b(?!,\d)|fy[ ]?(?:20)?\d\d\b))?"
)
_TO = r"(?:[ ]periods?)?[ ](?:ended|ending|to)\b"
_FINANCIAL = r"(?:net[ ]|gross[ ]|total[ ])?(?:revenues?|sales|income|profits?|earnings|turnover|results|figures?|spending|expenditure)"
# Behind a half: of the match is none of a year.
_YEARLY = r"(?![ ]of[ ](?!(?:the[ ])?(?:fiscal|financial|year|fy|(?:19|20)\d\d)))"
_PERIOD = re.compile(
    rf"""
    (?: (?:\d{{4}}财?年度?)? (?:前三个?季度 | 前(?:九|9)个月 | (?<!\d)1月?[-–—~至到]9月) | \bfirst[ ](?:(?:nine|9)[ ]months|three[ ]quarters)\b
      | \b(?:nine|9)[- ]months?{_TO} | \b(?:39|thirty-nine)[ ]weeks{_TO} )
      {_OF_A_YEAR} (?P<is_nine>)
  | (?: (?:\d{{4}}财?年度?)? (?:第?(?P<quarter_zh>[一二三四1-4])(?:财季|季度)(?![假末底初]) | (?P<first_zh>首)季度?
          | (?P<from_one>(?<!\d)1)月?[-–—~至到]3月 | (?P<from_four>(?<!\d)4)月?[-–—~至到]6月 | (?P<from_seven>(?<!\d)7)月?[-–—~至到]9月
          | (?P<from_ten>(?<!\d)10)月?[-–—~至到]12月 )
      | \b(?P<quarter>{_NTH})[ -]?(?:fiscal[ ]|financial[ ])?(?:quarters?|qtr)\b(?!-|[ ](?:mile|moon|final))
      | \b(?:quarter|qtr)[ ](?P<quarter_no>[1-4])\b | (?<![A-Za-z0-9])q(?P<q>[1-4])(?![A-Za-z0-9:：]) | (?<![A-Za-z0-9])(?P<nq>[1-4])q(?:[0-4]\d|20\d\d)?(?![A-Za-z0-9])
      | \b(?P<first_three>first)[ ](?:three|3)[ ]months\b | \b(?:three|3)[- ]months?{_TO} | \b(?:13|thirteen)[ ]weeks{_TO} | \bquarters?[ ](?:ended|ending|and[ ])
      | \b(?:this|the|current|prior|last|previous|ago|year)[ -]quarter\b(?!-|[ ](?:of[ ]an?|mile|moon|final)\b) )
      {_OF_A_YEAR} (?P<is_quarter>)
  | (?: (?:\d{{4}}财?年度?)? (?:(?P<half_zh>[上下])半(?:财?年)(?![刊级]) | 半年度(?!假) | 半年报 | (?P<first_half_zh>(?<!\d)1)月?[-–—~至到]6月
          | (?P<second_half_zh>(?<!\d)7)月?[-–—~至到]12月 | 前(?P<first_six_zh>六|6)个月)
      | \b(?P<half>first|second)[ -](?:half|(?:six|6)[ ]months)\b{_YEARLY} | (?<![A-Za-z0-9])h(?P<h>[12])(?=[ -]?(?:fy|20\d\d|['’]\d\d))
      | \bhalf[ -]year(?=[ ](?:results?|report|figures?|accounts|period|ended|to|revenues?|sales|profit|income|(?:19|20)\d\d)\b|[ ]?[.:?]?$)
      | \b(?:six|6)[- ]months?{_TO} | \b(?:26|twenty-six)[ ]weeks{_TO} )
      {_OF_A_YEAR} (?P<is_half>)
  | (?: (?:\d{{4}}年)?全年(?![级龄]) | 整年 | \d{{4}}财年 | (?<!\d)1月?[-–—~至到]12月 | (?:\d{{4}}年?|本|财务?|会计)年度(?!报告|股东)
      | \b(?:full|whole|entire)[ -](?:fiscal[ ]|financial[ ])?year\b | \byear[ ]as[ ]a[ ]whole\b
      | \b(?:fiscal|financial)[ ](?:years?\b(?![- ]end\b)|(?=20\d\d|19\d\d)) | \bfy[ ]?(?:20)?\d\d\b | \b(?:twelve|12)[- ]months?{_TO} | \b5[23][ ]weeks{_TO}
      | \byears?[ ](?:ended|ending)\b | \bannual[ ]{_FINANCIAL}\b )
      (?:[ ]?(?:19|20)\d\d\b(?!,\d))? (?P<is_year>)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Cheap to look for: most sentences hold none of it.
_MAY = re.compile(
    r"quarter|qtr|half|months|weeks|year|fiscal|annual|fy|q\d|\dq|h\d|季|半年|年度|财年|全年|整年|月",
    re.IGNORECASE,
)
# What stands at a period's end is no sum over it.
_AT_END = re.compile(r"\bend[ ]of[ ](?:the[ ])?$", re.IGNORECASE)
# With what a figure is compared, or since when something is so, is not of when it is told.
_IN_PASSING = re.compile(
    r"(?:\b(?:since|compared (?:with|to|against)|than|versus|vs\.?|from|until|before|after|against)[ ]"
    r"(?:(?:a )?(?:net )?(?:loss |income |profit )?(?:of )?[$€£¥]?\d[\d.,]*[ ]?%?(?: (?:thousand|million|billion|percent|basis points))?,? (?=in |for |during ))?"
    r"(?:(?:in|for|during)[ ])?(?:the[ ])?|[较比自从与]|次年)$",
    re.IGNORECASE,
)
_BEHIND = 64
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?:[/-]\d\d)?(?!\d)")
_IN_YEAR = re.compile(
    r"\b(?:in|during|for|of)[ ](?:1\d|20)\d\d(?!\d)|(?<!\d)(?:1\d|20)\d\d年(?!\d)", re.IGNORECASE
)


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
    return periods_in(text)


def periods_in(text: str, *, ended: bool = False) -> frozenset[Period]:
    """The periods that the text names, with `ended` also those of which it only names the end."""
    return frozenset(_read(match) for match in found_in(text, ended=ended))


def found_in(text: str, *, ended: bool = False) -> list[re.Match[str]]:
    """Where the text names periods, each with the year behind or before it that it belongs to; with `ended` also those of
    which it only names the end."""
    if not _MAY.search(text):
        return []
    readable = plain(text)
    if len(readable) != len(text):
        readable = text
    return [match for match in _PERIOD.finditer(readable) if ended or not _is_behind(_AT_END, match)]


def _is_behind(what: re.Pattern[str], match: re.Match[str]) -> bool:
    return bool(what.search(match.string[max(match.start() - _BEHIND, 0) : match.start()]))


def _told_in(text: str) -> frozenset[Period]:
    """The periods that the text is told of, those left out that it only compares with or counts from."""
    return frozenset(_read(match) for match in found_in(text) if not _is_behind(_IN_PASSING, match))


def _read(match: re.Match[str]) -> Period:
    named = {name: found for name, found in match.groupdict().items() if found is not None}
    months = next(months for name, months in _LENGTHS.items() if name in named)
    which = next((_WHICH.get(name) or _ORDINALS[found.lower()] for name, found in named.items() if found), 0)
    return Period(months, which)


@dataclass(frozen=True, slots=True)
class Told:
    """The periods that a sentence speaks of, and the title above it that says so, too; "" for none. `sure`: it says so
    itself, or no other title stands between: only then is it surely told of no other period."""

    periods: frozenset[Period] = frozenset()
    title: str = ""
    sure: bool = False

    def elsewhen(self, asked: frozenset[Period]) -> bool:
        """Whether it is surely told of other periods than those asked for."""
        return self.sure and elsewhen(asked, self.periods)


NOT_TOLD = Told()


def in_force(texts: Sequence[str], headings: Sequence[str]) -> list[Told]:
    """The periods that each of some sentences below one another speaks of: those that it names itself or, if a table's
    row, the names of its columns; else those of the nearest title above it that names any. What is told of a year without
    saying more may be told of the whole of it, never of a part. `headings` are those the sentences stand under."""
    parts = [split_heading(heading) for heading in headings]
    titles = [at for at, text in enumerate(texts) if _is_title(text)]
    found: list[Told] = []
    for at, (text, (path, header)) in enumerate(zip(texts, parts, strict=True)):
        above = [one for one in titles if at - REACH <= one < at]
        near = [texts[one] for one in above if parts[one][0] == path]
        further = [texts[one] for one in above if parts[one][0] != path]
        nearest_first = (*near[::-1], *_titles_in(path), *further[::-1])
        place, title = next(((i, one) for i, one in enumerate(nearest_first) if periods(one)), (0, ""))
        found.append(_told(text, header, title, sure=not place))
    return found


def _told(text: str, header: str, title: str, *, sure: bool) -> Told:
    said = _without(text, [match for match in found_in(text) if _is_behind(_IN_PASSING, match)])
    years = {match.group() for match in _YEAR_NUMBER.finditer(said) if not _is_behind(_IN_PASSING, match)}
    others = set(_YEAR_NUMBER.findall(title))
    if years and others and not years & others:
        title = ""
    above = periods(title)
    names = [header[low:high] for low, high in cell_spans(header)] if is_row(text) else []
    for own in (text, "\n".join(names)):
        if named := _told_in(own):
            # Beside the columns of two halves their total may stand.
            every = own == text or all(periods(name) for name in names[1:] if name.strip())
            return Told(named, "" if elsewhen(named, above) else title, sure=every)
    if above and _IN_YEAR.search(text):
        above = frozenset(one for one in above if one.months == YEAR)
    return Told(above, title, sure) if above else NOT_TOLD


@functools.lru_cache(maxsize=1024)
def _titles_in(path: str) -> tuple[str, ...]:
    return tuple(one for one in reversed(path.split(PATH_MARK)) if _is_title(one))


@functools.lru_cache(maxsize=4096)
def _is_title(text: str) -> bool:
    """Whether the text names what follows: short, without an end, an entry's mark and figures beside its dates. What
    numbers a title is no mark of an entry."""
    mark = entry_mark(text)
    is_entry = bool(mark) and not any(one.isalnum() for one in mark) and mark != "①"
    if not text or len(text) > TITLE_CHARACTERS or ENDS.search(text) or is_row(text) or is_entry:
        return False
    return all(is_of_dates(figure) for figure in figures(without_periods(text[clause_number(text) :])))


def elsewhen(asked: frozenset[Period], told: frozenset[Period]) -> bool:
    """Whether what is told is told of other periods than those asked for; not where either names none."""
    return bool(asked and told) and not any(one.agrees(other) for one in asked for other in told)


def is_of_dates(figure: Figure) -> bool:
    """Whether the figure only says when."""
    return figure.unit in TIMES or (not figure.unit and bool(_YEAR_NUMBER.fullmatch(figure.written)))


def without_periods(text: str) -> str:
    """The text without the periods that it names: a fourth quarter is no figure of four."""
    return _without(text, found_in(text))


def undated(claim: str, titles: str) -> str:
    """The claim without what the titles of its source say, too, of when it is told: periods of the same year, their ends,
    years, months and days."""
    told, dates = periods(titles), figures(titles)
    if not told:
        return claim
    bare = _without(
        claim,
        [
            match
            for match in found_in(claim, ended=True)
            if not elsewhen(frozenset({_read(match)}), told)
            and not beyond((figure for figure in figures(match.group()) if is_of_dates(figure)), dates)
        ],
    )
    for figure in figures(bare):
        if is_of_dates(figure) and not beyond([figure], dates):
            bare = re.sub(
                rf"(?<!\d){re.escape(figure.written)}(?!\d)", " ", bare, count=1, flags=re.IGNORECASE
            )
    return bare


def _without(text: str, found: Sequence[re.Match[str]]) -> str:
    for match in reversed(found):
        text = text[: match.start()] + " " + text[match.end() :]
    return text
