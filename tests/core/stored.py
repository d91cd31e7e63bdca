"""Documents in a database, made in one line for the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Engine

from rag_core.store.documents import add_document
from rag_core.store.files import Stored
from rag_core.store.libraries import create_library, find_library
from rag_core.store.pages import begin_pages, save_page
from rag_core.types import Block, Box, Document, Line, Page, PageRecord, PageState


def page_of(number: int, blocks: Sequence[Sequence[str]]) -> Page:
    """A page of blocks of lines; each line's edges are even."""
    made = []
    for at, lines in enumerate(blocks):
        box = Box(0.1, at / 100, 0.9, (at + 1) / 100)
        made.append(Block("text", box, tuple(_line(text, box) for text in lines)))
    return Page(number, 600.0, 800.0, tuple(made))


def _line(text: str, box: Box) -> Line:
    edges = tuple(round(i / max(len(text), 1), 5) for i in range(len(text) + 1))
    return Line(text, box, "text", 1.0, edges)


def new_document(engine: Engine, content: str = "a", library: str = "library") -> Document:
    """A waiting document; its content is only its name for the store."""
    owner = find_library(engine, library) or create_library(engine, library, "e", 0.0)
    stored = Stored(hashlib.sha256(content.encode()).hexdigest(), len(content))
    return add_document(engine, owner.id, f"{content}.pdf", stored, 1.0)[0]


def read_pages(engine: Engine, document_id: int, pages: Sequence[Page]) -> None:
    """Enters the pages as read."""
    begin_pages(engine, document_id, len(pages))
    for page in pages:
        state: PageState = "read" if page.text else "empty"
        record = PageRecord(document_id, page.number, state, "test", 0.1, 1.0, len(page.text), None, "")
        save_page(engine, record, page)
