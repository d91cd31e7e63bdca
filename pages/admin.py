"""System: the search index of each library, the models, the work and the disk."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk, open_desk
from pages.parts.frame import empty, plain
from pages.parts.jobs import size
from pages.parts.text import Voice
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.store.chunks import searchable_ids
from rag_core.store.documents import list_documents, unfinished_documents
from rag_core.store.generations import published
from rag_core.store.libraries import list_libraries
from rag_core.store.workers import alive
from rag_core.types import Library

_LOOK_SECONDS = 2.0


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("admin_title"))
    st.subheader(voice("admin_libraries"))
    libraries = list_libraries(desk.database)
    if not libraries:
        empty(voice("ask_nothing"), "")
    for library in libraries:
        with st.container(border=True, key=f"index-{library.id}"):
            _draw_index(desk, voice, library)
    st.subheader(voice("admin_models"))
    _draw_models(desk, voice)
    st.subheader(voice("admin_work"))
    st.fragment(_draw_work, run_every=_LOOK_SECONDS)(desk, voice)
    st.subheader(voice("admin_disk"))
    _draw_disk(desk, voice)


def _facts(rows: list[tuple[str, str]]) -> None:
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<dl class="wenju-facts">{inner}</dl>')


def _draw_index(desk: Desk, voice: Voice, library: Library) -> None:
    generation = published(desk.database, library.id)
    st.html(f'<div class="wenju-document"><b>{escape(library.name)}</b></div>')
    rows = [
        (voice("admin_documents"), f"{len(list_documents(desk.database, library.id)):,}"),
        (voice("admin_chunks"), f"{len(searchable_ids(desk.database, library.id)):,}"),
        (voice("admin_embedder"), library.embedder_id),
    ]
    if generation is None:
        rows.append((voice("admin_generation"), voice("admin_never")))
    else:
        rows += [
            (voice("admin_generation"), str(generation.id)),
            (voice("admin_kind"), generation.kind),
            (voice("admin_vectors"), f"{generation.vectors:,}"),
            (voice("admin_recall"), f"{generation.recall:.1%}"),
            (voice("admin_size"), size(generation.bytes)),
            (voice("admin_date"), date(generation.published_at or generation.created_at)),
        ]
    _facts(rows)
    _draw_rebuild(desk, voice, library)


def _draw_rebuild(desk: Desk, voice: Voice, library: Library) -> None:
    job = submit.rebuild_state(desk.settings, library.id)
    if job is not None and job.running:
        st.fragment(_watch_rebuild, run_every=_LOOK_SECONDS)(desk, voice, library)
        return
    if st.button(voice("admin_rebuild"), key=f"rebuild-{library.id}", icon=":material/autorenew:"):
        submit.rebuild_library(desk.settings, desk.database, library.id)
        st.rerun()


def _watch_rebuild(desk: Desk, voice: Voice, library: Library) -> None:
    job = submit.rebuild_state(desk.settings, library.id)
    if job is None or not job.running:
        st.rerun()
    st.caption(voice("admin_rebuilding"))


def _draw_models(desk: Desk, voice: Voice) -> None:
    status = desk.asking.status()
    ids = default_ids(desk.settings)
    rows = []
    for role, model_id in (
        ("embedder", ids.embedder),
        ("reranker", ids.reranker),
        ("chat", ids.chat),
        ("ocr", ids.ocr),
    ):
        if not model_id:
            rows.append((voice(f"role_{role}"), voice("admin_model_none")))
            continue
        here = "admin_model_here" if find(desk.settings, model_id) else "admin_model_missing"
        state = "admin_model_loaded" if model_id in status.loaded else here
        rows.append((voice(f"role_{role}"), f"{model_id} · {voice(state)}"))
    _facts(rows)


def _draw_work(desk: Desk, voice: Voice) -> None:
    now = time.time()
    workers = alive(desk.database, now)
    unfinished = unfinished_documents(desk.database)
    waiting = sum(each.state == "waiting" for each in unfinished)
    said = [
        voice("admin_worker_since", process=each.process_id, host=each.host, date=date(each.started_at))
        for each in workers
    ]
    _facts(
        [
            (voice("admin_workers"), "; ".join(said) or voice("admin_model_none")),
            (voice("admin_running"), str(len(unfinished) - waiting)),
            (voice("admin_queued"), str(waiting)),
        ]
    )
    if not workers:
        st.warning(plain(voice("worker_none")), icon=":material/warning:")


def _draw_disk(desk: Desk, voice: Voice) -> None:
    settings = desk.settings
    rows = [
        (voice("disk_files"), size(_weight(settings.files))),
        (voice("disk_indexes"), size(_weight(settings.indexes))),
        (voice("disk_cache"), size(_weight(settings.cache))),
        (voice("disk_models"), size(_weight(settings.models))),
    ]
    if settings.home.exists():
        own = sum(each.stat().st_size for each in settings.home.glob("*.sqlite*"))
        rows.append((voice("disk_database"), size(own)))
        rows.append((voice("disk_free"), size(shutil.disk_usage(settings.home).free)))
    _facts(rows)


def _weight(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) if folder.exists() else 0


def date(moment: float) -> str:
    """A moment as the machine's clock shows it."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


main(open_desk(), session.voice())
