"""The lines drawn around the cells of tables, whatever they were drawn as: strokes, thin bars, dashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Bars = npt.NDArray[np.float64]

THIN = 3.0
_WHITE = 0.97
_PALE = 0.5
_BESIDE = 1.0
_SAME_LINE = 2.0
_NO_GAP = 3.5
_SHORTEST = 5.0
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something drawn on a page: a straight stroke, or a rectangle that is filled, outlined or both.
    Corners in points; colours are 0 to 1 each, None where nothing is painted."""

    box: tuple[float, float, float, float]
    fill: tuple[float, ...] | None
    outline: tuple[float, ...] | None


def _none() -> Bars:
    return np.empty((0, 3))


@dataclass(frozen=True)
class Rulings:
    """Straight lines of a page, in points: rows (where, from, to). `across` lie at y and run along x,
    `down` lie at x and run along y. `painted_…` are the edges of coloured areas, which may part cells too. `complete`:
    where lines are drawn around a table's cells, they are around all of them, as in what is laid out here."""

    across: Bars = field(default_factory=_none)
    down: Bars = field(default_factory=_none)
    painted_across: Bars = field(default_factory=_none)
    painted_down: Bars = field(default_factory=_none)
    complete: bool = False


def rulings_of(drawn: Sequence[Drawn]) -> Rulings:
    """The rulings among what is drawn. White paint is none, but for outlines and strokes on coloured areas, nor is a
    strip of the colour that fills areas behind text; of too many only the first count."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    painted_across: list[tuple[float, float, float]] = []
    painted_down: list[tuple[float, float, float]] = []
    filled = [one for one in drawn if one.fill and not _is_thin(one)]
    behind = {_colour(one) for one in filled}
    coloured = np.array([one.box for one in filled if not _is_white(one.fill)]).reshape(-1, 4)
    for one in drawn[:_MOST]:
        x0, y0, x1, y1 = one.box
        outlined = one.outline is not None and (not _is_white(one.outline) or _touches(one.box, coloured))
        if not outlined and (_is_white(one.fill) or _is_strip(one, behind)):
            continue
        if y1 - y0 <= THIN and x1 - x0 >= y1 - y0:
            across.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= THIN:
            down.append(((x0 + x1) / 2, y0, y1))
        else:
            (across if outlined else painted_across).extend(((y0, x0, x1), (y1, x0, x1)))
            (down if outlined else painted_down).extend(((x0, y0, y1), (x1, y0, y1)))
    return Rulings(joined(across), joined(down), joined(painted_across), joined(painted_down))


def joined(bars: Iterable[tuple[float, float, float]]) -> Bars:
    """Bars that continue one another as one; what stays too short to part cells is left out."""
    groups: list[list[tuple[float, float, float]]] = []
    for bar in sorted(bars):
        close = groups and bar[0] - groups[-1][-1][0] <= _SAME_LINE
        if close and bar[0] - groups[-1][0][0] <= 2 * _SAME_LINE:
            groups[-1].append(bar)
        else:
            groups.append([bar])
    found: list[tuple[float, float, float]] = []
    for group in groups:
        where = float(np.median([bar[0] for bar in group]))
        start, end = group[0][1:]
        for _, low, high in sorted(group, key=lambda bar: bar[1]):
            if low > end + _NO_GAP:
                found.append((where, start, end))
                start, end = low, high
            start, end = min(start, low), max(end, high)
        found.append((where, start, end))
    return np.array([bar for bar in found if bar[2] - bar[1] >= _SHORTEST]).reshape(-1, 3)


def within(bars: Bars, place: tuple[float, float], reach: tuple[float, float]) -> Bars:
    """The bars that lie in `place` and touch `reach`."""
    here = (bars[:, 0] >= place[0]) & (bars[:, 0] <= place[1])
    return bars[here & (bars[:, 1] < reach[1]) & (bars[:, 2] > reach[0])]


def ruled_share(bars: Bars, where: float, start: float, end: float) -> float:
    """How much of start…end is ruled at this place, 0 to 1."""
    near = bars[np.abs(bars[:, 0] - where) <= THIN]
    total, reached = 0.0, start
    for _, low, high in sorted(near.tolist(), key=lambda bar: bar[1]):
        more = min(high, end) - max(low, reached)
        if more > 0:
            total += more
            reached = min(high, end)
    return total / max(end - start, 1e-6)


def ruled_places(bars: Bars, start: float, end: float, share: float) -> list[float]:
    """Where bars rule at least this share of start…end."""
    places: list[float] = []
    for where in np.unique(bars[:, 0]).tolist():
        if (not places or where - places[-1] >= THIN) and ruled_share(bars, where, start, end) >= share:
            places.append(where)
    return places


def _is_white(colour: tuple[float, ...] | None) -> bool:
    """Whether nothing is seen of it on white paper."""
    return not colour or min(colour) > _WHITE


def _touches(box: tuple[float, float, float, float], areas: Bars) -> bool:
    x0, y0, x1, y1 = box
    near = (areas[:, 0] <= x1 + _BESIDE) & (areas[:, 2] >= x0 - _BESIDE)
    return bool(np.any(near & (areas[:, 1] <= y1 + _BESIDE) & (areas[:, 3] >= y0 - _BESIDE)))


def _is_thin(one: Drawn) -> bool:
    x0, y0, x1, y1 = one.box
    return min(x1 - x0, y1 - y0) <= THIN


def _is_strip(one: Drawn, behind: set[tuple[float, ...]]) -> bool:
    return (
        _is_thin(one) and one.fill is not None and float(np.mean(one.fill)) > _PALE and _colour(one) in behind
    )


def _colour(one: Drawn) -> tuple[float, ...]:
    return tuple(round(part, 2) for part in one.fill or ())
