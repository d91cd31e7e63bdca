"""How soon a search finds a corrected line: python -m tests.bench.corrections [--pages 300]

Makes a document of recognised pages in a temporary data folder and builds its index (of drawn vectors: what
they are does not matter here), then corrects lines all over it with the real embedder. Prints the seconds from
saving to the end of the first search that finds the corrected line, and of what that is made up.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from rag_core.chunk import chunk_parsed
from rag_core.engine import open_asking
from rag_core.index.build import build_generation
from rag_core.index.publish import publish_document
from rag_core.models.catalogue import find_card
from rag_core.models.defaults import default_ids
from rag_core.models.embed import load_embedder
from rag_core.models.folders import require
from rag_core.protocols import Embedder
from rag_core.settings import Settings, read_settings
from rag_core.store.amend import places
from rag_core.store.chunks import pending_embeddings, replace_chunks, save_embeddings
from rag_core.store.corrections import Correction
from rag_core.store.db import Database, open_database
from rag_core.store.documents import add_document
from rag_core.store.files import Stored
from rag_core.store.libraries import create_library
from rag_core.store.pages import begin_pages, load_page, load_parsed, save_pages
from rag_core.types import Block, Box, Line, Page, PageRecord

LINES_A_PAGE = 30
CORRECTED = 20
WORDS = [
    "valve",
    "pump",
    "site",
    "report",
    "measured",
    "pressure",
    "flow",
    "winter",
    "summer",
    "contract",
    "delivery",
    "north",
    "south",
    "value",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    count = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        models = read_settings().models
        settings = dataclasses.replace(Settings(home=Path(folder)), models_dir=models, chat="quote")
        database = open_database(settings.database)
        document_id, library_id, chunks = _fill(database, settings, count)
        asking = open_asking(settings)
        asking.warm().join()
        asking.search("warm up", [library_id], 5)
        draw = random.Random(1)
        saving: list[float] = []
        finding: list[float] = []
        working: list[float] = []
        for at in range(CORRECTED):
            number = draw.randint(1, count)
            page = load_page(database, document_id, number)
            assert page is not None
            line = draw.choice([one.line for one in places(page)])
            word = f"zebra{at}"
            begun, busy = time.monotonic(), time.process_time()
            asking.correct(Correction(document_id, number, line.box, line.text, f"{line.text} {word}"))
            saved = time.monotonic()
            found = asking.search(f"where is {word}", [library_id], 5)
            done = time.monotonic()
            working.append(time.process_time() - busy)
            assert any(word in hit.passage.text for hit in found.hits[:1]), word
            saving.append(saved - begun)
            finding.append(done - saved)
        both = [one + other for one, other in zip(saving, finding, strict=True)]
        print(f"{count} pages, {chunks} chunks, {CORRECTED} corrections, seconds: median (worst)")
        for name, seconds in (("saving", saving), ("search", finding), ("both", both), ("of CPU", working)):
            print(f"  {name:8} {statistics.median(seconds):.2f} ({max(seconds):.2f})")
        asking.close()
        database.dispose()


def _fill(database: Database, settings: Settings, count: int) -> tuple[int, int, int]:
    embedder = _embedder(settings)
    library_id = create_library(database, "bench", embedder.id, 1.0).id
    document, _ = add_document(database, library_id, "scan.pdf", Stored("0" * 64, 1), 1.0)
    begin_pages(database, document.id, count)
    draw = random.Random(0)
    pages = [_page(number, draw) for number in range(1, count + 1)]
    save_pages(
        database,
        [
            (PageRecord(document.id, one.number, "read", "ocr", 4.0, 0.95, len(one.text), None, ""), one)
            for one in pages
        ],
    )
    parsed = load_parsed(database, document.id)
    chunks = chunk_parsed(parsed, embedder)
    replace_chunks(database, document.id, chunks, parsed)
    drawn = np.random.default_rng(0)
    while pending := pending_embeddings(database, document.id, embedder.id, 32):
        vectors = drawn.normal(size=(len(pending), embedder.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        save_embeddings(database, embedder.id, [chunk_id for chunk_id, _ in pending], vectors)
    publish_document(database, document.id, "indexed")
    build_generation(database, library_id, settings.indexes, time.time())
    return document.id, library_id, len(chunks)


def _embedder(settings: Settings) -> Embedder:
    model_id = default_ids(settings).embedder
    card = find_card(model_id)
    assert card is not None, model_id
    return load_embedder(require(settings, model_id), card, settings.device)


def _page(number: int, draw: random.Random) -> Page:
    lines = []
    for at in range(LINES_A_PAGE):
        text = " ".join([f"{number}.{at}", *draw.choices(WORDS, k=9)]) + "."
        edges = tuple(0.1 + 0.8 * step / len(text) for step in range(len(text) + 1))
        box = Box(0.1, (at + 1) / 40, 0.9, (at + 1.8) / 40)
        lines.append(Line(text, box, "ocr", 0.95, edges))
    return Page(number, 595.0, 842.0, (Block("text", Box(0.1, 0.02, 0.9, 0.9), tuple(lines)),))


if __name__ == "__main__":
    main()
