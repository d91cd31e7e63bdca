"""An answer while it is being written."""

from __future__ import annotations

import time
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.answers import question_html, scroll_here, sentences_html
from pages.parts.frame import draw_problem
from pages.parts.running import Progress, RunningAnswer
from pages.parts.text import Voice
from rag_core.text import is_cjk

_LOOK_SECONDS = 0.25
# Only models that are still on their way from the disk keep a question waiting this long.
_LOADING_SECONDS = 1.5
_BETWEEN_FRAMES_SECONDS = 0.05


def watch(running: RunningAnswer, voice: Voice, key: str) -> None:
    """Draws the running answer until it is finished, then draws the page anew. Only the button here cancels
    it: the question box's own stop button is not shown where the page before was still being drawn."""
    st.html(question_html(running.question))
    # One place for all that is live: the finished answer, drawn there by the next run, takes it whole.
    with st.empty().container():
        scroll_here(key)
        if not running.progress.finished:
            place = st.empty()
            st.button(voice("stop"), key=f"stop-{key}", icon=":material/stop:", on_click=running.cancel)
            _follow(running, voice, place)
    progress = running.progress
    if progress.problem is None:
        st.rerun()
    draw_problem(progress.problem, voice)


def _follow(running: RunningAnswer, voice: Voice, place: DeltaGenerator) -> None:
    progress = running.progress
    while not progress.finished:
        waited = time.monotonic() - running.started
        place.html(live_html(progress, voice, waited))
        time.sleep(_BETWEEN_FRAMES_SECONDS)
        progress = running.wait(progress.version, _LOOK_SECONDS)


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
