"""What a revised file costs: python -m tests.bench.revision [--pages 300] [--changed 3]

A digital file is read and indexed, then the same with some pages changed, then the second is indexed again.
Prints one JSON line: pages read and chunks embedded each time, the share of chunks whose vector was taken
over, and seconds. The embedder is the tests' own: vectors that depend on the text alone, at no cost.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import random
import tempfile
import time
from pathlib import Path

from ingest_jobs import submit
from ingest_jobs.bench import Bench
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import read_settings
from rag_core.store import chunks, pages
from rag_core.store.db import open_database
from rag_core.store.libraries import create_library
from tests.builders import digital_pdf
from tests.jobs.paper import EMBEDDER_ID, PaperEmbedder, open_paper_bench
from tests.jobs.test_ingest import ingest_document

_WORDS = (
    "the",
    "report",
    "says",
    "that",
    "costs",
    "rose",
    "while",
    "income",
    "of",
    "all",
    "units",
    "fell",
    "again",
)
_LINES = 28


def sheets(count: int, rng: random.Random) -> list[list[str]]:
    """Pages of running text, no two alike."""
    return [
        [f"{number}. Section", *(" ".join(rng.choices(_WORDS, k=11)) + "." for _ in range(_LINES))]
        for number in range(1, count + 1)
    ]


def _measure(bench: Bench, embedder: PaperEmbedder, library_id: int, data: bytes, name: str) -> object:
    begun, before = time.monotonic(), len(embedder.embedded)
    document, known = submit.add_file(bench.database, bench.settings, library_id, name, io.BytesIO(data))
    if known:
        submit.retry_pages(bench.database, bench.settings, document.id, [])
    reads = pages.total_reads(bench.database, document.id)
    finished = ingest_document(bench, document)
    count = len(chunks.searchable_ids(bench.database, library_id, [document.id]))
    embedded = len(embedder.embedded) - before
    return {
        "state": finished.state,
        "pages_read": pages.total_reads(bench.database, document.id) - reads,
        "chunks": count,
        "embedded": embedded,
        "taken_over": round(1 - embedded / max(count, 1), 4),
        "seconds": round(time.monotonic() - begun, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--changed", type=int, default=3)
    options = parser.parse_args()
    rng = random.Random(1)
    first = sheets(options.pages, rng)
    second = [list(lines) for lines in first]
    for at in rng.sample(range(options.pages), options.changed):
        second[at][_LINES // 2] = "One line of this page was revised."
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(read_settings(), home=Path(folder), start_worker=False)
        database = open_database(settings.database)
        embedder = PaperEmbedder()
        bench = open_paper_bench(settings, database, lambda: IsolatedReader(settings), embedder)
        library = create_library(database, "reports", EMBEDDER_ID, time.time())
        files = {"first": digital_pdf(first), "revised": digital_pdf(second)}
        report = {
            name: _measure(bench, embedder, library.id, data, f"{name}.pdf") for name, data in files.items()
        }
        report["indexed again"] = _measure(bench, embedder, library.id, files["revised"], "revised.pdf")
        bench.readers.close()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
