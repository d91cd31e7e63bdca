"""A scan of many pages through a real worker: python -m tests.bench.long_scan [--pages 1600] [--kills 10] …

Prints one JSON line: the peak memory of the worker and all its children (proportional set size, MB) over the
first and the last pages and their ratio; pages read more than once after `--kills` SIGKILLs at random moments;
with `--broken SHARE` the pages that were damaged on purpose, what the ledger says of them, and whether the
others can be found. Pages are strips of two printed lines, so that recognising one costs little.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pymupdf

from ingest_jobs import submit
from ingest_jobs.bench import Bench, Readers
from ingest_jobs.engine import open_bench, reader_count
from ingest_jobs.worker import run
from rag_core.index.lexical import search_lexical
from rag_core.models.defaults import default_ids
from rag_core.parse.reader.isolated import IsolatedReader, recognition_threads
from rag_core.parse.results import PageResult
from rag_core.settings import Settings, environment, read_settings
from rag_core.store import chunks, pages
from rag_core.store.db import Database, open_database
from rag_core.store.documents import UNFINISHED, get_document
from rag_core.store.libraries import create_library
from rag_core.types import Document

LOG = "LONG_SCAN_LOG"
SIZE = (432.0, 72.0)  # points: 1200 × 200 pixels at 200 dpi
MB = 2**20
_LOOK_SECONDS = 1.0
_DAMAGES = ("picture", "cut off", "contents", "missing")


class _NotingReader(IsolatedReader):
    """Notes every recognition before it begins, so that those which a kill broke off count too."""

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{os.getpid()} {number}\n")
        return super().read_scan(path, number, anew)


@dataclasses.dataclass(slots=True)
class Watch:
    """What is seen of the worker while it reads."""

    size: int
    first_mb: float = 0.0
    last_mb: float = 0.0
    highest_mb: float = 0.0

    def note(self, worker: int, done: int, span: int) -> None:
        held = _held_mb(worker)
        self.highest_mb = max(self.highest_mb, held)
        if 0 < done <= span:
            self.first_mb = max(self.first_mb, held)
        if self.size - span <= done < self.size:
            self.last_mb = max(self.last_mb, held)


def make_scan(path: Path, count: int, broken: float, rng: random.Random) -> frozenset[int]:
    """Writes the PDF; returns the numbers of the pages that were damaged."""
    damaged = frozenset(rng.sample(range(1, count + 1), round(count * broken)))
    with pymupdf.open() as document:
        for number in range(1, count + 1):
            page = document.new_page(width=SIZE[0], height=SIZE[1])
            page.insert_image(page.rect, stream=_strip(number))
            if number in damaged:
                _damage(document, page, rng.choice(_DAMAGES), rng)
        document.save(str(path))
    return damaged


def code_of(number: int) -> int:
    """A number that stands on this page alone."""
    return 100_003 + 37 * number


def _strip(number: int) -> bytes:
    with pymupdf.open() as document:
        page = document.new_page(width=SIZE[0], height=SIZE[1])
        page.insert_text((20, 28), f"第{number}页 合同的付款记录", fontname="china-s", fontsize=14)
        page.insert_text((20, 54), f"Receipt {code_of(number)} was paid on day {number}", fontsize=14)
        return bytes(page.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY).tobytes("jpeg"))


def _damage(document: pymupdf.Document, page: pymupdf.Page, how: str, rng: random.Random) -> None:
    picture, contents = page.get_images()[0][0], page.get_contents()[0]
    match how:
        case "picture":
            document.update_stream(picture, rng.randbytes(2000), compress=False)
        case "cut off":
            whole = document.xref_stream_raw(picture)
            document.update_stream(picture, whole[:20], compress=False)
            document.xref_set_key(picture, "Filter", "/FlateDecode")
        case "contents":
            document.update_stream(contents, rng.randbytes(2000), compress=False)
            document.xref_set_key(contents, "Filter", "/FlateDecode")
        case _:
            document.xref_set_key(page.xref, "Contents", "999999 0 R")


def _held_mb(worker: int) -> float:
    held = 0
    try:
        parent = psutil.Process(worker)
        for one in (parent, *parent.children(recursive=True)):
            try:
                held += one.memory_full_info().pss
            except psutil.Error:
                continue
    except psutil.Error:
        return 0.0
    return held / MB


def _work() -> None:
    def noting_bench(settings: Settings, database: Database) -> Bench:
        count = reader_count(settings)
        threads = recognition_threads(count)
        readers = Readers(lambda: _NotingReader(settings, threads=threads), count)
        return dataclasses.replace(open_bench(settings, database), readers=readers)

    run(read_settings(), noting_bench)


def _start(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    variables = {**os.environ, **environment(settings), LOG: str(log)}
    return subprocess.Popen([sys.executable, "-m", "tests.bench.long_scan", "--work"], env=variables)


def _follow(
    settings: Settings, database: Database, document: Document, moments: list[int], rng: random.Random
) -> tuple[Watch, list[int]]:
    """Lets workers read the document, killing them when so many pages are done; what they held, and how
    many pages were done at each kill."""
    log = settings.home / "begun.log"
    watch, killed = Watch(document.page_count), []
    worker = _start(settings, log)
    try:
        while (now := get_document(database, document.id)).state in UNFINISHED:
            watch.size = max(now.page_count, 1)
            watch.note(worker.pid, now.pages_done, max(watch.size // 8, 1))
            if moments and now.pages_done >= moments[0]:
                moments.pop(0)
                time.sleep(rng.uniform(0, 1))
                worker.kill()
                worker.wait()
                killed.append(get_document(database, document.id).pages_done)
                worker = _start(settings, log)
            time.sleep(_LOOK_SECONDS)
    finally:
        worker.terminate()
        worker.wait()
    return watch, killed


def _report(settings: Settings, database: Database, document: Document, damaged: frozenset[int]) -> object:
    records = pages.page_records(database, document.id)
    good = [record.number for record in records if record.number not in damaged]
    found = 0
    for number in good:
        ids, _ = search_lexical(database, [document.library_id], str(code_of(number)), 3)
        hits = chunks.passages(database, [int(one) for one in ids])
        found += any(hit.first_page <= number <= hit.last_page for hit in hits)
    begun = (settings.home / "begun.log").read_text().splitlines()
    listed = [record for record in records if record.number in damaged and record.state == "failed"]
    reasons = collections.Counter(record.problem.code for record in listed if record.problem)
    return {
        "state": document.state,
        "pages": len(records),
        "found": f"{found} of {len(good)} good pages",
        "damaged": f"{len(listed)} of {len(damaged)} listed",
        "reasons": dict(reasons),
        "good_but_failed": sum(record.state == "failed" for record in records) - len(listed),
        "entered": pages.total_reads(database, document.id),
        "begun": len(begun),
        "begun_again": len(begun) - len({line.split()[1] for line in begun}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1600)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--broken", type=float, default=0.0)
    parser.add_argument("--readers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        _work()
        return
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(
            read_settings(), home=Path(folder), start_worker=False, reader_processes=options.readers
        )
        file = Path(folder) / "scan.pdf"
        damaged = make_scan(file, options.pages, options.broken, rng)
        database = open_database(settings.database)
        library = create_library(database, "scans", default_ids(settings).embedder, time.time())
        with file.open("rb") as stream:
            document, _ = submit.add_file(database, settings, library.id, "scan.pdf", stream)
        moments = sorted(rng.sample(range(1, options.pages), options.kills))
        begun = time.monotonic()
        watch, killed = _follow(settings, database, document, moments, rng)
        report = _report(settings, database, get_document(database, document.id), damaged)
        whole = {
            "readers": reader_count(settings),
            "seconds": round(time.monotonic() - begun),
            "first_mb": round(watch.first_mb),
            "last_mb": round(watch.last_mb),
            "ratio": round(watch.last_mb / max(watch.first_mb, 1), 3),
            "highest_mb": round(watch.highest_mb),
            "killed_at": killed,
        }
        print(json.dumps({**whole, **report}))  # type: ignore[dict-item]


if __name__ == "__main__":
    main()
