"""System: the search index of each library, the models, the work and the disk."""

from __future__ import annotations

import shutil

import streamlit as st

from ingest_jobs import submit
from pages.parts import frame
from pages.parts.choice import choose_library
from pages.parts.clearing import draw_audit, draw_clearing
from pages.parts.comparing import draw_comparison
from pages.parts.engine import Desk
from pages.parts.facts import date, draw_facts, size, weight
from pages.parts.frame import empty, guarded, plain
from pages.parts.generations import draw_generations
from pages.parts.rebuilding import GOING, draw_rebuild, latest_rebuild
from pages.parts.text import Voice
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.store.census import count_searchable
from rag_core.store.documents import list_documents
from rag_core.store.generations import published
from rag_core.store.libraries import list_libraries
from rag_core.types import Library

_LOOK_SECONDS = 2.0


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("admin_title"))
    st.subheader(voice("admin_libraries"))
    libraries = list_libraries(desk.database)
    jobs = submit.jobs(desk.database, desk.settings)
    if libraries:
        _draw_index(desk, voice, choose_library(desk, voice, libraries), jobs)
    else:
        empty(voice("ask_nothing"), "")
    st.subheader(voice("admin_work"))
    busy = _is_busy(jobs)
    st.fragment(guarded(_draw_work, voice), run_every=_LOOK_SECONDS if busy else None)(desk, voice, busy)
    st.subheader(voice("admin_models"))
    draw_facts(_models(desk, voice))
    st.subheader(voice("admin_disk"))
    draw_facts(_disk(desk, voice))
    st.subheader(voice("audit_title"))
    draw_audit(desk, voice)


def _draw_index(desk: Desk, voice: Voice, library: Library, jobs: submit.Jobs) -> None:
    """All about one library's index."""
    passages = count_searchable(desk.database, library.id)
    draw_facts(_index(desk, voice, library, passages))
    if not passages and published(desk.database, library.id) is None:
        some = "index_unread" if list_documents(desk.database, library.id) else "index_no_documents"
        empty(voice(some), voice(f"{some}_lead"))
        return
    job = latest_rebuild(jobs.rebuilds, library.id)
    draw_rebuild(desk, voice, library, job)
    state = job.state if job else ""
    generations, compare, clear = st.tabs(
        [voice("index_tab_generations"), voice("index_tab_compare"), voice("index_tab_clear")]
    )
    with generations:
        draw_generations(desk, voice, library.id, state in GOING)
    with compare:
        draw_comparison(desk, voice, library.id)
    with clear:
        draw_clearing(desk, voice, library.id, state in (*GOING, "cancelled"))


def _index(desk: Desk, voice: Voice, library: Library, passages: int) -> list[tuple[str, str]]:
    rows = [
        (voice("admin_documents"), f"{len(list_documents(desk.database, library.id)):,}"),
        (voice("admin_chunks"), f"{passages:,}"),
        (voice("admin_embedder"), library.embedder_id),
    ]
    generation = published(desk.database, library.id)
    if generation is None:
        return [*rows, (voice("admin_kind"), voice("admin_never"))] if passages else rows
    return [
        *rows,
        (voice("admin_kind"), voice(f"kind_{generation.kind}")),
        (voice("admin_recall"), f"{generation.recall:.1%}"),
        (voice("admin_size"), size(generation.bytes)),
    ]


def _is_busy(jobs: submit.Jobs) -> bool:
    return bool(jobs.documents) or any(each.state in GOING for each in jobs.rebuilds)


def _draw_work(desk: Desk, voice: Voice, was_busy: bool) -> None:
    """Who works, and on how much; drawn again while there is work."""
    jobs = submit.jobs(desk.database, desk.settings)
    draw_facts(_work(jobs, voice))
    if not jobs.workers:
        st.warning(plain(voice("worker_none")), icon=":material/warning:")
    if _is_busy(jobs) != was_busy:
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
        (voice("disk_files"), size(weight(settings.files))),
        (voice("disk_indexes"), size(weight(settings.indexes))),
        (voice("disk_cache"), size(weight(settings.cache))),
        (voice("disk_models"), size(weight(settings.models))),
        (voice("disk_database"), size(own)),
        (voice("disk_free"), size(shutil.disk_usage(settings.home).free)),
    ]


frame.show(main)
