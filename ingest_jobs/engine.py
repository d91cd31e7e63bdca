"""The composition root of reading: the only place that names what a worker works with. Nothing heavy is
loaded before the first document needs it."""

from __future__ import annotations

from ingest_jobs.bench import Bench, Embedders, Readers
from rag_core.errors import ModelUnavailable
from rag_core.protocols import Embedder
from rag_core.settings import Settings
from rag_core.store.db import Database
from rag_core.store.files import FileStore


def open_bench(settings: Settings, database: Database) -> Bench:
    """The bench of a real worker: pages in a child process, embedders from the models folder."""
    from rag_core.parse.isolated import IsolatedReader  # noqa: PLC0415

    return Bench(
        database=database,
        settings=settings,
        files=FileStore(settings.files),
        readers=Readers(lambda: IsolatedReader(settings), settings.worker_documents),
        embedders=Embedders(lambda embedder_id: _load(settings, embedder_id)),
    )


def _load(settings: Settings, embedder_id: str) -> Embedder:
    from rag_core.models.catalogue import find_card  # noqa: PLC0415
    from rag_core.models.embed import load_embedder  # noqa: PLC0415
    from rag_core.models.folders import require  # noqa: PLC0415

    card = find_card(embedder_id)
    if card is None:
        raise ModelUnavailable("model_unknown", embedder_id)
    return load_embedder(require(settings, embedder_id), card, settings.device)
