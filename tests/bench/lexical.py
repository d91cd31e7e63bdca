"""How long word search takes: python -m tests.bench.lexical [--count 100000] [--questions 200] [--folder DIR]

Makes a table of so many chunks of made-up Chinese and English, whose words are as unevenly frequent as real ones, asks
questions of words of one chunk, and prints what a search takes, by the clock and of a core, and how often that chunk is
the first, or among ten, beside going through every place. A folder keeps the table for the next time. Asserts nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import insert, text

from rag_core.index import lexical
from rag_core.index.terms import terms
from rag_core.store.db import Database, open_database, write
from rag_core.store.libraries import create_library
from rag_core.store.schema import chunks, documents

CHARACTERS = [chr(0x4E00 + number) for number in range(3500)]
SYLLABLES = [
    "ra",
    "te",
    "mi",
    "con",
    "sol",
    "ven",
    "du",
    "pla",
    "ber",
    "ing",
    "or",
    "st",
    "ne",
    "lu",
    "ga",
    "fi",
]
VOCABULARY, EACH, BATCH = 60_000, 100, 20_000


class Writer:
    """Texts of words drawn by Zipf's law, 120 words of Chinese or 90 of English a chunk; the same each time."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)
        common = np.random.default_rng(0)
        weights = 1 / np.arange(1, VOCABULARY + 1)
        self._reach = np.cumsum(weights / weights.sum())
        some = common.integers(0, len(CHARACTERS), (VOCABULARY, 3)) * common.random((VOCABULARY, 3)) ** 2
        lengths = common.choice([1, 2, 2, 2, 3], VOCABULARY)
        self._chinese = [
            "".join(CHARACTERS[int(one)] for one in row[:length])
            for row, length in zip(some, lengths, strict=True)
        ]
        pieces = common.integers(0, len(SYLLABLES), (VOCABULARY, 4))
        self._english = [
            "".join(SYLLABLES[one] for one in row[: 1 + at % 4]) for at, row in enumerate(pieces)
        ]

    def chunk(self) -> tuple[str, str]:
        """A text, and a question about it."""
        english = self._draw.random() < 0.4
        words = self._english if english else self._chinese
        places = np.searchsorted(self._reach, self._draw.random(90 if english else 120))
        drawn = [words[min(int(place), VOCABULARY - 1)] for place in places]
        start = int(self._draw.integers(len(drawn) - 8))
        joint = " " if english else ""
        return joint.join(drawn), joint.join(drawn[start : start + 8])


def fill(database: Database, count: int) -> list[tuple[int, str]]:
    """Writes the chunks; (chunk, question) of some of them."""
    library_id = create_library(database, "words", "none", 0.0).id
    writer = Writer(1)
    asked: list[tuple[int, str]] = []
    for low in range(1, count + 1, BATCH):
        rows, values = [], []
        for chunk_id in range(low, min(low + BATCH, count + 1)):
            content, question = writer.chunk()
            values.append({"id": chunk_id, "terms": " ".join(terms(content))})
            rows.append(_chunk(chunk_id))
            if chunk_id % max(count // 1000, 1) == 0:
                asked.append((chunk_id, question))
        owners = sorted({_owner(number) for number in range(low, low + len(rows))})
        with write(database) as connection:
            connection.execute(insert(documents), [_document(owner, library_id) for owner in owners])
            connection.execute(insert(chunks), rows)
            connection.execute(text("INSERT INTO lexical(rowid, terms) VALUES (:id, :terms)"), values)
        print(f"{low + len(rows) - 1} chunks", flush=True)
    return asked


def _document(number: int, library_id: int) -> dict[str, object]:
    return {
        "id": number,
        "library_id": library_id,
        "filename": f"{number}.pdf",
        "sha256": str(number),
        "readable_sha256": str(number),
        "bytes": 1,
        "state": "indexed",
        "created_at": 0.0,
    }


def _owner(number: int) -> int:
    return 1 + (number - 1) // EACH


def _chunk(number: int) -> dict[str, int | str | bool]:
    place = (number - 1) % EACH
    return {
        "id": number,
        "document_id": _owner(number),
        "ordinal": place,
        "start": place,
        "end": place + 1,
        "text": "",
        "first_page": 1 + place // 4,
        "last_page": 1 + place // 4,
        "searchable": True,
    }


def ask(database: Database, asked: Sequence[tuple[int, str]], name: str) -> None:
    """Asks and prints."""
    clock, core, first, ten = [], [], 0, 0
    for chunk_id, question in asked:
        started = time.perf_counter(), time.thread_time()
        found = lexical.search_lexical(database, [1], question, 100)[0].tolist()
        clock.append(1000 * (time.perf_counter() - started[0]))
        core.append(1000 * (time.thread_time() - started[1]))
        first += found[:1] == [chunk_id]
        ten += chunk_id in found[:10]
    taken, worked = np.percentile(clock, [50, 95]), np.percentile(core, [50, 95])
    print(
        f"{name:16} p50 {taken[0]:7.1f} ms  p95 {taken[1]:7.1f} ms  of a core {worked[0]:7.1f}, {worked[1]:7.1f} ms  "
        f"found first {first / len(asked):.3f}, among ten {ten / len(asked):.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument(
        "--all", action="store_true", help="beside going through every place, which takes seconds"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        file = (arguments.folder or Path(made)) / f"words-{arguments.count}.sqlite"
        known = file.exists()
        database = open_database(f"sqlite:///{file}")
        if known:
            writer = Writer(1)
            drawn = ((number, writer.chunk()[1]) for number in range(1, arguments.count + 1))
            asked = [one for one in drawn if one[0] % max(arguments.count // 1000, 1) == 0]
        else:
            asked = fill(database, arguments.count)
        asked = asked[:: max(len(asked) // arguments.questions, 1)]
        ask(database, asked, "as it is")
        if arguments.all:
            lexical.GATHERED_PLACES, lexical.CANDIDATES, lexical.COUNTED_PLACES = 10**9, 5000, 10**9
            ask(database, asked[::10], "every place")


if __name__ == "__main__":
    main()
