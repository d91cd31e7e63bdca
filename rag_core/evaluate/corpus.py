"""A corpus as a library: each of its rows goes the way of a one-page file, from the store's tables to the
index, in a temporary data folder."""

from __future__ import annotations

import dataclasses
import io
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.chunk import chunk_parsed
from rag_core.evaluate.common import Source, progress
from rag_core.index.build import build_generation
from rag_core.index.kind import Kind
from rag_core.index.publish import publish_document
from rag_core.protocols import Embedder, Reranker
from rag_core.settings import Settings
from rag_core.store.chunks import pending_in_library, replace_chunks, save_embeddings
from rag_core.store.db import Database, open_database
from rag_core.store.documents import add_document
from rag_core.store.files import FileStore
from rag_core.store.generations import Generation
from rag_core.store.libraries import create_library
from rag_core.store.pages import begin_pages, load_parsed, save_page
from rag_core.types import Block, Box, Line, Page, PageRecord

_BATCH = 64
_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class LoadedCorpus:
    """A library that holds a corpus. `sources` names the corpus row of each document id."""

    library_id: int
    sources: Mapping[int, str]
    chunks: int
    generation: Generation
    seconds: Mapping[str, float]


@contextmanager
def temporary_home(settings: Settings) -> Iterator[tuple[Settings, Database]]:
    """The settings with a data folder of their own, and its database; all gone at the end. Models stay
    where they are."""
    home = Path(tempfile.mkdtemp(prefix="wenju-evaluate-"))
    try:
        own = dataclasses.replace(settings, home=home, models_dir=settings.models, database_url="")
        engine = open_database(own.database)
        yield own, engine
        engine.dispose()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def load_corpus(
    engine: Database,
    settings: Settings,
    embedder: Embedder,
    sources: Sequence[Source],
    kind: Kind | None = None,
) -> LoadedCorpus:
    """A new library with a document for each source, searchable and with its index built."""
    library = create_library(engine, f"corpus {time.time_ns()}", embedder.id, time.time())
    files = FileStore(settings.files)
    names: dict[int, str] = {}
    tell = progress("documents", len(sources))
    chunk_seconds = 0.0
    chunk_count = 0
    for done, source in enumerate(sources, 1):
        # Two rows may hold the same words; their bytes differ by the id, so that both become documents.
        stored = files.put(io.BytesIO(f"{source.id}\n{source.title}\n{source.text}".encode()), 1 << 30)
        filename = f"{source.title or source.id}.pdf"[:200]
        document, _ = add_document(engine, library.id, filename, stored, time.time())
        names[document.id] = source.id
        page = page_of(source)
        begin_pages(engine, document.id, 1)
        save_page(
            engine, PageRecord(document.id, 1, "read", "evaluate", 0.0, 1.0, len(page.text), None, ""), page
        )
        count, seconds = publish_read(engine, document.id, embedder)
        chunk_seconds += seconds
        chunk_count += count
        tell(done)
    embed_seconds = embed_library(engine, library.id, embedder, chunk_count)
    generation = build_generation(engine, library.id, settings.indexes, time.time(), kind)
    spent = {"chunk": chunk_seconds, "embed": embed_seconds, "build": generation.build_seconds}
    return LoadedCorpus(library.id, names, chunk_count, generation, spent)


def publish_read(engine: Database, document_id: int, embedder: Embedder) -> tuple[int, float]:
    """Cuts what was read of the document into chunks and makes them searchable; returns how many there are
    and the seconds that cutting took."""
    parsed = load_parsed(engine, document_id)
    started = time.monotonic()
    chunks = chunk_parsed(parsed, embedder)
    seconds = time.monotonic() - started
    replace_chunks(engine, document_id, chunks, parsed)
    publish_document(engine, document_id, "indexed")
    return len(chunks), seconds


def retriever(
    engine: Database, settings: Settings, embedder: Embedder, reranker: Reranker | None
) -> Retriever:
    """A search over loaded corpora, all embedded by the same embedder."""
    return Retriever(engine, settings.indexes, lambda _: embedder, reranker)


def embed_library(engine: Database, library_id: int, embedder: Embedder, count: int) -> float:
    """Embeds the library's chunks, `count` of them; returns the seconds it took."""
    started = time.monotonic()
    tell = progress("embeddings", count)
    done = 0
    while pending := pending_in_library(engine, library_id, embedder.id, _BATCH):
        vectors = embedder.embed_passages([text for _, text in pending])
        save_embeddings(engine, embedder.id, [chunk_id for chunk_id, _ in pending], vectors)
        done += len(pending)
        tell(done)
    return time.monotonic() - started


def page_of(source: Source) -> Page:
    """The page that a file of this row would show: its title, then its paragraphs."""
    paragraphs = [part for part in source.text.replace("\f", "\n\n").split("\n\n") if part.strip()]
    parts = [("title", source.title)] if source.title.strip() else []
    parts += [("text", paragraph) for paragraph in paragraphs]
    step = (1 - 2 * _MARGIN) / max(len(parts), 1)
    blocks = []
    for place, (kind, text) in enumerate(parts):
        top = _MARGIN + place * step
        lines = [line for line in text.splitlines() if line.strip()]
        height = step / max(len(lines), 1)
        blocks.append(
            Block(
                "title" if kind == "title" else "text",
                Box(_MARGIN, top, 1 - _MARGIN, top + step),
                tuple(_line(line, top + at * height, height) for at, line in enumerate(lines)),
            )
        )
    return Page(1, 595.0, 842.0, tuple(blocks))


def _line(text: str, top: float, height: float) -> Line:
    width = (1 - 2 * _MARGIN) / len(text)
    edges = tuple(_MARGIN + width * place for place in range(len(text) + 1))
    return Line(text, Box(_MARGIN, top, 1 - _MARGIN, top + height), "text", 1.0, edges)
