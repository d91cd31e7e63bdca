"""What conversations have to teach: questions to approve, what people said of answers, lines for training."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import empty
from pages.parts.golden import open_form
from pages.parts.text import Voice
from rag_core.store.candidates import Candidate
from rag_core.store.feedback import Judged
from rag_core.store.golden import Origin, add_golden, list_golden
from rag_core.store.lessons import answer_lines, passage_lines, ranked_lines

_SHOWN = 10
_QUOTE_SHOWN = 160
_ROWS_SHOWN = 10
_ROW_PIXELS = 36


def draw_past(desk: Desk, voice: Voice, library_id: int, found: Sequence[Candidate]) -> None:
    """Questions that were asked, each with what it would be as a golden one."""
    if not found:
        empty(voice("past_none"), voice("past_none_lead"))
        return
    st.caption(voice("past_lead"))
    shown = session.recall("past-shown") or _SHOWN
    for candidate in found[:shown]:
        with st.container(border=True, key=f"past-{candidate.turn_id}"):
            st.html(_summary(candidate, voice))
            with st.container(horizontal=True):
                if st.button(
                    voice("past_approve"), key=f"approve-{candidate.turn_id}", icon=":material/check:"
                ):
                    origin: Origin = "feedback" if candidate.picked else "approved"
                    add_golden(desk.database, library_id, [candidate.wanted], origin, time.time())
                    st.rerun()
                if st.button(
                    voice("past_change"),
                    key=f"change-{candidate.turn_id}",
                    icon=":material/edit:",
                    type="tertiary",
                ):
                    open_form(desk, voice, library_id, candidate.wanted)
    if len(found) > shown and st.button(voice("past_more"), key="past-more", type="tertiary"):
        session.keep("past-shown", shown + _SHOWN)
        st.rerun()


def _summary(candidate: Candidate, voice: Voice) -> str:
    wanted = candidate.wanted
    badge = ""
    if candidate.verdict:
        state = "good" if candidate.verdict == "good" else "bad"
        badge = (
            f'<span class="wenju-badge wenju-{state}">{escape(voice(f"past_{candidate.verdict}"))}</span> '
        )
    if not wanted.answerable:
        lines = [voice("past_refused")]
    else:
        place = wanted.filename
        if wanted.page:
            place = voice("golden_where_page", name=wanted.filename, page=wanted.page)
        if candidate.picked:
            place = f"{place} · {voice('past_picked')}"
        lines = [_cut(wanted.answer), f"{place}: {_cut(wanted.quote)}"]
    told = "".join(f"<small>{escape(line)}</small>" for line in lines if line)
    return f'<div class="wenju-golden"><b>{escape(wanted.question)}</b>{badge}{told}</div>'


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTE_SHOWN else f"{text[:_QUOTE_SHOWN]}…"


def draw_feedback(desk: Desk, voice: Voice, library_id: int, judged: Sequence[Judged]) -> None:
    """What people said of answers, and lines for training made of it."""
    if judged:
        good = sum(one.feedback.verdict == "good" for one in judged)
        st.caption(voice("feedback_counts", good=good, bad=len(judged) - good))
        st.dataframe(
            {
                voice("feedback_verdict"): [voice(f"feedback_{one.feedback.verdict}") for one in judged],
                voice("golden_question"): [one.answer.searched or one.question for one in judged],
                voice("feedback_reason"): [
                    voice(f"why_{one.feedback.reason}") if one.feedback.reason else "" for one in judged
                ],
                voice("feedback_note"): [one.feedback.note for one in judged],
                voice("feedback_answer"): [one.answer.text for one in judged],
                voice("feedback_date"): [date(one.created_at) for one in judged],
            },
            hide_index=True,
            height=_ROW_PIXELS * (1 + min(len(judged), _ROWS_SHOWN)),
            column_config={voice("feedback_verdict"): st.column_config.TextColumn(width="small")},
            alt=voice("quality_title"),
        )
    else:
        empty(voice("feedback_none"), voice("feedback_none_lead"))
    golden = list_golden(desk.database, library_id)
    lines = {
        "answers": list(answer_lines(judged, golden)),
        "ranked": list(ranked_lines(judged, golden)),
        "passages": list(passage_lines(judged)),
    }
    if not any(lines.values()):
        return
    st.markdown(f"**{voice('lessons_title')}**")
    st.caption(voice("lessons_lead"))
    with st.container(horizontal=True):
        for name, some in lines.items():
            st.download_button(
                voice(f"lessons_{name}", count=len(some)),
                "".join(some),
                f"{name}.jsonl",
                "application/jsonl",
                key=f"lessons-{name}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not some,
            )
