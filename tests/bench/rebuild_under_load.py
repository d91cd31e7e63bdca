"""A library is rebuilt while it is searched and its worker is killed: python -m tests.bench.rebuild_under_load
[--chunks 5000] [--kills 10] [--threads 8] [--embedder other-paper]

The worker is the real one with readers and embedders of paper. Every searching thread asks for passages by their own
words: each must be the nearest, whatever goes on. With --embedder the library is given another one, and is taken back
to the first at the end. Prints what was asked, what failed, and what the rebuilds came to; asserts nothing.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ingest_jobs import submit
from ingest_jobs.steps import Attempt
from ingest_jobs.workflows import ingest
from rag_core.errors import WenjuError
from rag_core.index.build import build_generation, roll_back
from rag_core.index.faiss_store import FaissStore
from rag_core.index.generations import EmbedderChanged, LibraryIndex
from rag_core.index.lexical import search_lexical
from rag_core.settings import Settings, environment, read_settings
from rag_core.store.census import embedded_texts
from rag_core.store.chunks import searchable_ids
from rag_core.store.db import Database, open_database
from rag_core.store.generations import Wish, published
from rag_core.store.libraries import create_library, get_library
from tests.jobs.paper import EMBED_SECONDS, EMBEDDER_ID, PaperEmbedder, open_paper_bench, paper

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600.0


class Crowd:
    """Threads that ask for passages of the library by their own words, by meaning and by words."""

    def __init__(self, database: Database, settings: Settings, library_id: int, threads: int) -> None:
        self.asked: collections.Counter[tuple[str, int]] = collections.Counter()
        self.problems: list[str] = []
        self.seconds: list[float] = []
        self._database, self._library_id = database, library_id
        self._index = LibraryIndex(database, library_id, settings.indexes)
        self._ids = searchable_ids(database, library_id)
        self._texts = embedded_texts(database, self._ids.tolist())
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(threads)]

    @contextmanager
    def asking(self) -> Iterator[Crowd]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _ask(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        while not self._stop.wait(0.01):
            at = int(draw.integers(len(self._ids)))
            started = time.perf_counter()
            try:
                wrong = self._nearest(self._texts[at]) != self._ids[at]
                wrong |= self._worded(f"word{at}x") != self._ids[at]
            except (WenjuError, RuntimeError, ValueError, OSError) as error:
                self.problems.append(repr(error))
                continue
            self.seconds.append(time.perf_counter() - started)
            if wrong:
                self.problems.append(f"chunk {self._ids[at]} was not found")

    def _nearest(self, text: str) -> int:
        while True:
            embedder_id = get_library(self._database, self._library_id).embedder_id
            vector = PaperEmbedder(embedder_id).embed_questions([text])[0]
            try:
                ids, _ = self._index.search(vector, 1, embedder_id=embedder_id)
            except EmbedderChanged:
                continue
            self.asked[embedder_id, self._index.generation_id] += 1
            return int(ids[0]) if len(ids) else 0

    def _worded(self, word: str) -> int:
        ids, _ = search_lexical(self._database, [self._library_id], word, 1)
        return int(ids[0]) if len(ids) else 0


def fill(database: Database, settings: Settings, count: int) -> int:
    """A library of so many pages, a chunk each, read as a worker does; its id."""
    library_id = create_library(database, "load", EMBEDDER_ID, time.time()).id
    filler = "and so on with what a page of some length says " * 4
    for low in range(0, count, 500):
        lines = [f"text word{page}x stands here {filler}" for page in range(low, min(low + 500, count))]
        document, _ = submit.add_file(database, settings, library_id, f"{low}.pdf", io.BytesIO(paper(*lines)))
        attempt = Attempt(open_paper_bench(settings, database), document.id, document.attempt)
        ingest(attempt, lambda _, work: work())
    return library_id


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    variables = {**os.environ, **environment(settings), "PYTHONPATH": str(ROOT)}
    with (settings.home / "worker.log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, ROOT / "tests/jobs/paper_worker.py"], env=variables, stdout=log, stderr=log
        )


def is_running(database: Database, settings: Settings) -> bool:
    """Whether the latest rebuild is still on its way."""
    rebuilds = submit.jobs(database, settings).rebuilds
    return bool(rebuilds) and rebuilds[0].state in ("waiting", "running")


def run(arguments: argparse.Namespace, home: Path) -> None:
    settings = dataclasses.replace(read_settings({"WENJU_HOME": str(home)}), start_worker=False)
    database = open_database(settings.database)
    library_id = fill(database, settings, arguments.chunks)
    before = searchable_ids(database, library_id)
    first = build_generation(database, library_id, settings.indexes, 1.0)
    print(f"{len(before)} chunks; the first generation is {first.kind}", flush=True)
    draw = np.random.default_rng(arguments.seed)
    wish = Wish(kind="hnsw", embedder_id=arguments.embedder)
    os.environ[EMBED_SECONDS] = "0.1" if arguments.embedder else "0"
    kills = done = 0
    with Crowd(database, settings, library_id, arguments.threads).asking() as crowd:
        started = time.monotonic()
        submit.rebuild_library(database, settings, library_id, wish)
        while time.monotonic() - started < PATIENCE:
            worker = start_worker(settings)
            deadline = time.monotonic() + (draw.uniform(1.0, 8.0) if kills < arguments.kills else PATIENCE)
            while time.monotonic() < deadline and is_running(database, settings):
                time.sleep(0.05)
            finished = not is_running(database, settings)
            done += finished
            worker.kill()
            worker.wait()
            kills += not finished
            if finished and kills >= arguments.kills:
                break
            if finished:
                # It was quicker than the dice: the next one is killed.
                submit.rebuild_library(database, settings, library_id, Wish(kind="hnsw"))
        time.sleep(2.0)
        told(crowd, kills, done)
        now = published(database, library_id)
        assert now is not None
        keys = FaissStore.from_persist_path(str(settings.indexes / str(library_id) / str(now.id)), True).keys
        lost = len(np.setdiff1d(before, keys)) + len(
            np.setdiff1d(before, searchable_ids(database, library_id))
        )
        print(
            f"in use: generation {now.id}, {now.kind}, {now.embedder_id}, recall {now.recall:.3f}; {lost} chunks lost"
        )
        if arguments.embedder:
            roll_back(database, first.id, settings.indexes, time.time())
            time.sleep(2.0)
            told(crowd, kills, done)
            print(f"after going back: {get_library(database, library_id).embedder_id}")


def told(crowd: Crowd, kills: int, done: int) -> None:
    p50, p95, longest = np.percentile(crowd.seconds, [50, 95, 100]) * 1000
    print(
        f"{kills} kills, {done} rebuilds published, {len(crowd.seconds)} questions answered, {len(crowd.problems)} failed"
    )
    print(
        f"  p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {longest:.0f} ms; by embedder and generation: {dict(crowd.asked)}"
    )
    for problem, count in collections.Counter(crowd.problems).most_common(5):
        print(f"  {count} × {problem}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--embedder", default="", help="another embedder for the library, such as other-paper"
    )
    with tempfile.TemporaryDirectory() as home:
        run(parser.parse_args(), Path(home))


if __name__ == "__main__":
    main()
