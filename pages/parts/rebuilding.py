"""Rebuilding a library's index: what to choose, what it will take, how far it is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

import streamlit as st

from ingest_jobs import submit
from ingest_jobs.plan import Plan, cost, embedders_here, free_memory, plan, sample_passages
from ingest_jobs.progress import Progress, rebuild_progress
from ingest_jobs.requests import RebuildJob, cancel_job, forget_job, rebuilds, resume_rebuild
from pages.parts.checks import reasons
from pages.parts.engine import Desk
from pages.parts.facts import draw_facts, lasting, size
from pages.parts.frame import draw_problem, guarded, plain
from pages.parts.text import Voice
from rag_core.errors import Problem, UserError
from rag_core.index.estimate import Estimate
from rag_core.index.kind import KIND_NAMES, parameters_of
from rag_core.store.generations import Wish, list_generations, published
from rag_core.store.workers import alive
from rag_core.types import Library

GOING = ("waiting", "running")
_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 20.0
_AUTO = "auto"
_FEW_SECONDS = 5.0
# How far along a rebuild is when a stage begins; embedding has the share up to the next.
_SHARES = {
    "waiting": 0.0,
    "embedding": 0.02,
    "building": 0.6,
    "training": 0.62,
    "adding": 0.66,
    "tuning": 0.8,
    "writing": 0.9,
    "checking": 0.93,
    "over": 1.0,
}


def latest_rebuild(jobs: Sequence[RebuildJob], library_id: int) -> RebuildJob | None:
    """The library's last rebuild; None where there is none to speak of: those that only embed are not."""
    return next((one for one in jobs if one.library_id == library_id and one.wish.build), None)


def draw_rebuild(desk: Desk, voice: Voice, library: Library, job: RebuildJob | None) -> None:
    """The button, or how far the rebuild is; drawn again each second while it goes on."""
    going = job is not None and job.state in GOING
    # A place of its own: what stands below must not move into it.
    with st.container():
        if going:
            st.fragment(guarded(_draw_going, voice), run_every=_LOOK_SECONDS)(desk, voice, library)
            return
        if job is not None:
            _draw_outcome(desk, voice, job)
        if st.button(voice("admin_rebuild"), key=f"rebuild-{library.id}", icon=":material/autorenew:"):
            st.dialog(voice("rebuild_title"))(guarded(_draw_wish, voice))(desk, voice, library)


def _draw_going(desk: Desk, voice: Voice, library: Library) -> None:
    job = latest_rebuild(rebuilds(desk.settings), library.id)
    if job is None or job.state not in GOING:
        st.rerun()
        return
    progress = rebuild_progress(desk.database, desk.settings, job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(_share(progress), voice(f"rebuild_stage_{_stage(progress)}", **_gaps(progress)))
        if st.button(voice("rebuild_pause"), key="rebuild-pause", icon=":material/pause:", type="tertiary"):
            cancel_job(desk.settings, job.id)
            st.rerun()
    st.caption(voice("rebuild_meanwhile"))
    if not alive(desk.database, time.time()) and time.time() - job.created_at > _PATIENCE_SECONDS:
        st.warning(plain(voice("worker_none")), icon=":material/warning:")


def _stage(progress: Progress) -> str:
    return "publishing" if progress.stage == "over" else progress.stage


def _gaps(progress: Progress) -> dict[str, str]:
    if progress.stage != "embedding":
        return {}
    return {"done": f"{progress.done:,}", "total": f"{progress.total:,}"}


def _share(progress: Progress) -> float:
    share = _SHARES[progress.stage]
    if progress.stage == "embedding" and progress.total:
        share += (_SHARES["building"] - share) * progress.done / progress.total
    return share


def _draw_outcome(desk: Desk, voice: Voice, job: RebuildJob) -> None:
    """How the last rebuild ended, with what can be done about it."""
    if job.state == "cancelled":
        with st.container(horizontal=True, vertical_alignment="center", key="rebuild-paused"):
            st.caption(voice("rebuild_paused"), width="stretch")
            if st.button(voice("rebuild_resume"), key="rebuild-resume", icon=":material/play_arrow:"):
                resume_rebuild(desk.settings, job.id)
                submit.ensure_worker(desk.settings, desk.database)
                st.rerun()
            if st.button(voice("rebuild_drop"), key="rebuild-drop", icon=":material/close:", type="tertiary"):
                forget_job(desk.settings, job.id)
                st.rerun()
    elif job.problem is not None:
        _draw_failure(desk, voice, job, job.problem)
    elif job.state == "done":
        generation = published(desk.database, job.library_id)
        if generation is not None and generation.created_at >= job.created_at:
            st.success(voice("rebuild_done", id=generation.id), icon=":material/check:")


def _draw_failure(desk: Desk, voice: Voice, job: RebuildJob, problem: Problem) -> None:
    """Why there is no new index; of one that was refused what it fell short of."""
    refused = [one for one in list_generations(desk.database, job.library_id) if one.is_refused]
    latest = max(refused, key=lambda one: one.id, default=None)
    if problem.code == "index_check" and latest is not None and latest.created_at >= job.created_at:
        said = voice("rebuild_refused", id=latest.id, reasons=reasons(latest, voice))
        st.error(plain(said), icon=":material/error:")
    else:
        draw_problem(problem, voice)


def _draw_wish(desk: Desk, voice: Voice, library: Library) -> None:
    kind = st.selectbox(
        voice("rebuild_kind"),
        [_AUTO, *KIND_NAMES],
        format_func=lambda one: voice(f"kind_{one}"),
        key="rebuild-kind",
    )
    st.caption(voice(f"kindwhy_{kind}"))
    here = dict.fromkeys([library.embedder_id, *embedders_here(desk.settings)])
    embedder_id = st.selectbox(
        voice("rebuild_embedder"),
        list(here),
        format_func=lambda one: (
            voice("rebuild_embedder_now", embedder=one) if one == library.embedder_id else one
        ),
        key="rebuild-embedder",
    )
    name = "" if kind == _AUTO else kind
    wish = Wish(name, (), "" if embedder_id == library.embedder_id else embedder_id)
    try:
        usual = plan(desk.database, library.id, wish)
        wish = Wish(
            name, _draw_parameters(voice, usual) if name and not usual.instead else (), wish.embedder_id
        )
        planned = plan(desk.database, library.id, wish)
        ready = _draw_estimate(desk, voice, planned, library, str(embedder_id))
    except UserError as error:
        draw_problem(error.problem, voice)
        return
    if st.button(
        voice("rebuild_start"),
        type="primary",
        key="rebuild-start",
        disabled=not ready,
        icon=":material/autorenew:",
    ):
        submit.rebuild_library(desk.database, desk.settings, library.id, wish)
        st.rerun()


def _draw_parameters(voice: Voice, usual: Plan) -> tuple[tuple[str, int], ...]:
    """What is set by hand."""
    chosen: list[tuple[str, int]] = []
    with st.expander(voice("rebuild_parameters"), type="compact"):
        st.caption(voice("rebuild_parameters_note"))
        left, right = st.columns(2)
        for place, (name, most) in enumerate(parameters_of(usual.kind.name)):
            now = int(getattr(usual.kind, name))
            value = (left, right)[place % 2].number_input(
                voice(f"parameter_{name}"),
                min_value=0 if most == 1 else 1,
                max_value=most,
                value=None,
                step=1,
                placeholder=f"{now:,}" if now or most == 1 else voice("rebuild_measured"),
                key=f"parameter-{usual.kind.name}-{name}",
            )
            if value:
                chosen.append((name, int(value)))
    return tuple(chosen)


def _draw_estimate(desk: Desk, voice: Voice, planned: Plan, library: Library, embedder_id: str) -> bool:
    """What it will take; False where it can't be done."""
    pace = _pace(desk, voice, library.id, embedder_id) if planned.to_embed else 0.0
    needed = cost(planned, pace)
    free = shutil.disk_usage(desk.settings.home).free
    if planned.instead:
        asked = planned.instead.partition(": ")[2].partition(" ")[0]
        st.info(voice("rebuild_too_few", kind=voice(f"kind_{asked}")), icon=":material/info:")
    if planned.to_embed:
        st.info(voice.count("rebuild_embedder_note", planned.to_embed), icon=":material/info:")
    with st.container(border=True, key="rebuild-estimate"):
        draw_facts(
            [
                (voice("rebuild_becomes"), voice(f"kind_{planned.kind.name}")),
                (voice("rebuild_time"), _time(voice, planned, needed)),
                (voice("rebuild_memory"), size(needed.building_memory)),
                (voice("rebuild_memory_after"), size(needed.memory)),
                (voice("rebuild_disk"), voice("rebuild_disk_free", size=size(needed.disk), free=size(free))),
            ]
        )
    if needed.disk > free:
        st.error(voice("rebuild_disk_short"), icon=":material/error:")
        return False
    if needed.building_memory > free_memory():
        st.warning(voice("rebuild_memory_short", free=size(free_memory())), icon=":material/warning:")
    return True


def _time(voice: Voice, planned: Plan, needed: Estimate) -> str:
    if not planned.to_embed:
        # Whatever the figures say: starting and checking take their time.
        short = needed.seconds < _FEW_SECONDS
        return voice("few_seconds") if short else lasting(voice, needed.seconds)
    if not needed.embedding_seconds:
        return voice("rebuild_time_unknown", total=lasting(voice, needed.building_seconds))
    return voice(
        "rebuild_time_embedding",
        total=lasting(voice, needed.seconds),
        embedding=lasting(voice, needed.embedding_seconds),
    )


def _pace(desk: Desk, voice: Voice, library_id: int, embedder_id: str) -> float:
    """Passages a second, tried once; 0 where the embedder can't be loaded."""
    if embedder_id not in desk.paces:
        with st.spinner(voice("rebuild_trying", embedder=embedder_id)):
            texts = sample_passages(desk.database, library_id)
            desk.paces[embedder_id] = desk.asking.pace(embedder_id, texts)
    return desk.paces[embedder_id]
