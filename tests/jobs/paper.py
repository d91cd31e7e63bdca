"""A worker's bench without weights: files that say what their pages are, read as slowly as a test wants.

A file is lines of "text WORDS", "scan WORDS", "blank", "bad" (recognition fails), "endless" (it takes too long)
or "bug" (the reader has a bug); "locked" as the first line asks for the password "open sesame".
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ingest_jobs.bench import Bench, Embedders, PageReader, Readers
from rag_core.errors import InputError, PasswordNeeded, Problem
from rag_core.parse.results import Inspection, PageResult, failed
from rag_core.protocols import FloatArray
from rag_core.settings import Settings
from rag_core.store.db import Database
from rag_core.store.files import FileStore
from rag_core.types import Block, Box, Line, Page

EMBEDDER_ID = "paper"
RECOGNISER = "paper-ocr"
PASSWORD = "open sesame"
SECONDS = "PAPER_SECONDS"
EMBED_SECONDS = "PAPER_EMBED_SECONDS"
LOG = "PAPER_LOG"
IDLE = "PAPER_IDLE_SECONDS"


def paper(*lines: str) -> bytes:
    """A file of these pages."""
    return "\n".join(lines).encode()


def word(number: int) -> str:
    """A word that stands on this page alone."""
    return "x" + "".join("abcdefghij"[int(digit)] for digit in str(number)) + "q"


def page_of(number: int, text: str, source: str) -> Page:
    """A page of one line."""
    edges = tuple(i / max(len(text), 1) for i in range(len(text) + 1))
    line = Line(text, Box(0.0, 0.1, 1.0, 0.2), source, 1.0, edges)  # type: ignore[arg-type]
    return Page(number, 595.0, 842.0, (Block("text", line.box, (line,)),) if text else ())


class PaperReader:
    """Reads such files; a scan takes the seconds that the environment says."""

    def __init__(self) -> None:
        self._seconds = float(os.environ.get(SECONDS, "0"))

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection:
        lines = _lines(path)
        if lines[0] == "locked":
            raise PasswordNeeded("password_needed")
        if lines[0] == "rubbish":
            raise InputError("file_damaged")
        return Inspection(len(lines), "application/pdf", False)

    def convert(self, path: Path, filename: str, target: Path) -> None:
        raise InputError("file_type", filename)

    def page_hashes(self, path: Path, numbers: Sequence[int]) -> tuple[str, ...]:
        lines = _lines(path)
        return tuple(_hash(lines[number - 1]) for number in numbers)

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
        return tuple(self._read_text(_lines(path)[number - 1], number) for number in numbers)

    def _read_text(self, line: str, number: int) -> PageResult:
        kind, _, words = line.partition(" ")
        if kind == "bug":
            raise ZeroDivisionError("a bug in the reader")
        if kind == "text":
            return PageResult(number, page_of(number, words, "text"), "read", "text-layer", 0.0, 1.0)
        return PageResult(number, None, "needs_ocr", "text-layer", 0.0, 0.0)

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        _note(f"{os.getpid()} {path.name} {number}")
        time.sleep(self._seconds)
        kind, _, words = _lines(path)[number - 1].partition(" ")
        words = f"seen {words}" if kind == "text" and anew else words
        if kind == "bad":
            return failed(number, RECOGNISER, 0.0, Problem("page_failed"))
        if kind == "endless":
            return failed(number, "", 1.0, Problem("page_time", "1"))
        state = "read" if words else "empty"
        return PageResult(number, page_of(number, words, "ocr"), state, RECOGNISER, 0.0, 0.9)  # type: ignore[arg-type]

    def decrypt(self, path: Path, password: str, target: Path) -> None:
        if password != PASSWORD:
            raise PasswordNeeded("password_wrong")
        target.write_bytes(paper(*_lines(path)[1:]))

    def close(self) -> None:
        pass


class PaperEmbedder:
    """Vectors that depend on the text and the embedder's name alone; a batch takes as long as the environment
    says."""

    dimension = 16
    max_tokens = 512

    def __init__(self, model_id: str = EMBEDDER_ID) -> None:
        self.id = model_id
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        time.sleep(float(os.environ.get(EMBED_SECONDS, "0")))
        self.embedded += texts
        salt = "" if self.id == EMBEDDER_ID else self.id
        rows = [np.frombuffer(hashlib.sha512((salt + text).encode()).digest(), np.int32) for text in texts]
        matrix = np.array(rows, np.float32)
        unit: FloatArray = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit

    embed_questions = embed_passages

    def count_tokens(self, text: str) -> int:
        return len(text)


def open_paper_bench(
    settings: Settings,
    database: Database,
    open_reader: Callable[[], PageReader] = PaperReader,
    embedder: PaperEmbedder | None = None,
) -> Bench:
    """The bench of a worker that reads such files."""
    return Bench(
        database,
        settings,
        FileStore(settings.files),
        Readers(open_reader, settings.reader_processes or 2),
        Embedders(lambda model_id: embedder or PaperEmbedder(model_id)),
        lambda: RECOGNISER,
    )


def _note(line: str) -> None:
    """Tells the test, where it asks, that a reading has begun."""
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(line + "\n")


def _hash(line: str) -> str:
    return "" if line == "blank" else hashlib.sha256(line.encode()).hexdigest()


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode().split("\n")
