"""Trials of golden questions: running them, what they come to, and how that has changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.charts import draw_history
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.text import Voice
from pages.parts.trying import RunningTrial
from rag_core.errors import UserError
from rag_core.evaluate.trial import Score, Share, score, start_trial
from rag_core.store.generations import published
from rag_core.store.golden import count_golden, list_golden
from rag_core.store.places import without_document
from rag_core.store.trials import Mark, Trial, Tried, finish_trial, forget_trial, list_trials, marks
from rag_core.types import Library

_LOOK_SECONDS = 1.0
_SHOWN_TRIALS = 12
_SHARES = ("first", "five", "answered", "refused", "cited")
_BEST_PLACES = 5


def draw_trials(desk: Desk, voice: Voice, library: Library) -> None:
    """The button or how far the trial is, the last scores, and those before."""
    if not count_golden(desk.database, library.id) and not list_trials(desk.database, library.id):
        empty(voice("golden_none"), voice("golden_none_lead"))
        return
    left_out = len(without_document(desk.database, library.id))
    if left_out:
        st.info(voice.count("trial_left_out", left_out), icon=":material/folder_off:")
    running = desk.trials.of(library.id)
    with st.container():
        if running is not None and not running.finished:
            st.fragment(guarded(_draw_running, voice), run_every=_LOOK_SECONDS)(desk, voice, running)
        else:
            _draw_start(desk, voice, library, running)
    going = running.trial.id if running is not None and not running.finished else 0
    found = [one for one in list_trials(desk.database, library.id) if one.id != going]
    told = marks(desk.database, [one.id for one in found[:_SHOWN_TRIALS]])
    shown = [(one, score(told[one.id])) for one in found[:_SHOWN_TRIALS] if told[one.id]]
    if not shown:
        if not going:
            empty(voice("trial_none_yet"), voice("trial_none_lead"))
        return
    latest, scored = shown[0]
    st.caption(plain(voice("trial_latest", date=date(latest.created_at), what=_of(latest, voice))))
    st.html(_tiles(scored, voice))
    if len(shown) > 1:
        _draw_history(voice, shown)
    _draw_details(desk, voice, latest, told[latest.id])
    with st.expander(voice("trial_runs"), type="compact"):
        _draw_table(voice, shown, {one.id: len(told[one.id]) for one, _ in shown})


def _draw_running(desk: Desk, voice: Voice, running: RunningTrial) -> None:
    if running.finished:
        st.rerun()
        return
    done = len(marks(desk.database, [running.trial.id])[running.trial.id])
    total = max(running.trial.total, 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(done / total, 1.0), voice("trial_running", done=min(done + 1, total), total=total))
        if st.button(voice("cancel"), key="trial-cancel", icon=":material/close:", type="tertiary"):
            running.cancel()


def _draw_start(desk: Desk, voice: Voice, library: Library, ended: RunningTrial | None) -> None:
    if ended is not None and ended.problem is not None:
        draw_problem(ended.problem, voice)
    cut = next((one for one in list_trials(desk.database, library.id) if one.finished_at is None), None)
    if cut is not None:
        _draw_cut(desk, voice, cut)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = st.segmented_control(
            voice("trial_what"),
            ["trial_answers", "trial_search"],
            default="trial_answers",
            required=True,
            format_func=voice,
            key="trial-what",
        )
        if st.button(voice("trial_run"), key="trial-run", type="primary", icon=":material/play_arrow:"):
            try:
                trial = start_trial(
                    desk.database, library.id, _tried(desk, library, what == "trial_answers"), time.time()
                )
            except UserError as error:
                draw_problem(error.problem, voice)
                return
            desk.trials.start(desk.database, desk.asking, trial)
            st.rerun()


def _draw_cut(desk: Desk, voice: Voice, cut: Trial) -> None:
    """A trial whose process ended, or that met a problem: it can go on."""
    done = len(marks(desk.database, [cut.id])[cut.id])
    with st.container(horizontal=True, vertical_alignment="center", key="rebuild-paused"):
        st.caption(voice("trial_cut", done=done, total=cut.total), width="stretch")
        if st.button(voice("trial_resume"), key="trial-resume", icon=":material/play_arrow:"):
            desk.trials.start(desk.database, desk.asking, cut)
            st.rerun()
        if st.button(voice("trial_drop"), key="trial-drop", icon=":material/close:", type="tertiary"):
            if done:
                finish_trial(desk.database, cut.id, time.time())
            else:
                forget_trial(desk.database, cut.id)
            st.rerun()


def _tried(desk: Desk, library: Library, answers: bool) -> Tried:
    status = desk.asking.status()
    generation = published(desk.database, library.id)
    used = generation.id if generation and generation.embedder_id == library.embedder_id else 0
    return Tried(used, library.embedder_id, status.reranker, status.chat if answers else "")


def _of(trial: Trial, voice: Voice) -> str:
    tried = trial.tried
    models = " · ".join(name for name in (tried.embedder_id, tried.reranker_id, tried.chat_id) if name)
    if not tried.generation_id:
        return voice("trial_of_none", models=models)
    return voice("trial_of", id=tried.generation_id, models=models)


def _tiles(scored: Score, voice: Voice) -> str:
    tiles = [(f"score_{name}", getattr(scored, name)) for name in _SHARES]
    cells = [_tile(voice(key), _percent(share), _told(share, voice)) for key, share in tiles]
    mrr = "–" if scored.mrr is None else f"{scored.mrr:.2f}"
    cells.insert(2, _tile(voice("score_mrr"), mrr, _told(scored.first, voice) if scored.mrr is None else ""))
    return f'<dl class="wenju-scores">{"".join(cells)}</dl>'


def _tile(name: str, value: str, told: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(told)}</small></dd></div>"


def _percent(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%}"


def _told(share: Share, voice: Voice) -> str:
    if not share.whole:
        return voice("score_not_tried")
    return voice("score_of", part=share.part, whole=share.whole)


def run_name(trial: Trial) -> str:
    """What the run is called on the chart: its number, generation (none before the first index file) and model."""
    tried = trial.tried
    generation = (str(tried.generation_id),) if tried.generation_id else ()
    return " · ".join((f"#{trial.id}", *generation, tried.chat_id or tried.embedder_id))


def _draw_history(voice: Voice, shown: Sequence[tuple[Trial, Score]]) -> None:
    rows = [
        {
            "run": run_name(trial),
            "share": round(share.value, 4),
            "figure": voice(f"score_{name}"),
        }
        for trial, scored in reversed(shown)
        for name in _SHARES
        if (share := getattr(scored, name)).value is not None
    ]
    if rows:
        draw_history(rows, "run", "share", "figure", voice("trial_history"))


def _draw_table(voice: Voice, shown: Sequence[tuple[Trial, Score]], done: dict[int, int]) -> None:
    columns: dict[str, list[object]] = {
        voice("trial_date"): [date(trial.created_at) for trial, _ in shown],
        voice("trial_generation"): [trial.tried.generation_id or "–" for trial, _ in shown],
        voice("trial_models"): [_of(trial, voice) for trial, _ in shown],
        voice("trial_count"): [
            str(trial.total)
            if done[trial.id] >= trial.total
            else voice("trial_stopped", done=done[trial.id], total=trial.total)
            for trial, _ in shown
        ],
    }
    for name in _SHARES:
        columns[voice(f"score_{name}")] = [_percent(getattr(scored, name)) for _, scored in shown]
    columns[voice("score_mrr")] = [scored.mrr for _, scored in shown]
    columns[voice("trial_seconds")] = [scored.seconds for _, scored in shown]
    st.dataframe(
        {
            name: [str(one) if isinstance(one, int) else one for one in values]
            for name, values in columns.items()
        },
        hide_index=True,
        column_config={
            voice("score_mrr"): st.column_config.NumberColumn(format="%.2f"),
            voice("trial_seconds"): st.column_config.NumberColumn(format="%.2f"),
        },
        alt=voice("trial_runs"),
    )


def _draw_details(desk: Desk, voice: Voice, trial: Trial, some: Sequence[Mark]) -> None:
    questions = {one.id: one.wanted.question for one in list_golden(desk.database, trial.library_id)}
    known = [mark for mark in some if mark.golden_id in questions]
    order = sorted(known, key=lambda mark: (_verdict(mark) in ("right", "open"), mark.golden_id))
    st.markdown(f"**{voice('trial_details')}**")
    st.dataframe(
        {
            voice("golden_question"): [questions[mark.golden_id] for mark in order],
            voice("trial_verdict"): [voice(f"verdict_{_verdict(mark)}") for mark in order],
            voice("trial_place"): [mark.place or None for mark in order],
            voice("trial_answer"): [mark.answer for mark in order],
            voice("trial_seconds"): [mark.seconds for mark in order],
        },
        hide_index=True,
        column_config={
            voice("golden_question"): st.column_config.TextColumn(width="large"),
            voice("trial_place"): st.column_config.NumberColumn(width="small"),
            voice("trial_seconds"): st.column_config.NumberColumn(format="%.2f", width="small"),
        },
        placeholder="–",
        alt=voice("trial_details"),
    )


def _verdict(mark: Mark) -> str:
    """What is to be said of it first."""
    if not mark.answerable:
        return {None: "open", True: "right", False: "answered"}[mark.refused]
    if mark.refused:
        return "refused"
    if mark.place == 0:
        return "not_found"
    if mark.cited is False:
        return "uncited"
    if mark.place is None:
        return "open" if mark.refused is None else "right"
    return "right" if mark.place <= _BEST_PLACES else "low"
