"""Kinds of index on a library's own vectors: recall against time and memory."""

from __future__ import annotations

import time

import streamlit as st

from ingest_jobs import submit
from ingest_jobs.requests import MeasureJob, cancel_job, measurings
from pages.parts.charts import draw_bars, draw_curves
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.text import Voice
from rag_core.index.curve import Point
from rag_core.index.kind import KIND_NAMES, LEAST_TRAINED
from rag_core.index.measured import Measured, load_measured
from rag_core.store.workers import alive

_GOING = ("waiting", "running")
_LOOK_SECONDS = 2.0
_PATIENCE_SECONDS = 20.0
_MB = 2**20


def draw_comparison(desk: Desk, voice: Voice, library_id: int) -> None:
    """What was measured, and measuring it; drawn again every two seconds while that goes on."""
    job = _latest(desk, library_id)
    going = job is not None and job.state in _GOING
    st.fragment(guarded(_draw, voice), run_every=_LOOK_SECONDS if going else None)(
        desk, voice, library_id, going
    )


def _latest(desk: Desk, library_id: int) -> MeasureJob | None:
    return next((one for one in measurings(desk.settings) if one.library_id == library_id), None)


def _draw(desk: Desk, voice: Voice, library_id: int, was_going: bool) -> None:
    job = _latest(desk, library_id)
    going = job is not None and job.state in _GOING
    measured = load_measured(desk.settings.indexes, library_id)
    st.caption(voice("compare_lead"))
    with st.container():
        if job is not None and going:
            _draw_going(desk, voice, job, measured)
        else:
            _draw_outcome(voice, job)
            again = measured is not None and measured.points
            if st.button(
                voice("compare_again" if again else "compare_start"), key="compare", icon=":material/speed:"
            ):
                submit.measure_library(desk.database, desk.settings, library_id)
                st.rerun()
    if measured is not None and measured.points:
        _draw_measured(voice, measured, going)
    elif not going:
        empty(voice("compare_none"), "")
    if was_going != going:
        # Last, so that no click is lost that came with the change.
        st.rerun()


def _draw_going(desk: Desk, voice: Voice, job: MeasureJob, measured: Measured | None) -> None:
    done = len({point.kind for point in measured.points}) if measured and job.state == "running" else 0
    count = len(KIND_NAMES)
    said = voice("compare_waiting")
    if job.state == "running":
        said = voice(
            "compare_running", kind=voice(f"kind_{KIND_NAMES[min(done, count - 1)]}"), done=done, count=count
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / count, said)
        if st.button(voice("cancel"), key="compare-cancel", icon=":material/close:", type="tertiary"):
            cancel_job(desk.settings, job.id)
            st.rerun()
    if not alive(desk.database, time.time()) and time.time() - job.created_at > _PATIENCE_SECONDS:
        st.warning(plain(voice("worker_none")), icon=":material/warning:")


def _draw_outcome(voice: Voice, job: MeasureJob | None) -> None:
    if job is None or job.state == "done":
        return
    if job.problem is not None:
        draw_problem(job.problem, voice)
    else:
        st.caption(voice("compare_cancelled"))


def _draw_measured(voice: Voice, measured: Measured, going: bool) -> None:
    st.caption(
        plain(
            voice.count(
                "compare_when",
                measured.vectors,
                embedder=measured.embedder_id,
                date=date(measured.measured_at),
            )
        )
    )
    rows = [_row(point, voice) for point in measured.points]
    draw_curves(
        rows,
        *(voice("compare_recall"), voice("compare_time"), voice("compare_kind")),
        chosen="chosen",
        alt=voice("compare_chart_time"),
    )
    chosen = [point for point in measured.points if point.chosen]
    memory = [
        {
            voice("compare_kind"): voice(f"kind_{point.kind}"),
            voice("compare_memory_mb"): round(point.memory / _MB, 2),
        }
        for point in chosen
    ]
    draw_bars(memory, voice("compare_memory_mb"), voice("compare_kind"), voice("compare_chart_memory"))
    _draw_table(voice, chosen)
    out = [name for name in KIND_NAMES if measured.vectors < LEAST_TRAINED[name]]
    if out and not going:
        names = ", ".join(voice(f"kind_{name}") for name in out)
        st.caption(voice("compare_left_out", kinds=names))


def _row(point: Point, voice: Voice) -> dict[str, object]:
    return {
        voice("compare_kind"): voice(f"kind_{point.kind}"),
        voice("compare_recall"): round(point.recall, 4),
        voice("compare_time"): max(round(point.milliseconds, 4), 1e-4),
        voice("compare_effort"): point.effort,
        "chosen": point.chosen,
    }


def _draw_table(voice: Voice, chosen: list[Point]) -> None:
    """What a rebuild of each kind would come to."""
    st.dataframe(
        {
            voice("compare_kind"): [voice(f"kind_{point.kind}") for point in chosen],
            voice("compare_recall"): [point.recall for point in chosen],
            voice("compare_time"): [point.milliseconds for point in chosen],
            voice("compare_memory_mb"): [point.memory / _MB for point in chosen],
            voice("compare_effort"): [point.effort for point in chosen],
        },
        hide_index=True,
        column_config={
            voice("compare_recall"): st.column_config.NumberColumn(format="%.3f"),
            voice("compare_time"): st.column_config.NumberColumn(format="%.2f"),
            voice("compare_memory_mb"): st.column_config.NumberColumn(format="%.1f"),
        },
        alt=voice("compare_chart_time"),
    )
