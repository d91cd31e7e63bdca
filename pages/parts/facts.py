"""Facts as a list, and numbers as a person says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from pages.parts.text import Voice

_MINUTE, _HOUR = 60, 3600


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


def weight(folder: Path) -> int:
    """The bytes of all files under a folder; those that go meanwhile weigh nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def date(moment: float) -> str:
    """A moment (epoch seconds) as the machine's clock shows it."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def lasting(voice: Voice, seconds: float) -> str:
    """A length of time, as exactly as anybody wants to know it."""
    if seconds < 1:
        return voice("moment")
    if seconds < 1.5 * _MINUTE:
        return voice("seconds_about", count=round(seconds))
    if seconds < 1.5 * _HOUR:
        return voice("minutes_about", count=round(seconds / _MINUTE))
    return voice("hours_about", count=f"{seconds / _HOUR:.1f}")
