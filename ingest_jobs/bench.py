"""What a worker works with: the database, the file store, page readers and embedders."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag_core.parse.results import Inspection, PageResult
from rag_core.protocols import Embedder
from rag_core.settings import Settings
from rag_core.store.db import Database
from rag_core.store.files import FileStore


class PageReader(Protocol):
    """Reads pages; parse.isolated.IsolatedReader is the one for real files."""

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection:
        """Raises InputError, PasswordNeeded."""
        ...

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
        """The pages by their text layer; a page that is a picture has the state needs_ocr."""
        ...

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        """The page by recognition; `anew` without the lines of its text layer."""
        ...

    def close(self) -> None: ...


class Readers:
    """As many page readers as documents are read at a time, opened when first needed."""

    def __init__(self, open_reader: Callable[[], PageReader], count: int) -> None:
        self._open = open_reader
        self._opened: list[PageReader] = []
        self._idle: queue.LifoQueue[PageReader | None] = queue.LifoQueue()
        for _ in range(max(count, 1)):
            self._idle.put(None)

    @contextmanager
    def borrow(self) -> Iterator[PageReader]:
        """A reader that nobody else uses meanwhile."""
        reader = self._idle.get()
        try:
            if reader is None:
                reader = self._open()
                self._opened.append(reader)
            yield reader
        finally:
            self._idle.put(reader)

    def close(self) -> None:
        for reader in self._opened:
            reader.close()


class Embedders:
    """Embedders by id, loaded when first needed; one is kept, as each takes much memory."""

    def __init__(self, load: Callable[[str], Embedder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._kept: Embedder | None = None
        self._kept_id = ""

    @contextmanager
    def borrow(self, embedder_id: str) -> Iterator[Embedder]:
        """The embedder, for one thread at a time. Raises ModelUnavailable."""
        with self._lock:
            if self._kept is None or self._kept_id != embedder_id:
                self._kept = None
                self._kept = self._load(embedder_id)
                self._kept_id = embedder_id
            yield self._kept


@dataclass(frozen=True, slots=True)
class Bench:
    """All of it, as every step of a job needs it."""

    database: Database
    settings: Settings
    files: FileStore
    readers: Readers
    embedders: Embedders
