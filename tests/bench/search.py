"""How long a search takes: python -m tests.bench.search [CHUNKS] [--kind flat|hnsw]

Fills a temporary library with made-up passages in two languages and random vectors, then asks questions.
Prints milliseconds; asserts nothing.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.index.build import build_generation
from rag_core.index.kind import FLAT, HNSW
from rag_core.index.publish import publish_document
from rag_core.protocols import FloatArray
from rag_core.store.chunks import pending_embeddings, replace_chunks, save_embeddings
from rag_core.store.db import Database, open_database
from rag_core.store.documents import add_document
from rag_core.store.files import Stored
from rag_core.store.libraries import create_library
from rag_core.types import Chunk, Page, ParsedDocument

DIMENSION = 384
CHUNKS_A_DOCUMENT = 500
QUESTIONS = 200


class RandomEmbedder:
    """Unit vectors around a few hundred centres, as real texts lie."""

    max_tokens = 512

    def __init__(self, id: str = "random", dimension: int = DIMENSION) -> None:
        self.id = id
        self.dimension = dimension
        self._draw = np.random.default_rng(0)
        self._centres = self._draw.standard_normal((300, dimension))

    def embed_passages(self, texts: list[str]) -> FloatArray:
        near = self._centres[self._draw.integers(0, 300, len(texts))]
        vectors = near + 0.8 * self._draw.standard_normal((len(texts), self.dimension))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    embed_questions = embed_passages

    def count_tokens(self, text: str) -> int:
        return len(text)


# Frequencies as in real text (Zipf and Mandelbrot): the commonest Chinese character is 4 % of all, "the" 6 %.
CHARACTERS = [chr(0x4E00 + rank) for rank in range(4000)]
CHARACTER_SHARES = list(itertools.accumulate(1 / (rank + 4) for rank in range(4000)))
WORDS = [
    "".join(letters) for letters in itertools.islice(itertools.product("aeioubdgklmnprstv", repeat=4), 40_000)
]
WORD_SHARES = list(itertools.accumulate(1 / (rank + 2) for rank in range(40_000)))


def passage(draw: random.Random, length: int = 300) -> str:
    """So many characters of Chinese, or a third as many English words."""
    if draw.random() < 0.5:
        return "".join(draw.choices(CHARACTERS, cum_weights=CHARACTER_SHARES, k=length))
    return " ".join(draw.choices(WORDS, cum_weights=WORD_SHARES, k=length // 3))


def fill(engine: Database, embedder: RandomEmbedder, count: int) -> int:
    draw = random.Random(0)
    library = create_library(engine, "bench", embedder.id, 1.0)
    for first in range(0, count, CHUNKS_A_DOCUMENT):
        document, _ = add_document(engine, library.id, f"{first}.pdf", Stored(f"{first:064x}", 1), 1.0)
        texts = [passage(draw) for _ in range(min(CHUNKS_A_DOCUMENT, count - first))]
        chunks = [Chunk(place, 0, 0, text, "") for place, text in enumerate(texts)]
        replace_chunks(engine, document.id, chunks, ParsedDocument((Page(1, 595.0, 842.0, ()),)))
        pending = pending_embeddings(engine, document.id, embedder.id, CHUNKS_A_DOCUMENT)
        save_embeddings(engine, embedder.id, [one for one, _ in pending], embedder.embed_passages(texts))
        publish_document(engine, document.id, "indexed")
    return library.id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chunks", type=int, nargs="?", default=10_000)
    parser.add_argument("--kind", choices=("flat", "hnsw"), default="flat")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/bench.sqlite")
        embedder = RandomEmbedder()
        started = time.monotonic()
        library_id = fill(engine, embedder, arguments.chunks)
        print(f"filled {arguments.chunks} chunks in {time.monotonic() - started:.1f} s")
        kind = {"flat": FLAT, "hnsw": HNSW}[arguments.kind]
        generation = build_generation(engine, library_id, Path(folder), 1.0, kind)
        print(f"built {generation.kind}: {generation.build_seconds:.2f} s, {generation.bytes >> 20} MB")
        retriever = Retriever(engine, Path(folder), lambda _: embedder)
        draw = random.Random(1)
        laps = []
        for _ in range(QUESTIONS):
            question = passage(draw, 25)
            started = time.monotonic()
            found = retriever.search(question, [library_id], 10)
            laps.append([time.monotonic() - started, *found.seconds])
        engine.dispose()
    for name, column in zip(
        ("total", "dense", "lexical", "fused", "followed"), np.array(laps[5:]).T * 1000, strict=False
    ):
        p50, p95 = np.percentile(column, [50, 95])
        print(f"{name:8} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms")


if __name__ == "__main__":
    main()
