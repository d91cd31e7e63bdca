"""The generations of a library's index: what each is, how it was checked, and going back to an earlier one."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from html import escape

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.charts import draw_columns
from pages.parts.checks import draw_checks, reasons
from pages.parts.engine import Desk
from pages.parts.facts import date, draw_facts, lasting, size
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.index.build import roll_back
from rag_core.store.generations import Generation, list_generations
from rag_core.store.libraries import get_library

_BADGES = {"in_use": "good", "kept": "calm", "refused": "bad", "building": "warn", "unfinished": "calm"}
_DEMANDED = 0.94


def draw_generations(desk: Desk, voice: Voice, library_id: int, building: bool) -> None:
    """All generations, the one in use first; `building`: a rebuild is under way."""
    found = list_generations(desk.database, library_id)
    _draw_note(voice)
    if not found:
        empty(voice("index_none"), voice("index_none_lead"))
        return
    drafts = [one.id for one in found if one.published_at is None and not one.is_refused]
    for place, generation in enumerate(found):
        state = _state(generation, place == 0)
        if building and generation.id == max(drafts, default=0):
            state = "building"
        with st.container(border=True, key=f"generation-{generation.id}"):
            _draw_one(desk, voice, generation, state)
    _draw_charts(voice, found)


def _state(generation: Generation, first: bool) -> str:
    if generation.published_at is not None:
        return "in_use" if first else "kept"
    return "refused" if generation.is_refused else "unfinished"


def _draw_one(desk: Desk, voice: Voice, generation: Generation, state: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_summary(generation, state, voice), width="stretch")
        if state == "kept" and st.button(
            voice("index_roll_back"), key=f"roll-back-{generation.id}", icon=":material/history:"
        ):
            st.dialog(voice("index_roll_back"))(guarded(_draw_roll_back, voice))(desk, voice, generation)
    if state in ("building", "unfinished"):
        return
    passed = sum(check.passed for check in generation.checks)
    label = voice("index_checks", passed=passed, count=len(generation.checks))
    with st.expander(label, key=f"checks-{generation.id}", type="compact"):
        draw_checks(generation, voice)
        draw_facts(_parameters(generation, voice))


def _summary(generation: Generation, state: str, voice: Voice) -> str:
    title = f"{voice('index_generation', id=generation.id)} · {voice(f'kind_{generation.kind}')}"
    facts: list[str] = []
    if state not in ("building", "unfinished"):
        facts = [
            voice.count("index_vectors", generation.vectors),
            voice("index_recall", recall=f"{generation.recall:.3f}"),
            *(
                [voice("index_latency", milliseconds=f"{p95:g}")]
                if (p95 := _p95(generation)) is not None
                else []
            ),
            size(generation.bytes),
            voice("index_built_in", seconds=lasting(voice, generation.build_seconds)),
        ]
    facts += [date(generation.published_at or generation.created_at), generation.embedder_id]
    why = ""
    if state == "refused":
        said = voice("gate_refused", reasons=reasons(generation, voice))
        why = f'<div class="wenju-problem">{escape(said)}</div>'
    return (
        f'<div class="wenju-document"><b>{escape(title)}</b>'
        f'<span class="wenju-badge wenju-{_BADGES[state]}">{escape(voice(f"index_{state}"))}</span> '
        f"<small>{escape(' · '.join(facts))}</small>{why}</div>"
    )


def _parameters(generation: Generation, voice: Voice) -> list[tuple[str, str]]:
    values = json.loads(generation.parameters)
    return [
        (voice(f"parameter_{name}"), f"{int(value):,}")
        for name, value in values.items()
        if name != "name" and value
    ]


def _p95(generation: Generation) -> float | None:
    """Milliseconds, as the gate measured them; None where it did not."""
    said = next((check.found for check in generation.checks if check.name == "latency"), "")
    found = re.match(r"[\d.]+", said)
    return float(found.group()) if found else None


def _draw_charts(voice: Voice, found: Sequence[Generation]) -> None:
    checked = [one for one in sorted(found, key=lambda one: one.id) if _p95(one) is not None]
    if len(checked) < 2:
        return
    names = {one.id: f"{one.id} · {one.kind}" for one in checked}
    left, right = st.columns(2)
    with left:
        draw_columns(
            [{"generation": names[one.id], "recall": round(one.recall, 4)} for one in checked],
            *("generation", "recall", voice("index_chart_recall"), _DEMANDED),
        )
    with right:
        draw_columns(
            [{"generation": names[one.id], "p95": _p95(one)} for one in checked],
            *("generation", "p95", voice("index_chart_latency")),
        )


def _draw_roll_back(desk: Desk, voice: Voice, generation: Generation) -> None:
    st.write(plain(voice("index_roll_back_ask", id=generation.id)))
    if generation.embedder_id != get_library(desk.database, generation.library_id).embedder_id:
        st.write(plain(voice("index_roll_back_embedder", embedder=generation.embedder_id)))
    if st.button(voice("index_roll_back"), type="primary", key="roll-back-yes"):
        try:
            roll_back(desk.database, generation.id, desk.settings.indexes, time.time())
        except UserError as error:
            draw_problem(error.problem, voice)
            return
        # Passages without an embedding by the embedder of then are embedded by a worker.
        submit.ensure_worker(desk.settings, desk.database)
        session.leave_notes((("good", voice("index_rolled_back", id=generation.id)),), "index-notes")
        st.rerun()


def _draw_note(voice: Voice) -> None:
    """What was done here last; said once."""
    for _, said in session.notes("index-notes"):
        st.success(plain(said), icon=":material/check:")
    session.leave_notes((), "index-notes")
