"""A period put in the place of a period of its kind, a third in that of a second."""

from __future__ import annotations

import re

from rag_core.ask.language.periods import found_in
from rag_core.ask.language.words import words
from rag_core.text import is_cjk

_MONTHS = "January|February|March|April|May(?! (?:I|we|you|they|it|he|she|the|a|my)\\b)|June|July|August|September|October|November|December"
# A period stands for one of its own kind: a month for a month, not for a year.
_PERIODS = (
    re.compile(
        rf"\b(?:{_MONTHS})\b(?!\s+(?:Street|Road|Avenue|Lane|Square|Place|Park)\b)(?:\s+(?:1\d|20)\d\d(?!\d))?"
    ),
    re.compile("(?:周|星期|礼拜)[一二三四五六日天末]"),
    re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"),
    re.compile(
        r"(?<!\d)(?:1\d|20)\d\d(?:年度?)?(?!\d)|第?[一二三四1-4]季度|[一二三四五六七八九十\d]+月份?|[上下]半年|[去今明前]年|\bQ[1-4]\b"
    ),
)
_YEAR = re.compile(r"\s+(?:1\d|20)\d\d$")
# What leads to a quarter, a half or a year in a fragment.
_LEAD = re.compile(r"(?:(?:in|for|during|of|over|on)\s+)?(?:the\s+)?(?:whole\s+|entire\s+)?", re.IGNORECASE)
_OF_YEAR = re.compile(
    r"(?:(?:of|in|for)\s+)?(?:the\s+)?(?:(?:fiscal|financial)\s+(?:year\s+)?)?(?:19|20)\d\d$|(?:of\s+)?fy\s?(?:20)?\d\d$",
    re.IGNORECASE,
)
_OF_YEAR_ZH = re.compile(r"^(?:19|20)\d\d财?年度?")
_BARE_YEAR = re.compile(
    r"(?:\b(?:in|for|during|of)\s+)?(?<!\d)(?P<year>(?:19|20)\d\d)(?![\d,])(?P<zh>年(?!\d|度))?",
    re.IGNORECASE,
)
ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]+|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|"
    r"\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
# What it does, not which it is: how long does it last?
_LASTS = re.compile(r"last\W*$", re.IGNORECASE)
_PLACED = re.compile(
    r"^(?:in|for|on|at|of|by|from|to|with|during|after|before|under|since|until)\s", re.IGNORECASE
)


def holds_period(text: str) -> bool:
    """Whether the text names a year, a month, a day of the week or the like."""
    return any(kind.search(text) for kind in _PERIODS)


def is_period(fragment: str) -> bool:
    """Whether the fragment is nothing but a quarter, a half or a year, or what a preposition says of one."""
    new = next(iter(found_in(fragment)), None) or _BARE_YEAR.search(fragment)
    return new is not None and bool(_LEAD.fullmatch(fragment[: new.start()])) and new.end() == len(fragment)


def _part_of_year(last: str, fragment: str) -> str:
    """The last question of the fragment's quarter, half or whole year, of the same year unless it names its own."""
    new, old = (next(iter(found_in(text, ended=True)), None) for text in (fragment, last))
    if new is None or not is_period(fragment.rstrip("的呢 ")):
        return ""
    own = bool(_OF_YEAR.search(new.group()) or _OF_YEAR_ZH.match(new.group()))
    lead = fragment[: new.start()].lower()
    if old is not None:
        said = new.group() if own else _of_same_year(new.group(), old.group())
        the = "the " if "the " in lead and not last[: old.start()].endswith("the ") else ""
        return f"{last[: old.start()]}{the}{said}{last[old.end() :]}"
    year = _BARE_YEAR.search(last)
    if year is None or re.search(rf"(?:{_MONTHS})\s*$", last[: year.start()]):
        return ""
    if is_cjk(last):
        kept = "" if own else year.group()
        return f"{last[: year.start()]}{kept}{new.group()}{last[year.end() :]}" if year["zh"] else ""
    said = new.group() if own else f"{new.group()} of {year['year']}"
    return f"{last[: year.start()]}{lead or 'in the '}{said}{last[year.end() :]}"


def _of_same_year(new: str, old: str) -> str:
    before, behind = _OF_YEAR_ZH.match(old), _OF_YEAR.search(old)
    if before:
        return before.group() + new
    if behind is None:
        return new
    return f"{new} {'' if behind.group()[:3].lower() in ('of ', 'in ', 'for') else 'of '}{behind.group()}"


def other_period(last: str, fragment: str) -> str:
    """The last question of the fragment's period; "" where the fragment is no period."""
    if filled := _part_of_year(last, fragment):
        return filled
    kind = next((kind for kind in _PERIODS if kind.search(fragment)), None)
    new = kind.search(fragment) if kind else None
    if kind is None or new is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的")
    if len(words(rest)) > 1 or (is_cjk(rest) and len(rest) > 1):
        return ""
    old = kind.search(last)
    if old is None:
        within = fragment if _PLACED.match(fragment) else f"in {fragment}"
        return f"{fragment}{last}" if is_cjk(last) else f"{last.rstrip('?.! ')} {within}?"
    return last[: old.start()] + _written(new.group(), old.group()) + last[old.end() :]


def _written(new: str, old: str) -> str:
    """As the old one was: with its 年, and of its year."""
    if old.endswith("年") and not new.endswith(("年", "度", "月", "份")):
        return f"{new}年"
    year = _YEAR.search(old)
    return new + year.group() if year and new.isalpha() else new


def other_ordinal(last: str, fragment: str) -> str:
    """The last question of the fragment's ordinal; "" where the fragment is none."""
    new = ORDINAL.search(fragment)
    old = next((one for one in ORDINAL.finditer(last) if not _LASTS.match(last, one.start())), None)
    if new is None or old is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的个")
    if rest and rest.casefold() not in ("one", "ones", "种", "条", "位", "项", "章"):
        return ""
    return last[: old.start()] + new.group() + last[old.end() :]
