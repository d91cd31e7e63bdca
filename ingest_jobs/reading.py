"""Pages read several at a time, each portion by a reader of its own, and kept as soon as it is done."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ingest_jobs.bench import PageReader, Readers
from rag_core.errors import Problem
from rag_core.parse.read import HOPELESS_PAGES, ReadPage, hopeless

Portion = TypeVar("Portion")
Result = TypeVar("Result")


def read_at_once(
    readers: Readers,
    portions: Sequence[Portion],
    read: Callable[[PageReader, Portion], Result],
    keep: Callable[[Portion, Result], None],
    goes_on: Callable[[], bool],
) -> None:
    """Reads the portions, as many at a time as there are readers, and keeps each result at once. Begins no
    further portion when it is not to go on or when one has failed; what that raised is raised here, after
    the others have ended."""
    left = deque(portions)

    def work() -> None:
        whole = False
        try:
            while left:
                with readers.borrow() as reader:
                    # Asked only now: it may have taken long to get a reader.
                    portion = _next(left) if goes_on() else None
                    if portion is None:
                        break
                    result = read(reader, portion)
                keep(portion, result)
            whole = True
        finally:
            if not whole:
                left.clear()

    with ThreadPoolExecutor(min(readers.count, max(len(portions), 1))) as pool:
        for one in [pool.submit(work) for _ in range(min(readers.count, len(portions)))]:
            one.result()


def _next(left: deque[Portion]) -> Portion | None:
    try:
        return left.popleft()
    except IndexError:
        return None


class Patience:
    """Runs out when the pages done last all took all the time or memory they may have."""

    def __init__(self, done: Sequence[ReadPage]) -> None:
        self._last = deque(done, HOPELESS_PAGES)
        self._lock = threading.Lock()

    def note(self, done: Sequence[ReadPage]) -> None:
        """Takes note of pages that have just been done."""
        with self._lock:
            self._last.extend(page for page in done if page.state != "needs_ocr")

    def end(self) -> Problem | None:
        """Why no more pages are tried; None while trying goes on."""
        with self._lock:
            return hopeless(tuple(self._last))
