"""How often refusal errs in a library, measured on questions made from its own text."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import plain
from pages.parts.text import Voice
from rag_core.ask.refusal.calibrate import FEWEST
from rag_core.ask.refusal.calibration import Rate, load_calibration
from rag_core.types import Library


def draw_refusing(desk: Desk, voice: Voice, library: Library) -> None:
    """Both error rates with their intervals, or that they are not measured yet."""
    st.subheader(voice("refusing_title"), anchor=False)
    kept = load_calibration(desk.settings.indexes, library.id)
    if kept is None:
        st.caption(voice("refusing_none"))
        return
    answers = _tile("refusing_answers", kept.false_answers, voice)
    refusals = _tile("refusing_refusals", kept.false_refusals, voice)
    st.html(f'<dl class="wenju-scores">{answers}{refusals}</dl>')
    st.caption(plain(voice("refusing_how", date=date(kept.made_at), chance=f"{kept.answer_from:.2f}")))


def _tile(key: str, rate: Rate, voice: Voice) -> str:
    low, high = rate.interval
    told = voice("refusing_of", wrong=rate.wrong, asked=rate.asked, low=f"{low:.0%}", high=f"{high:.0%}")
    if rate.asked < FEWEST:
        told = voice("refusing_few", wrong=rate.wrong, asked=rate.asked)
    value = f"{rate.share:.0%}" if rate.asked >= FEWEST else "–"
    small = told if rate.asked else voice("score_not_tried")
    return f"<div><dt>{escape(voice(key))}</dt><dd>{escape(value)}<small>{escape(small)}</small></dd></div>"
