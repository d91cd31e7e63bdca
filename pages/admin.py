"""System: the search index of each library, the models, the work and the disk."""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path

import streamlit as st

from ingest_jobs import submit
from ingest_jobs.requests import RebuildJob
from pages.parts import frame
from pages.parts.engine import Desk
from pages.parts.facts import date, draw_facts, size
from pages.parts.frame import draw_problem, empty, plain
from pages.parts.text import Voice
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.store.chunks import searchable_ids
from rag_core.store.documents import list_documents
from rag_core.store.generations import published
from rag_core.store.libraries import list_libraries
from rag_core.types import Library

_LOOK_SECONDS = 2.0
_GOING = ("waiting", "running")


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("admin_title"))
    busy = _is_busy(submit.jobs(desk.database, desk.settings))
    st.fragment(_draw_work, run_every=_LOOK_SECONDS if busy else None)(desk, voice, busy)
    st.subheader(voice("admin_models"))
    draw_facts(_models(desk, voice))
    st.subheader(voice("admin_disk"))
    draw_facts(_disk(desk, voice))


def _is_busy(jobs: submit.Jobs) -> bool:
    return bool(jobs.documents) or any(each.state in _GOING for each in jobs.rebuilds)


def _draw_work(desk: Desk, voice: Voice, was_busy: bool) -> None:
    """The indexes and what is going on; drawn again while something is."""
    jobs = submit.jobs(desk.database, desk.settings)
    if _is_busy(jobs) != was_busy:
        st.rerun()
    st.subheader(voice("admin_libraries"))
    libraries = list_libraries(desk.database)
    if not libraries:
        empty(voice("ask_nothing"), "")
    for library in libraries:
        with st.container(border=True, key=f"index-{library.id}"):
            st.html(f'<div class="wenju-document"><b>{escape(library.name)}</b></div>')
            draw_facts(_index(desk, voice, library))
            rebuild = next((each for each in jobs.rebuilds if each.library_id == library.id), None)
            _draw_rebuild(desk, voice, library, rebuild)
    st.subheader(voice("admin_work"))
    draw_facts(_work(jobs, voice))
    if not jobs.workers:
        st.warning(plain(voice("worker_none")), icon=":material/warning:")


def _index(desk: Desk, voice: Voice, library: Library) -> list[tuple[str, str]]:
    rows = [
        (voice("admin_documents"), f"{len(list_documents(desk.database, library.id)):,}"),
        (voice("admin_chunks"), f"{len(searchable_ids(desk.database, library.id)):,}"),
        (voice("admin_embedder"), library.embedder_id),
    ]
    generation = published(desk.database, library.id)
    if generation is None:
        return [*rows, (voice("admin_generation"), voice("admin_never"))]
    return [
        *rows,
        (voice("admin_generation"), str(generation.id)),
        (voice("admin_kind"), generation.kind),
        (voice("admin_vectors"), f"{generation.vectors:,}"),
        (voice("admin_recall"), f"{generation.recall:.1%}"),
        (voice("admin_size"), size(generation.bytes)),
        (voice("admin_date"), date(generation.published_at or generation.created_at)),
    ]


def _draw_rebuild(desk: Desk, voice: Voice, library: Library, job: RebuildJob | None) -> None:
    if job is not None and job.state in _GOING:
        st.progress(0.1 if job.state == "waiting" else 0.6, voice(f"admin_rebuild_{job.state}"))
        return
    if job is not None and job.problem is not None:
        draw_problem(job.problem, voice)
    generation = published(desk.database, library.id)
    if job is not None and job.state == "done" and generation is not None:
        seconds = f"{generation.build_seconds:.1f}"
        st.caption(voice("admin_rebuilt", id=generation.id, count=f"{generation.vectors:,}", seconds=seconds))
    if st.button(voice("admin_rebuild"), key=f"rebuild-{library.id}", icon=":material/autorenew:"):
        submit.rebuild_library(desk.database, desk.settings, library.id)
        st.rerun()


def _work(jobs: submit.Jobs, voice: Voice) -> list[tuple[str, str]]:
    waiting = sum(each.state == "waiting" for each in jobs.documents)
    said = [
        voice("admin_worker_since", process=each.process_id, host=each.host, date=date(each.started_at))
        for each in jobs.workers
    ]
    return [
        (voice("admin_workers"), "; ".join(said) or voice("admin_model_none")),
        (voice("admin_running"), str(len(jobs.documents) - waiting)),
        (voice("admin_queued"), str(waiting)),
    ]


def _models(desk: Desk, voice: Voice) -> list[tuple[str, str]]:
    loaded = desk.asking.status().loaded
    ids = default_ids(desk.settings)
    roles = {
        "role_embedder": ids.embedder,
        "role_reranker": ids.reranker,
        "role_chat": ids.chat,
        "role_ocr": ids.ocr,
        "role_layout": ids.layout,
    }
    rows = []
    for role, model_id in roles.items():
        here = "admin_model_here" if model_id and find(desk.settings, model_id) else "admin_model_missing"
        state = "admin_model_loaded" if model_id in loaded else here
        rows.append((voice(role), f"{model_id} · {voice(state)}" if model_id else voice("admin_model_none")))
    return rows


def _disk(desk: Desk, voice: Voice) -> list[tuple[str, str]]:
    settings = desk.settings
    own = sum(each.stat().st_size for each in settings.home.glob("*.sqlite*"))
    return [
        (voice("disk_files"), size(_weight(settings.files))),
        (voice("disk_indexes"), size(_weight(settings.indexes))),
        (voice("disk_cache"), size(_weight(settings.cache))),
        (voice("disk_models"), size(_weight(settings.models))),
        (voice("disk_database"), size(own)),
        (voice("disk_free"), size(shutil.disk_usage(settings.home).free)),
    ]


def _weight(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


frame.show(main)
