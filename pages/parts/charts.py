"""Charts, drawn in the page's own colours, by light and by dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

Rows = Sequence[Mapping[str, object]]
# Told apart by those who see few colours, on paper and on slate.
COLOURS = ("#2a8c82", "#c77b1f", "#7a6bbf", "#b8504a", "#5b8a3a")
_HEIGHT = 200


def draw_columns(rows: Rows, x: str, y: str, alt: str, demanded: float | None = None) -> None:
    """A column for each row, with its figure above; a line at what is demanded."""
    low = min([float(str(row[y])) for row in rows] + ([demanded] if demanded is not None else []))
    scale = {"domain": [max(0.0, low - 0.1), 1.0]} if demanded is not None else {"domainMin": 0}
    at = {
        "x": {"field": x, "type": "nominal", "sort": None, "axis": {"labelAngle": 0, "title": None}},
        "y": {"field": y, "type": "quantitative", "scale": scale, "axis": {"title": None, "tickCount": 4}},
    }
    bar = {"mark": {"type": "bar", "color": COLOURS[0], "size": 26, "clip": True}, "encoding": at}
    figure = {
        "mark": {"type": "text", "dy": -8, "fontSize": 12},
        "encoding": {
            **at,
            "text": {"field": y, "format": ".3f" if demanded is not None else ".3~g"},
        },
    }
    rule = {
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": COLOURS[3], "size": 1.5},
        "encoding": {"y": {"datum": demanded}},
    }
    _draw(rows, [bar, figure, *([rule] if demanded is not None else [])], alt)


def draw_curves(rows: Rows, x: str, y: str, kind: str, chosen: str, alt: str) -> None:
    """A line through the points of each kind, on a logarithmic scale; large dots where `chosen` is true."""
    at = {
        "x": {
            "field": x,
            "type": "quantitative",
            "scale": {"zero": False, "nice": True},
            "axis": {"title": x, "tickCount": 5},
        },
        "y": {
            "field": y,
            "type": "quantitative",
            "scale": {"type": "log", "nice": False, "padding": 12},
            "axis": {"title": None, "tickCount": 4, "format": "~g"},
        },
        "color": _colour(kind),
        "tooltip": [{"field": name} for name in rows[0] if name != chosen],
    }
    line = {"mark": {"type": "line", "strokeWidth": 1.5}, "encoding": {**at, "order": {"field": x}}}
    size = {
        "condition": {"test": f"datum[{chosen!r}]", "value": 130},
        "value": 30,
    }
    dot = {"mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": {**at, "size": size}}
    _draw(rows, [line, dot], alt, 320)


def draw_bars(rows: Rows, x: str, name: str, alt: str) -> None:
    """A lying bar for each name, with its figure."""
    at = {
        "x": {"field": x, "type": "quantitative", "axis": {"title": None, "tickCount": 4}},
        "y": {
            "field": name,
            "type": "nominal",
            "sort": None,
            "axis": {"title": None, "labelLimit": 200},
        },
    }
    bar = {
        "mark": {"type": "bar", "size": 14},
        "encoding": {**at, "color": {**_colour(name), "legend": None}},
    }
    figure = {
        "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12},
        "encoding": {**at, "text": {"field": x, "format": ".3~g"}},
    }
    _draw(rows, [bar, figure], alt, 40 + 34 * len(rows))


def draw_history(rows: Rows, x: str, y: str, kind: str, alt: str) -> None:
    """Shares over time, a line for each kind of figure, from 0 to 1."""
    at = {
        "x": {"field": x, "type": "ordinal", "sort": None, "axis": {"labelAngle": 0, "title": None}},
        "y": {
            "field": y,
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": {"title": None, "format": ".0%", "tickCount": 4},
        },
        "color": _colour(kind),
        "tooltip": [{"field": name} for name in rows[0]],
    }
    line = {"mark": {"type": "line", "strokeWidth": 1.5}, "encoding": at}
    dot = {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": at}
    _draw(rows, [line, dot], alt, 260)


def _colour(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "scale": {"range": list(COLOURS)},
        "legend": {"orient": "bottom", "title": None, "columns": 2, "labelLimit": 220},
    }


def _draw(rows: Rows, layers: Sequence[Mapping[str, Any]], alt: str, height: int = _HEIGHT) -> None:
    st.caption(alt)
    data = {"values": [dict(row) for row in rows]}
    st.vega_lite_chart({"height": height, "data": data, "layer": list(layers)}, alt=alt)
