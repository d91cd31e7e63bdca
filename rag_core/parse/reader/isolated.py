"""Reads files in a child process that may die of them: with a time limit, a memory limit, and a fresh
start after a number of pages. The parent never opens a hostile file itself."""

from __future__ import annotations

import math
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rag_core.errors import ParserFailure, Problem
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.parse.reader import wire
from rag_core.parse.reader.process import CHILD_MODULE, ChildProcess, Limits
from rag_core.parse.results import TEXT_LAYER, Inspection, PageResult, failed
from rag_core.settings import Settings

__all__ = ["Inspection", "IsolatedReader", "PageResult"]

LOAD_SECONDS = 240
MOST_THREADS = 2
_PNG = b"\x89PNG\r\n\x1a\n"
_BROKEN = Problem("page_failed")
_CONVERTING = {
    "page_failed": "convert_failed",
    "page_time": "convert_time",
    "page_memory": "convert_memory",
}

Value = TypeVar("Value")


class IsolatedReader:
    """Reads one file at a time; callers on other threads wait. Neither files nor what the child says
    about them are trusted. Recognition takes so many `threads`. `peak_mb` is the most memory a child has held
    since it was last set to 0; `until` is when (by time.monotonic) every call must be over."""

    def __init__(self, settings: Settings, child_module: str = CHILD_MODULE, threads: int = 0) -> None:
        self._settings = settings
        self._threads = threads or recognition_threads(1)
        self._child_module = child_module
        self._child: ChildProcess | None = None
        self._pages = 0
        self._lock = threading.Lock()
        self.peak_mb = 0.0
        self.until = math.inf

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection:
        """What the file called `filename` is. Raises InputError, PasswordNeeded, ParserFailure."""
        request = self._request("inspect", path, filename=filename, password=password)
        with self._lock:
            return self._value(request, wire.inspection_of)

    def page_hashes(self, path: Path, numbers: Sequence[int]) -> tuple[str, ...]:
        """What each page shows, as page_hash.PageHashes tells; "" where it can't tell. Raises InputError,
        ParserFailure."""
        request = self._request("hash", path, numbers=list(numbers))
        with self._lock:
            return self._value(request, lambda message: wire.hashes_of(message, len(numbers)))

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
        """The pages by their text layer, in order; a page that needs recognition says so. A page that
        breaks the child is failed and the others are read. Raises InputError for a file that is gone."""
        results: list[PageResult] = []
        with self._lock:
            while len(results) < len(numbers):
                rest = numbers[len(results) :]
                if time.monotonic() > self.until:
                    # A child for each page would take as long again.
                    late = Problem("page_time", f"{self._settings.page_seconds:g}")
                    results += [failed(number, TEXT_LAYER, 0.0, late) for number in rest]
                    break
                request = self._request("read_text", path, numbers=list(rest))
                results += self._pages_of(request, rest, TEXT_LAYER)
        return tuple(results)

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        """The page by recognition, `anew` without its text layer. A page that breaks the child is failed, unless
        only small pictures on it were to be recognised: its own text stands. Raises InputError."""
        models = default_ids(self._settings)
        model = models.ocr
        fields = {
            "numbers": [number],
            "ocr_folder": self._place(model),
            "layout_folder": self._place(models.layout),
            "threads": self._threads,
            "anew": anew,
        }
        request = self._request("read_scan", path, **fields)
        with self._lock:
            (result,) = self._pages_of(request, [number], model)
            broken = self._child is None or not self._child.alive
            if result.state != "failed" or anew or not broken:
                return result
            unrecognised = self._request("read_scan", path, **(fields | {"ocr_folder": ""}))
            (plain,) = self._pages_of(unrecognised, [number], model)
            return plain if plain.state == "read" else result

    def _place(self, model: str) -> str:
        """The model's folder; "" where it is not here."""
        folder = find(self._settings, model) if model else None
        return str(folder.resolve()) if folder else ""

    def render(self, path: Path, number: int, dpi: int) -> bytes:
        """The page as displayed, as PNG. Raises InputError, ParserFailure."""
        request = self._request("render", path, numbers=[number], dpi=dpi)
        with self._lock:
            return self._value(request, _png_of)

    def decrypt(self, path: Path, password: str, target: Path) -> None:
        """Writes a copy that needs no password. Raises PasswordNeeded, InputError, ParserFailure."""
        request = self._request("decrypt", path, password=password, target=str(target.absolute()))
        with self._lock:
            self._value(request, _nothing_of)

    def convert(self, path: Path, filename: str, target: Path) -> None:
        """Writes the file called `filename`, which has no pages of its own, as a PDF. Raises InputError,
        ParserFailure."""
        settings = self._settings
        with tempfile.TemporaryDirectory(prefix="convert-", dir=_made(settings.cache)) as scratch:
            request = self._request(
                "convert",
                path,
                filename=filename,
                target=str(target.absolute()),
                scratch=scratch,
                seconds=settings.convert_seconds,
                page_limit=settings.page_limit,
                memory_mb=settings.page_memory_mb,
            )
            try:
                with self._lock:
                    self._value(request, _nothing_of)
            except ParserFailure as error:
                code = _CONVERTING.get(error.problem.code, error.problem.code)
                raise ParserFailure(code, error.problem.detail) from error

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._let_go()

    def _request(self, kind: str, path: Path, **fields: object) -> wire.Message:
        seconds = (self._settings.page_seconds + LOAD_SECONDS) * (self._threads + 1)
        return wire.Message(kind, {"path": str(path.absolute()), "processor_seconds": seconds, **fields})

    def _pages_of(self, request: wire.Message, numbers: Sequence[int], engine: str) -> list[PageResult]:
        """The results up to the first page that breaks the child, which is failed."""
        results: list[PageResult] = []
        began = time.monotonic()
        problem = _BROKEN
        try:
            for message in self._exchange(request):
                if message.kind != "ready":
                    results.append(_decided(wire.page_result(message, numbers[len(results)]), request.kind))
                began = time.monotonic()
        except ParserFailure as error:
            problem = error.problem
        except (ValueError, IndexError):
            self._let_go(at_once=True)
        if len(results) < len(numbers):
            number = numbers[len(results)]
            results.append(failed(number, engine, time.monotonic() - began, problem))
        self._recycle(len(results))
        return results

    def _value(self, request: wire.Message, take: Callable[[wire.Message], Value]) -> Value:
        """What the only message of the answer holds."""
        values: list[Value] = []
        try:
            values = [take(message) for message in self._exchange(request)]
        except ValueError as error:
            self._let_go(at_once=True)
            raise ParserFailure("page_failed") from error
        self._recycle(1)
        if len(values) != 1:
            self._let_go(at_once=True)
            raise ParserFailure("page_failed")
        return values[0]

    def _exchange(self, request: wire.Message) -> Iterator[wire.Message]:
        if self._child is None or not self._child.alive:
            self._let_go(at_once=True)
            self._child = ChildProcess(
                self._settings.page_memory_mb, self._settings.cache, self._child_module
            )
        child = self._child
        limit = self._settings.page_seconds
        first = {"read_scan": LOAD_SECONDS, "convert": self._settings.convert_seconds}.get(
            request.kind, limit
        )
        try:
            yield from child.exchange(request, Limits(first, limit, self.until))
        finally:
            self.peak_mb = max(self.peak_mb, child.peak_mb)
            child.peak_mb = 0.0

    def _recycle(self, pages: int) -> None:
        """A child's memory and whatever files have done to it don't last."""
        self._pages += pages
        if self._pages >= self._settings.reader_recycle_pages:
            self._let_go()

    def _let_go(self, at_once: bool = False) -> None:
        if self._child is not None:
            if at_once:
                self._child.end()
            else:
                self._child.leave()
        self._child = None
        self._pages = 0


def recognition_threads(readers: int) -> int:
    """How many threads each of so many readers recognises a page with."""
    return max(1, min(MOST_THREADS, len(os.sched_getaffinity(0)) // readers))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def _decided(result: PageResult, kind: str) -> PageResult:
    """The result, if it is one: a page that waited on would be read for ever."""
    if result.state == "waiting" or (result.state == "needs_ocr" and kind == "read_scan"):
        raise ValueError("not a page's result")
    return result


def _png_of(message: wire.Message) -> bytes:
    if message.kind != "image" or not message.body.startswith(_PNG):
        raise ValueError("not a picture")
    return message.body


def _nothing_of(message: wire.Message) -> None:
    if message.kind != "done":
        raise ValueError("not done")
