"""Whether every file, however broken, comes to a decided end: read, partly read, waiting for its password,
or rejected with a reason; in time, in memory, and without taking anything down."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, TimeoutError as StillRunning
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rag_core.errors import InputError, PasswordNeeded, Problem, UserError
from rag_core.evaluate.common import FormError, folder_name, progress, table, versions
from rag_core.messages import sentence
from rag_core.parse.read import outcome, read_pages
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.parse.results import PageResult, failed
from rag_core.settings import Settings, read_settings

SECONDS_PER_FILE = 600
MB = 2**20
DECIDED = ("indexed", "partly", "needs_password", "rejected")
# What ending a child and answering may take after the time for a file is over.
GRACE_SECONDS = 30
_NAME_SIGNS = 60
_REASON_SIGNS = 100


@dataclass(frozen=True, slots=True)
class Intake:
    """What one file came to. `state` is one of DECIDED, or crashed, hung or undecided. `media` is what it was
    taken for, empty where nothing was made of it; `converted` are the seconds that making pages of it took."""

    file: str
    media: str
    state: str
    pages: int
    characters: int
    seconds: float
    converted: float
    peak_mb: float
    reason: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="any files, at any depth")
    parser.add_argument("--seconds-per-file", type=int, default=SECONDS_PER_FILE, metavar="N")
    parser.add_argument("--memory-mb", type=int, metavar="N", help="the most a reading process may take")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures by folder. Raises FormError."""
    settings = read_settings()
    if arguments.memory_mb is not None:
        settings = replace(settings, page_memory_mb=arguments.memory_mb)
    sets = [(folder, files_below(folder)[: arguments.limit]) for folder in arguments.folders]
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="wenju-intake-") as home:
        settings = replace(settings, home=Path(home), models_dir=settings.models.resolve())
        desk = _Desk(settings, arguments.seconds_per_file)
        try:
            for folder, paths in sets:
                name = folder_name(folder)
                tell = progress(name, len(paths))
                taken: list[Intake] = []
                for path in paths:
                    taken.append(desk.take(path, str(path.relative_to(folder))))
                    tell(len(taken))
                figures[name] = _figures(taken, settings, arguments.seconds_per_file)
                print(_table(name, taken))
        finally:
            desk.close()
    return figures


def files_below(folder: Path) -> tuple[Path, ...]:
    """Every file in the folder and the folders in it, in order. Raises FormError where there are none."""
    found = sorted(
        Path(place) / name for place, _, names in os.walk(folder, followlinks=False) for name in names
    )
    files = tuple(path for path in found if path.is_file())
    if not files:
        raise FormError(folder, 0, "holds no files")
    return files


class _Desk:
    """Takes files in, one by one, in a process of its own: as a worker does, and as a worker may die."""

    def __init__(self, settings: Settings, seconds: int) -> None:
        self._settings = settings
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None
        self._worker = 0

    def take(self, path: Path, name: str) -> Intake:
        began = time.monotonic()
        future = self._submit(path, name)
        try:
            error = future.exception(self._seconds + GRACE_SECONDS)
        except StillRunning:
            self._kill()
            return _undone(name, "hung", time.monotonic() - began, "still running")
        if error is None:
            return future.result()
        if isinstance(error, BrokenProcessPool):
            self._kill()
        return _undone(name, "crashed", time.monotonic() - began, repr(error))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.submit(_let_go).result()
            self._pool.shutdown()

    def _submit(self, path: Path, name: str) -> Future[Intake]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            self._worker = self._pool.submit(os.getpid).result()
        return self._pool.submit(take_in, path, name, self._settings, self._seconds)

    def _kill(self) -> None:
        if self._pool is not None:
            try:
                os.kill(self._worker, signal.SIGKILL)
            except ProcessLookupError:
                self._worker = 0
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


_kept: list[IsolatedReader] = []


def take_in(path: Path, name: str, settings: Settings, seconds: int) -> Intake:
    """One file, by the decisions of the product's own reading, within so many seconds."""
    if not _kept:
        _kept.append(IsolatedReader(settings))
    reader = _kept[0]
    reader.peak_mb = 0.0
    began = time.monotonic()
    reader.until = began + seconds
    pages: list[PageResult] = []
    state, problem = "undecided", Problem("internal")
    copy, media, converted = settings.home / "copy.pdf", "", 0.0
    try:
        _check_size(path, settings)
        inspection, readable = reader.inspect(path, path.name), path
        media = inspection.media_type
        if not inspection.paged:
            converting = time.monotonic()
            try:
                reader.convert(path, path.name, copy)
            finally:
                converted = time.monotonic() - converting
            inspection, readable = reader.inspect(copy, path.name), copy
        count = inspection.page_count
        if count > settings.page_limit:
            raise InputError("file_too_many_pages", str(settings.page_limit))
        pages += _within(read_pages(reader, readable, count), count, began + seconds, seconds)
        state, found = outcome(pages)
        problem = found or problem
    except PasswordNeeded as error:
        state, problem = "needs_password", error.problem
    except UserError as error:
        state, problem = "rejected", error.problem
    finally:
        copy.unlink(missing_ok=True)
    taken = time.monotonic() - began
    return Intake(
        name,
        media,
        state if taken <= seconds + GRACE_SECONDS else "hung",
        len(pages),
        sum(page.characters for page in pages),
        round(taken, 3),
        round(converted, 3),
        round(reader.peak_mb, 1),
        "" if state == "indexed" else sentence(problem, "en"),
    )


def _let_go() -> None:
    while _kept:
        _kept.pop().close()


def _check_size(path: Path, settings: Settings) -> None:
    if path.stat().st_size > settings.upload_limit_mb * MB:
        raise InputError("file_too_large", str(settings.upload_limit_mb))


def _within(results: Iterator[PageResult], count: int, deadline: float, seconds: int) -> Iterator[PageResult]:
    """The results until the time is over; the pages not read by then are failed."""
    left = set(range(1, count + 1))
    for result in results:
        left.discard(result.number)
        yield result
        if time.monotonic() > deadline:
            break
    for number in sorted(left):
        yield failed(number, "", 0.0, Problem("page_time", str(seconds)))


def _undone(name: str, state: str, seconds: float, reason: str) -> Intake:
    return Intake(name, "", state, 0, 0, round(seconds, 3), 0.0, 0.0, reason)


def _figures(taken: Sequence[Intake], settings: Settings, seconds: int) -> dict[str, object]:
    return {
        "summary": _summary(taken),
        "files": [asdict(one) for one in taken],
        "settings": {"seconds_per_file": seconds, "memory_mb": settings.page_memory_mb},
        "versions": versions(),
    }


def _summary(taken: Sequence[Intake]) -> dict[str, float]:
    states = Counter(one.state for one in taken)
    return {
        "files": len(taken),
        **{state: states[state] for state in DECIDED},
        "crashed": states["crashed"],
        "hung": states["hung"],
        "undecided": states["undecided"],
        "converted": sum(one.converted > 0 for one in taken),
        "seconds": round(sum(one.seconds for one in taken), 1),
        "slowest_seconds": max(one.seconds for one in taken),
        "peak_mb": max(one.peak_mb for one in taken),
    }


def _table(name: str, taken: Sequence[Intake]) -> str:
    rows: list[list[str | float]] = [
        [
            _end(one.file, _NAME_SIGNS),
            one.media.rpartition("/")[2].rpartition(".")[2],
            one.state,
            str(one.pages),
            str(one.characters),
            f"{one.seconds:.1f}",
            f"{one.converted:.1f}" if one.converted else "",
            f"{one.peak_mb:.0f}",
            _beginning(one.reason, _REASON_SIGNS),
        ]
        for one in taken
    ]
    summary = ", ".join(f"{key} {value}" for key, value in _summary(taken).items())
    return (
        table(
            [name, "type", "state", "pages", "characters", "seconds", "converting", "peak_mb", "reason"], rows
        )
        + f"\n{summary}"
    )


def _beginning(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _end(text: str, most: int) -> str:
    return text if len(text) <= most else f"…{text[1 - most :]}"
