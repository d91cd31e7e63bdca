"""What a worker works with: the database, the file store, page readers and embedders."""

from __future__ import annotations

import queue
import threading
from collections import deque
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
    """Reads pages; parse.reader.isolated.IsolatedReader is the one for real files."""

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection:
        """Raises InputError, PasswordNeeded."""
        ...

    def convert(self, path: Path, filename: str, target: Path) -> None:
        """Writes a file that has no pages of its own as a PDF. Raises InputError, ParserFailure."""
        ...

    def page_hashes(self, path: Path, numbers: Sequence[int]) -> tuple[str, ...]:
        """What each of the pages shows, as a hash; "" where that is not known. Raises ParserFailure for a
        file whose pages can't be told apart like this."""
        ...

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
        """The pages by their text layer; a page that is a picture has the state needs_ocr."""
        ...

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        """The page by recognition; `anew` without the lines of its text layer."""
        ...

    def close(self) -> None: ...


class Readers:
    """Page readers, opened when first needed and lent one at a time, in the order they are asked for: a small
    document is not kept waiting by a large one, which has to ask again for every few pages."""

    def __init__(self, open_reader: Callable[[], PageReader], count: int) -> None:
        self.count = max(count, 1)
        self.stopped = False
        self._open = open_reader
        self._lock = threading.Lock()
        self._opened: list[PageReader] = []
        # A place is None as long as its reader is not open; the reader used last is lent first.
        self._idle: list[PageReader | None] = [None] * self.count
        self._waiting: deque[queue.SimpleQueue[PageReader | None]] = deque()

    @contextmanager
    def borrow(self) -> Iterator[PageReader]:
        """A reader that nobody else uses meanwhile."""
        reader = self._take()
        try:
            if reader is None:
                reader = self._open()
                with self._lock:
                    self._opened.append(reader)
            yield reader
        finally:
            self._give_back(reader)

    def stop(self) -> None:
        """Tells those who read that the page in hand is their last."""
        self.stopped = True

    def close(self) -> None:
        for reader in self._opened:
            reader.close()

    def _take(self) -> PageReader | None:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            turn: queue.SimpleQueue[PageReader | None] = queue.SimpleQueue()
            self._waiting.append(turn)
        return turn.get()

    def _give_back(self, reader: PageReader | None) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(reader)
            else:
                self._idle.append(reader)


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
    # The id of what recognises scans at present.
    recogniser: Callable[[], str]
