"""The composition root of reading: the only place that names what a worker works with. Nothing heavy is
loaded before the first document needs it."""

from __future__ import annotations

from ingest_jobs.bench import Bench, Embedders, Readers
from rag_core.errors import ModelUnavailable
from rag_core.protocols import Embedder
from rag_core.settings import Settings
from rag_core.store.db import Database
from rag_core.store.files import FileStore

# What a reader with its recognition models holds, and a page beside them.
READER_MB = 1500


def open_bench(settings: Settings, database: Database) -> Bench:
    """The bench of a real worker: pages in a child process, embedders from the models folder."""
    from rag_core.models.defaults import default_ids  # noqa: PLC0415
    from rag_core.parse.reader.isolated import IsolatedReader, recognition_threads  # noqa: PLC0415

    count = reader_count(settings)
    return Bench(
        database=database,
        settings=settings,
        files=FileStore(settings.files),
        readers=Readers(lambda: IsolatedReader(settings, threads=recognition_threads(count)), count),
        embedders=Embedders(lambda embedder_id: _load(settings, embedder_id)),
        recogniser=lambda: default_ids(settings).ocr,
    )


def reader_count(settings: Settings) -> int:
    """How many processes read pages at a time: as set, else one a core, as far as memory is free for them."""
    if settings.reader_processes:
        return settings.reader_processes
    import psutil  # noqa: PLC0415

    from rag_core.models.defaults import gather_facts  # noqa: PLC0415

    facts = gather_facts(settings, frozenset())
    free_mb = min(psutil.virtual_memory().available // 2**20, facts.memory_mb)
    return max(1, int(min(facts.cores, free_mb // READER_MB)))


def _load(settings: Settings, embedder_id: str) -> Embedder:
    from rag_core.models.catalogue import find_card  # noqa: PLC0415
    from rag_core.models.embed import load_embedder  # noqa: PLC0415
    from rag_core.models.folders import require  # noqa: PLC0415

    card = find_card(embedder_id)
    if card is None:
        raise ModelUnavailable("model_unknown", embedder_id)
    return load_embedder(require(settings, embedder_id), card, settings.device)
