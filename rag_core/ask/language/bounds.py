"""Conditions on quantities and dates (六小时以上, within six hours, 3至6岁, before 1950), and whether those of a text
agree with a question's."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import periods
from rag_core.ask.language.spans import SourceSentence
from rag_core.simplified import simplify
from rag_core.text import CJK, normalise

Fit = Literal["fits", "contradicts", ""]
OTHER_CASE = 0.5

_START = re.compile(
    r"[$€£¥]\s?\d|(?<![\w.])\d|(?<=[^\W\da-z])\d|百分之|(?<!第)[〇零一二三四五六七八九十百千万两]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
)
_SINGLES = {character: value for value, character in enumerate("一二三四五六七八九", 1)} | {"两": 2, "one": 1}
_SINGLE = re.compile(r"^(?:[一二三四五六七八九两](?![〇零一二三四五六七八九十百千万亿])|one\b)")
_DATE = re.compile(r"(1\d\d\d|20\d\d)年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
_LEAST_BEFORE = re.compile(
    r"(?:至少|最少|起码|不(?:得|能|应)?(?:少于|低于|小于|早于|短于)|超过?|超出|大于|高于|多于|长于|晚于|逾|达到?|满"
    r"|\b(?:at least|a minimum of|(?:more|longer|older|later|greater|higher|larger|heavier|taller) than|no(?:t)? (?:less|fewer|younger|shorter|earlier|lower|smaller) than"
    r"|over|above|beyond|exceed(?:s|ing|ed)?|after|since))\s?(?:the (?:age|year) of |the |age )?$"
)
_MOST_BEFORE = re.compile(
    r"(?:(?:不|未|没有?|不得|不能|不可|不应)(?:超过?|超出|高于|多于|大于|长于|晚于|满|足|到|及|达到?)|至多|最多|低于|小于|少于|短于|早于"
    r"|\b(?:at most|a maximum of|(?:less|fewer|younger|shorter|earlier|lower|smaller|lighter) than|no(?:t)? (?:more|longer|older|later|greater|higher|larger|heavier) than"
    r"|not? (?:to )?(?:exceed(?:ing)?|over|above|beyond)|under|below|within|up to|before|until|prior to))\s?(?:the (?:age|year) of |the |age )?$"
)
_INCLUDED = r"^\s?(?:[（(]不?含[^）)]{0,6}[）)])?(?:及其?|或|和|（?含）?)?"
_LEAST_BEHIND = re.compile(
    rf"{_INCLUDED}(?:以上|以后|之后|后(?![来者])|以来|以外|开外)"
    r"|^ ?(?:(?!or|and)[a-z]+ )?(?:of age )?(?:or|and) (?:more|over|above|older|longer|later|higher|greater|up|upwards)\b|^ ?\+"
)
_MOST_BEHIND = re.compile(
    rf"{_INCLUDED}(?:以内|以下|之内|以里|内(?![部容外]))"
    r"|^ ?(?:(?!or|and)[a-z]+ )?(?:of age )?(?:or|and) (?:less|fewer|under|below|younger|shorter|earlier|lower)\b"
)
# Behind a date only: 三天前 may be three days ahead, or ago.
_EARLIER_BEHIND = re.compile(r"^(?:以前|之前|前)")
_TO = re.compile(r"^\s?(?:至|到|[-–—~]|to|and)\s?$")
_BETWEEN = re.compile(r"^[\s、,，]*(?:且|并|但|而|至|到|but|and|to)?\s*$")
_OWN_UNIT = re.compile(rf"\s?([{CJK}])")
_NO_UNIT = frozenset(
    {"or", "and", "to", "but", "以", "之", "及", "内", "的", "后", "前", "至", "到", "或", "和", "余", "多"}
)
# Units that measure the same, and how many of the smallest they are.
_MEASURES: dict[str, tuple[str, float]] = {
    "seconds": ("time", 1), "minutes": ("time", 60), "hours": ("time", 3600), "days": ("time", 86400), "day": ("time", 86400),
    "weeks": ("time", 7 * 86400), "months": ("time", 30 * 86400), "years": ("time", 365 * 86400), "year": ("time", 365 * 86400),
    "mm": ("length", 0.001), "cm": ("length", 0.01), "m": ("length", 1), "km": ("length", 1000),
    "g": ("weight", 1), "kg": ("weight", 1000), "ton": ("weight", 10**6),
}  # fmt: skip
CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high` that a condition allows, as they are written, in units of `size` of what
    `measure` names ("" where no unit is given); a bare quantity has `low` equal to `high`."""

    low: float
    high: float
    measure: str
    size: float = 1.0

    @property
    def bounded(self) -> bool:
        return self.low != self.high

    def comparable(self, other: Range) -> bool:
        """Whether both speak of the same kind of quantity."""
        if self.measure and other.measure:
            return self.measure == other.measure
        mine, theirs = {self.low, self.high}, {other.low, other.high}
        return bool((mine & theirs) - {math.inf, -math.inf})

    def meets(self, other: Range) -> bool:
        """Whether a value can satisfy both: two ranges that only touch (六小时以上, 六小时以内) do not meet."""
        scale = other.size / self.size if self.measure and other.measure else 1.0
        low, high = other.low * scale, other.high * scale
        if self.bounded and other.bounded:
            return self.low < high and low < self.high
        return self.low <= high and low <= self.high


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at text[start:end], the words that bound it among them."""

    start: int
    end: int
    range: Range


def fit(question: str, text: str) -> Fit:
    """Whether the text speaks of the case the question asks about, or only of another: "" where either names no range
    that could tell. A quantity in the question is a case, too: five hours are not over six."""
    wanted, held = ranges(question), ranges(text)
    asked = [one for one in wanted if one.bounded] or wanted
    verdicts: list[bool] = []
    for one in asked:
        same = [other for other in held if other.bounded and one.comparable(other)]
        if same:
            said = any(not other.bounded and one.comparable(other) and one.meets(other) for other in held)
            verdicts.append(said or any(one.meets(other) for other in same))
    if not verdicts:
        return ""
    return "fits" if all(verdicts) else "contradicts"


def by_case(question: str, sentences: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The sentences with those that speak of another case than the question's scored lower, and below the best
    of those that speak of its own."""
    verdicts = [_case(question, one) for one in sentences]
    own = [one.score for one, verdict in zip(sentences, verdicts, strict=True) if verdict == "fits"]
    ceiling = max(own, default=math.inf) - OTHER_CASE / 10
    return [
        replace(one, score=min(one.score - OTHER_CASE, ceiling)) if verdict == "contradicts" else one
        for one, verdict in zip(sentences, verdicts, strict=True)
    ]


def _case(question: str, sentence: SourceSentence) -> Fit:
    """Of a sentence that names no range and no period, the titles above it may."""
    if sentence.told.elsewhen(periods(question)):
        return "contradicts"
    return fit(question, sentence.text) or fit(question, sentence.heading)


@functools.lru_cache(maxsize=4096)
def ranges(text: str) -> tuple[Range, ...]:
    """The quantities and conditions on quantities in the text, in order."""
    plain = simplify(normalise(text))
    found = [_bounded(plain, quantity) for quantity in quantities(plain)]
    return tuple(one.range for one in _joined(plain, found))


def quantities(text: str) -> Iterator[Quantity]:
    end = 0
    for match in _START.finditer(text):
        if match.start() < end:
            continue
        quantity = _dated(text, match.start()) or _counted(text, match.start())
        if quantity is not None:
            end = quantity.end
            yield quantity


def _dated(text: str, start: int) -> Quantity | None:
    match = _DATE.match(text, start)
    if match is None:
        return None
    year, month, day = (float(part or 0) for part in match.groups())
    value = year + max(month - 1, 0) / 12 + max(day - 1, 0) / 372
    return Quantity(start, match.end(), Range(value, value, CALENDAR))


def _counted(text: str, start: int) -> Quantity | None:
    window = text[start : start + 24]
    # A single Han digit and a bare "one" are no figures to those who compare claims; with a bound they are.
    spelled = _SINGLE.sub(lambda match: str(_SINGLES[match.group()]), window).replace("周岁", "岁")
    found = figures(spelled)[:1]
    if not found or not spelled.startswith(found[0].written):
        return None
    figure = found[0]
    end = start + len(figure.written) + len(window) - len(spelled)
    unit = figure.unit
    if not unit and 1000 <= figure.value <= 2100 and figure.written.isdecimal():
        return Quantity(start, end, Range(figure.value, figure.value, CALENDAR))
    own = _OWN_UNIT.match(text, end) if not unit else None
    if own is not None and own.group(1) not in _NO_UNIT:
        unit, end = own.group(1), own.end()
    return Quantity(start, end, Range(figure.value, figure.value, *_MEASURES.get(unit, (unit, 1.0))))


def _bounded(text: str, quantity: Quantity) -> Quantity:
    """The quantity as the range that the words right before or behind it make of it."""
    before, behind = (
        text[max(quantity.start - 24, 0) : quantity.start],
        text[quantity.end : quantity.end + 20],
    )
    least, most = _LEAST_BEFORE.search(before), _MOST_BEFORE.search(before)
    value = quantity.range.low
    if least or most:
        # "no more than" ends on "more than": the longer one is meant.
        low = least is not None and (most is None or least.start() < most.start())
        bound = least if low else most
        start = quantity.start - len(bound.group()) if bound else quantity.start
        quantity = replace(quantity, start=start, range=_open(quantity.range, low))
    for pattern, low in ((_LEAST_BEHIND, True), (_MOST_BEHIND, False)):
        match = pattern.search(behind)
        if match:
            point = replace(quantity.range, low=value, high=value)
            return Quantity(quantity.start, quantity.end + match.end(), _open(point, low))
    earlier = _EARLIER_BEHIND.search(behind) if quantity.range.measure == CALENDAR else None
    if earlier:
        return replace(quantity, end=quantity.end + earlier.end(), range=_open(quantity.range, low=False))
    return quantity


def _open(point: Range, low: bool) -> Range:
    return replace(point, high=math.inf) if low else replace(point, low=-math.inf)


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Two quantities that bound one another (3至6岁, 满一年不满十年) as one range."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        both = _both(text, last, quantity) if last else None
        if both is not None:
            joined[-1] = both
        else:
            joined.append(quantity)
    return joined


def _both(text: str, one: Quantity, other: Quantity) -> Quantity | None:
    between = text[one.end : other.start]
    first, second = one.range, other.range
    if first.measure == CALENDAR and text[one.start : one.end].isdecimal():
        # 1001–3000名: a bare figure that could be a year is what the next one counts.
        first = replace(first, measure="")
    if first.measure not in ("", second.measure):
        return None
    low = first.low * first.size / second.size if first.measure else first.low
    if not first.bounded and not second.bounded and _TO.match(between) and low < second.low:
        return Quantity(one.start, other.end, replace(second, low=low, high=second.low))
    opens = first.high == math.inf and second.low == -math.inf and low < second.high
    if opens and _BETWEEN.match(between):
        return Quantity(one.start, other.end, replace(second, low=low))
    return None
