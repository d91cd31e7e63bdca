"""A library gets another embedder while it is asked: python -m tests.bench.switch_embedder DIR… --to NAME
[--chunks 5000] [--threads 2]

Puts the sets' corpora into a library until it holds so many chunks, and has the real worker give it the embedder NAME,
which must be here, while threads put the sets' questions to it in quote mode. Goes back to the first generation at the
end. Prints how many questions were answered or refused, what failed, by which embedder and generation the passages were
found, and what the gate found. Asserts nothing.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path

from ingest_jobs import submit
from rag_core.engine import Asking, open_asking
from rag_core.errors import WenjuError
from rag_core.evaluate.common import read_retrieval_set
from rag_core.evaluate.corpus import load_corpus, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.index.build import roll_back
from rag_core.models.defaults import QUOTE
from rag_core.settings import Settings, environment, read_settings
from rag_core.store.db import Database
from rag_core.store.generations import Wish, get_generation, published
from rag_core.store.golden import Wanted, add_golden
from rag_core.store.libraries import get_library
from rag_core.types import Done

PATIENCE = 3600.0
LOOK_SECONDS = 0.5


class Crowd:
    """Threads that put questions to a library until they are told to stop."""

    def __init__(self, asking: Asking, library_id: int, questions: Sequence[str], threads: int) -> None:
        self.answered: collections.Counter[str] = collections.Counter()
        self.seen: collections.Counter[tuple[str, int]] = collections.Counter()
        self.problems: list[str] = []
        self._asking, self._library_id, self._questions = asking, library_id, questions
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed, threads)) for seed in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, first: int, step: int) -> None:
        place = first
        while not self._stop.is_set():
            question = self._questions[place % len(self._questions)]
            place += step
            try:
                *_, last = self._asking.ask(question, (), [self._library_id])
                problems = self._asking.search(question, [self._library_id], 1).problems
            except (WenjuError, RuntimeError, ValueError, OSError) as error:
                self.problems.append(repr(error))
                continue
            if problems or not isinstance(last, Done):
                self.problems.append(f"half a search: {problems}")
                continue
            self.answered["refused" if last.answer.refused else "answered"] += 1
            embedder_id = self._asking.embedder_id(self._library_id)
            self.seen.update((embedder_id, one) for one in last.answer.generations)


def told(crowd: Crowd, when: str) -> None:
    """Prints what has been asked so far."""
    print(f"{when}: {dict(crowd.answered)}, {len(crowd.problems)} failed; {dict(crowd.seen)}", flush=True)
    for problem, count in collections.Counter(crowd.problems).most_common(3):
        print(f"  {count} × {problem}", flush=True)


def switch(database: Database, settings: Settings, library_id: int, embedder_id: str) -> int:
    """Has a worker give the library the embedder; the id of the generation that is in use then."""
    before = published(database, library_id)
    assert before is not None
    submit.rebuild_library(database, settings, library_id, Wish(embedder_id=embedder_id))
    worker = subprocess.Popen(
        [sys.executable, "-m", "ingest_jobs"], env={**os.environ, **environment(settings)}
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        jobs = submit.jobs(database, settings).rebuilds
        if jobs and jobs[0].state not in ("waiting", "running"):
            break
        time.sleep(LOOK_SECONDS)
    worker.terminate()
    worker.wait()
    now = published(database, library_id)
    return now.id if now else before.id


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--to", required=True, metavar="NAME")
    parser.add_argument("--chunks", type=int, default=5000)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    settings = dataclasses.replace(read_settings(), chat=QUOTE)
    sets = [read_retrieval_set(folder) for folder in arguments.folders]
    sources = list(islice(chain.from_iterable(one.corpus for one in sets), arguments.chunks))
    here = {source.id for source in sources}
    queries = [query for one in sets for query in one.queries if here.intersection(query.relevant)]
    with temporary_home(settings) as (own, database):
        corpus = load_corpus(database, own, open_models(settings).embedder, sources)
        library_id = corpus.library_id
        names = {source.id: f"{source.title or source.id}.pdf"[:200] for source in sources}
        golden = [
            Wanted(query.text, filename=names[min(here.intersection(query.relevant))])
            for query in queries[::20]
        ][:100]
        add_golden(database, library_id, golden, "imported", time.time())
        first = published(database, library_id)
        assert first is not None
        print(f"{corpus.chunks} chunks, {len(queries)} questions, {len(golden)} golden ones", flush=True)
        asking = open_asking(own)
        crowd = Crowd(asking, library_id, [query.text for query in queries], arguments.threads)
        crowd.start()
        started = time.monotonic()
        now = switch(database, own, library_id, arguments.to)
        told(crowd, f"switched after {time.monotonic() - started:.0f} s")
        for check in get_generation(database, now).checks:
            print(f"  {check.name}: {check.found} ({check.wanted})")
        roll_back(database, first.id, own.indexes, time.time())
        time.sleep(5.0)
        crowd.stop()
        told(crowd, f"back at {get_library(database, library_id).embedder_id}")
        asking.close()


if __name__ == "__main__":
    main()
