"""How far a rebuild has come, read from what it has done. Light: for the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest_jobs.requests import RebuildJob
from rag_core.index.build import draft_stage
from rag_core.settings import Settings
from rag_core.store.census import count_searchable, unembedded
from rag_core.store.db import Database
from rag_core.store.generations import list_generations
from rag_core.store.libraries import get_library

Stage = Literal[
    "waiting", "embedding", "building", "training", "adding", "tuning", "writing", "checking", "over"
]
_DRAFTING: tuple[Stage, ...] = ("training", "adding", "tuning", "writing")


@dataclass(frozen=True, slots=True)
class Progress:
    """What a rebuild is at; of embedding, how many of the library's chunks are done."""

    stage: Stage
    done: int
    total: int


def rebuild_progress(database: Database, settings: Settings, job: RebuildJob) -> Progress:
    """Where the rebuild is at the moment. Raises NotFound when the library is gone."""
    library = get_library(database, job.library_id)
    total = count_searchable(database, job.library_id)
    left = unembedded(database, job.library_id, job.wish.embedder_id or library.embedder_id)
    return Progress(_stage(database, settings, job, left), total - left, total)


def _stage(database: Database, settings: Settings, job: RebuildJob, left: int) -> Stage:
    if job.state not in ("waiting", "running"):
        return "over"
    if job.state == "waiting":
        return "waiting"
    drafts = [
        one
        for one in list_generations(database, job.library_id)
        if one.published_at is None and not one.is_refused
    ]
    if drafts and (settings.indexes / str(job.library_id) / str(drafts[0].id)).is_dir():
        return "checking"
    if left:
        return "embedding"
    told = draft_stage(settings.indexes / str(job.library_id)) if drafts else ""
    return next((stage for stage in _DRAFTING if stage == told), "building")
