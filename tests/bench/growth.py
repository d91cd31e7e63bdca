"""A chart of how indexes grow: seconds to build and milliseconds a search, over the number of vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _EDGE = 420, 320, 56
_COLOURS = (
    "#1f6f8b",
    "#c2571a",
    "#5b8c2a",
    "#7a4fa3",
    "#a33b54",
    "#8a7a1f",
    "#3a3a3a",
    "#2f9e8f",
    "#d98ca3",
    "#9bb8d3",
    "#c9b458",
    "#6b4b2a",
)
_PANELS = (("build", "build, seconds"), ("p50", "search p50, milliseconds"), ("recall", "recall@10"))


def draw_growth(rows: Sequence[Mapping[str, object]], file: Path) -> None:
    """Writes an SVG with a panel for each figure; both scales are logarithmic but for recall."""
    names = sorted({_name(row) for row in rows})
    panels = "".join(
        f'<g transform="translate({number * _WIDTH},0)">{_panel(rows, names, *panel)}</g>'
        for number, panel in enumerate(_PANELS)
    )
    legend = "".join(
        f'<text x="{20 + 300 * (at % 4)}" y="{_HEIGHT + 24 + 20 * (at // 4)}" fill="{_COLOURS[at % len(_COLOURS)]}">'
        f"■ {escape(name)}</text>"
        for at, name in enumerate(names)
    )
    height = _HEIGHT + 40 + 20 * math.ceil(len(names) / 4)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{3 * _WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f"{panels}{legend}</svg>",
        encoding="utf-8",
    )


def _panel(rows: Sequence[Mapping[str, object]], names: Sequence[str], field: str, title: str) -> str:
    chosen = [row for row in rows if _value(row, field) > 0]
    if not chosen:
        return ""
    across = _Scale([_value(row, "count") for row in chosen], _EDGE, _WIDTH - 16, True)
    up = _Scale([_value(row, field) for row in chosen], _HEIGHT - _EDGE, 32, field != "recall")
    parts = [f'<text x="{_EDGE}" y="18" font-weight="bold">{escape(title)}</text>']
    for tick in across.ticks():
        parts.append(
            f'<text x="{across(tick):.1f}" y="{_HEIGHT - _EDGE + 18}" text-anchor="middle">{tick:,.0f}</text>'
        )
    for tick in up.ticks():
        y = up(tick)
        parts.append(f'<line x1="{_EDGE}" x2="{_WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for at, name in enumerate(names):
        line = sorted((_value(row, "count"), _value(row, field)) for row in chosen if _name(row) == name)
        points = [f"{across(count):.1f},{up(value):.1f}" for count, value in line]
        colour = _COLOURS[at % len(_COLOURS)]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in (p.split(",") for p in points)
        ]
    return "".join(parts)


class _Scale:
    """Where a value stands between two edges."""

    def __init__(self, values: Sequence[float], first: float, last: float, logarithmic: bool) -> None:
        self._log = logarithmic
        low, high = min(values), max(values)
        self._low, self._high = (
            (low / 1.2, high * 1.2) if logarithmic else (low - 0.01, min(high + 0.01, 1.0))
        )
        self._first, self._last = first, last

    def __call__(self, value: float) -> float:
        low, high, at = (
            (math.log(self._low), math.log(self._high), math.log(value))
            if self._log
            else (self._low, self._high, value)
        )
        return self._first + (at - low) / (high - low) * (self._last - self._first)

    def ticks(self) -> list[float]:
        if not self._log:
            return [self._low + step * (self._high - self._low) / 4 for step in range(5)]
        low, high = math.floor(math.log10(self._low)), math.ceil(math.log10(self._high))
        steps = (1, 3) if high - low <= 3 else (1,)
        every = [step * 10.0**power for power in range(low, high + 1) for step in steps]
        return [one for one in every if self._low <= one <= self._high]


def _name(row: Mapping[str, object]) -> str:
    """The contestant whatever its parameters, which differ from size to size."""
    name = str(row["name"]).strip()
    who = name.split()[0] if name.startswith(("ours", "bare")) else name.removeprefix("+ ")
    return f"{row['kind']}: {who}"


def _value(row: Mapping[str, object], field: str) -> float:
    return float(str(row[field]))
