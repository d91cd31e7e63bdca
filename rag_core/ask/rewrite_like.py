"""A period put in the place of a period of its kind, a third in that of a second."""

from __future__ import annotations

import re

from rag_core.ask.words import words
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
ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]+|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|"
    r"\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"^(?:in|for|on|at|of|by|from|to|with|during|after|before|under|since|until)\s", re.IGNORECASE
)


def holds_period(text: str) -> bool:
    """Whether the text names a year, a month, a day of the week or the like."""
    return any(kind.search(text) for kind in _PERIODS)


def other_period(last: str, fragment: str) -> str:
    """The last question of the fragment's period; "" where the fragment is no period."""
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
    new, old = ORDINAL.search(fragment), ORDINAL.search(last)
    if new is None or old is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的个")
    if rest and rest.casefold() not in ("one", "ones", "种", "条", "位", "项", "章"):
        return ""
    return last[: old.start()] + new.group() + last[old.end() :]
