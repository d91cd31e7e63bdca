"""How far the reading of a document is."""

from __future__ import annotations

import os
from html import escape

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import plain
from pages.parts.text import Voice
from rag_core.parse.read import page_list
from rag_core.parse.results import TEXT_LAYER
from rag_core.store.ledger import Progress, indexing_progress, reading_progress
from rag_core.types import Document

_MINUTE = 60
_HOUR = 3600


def draw_progress(desk: Desk, voice: Voice, document: Document, documents: int = 1) -> None:
    """Pages done, by what, the time left, and the pages that failed so far. `documents` are read at a time."""
    if document.state == "indexing":
        done, count = indexing_progress(desk.database, document.id)
        said = (
            voice("progress_passages", done=done, count=count) if done < count else voice("progress_indexing")
        )
        st.progress(done / count if count else 0.0, said)
    elif document.page_count == 0:
        st.progress(0.0, voice("progress_queue" if document.state == "waiting" else "progress_looking"))
    else:
        readers = desk.settings.reader_processes or os.cpu_count() or 1
        progress = reading_progress(desk.database, document.id, readers / max(documents, 1))
        done = min(progress.done, document.page_count)
        st.progress(done / document.page_count, plain(_said(voice, document, progress)))
        if progress.failed:
            failed = voice("progress_failed", pages=page_list(progress.failed))
            st.html(f'<div class="wenju-problem">{escape(failed)}</div>')


def _said(voice: Voice, document: Document, progress: Progress) -> str:
    if document.state == "waiting":
        return voice("progress_queue")
    parts = [voice("progress_pages", done=min(progress.done, document.page_count), count=document.page_count)]
    if progress.seconds_left is not None and progress.done < document.page_count:
        parts.append(_left(voice, progress.seconds_left))
    names = [f"{engine_name(voice, name)} {count:,}" for name, count in progress.engines]
    return " · ".join([*parts, *names])


def _left(voice: Voice, seconds: float) -> str:
    if seconds < _MINUTE:
        return voice("left_seconds", count=max(5, 5 * round(seconds / 5)))
    if seconds < _HOUR:
        return voice("left_minutes", count=round(seconds / _MINUTE))
    return voice("left_hours", count=f"{seconds / _HOUR:.1f}")


def engine_name(voice: Voice, name: str) -> str:
    """What read a page, as a person says it."""
    return "+".join(voice("engine_text") if part == TEXT_LAYER else part for part in name.split("+"))
