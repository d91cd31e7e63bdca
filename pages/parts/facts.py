"""Facts as a list, and numbers as a person says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

import streamlit as st


def draw_facts(rows: Iterable[tuple[str, str]]) -> None:
    """Names with their values."""
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<dl class="wenju-facts">{inner}</dl>')


def size(count: float) -> str:
    """A number of bytes."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if count >= 10 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"


def date(moment: float) -> str:
    """A moment (epoch seconds) as the machine's clock shows it."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")
