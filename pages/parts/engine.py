"""The app's composition root: the one place that opens the database, the files and the models for the pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

from ingest_jobs.submit import ensure_worker
from pages.parts.running import RunningAnswers
from pages.parts.trying import RunningTrials
from rag_core.engine import Asking, open_asking
from rag_core.page_images import PageImages
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings, read_settings
from rag_core.store.db import Database, open_database
from rag_core.store.files import FileStore

# The first page is painted before anything heavy is loaded.
_AFTER_FIRST_PAINT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with."""

    settings: Settings
    database: Database
    files: FileStore
    asking: Asking
    reader: IsolatedReader
    images: PageImages
    running: RunningAnswers
    trials: RunningTrials
    # Passages a second, by embedder, as tried on this machine.
    paces: dict[str, float]


@st.cache_resource(show_spinner=False)
def open_desk() -> Desk:
    """The desk, opened once a process. Raises UserError where the data folder can't be used."""
    settings = read_settings()
    database = open_database(settings.database)
    files = FileStore(settings.files)
    reader = IsolatedReader(settings)
    desk = Desk(
        settings,
        database,
        files,
        open_asking(settings),
        reader,
        PageImages(reader, files, settings.cache),
        RunningAnswers(),
        RunningTrials(),
        {},
    )
    warm = threading.Timer(_AFTER_FIRST_PAINT_SECONDS, _warm, (desk,))
    warm.daemon = True
    warm.start()
    return desk


def _warm(desk: Desk) -> None:
    ensure_worker(desk.settings, desk.database)
    desk.asking.warm()
