"""Where the columns of a table part: at lines drawn down, and along white corridors between its texts."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.parse.tables.rulings import Bars, ruled_places
from rag_core.parse.tables.words import Chunk, Rect, TextRow, amounts_apart

_DRAWN, _BOTH, _SEEN, _GUESSED = 3, 2, 1, 0
_RULED = 0.25
_MOST_CROSSED = 0.35
_OWN = 0.7
_SLACK = 0.3
_BEFORE = re.compile(r"(?:US|C|A|HK|NT|S)?[$€£¥￥]|RMB|USD|EUR|GBP")
_BEHIND = re.compile(r"[%％)）]{1,2}")
_MOST_PLACES = 4000
_MOST_COLUMNS = 100
_LEAST_DRAWN = 2


@dataclass(frozen=True, slots=True)
class Corridor:
    """A strip that fewer texts cross than cross what is beside it: `crossed` rows cross it, `parted` rows
    have text on both sides of it."""

    low: float
    high: float
    crossed: int
    parted: int

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def holds(self, place: float, slack: float) -> bool:
        return self.low - slack <= place <= self.high + slack


@dataclass(frozen=True, slots=True)
class DownLines:
    """The lines drawn down a table. `complete`: all its columns part there. `boxed`: lines part its rows, too."""

    down: Bars
    complete: bool = False
    boxed: bool = False


def column_places(
    rows: Sequence[TextRow], lines: DownLines, guesses: Sequence[float], rect: Rect, size: float
) -> list[float]:
    """Where columns part, from left to right. `lines` are drawn there, `guesses` what a model
    says, `size` is the height of a row of text."""
    chunks = [chunk for row in rows for chunk in row.chunks]
    x0, y0, x1, y1 = rect
    edge = _SLACK * size
    inner = lines.down[(lines.down[:, 0] > x0 + edge) & (lines.down[:, 0] < x1 - edge)]
    drawn = [at for at in ruled_places(inner, y0, y1, _RULED) if _parts(chunks, at)]
    if drawn and lines.complete:
        return drawn[:_MOST_COLUMNS]
    if not (lines.boxed and len(drawn) >= _LEAST_DRAWN):
        # In boxes, amounts close to one another are one cell's: "3 10:55-11:45".
        chunks = [part for chunk in chunks for part in amounts_apart(chunk)]
    corridors = _corridors(chunks)
    places = [(at, _DRAWN) for at in drawn]
    for corridor in corridors:
        if any(corridor.holds(at, 1.0) for at in drawn):
            continue
        guessed = any(corridor.holds(at, edge) for at in guesses)
        if guessed and corridor.parted >= 1 and corridor.crossed <= corridor.parted:
            places.append((corridor.middle, _BOTH))
        elif corridor.parted >= 2 and corridor.crossed <= _MOST_CROSSED * corridor.parted:
            places.append((corridor.middle, _SEEN))
    for at in guesses:
        known = any(corridor.holds(at, edge) for corridor in corridors)
        if not known and all(abs(at - place) >= 2 * edge for place, _ in places) and _parts_words(rows, at):
            places.append((at, _GUESSED))
    return _without_signs(chunks, _filled(chunks, sorted(places)[:_MOST_COLUMNS], (x0, x1), len(rows)))


def _without_signs(chunks: Sequence[Chunk], places: Sequence[float]) -> list[float]:
    """The places without those that part signs of currencies, or of per cent, from their figures: they are no column."""
    columns: list[list[Chunk]] = [[] for _ in range(len(places) + 1)]
    for one in chunks:
        columns[bisect.bisect(places, (one.x0 + one.x1) / 2)].append(one)
    return [
        place
        for place, (left, right) in zip(places, itertools.pairwise(columns), strict=True)
        if not (_are_signs(left, _BEFORE) and right) and not (_are_signs(right, _BEHIND) and left)
    ]


def is_currency(chunk: Chunk) -> bool:
    """Whether it is nothing but the sign of a currency, that of a figure beside it."""
    return _is_sign(chunk, _BEFORE)


def _are_signs(chunks: Sequence[Chunk], signs: re.Pattern[str]) -> bool:
    """Whether the column holds only such signs, but for what stands above the first of them."""
    found = [one.row for one in chunks if _is_sign(one, signs)]
    return bool(found) and all(one.row < min(found) or _is_sign(one, signs) for one in chunks)


def _is_sign(chunk: Chunk, signs: re.Pattern[str]) -> bool:
    return len(chunk.words) == 1 and signs.fullmatch(chunk.words[0].text) is not None


def _parts(chunks: Sequence[Chunk], at: float) -> bool:
    middles = [word.middle[0] for chunk in chunks for word in chunk.words]
    return min(middles) < at < max(middles)


def _parts_words(rows: Sequence[TextRow], at: float) -> bool:
    """Whether a place that lies in no corridor still parts the words of at least two rows."""
    crossed = parted = 0
    for row in rows:
        words = [word.rect for chunk in row.chunks for word in chunk.words]
        crossed += any(x0 + 0.5 < at < x1 - 0.5 for x0, _, x1, _ in words)
        parted += any(x1 <= at + 0.5 for _, _, x1, _ in words) and any(x0 >= at - 0.5 for x0, *_ in words)
    return parted >= 2 and crossed <= 0.2 * parted


def _corridors(chunks: Sequence[Chunk]) -> list[Corridor]:
    starts = np.array([chunk.x0 for chunk in chunks])
    ends = np.array([chunk.x1 for chunk in chunks])
    rows = np.array([chunk.row for chunk in chunks])
    stops = np.unique(np.round(np.concatenate([starts, ends]), 1))[:_MOST_PLACES]
    middles = (stops[:-1] + stops[1:]) / 2
    # How many texts cross each place: those that began before it less those that ended.
    begun = np.searchsorted(np.sort(starts + _SLACK), middles, side="left")
    ended = np.searchsorted(np.sort(ends - _SLACK), middles, side="right")
    crossing = begun - ended
    found: list[Corridor] = []
    for first, last in _dips(crossing.tolist()):
        low, high = float(stops[first]), float(stops[last + 1])
        at = (low + high) / 2
        crossed = set(rows[(starts + _SLACK < at) & (ends - _SLACK > at)].tolist())
        left = set(rows[ends <= at + _SLACK].tolist())
        right = set(rows[starts >= at - _SLACK].tolist())
        found.append(Corridor(low, high, int(crossing[first]), len((left & right) - crossed)))
    return found


def _dips(values: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of equal values with greater ones on both sides: first and last index."""
    runs: list[tuple[int, int]] = []
    for _, run in itertools.groupby(range(len(values)), key=lambda index: values[index]):
        indices = list(run)
        runs.append((indices[0], indices[-1]))
    return [
        (first, last) for first, last in runs[1:-1] if values[first - 1] > values[first] < values[last + 1]
    ]


def _filled(
    chunks: Sequence[Chunk], places: list[tuple[float, int]], span: tuple[float, float], rows: int
) -> list[float]:
    """The places without those that would leave a column with next to no text of its own."""
    starts = np.array([chunk.x0 for chunk in chunks])
    ends = np.array([chunk.x1 for chunk in chunks])
    numbers = np.array([chunk.row for chunk in chunks])

    def own_rows(low: float, high: float) -> int:
        inside = np.minimum(ends, high) - np.maximum(starts, low) >= _OWN * (ends - starts)
        return len(np.unique(numbers[inside]))

    while places:
        stops = [span[0] - 1, *(at for at, _ in places), span[1] + 1]
        counts = [own_rows(low, high) for low, high in itertools.pairwise(stops)]
        firm = [True, *(kind == _DRAWN for _, kind in places), True]
        needs = [1 if before and after else 2 for before, after in itertools.pairwise(firm)]
        short = [index for index, count in enumerate(counts) if count < min(needs[index], rows)]
        if not short:
            break
        index = min(short, key=lambda one: counts[one])
        beside = [one for one in (index - 1, index) if 0 <= one < len(places)]
        # The weaker of the two borders goes, or the one towards the emptier neighbour.
        places.pop(min(beside, key=lambda one: (places[one][1], counts[one if one < index else one + 1])))
    return _centred(chunks, places)


def _centred(chunks: Sequence[Chunk], places: Sequence[tuple[float, int]]) -> list[float]:
    """Each place in the middle of its corridor between the texts that keep to one column."""
    ats = [at for at, _ in places]
    kept = [one for one in chunks if not any(one.x0 + _SLACK < at < one.x1 - _SLACK for at in ats)]
    found: list[float] = []
    for at, kind in places:
        low = max((one.x1 for one in kept if one.x1 <= at + _SLACK), default=at)
        high = min((one.x0 for one in kept if one.x0 >= at - _SLACK), default=at)
        found.append(at if kind == _DRAWN else (low + high) / 2)
    return found
