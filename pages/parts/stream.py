"""An answer while it is being written."""

from __future__ import annotations

import time
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from pages.parts import session
from pages.parts.answers import question_html, scroll_here, sentences_html
from pages.parts.frame import draw_problem
from pages.parts.running import Progress, RunningAnswer
from pages.parts.text import Voice
from rag_core.text import is_cjk

_LOOK_SECONDS = 0.25
# Only models that are still on their way from the disk keep a question waiting this long.
_LOADING_SECONDS = 1.5
_BETWEEN_FRAMES_SECONDS = 0.05
# A tab that was closed takes a moment to be known as gone, and a click elsewhere to have the page drawn anew.
_LEAVING_SECONDS = 1.0


def watch(running: RunningAnswer, voice: Voice, key: str, stoppable: bool) -> None:
    """Draws the running answer until it is finished, then draws the page anew. Where the question box
    shows its stop button (`stoppable`), that cancels it; elsewhere a button here does. A tab that goes
    away cancels nothing, nor does a click on anything else."""
    st.html(question_html(running.question))
    # One place for all that is live: the finished answer, drawn there by the next run, takes it whole.
    with st.empty().container():
        scroll_here(key)
        if not running.progress.finished:
            _redraw_after_stop(running)
            place = st.empty()
            if not stoppable:
                st.button(voice("stop"), key=f"stop-{key}", icon=":material/stop:", on_click=running.cancel)
            _follow(running, voice, place)
    progress = running.progress
    if progress.problem is None:
        st.rerun()
    draw_problem(progress.problem, voice)


def _follow(running: RunningAnswer, voice: Voice, place: DeltaGenerator) -> None:
    run = session.runs()
    try:
        progress = running.progress
        while not progress.finished:
            waited = time.monotonic() - running.started
            place.html(live_html(progress, voice, waited))
            time.sleep(_BETWEEN_FRAMES_SECONDS)
            progress = running.wait(progress.version, _LOOK_SECONDS)
    except StopException:
        if _is_to_stop(run):
            running.cancel()
        raise


def _is_to_stop(run: int) -> bool:
    """Whether that run of this tab was stopped by the stop button: Streamlit stops a run for every click, but then the
    next one begins."""
    until = time.monotonic() + _LEAVING_SECONDS
    while time.monotonic() < until:
        if session.runs() != run or not session.is_connected():
            return False
        time.sleep(_BETWEEN_FRAMES_SECONDS)
    return True


@st.fragment(run_every=0.5)
def _redraw_after_stop(running: RunningAnswer) -> None:
    # Once stopped, a run can draw nothing more; this looks after it has ended.
    if running.progress.finished:
        st.rerun()


def live_html(progress: Progress, voice: Voice, waited: float = 0.0) -> str:
    """The answer so far, with the citations found so far, and what is being done. `waited` are seconds."""
    language = "zh" if is_cjk(progress.text) else "en"
    said = (
        sentences_html(progress.text, progress.sentences, progress.citations, voice, live=True)
        if progress.text
        else ""
    )
    stage = f'<div class="wenju-stage" role="status">{escape(_stage(progress, voice, waited))}</div>'
    return f'<div class="wenju-answer" lang="{language}">{said}{stage}</div>'


def _stage(progress: Progress, voice: Voice, waited: float) -> str:
    if progress.found is not None:
        return voice.count("stage_found", progress.found)
    if progress.searched:
        return voice("stage_searching", question=progress.searched)
    return voice("stage_loading" if waited > _LOADING_SECONDS else "stage_waiting")
