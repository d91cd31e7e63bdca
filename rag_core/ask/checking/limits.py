"""Whether a claim bounds a figure as its source does: "over one billion" is not "one billion", nor "at most"."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rag_core.ask.language.bounds import CALENDAR, Range, quantities
from rag_core.simplified import simplify
from rag_core.text import normalise

Bound = Literal["more", "less", "nearly", "reached", "exactly", "unclear"]

_NOT = r"(?P<no>(?:不|未|没有?|勿)[得能可应会曾]?(?:以)?|(?:\b(?:not|never|cannot)|n['’]t)\s(?:[a-z]+\s){0,2}?|\bno\s)?"
_MORE_BEFORE = (
    r"超过|超出|超|突破|大于|高于|多于|长于|逾|不下|(?:至少|最少|起码|最短|最低)[^\W\d]{0,6}"
    r"|\b(?:(?:more|longer|older|greater|higher|larger|heavier|further) than|above|over|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|pass(?:es|ed)|top(?:s|ped)|at least|(?:a )?minimum of|upwards of|in excess of)"
)
_LESS_BEFORE = (
    r"低于|少于|小于|短于|轻于|不足|不到|未达|[不未]满|(?:至多|最多|最长|最高)[^\W\d]{0,6}"
    r"|\b(?:(?:less|fewer|younger|shorter|lower|smaller|lighter) than|under|below|at most|(?:a )?maximum of|short of|up to)"
)
_BEFORE = re.compile(
    rf"{_NOT}(?:(?P<more>{_MORE_BEFORE})|(?P<less>{_LESS_BEFORE}))[了过]?\s?(?:the |an? |some )?$"
)
_BEHIND = re.compile(
    r"^\s?(?:(?P<more>余|多(?![数种少久])|[^\W\d_]?[（(]?含?[）)]?以上|(?:[a-z]+ )?or (?:more|over|above|older|longer|higher|greater)\b|(?:[a-z]+ )?and (?:over|above|older|up)\b|\+)"
    r"|(?P<less>[^\W\d_]?[（(]?含?[）)]?以下|(?:[a-z]+ )?(?:or|and) (?:less|fewer|under|below|younger|shorter|lower)\b))"
)
# What bounds a figure, or rounds it, in words that the lists above do not hold, anywhere near it.
_UNCLEAR = re.compile(
    r"[近约限最至达足满未不内外前后来起超高低]|左右|上下|几乎|接近|大概|以[上下内外]"
    r"|\b(?:about|around|approximately|roughly|nearly|almost|some|circa|within|after|before|since|from|until|till|through|limit\w*|cap\w*"
    r"|max\w*|min\w*|most|least|threshold|ceiling|floor|between|reach\w*|as (?:much|many|high|low|little|few) as|just|more|less|over|under|or|not|no)\b"
)
_NEARLY = re.compile(
    r"(?:\b(?:nearly|almost|close to|just under|not quite)\s(?:an? |[$£€¥])?|将近|接近|[^附最]近)$"
)
# What bounds it by what stands before it: nearly, 满, an end of a range.
_OTHERWISE: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("nearly", _NEARLY),
    ("reached", re.compile(r"(?<![不未])满$")),
    ("more", re.compile(r"\bbetween\s(?:about |around |the )?[$£€¥]?$")),
    ("less", re.compile(r"\bbetween\s[^,;]{1,30}?\sand\s(?:about |around |the )?[$£€¥]?$")),
    ("unclear", re.compile(r"\d\s?(?:to|[-–—至到~～])\s?[$£€¥]?$")),
)
_TO = re.compile(r"^\s?(?:to|[-–—至到~～])\s?[$£€¥]?\d")
# "Over three days" may be while they lasted.
_LASTING = re.compile(r"\bover (?:the )?$")
_CLAUSE = re.compile(r"[，。；;！？!?\n]|[,.]\s")
_NEAR = 24
_BEFORE_IT = 80


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as a text bounds it, the words that say so, and what stands before it. `unclear`: something near it may
    bound or round it."""

    value: Range
    bound: Bound
    written: str
    before: str

    def equals(self, other: Amount) -> bool:
        """Whether both give the same value of the same kind of quantity, bounded or not."""
        mine, theirs = self.value, other.value
        scale = theirs.size / mine.size if mine.measure and theirs.measure else 1.0
        return mine.comparable(theirs) and abs(mine.low - theirs.low * scale) <= 1e-9 * max(abs(mine.low), 1)


@functools.lru_cache(maxsize=1024)
def amounts(text: str) -> tuple[Amount, ...]:
    """The quantities of the text in order, dates left out: before and after what day is told elsewhere."""
    plain = simplify(normalise(text))
    found: list[Amount] = []
    for quantity in quantities(plain):
        if quantity.range.measure == CALENDAR:
            continue
        start, end = quantity.start, quantity.end
        before, behind = plain[max(start - _BEFORE_IT, 0) : start], plain[end : end + _NEAR]
        bound, low, high = _bound(before[-_NEAR:], behind)
        if bound != "exactly" and quantity.range.measure == "time" and _LASTING.search(before):
            bound = "unclear"
        found.append(Amount(quantity.range, bound, plain[start - low : end + high].strip(), before))
    return tuple(found)


def _bound(before: str, behind: str) -> tuple[Bound, int, int]:
    """How what stands before and behind a quantity bounds it, and how many characters of each say so."""
    match = _BEFORE.search(before)
    if match:
        more = bool(match["more"]) != bool(match["no"])
        return ("more" if more else "less"), len(match.group()), 0
    found = next((bound for bound, pattern in _OTHERWISE if pattern.search(before)), None)
    if found or _TO.search(behind):
        return found or "unclear", 0, 0
    match = _BEHIND.search(behind)
    if match:
        return ("more" if match["more"] else "less"), 0, len(match.group())
    beside = f"{_CLAUSE.split(before)[-1]} {_CLAUSE.split(behind)[0]}"
    return ("unclear" if _UNCLEAR.search(beside) else "exactly"), 0, 0


def bounded_otherwise(claim: str, source: str) -> str:
    """How the source puts the first figure of the claim that it bounds otherwise, in its words: at least, at most or
    exactly so much where the claim says another of these; "" for none."""
    plain: set[Bound] = {"exactly", "more", "less"}
    return _unlike(claim, source, lambda own, other: own != other and {own, other} <= plain)


def bounded_against(claim: str, source: str) -> str:
    """The same for what one says is at least, or reached, the other at most or nearly so much."""
    against: tuple[set[Bound], ...] = ({"more", "less"}, {"more", "nearly"}, {"reached", "less"})
    return _unlike(claim, source, lambda own, other: {own, other} in against)


def bounded_alike(claim: str, source: str) -> str:
    """The words in which the claim puts figures that its source bounds alike, in whatever words."""
    there = amounts(source)
    return " ".join(
        own.written
        for own in amounts(claim)
        if own.bound in ("more", "less") and any(own.equals(one) and one.bound == own.bound for one in there)
    )


def _unlike(claim: str, source: str, differ: Callable[[Bound, Bound], bool]) -> str:
    there = amounts(source)
    for own in amounts(claim):
        others = [other for other in there if own.equals(other)]
        if others and all(differ(own.bound, other.bound) for other in others):
            return others[0].written
    return ""
