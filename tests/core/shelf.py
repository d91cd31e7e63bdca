"""A library to search in: documents of given paragraphs, stored, cut, embedded and published as the worker does."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.chunk import chunk_document
from rag_core.index.publish import publish_document
from rag_core.outline import read_outline
from rag_core.protocols import Embedder, Reranker
from rag_core.store.chunks import pending_embeddings, replace_chunks, save_embeddings
from rag_core.store.db import Database
from rag_core.store.documents import add_document
from rag_core.store.files import FileStore
from rag_core.store.libraries import create_library
from rag_core.store.pages import begin_pages, load_parsed, save_page
from rag_core.types import Block, Box, Line, Page, PageRecord
from tests.fakes import FakeEmbedder

BOX = Box(0.1, 0.1, 0.9, 0.9)


class Shelf:
    """A library of the database and the folder its indexes lie in."""

    def __init__(
        self, engine: Database, home: Path, name: str = "shelf", embedder: Embedder | None = None
    ) -> None:
        self.engine = engine
        self.indexes = home / "indexes"
        self.files = FileStore(home / "files")
        self.embedder = embedder or FakeEmbedder()
        self.library_id = create_library(engine, name, self.embedder.id, 1.0).id

    def add(self, filename: str, *paragraphs: str, publish: bool = True) -> int:
        """A one-page document whose paragraphs are chunks of their own; its id. A paragraph after # is a title."""
        stored = self.files.put(io.BytesIO("\n\n".join((filename, *paragraphs)).encode()), 1 << 20)
        document, _ = add_document(self.engine, self.library_id, filename, stored, 1.0)
        page = page_of(*paragraphs)
        begin_pages(self.engine, document.id, 1)
        record = PageRecord(document.id, 1, "read", "test", 0.0, 1.0, len(page.text), None, "")
        save_page(self.engine, record, page)
        parsed = load_parsed(self.engine, document.id)
        longest = max((len(paragraph) for paragraph in paragraphs), default=1)
        chunks = chunk_document(parsed.text, len, longest + 2, read_outline(parsed))
        replace_chunks(self.engine, document.id, chunks, parsed)
        while pending := pending_embeddings(self.engine, document.id, self.embedder.id, 100):
            vectors = self.embedder.embed_passages([text for _, text in pending])
            save_embeddings(self.engine, self.embedder.id, [chunk_id for chunk_id, _ in pending], vectors)
        if publish:
            self.publish(document.id)
        return document.id

    def publish(self, document_id: int) -> None:
        assert publish_document(self.engine, document_id, "indexed")

    def retriever(self, reranker: Reranker | None = None) -> Retriever:
        return Retriever(self.engine, self.indexes, lambda _: self.embedder, reranker)


def page_of(*paragraphs: str, number: int = 1) -> Page:
    """A page of these paragraphs, one after # is a title."""
    blocks = []
    for paragraph in paragraphs:
        lines = tuple(
            Line(text, BOX, "text", 1.0, tuple(np.linspace(0.1, 0.9, len(text) + 1).tolist()))
            for text in paragraph.removeprefix("#").split("\n")
        )
        blocks.append(Block("title" if paragraph.startswith("#") else "text", BOX, lines))
    return Page(number, 595.0, 842.0, tuple(blocks))
