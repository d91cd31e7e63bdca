"""How one document is read: which page by which route, when to give up, and what it has come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag_core.errors import Problem
from rag_core.parse.results import TEXT_LAYER, Inspection, PageResult, failed
from rag_core.types import DocumentState, PageState

TEXT_RUN = 20
HOPELESS_PAGES = 5
_COSTLY = frozenset({"page_time", "page_memory"})


class Reader(Protocol):
    """Reads files; parse.reader.isolated.IsolatedReader is the one for real ones."""

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection: ...

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]: ...

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult: ...


class ReadPage(Protocol):
    """What the outcome of a document depends on, a page."""

    @property
    def number(self) -> int: ...

    @property
    def state(self) -> PageState: ...

    @property
    def problem(self) -> Problem | None: ...

    @property
    def characters(self) -> int: ...


def read_pages(reader: Reader, path: Path, page_count: int) -> Iterator[PageResult]:
    """Every page once, in the order they are done: text layers in runs, then the pages that must be
    recognised. After several pages in a row that took all the time or memory they may have, the rest are
    failed untried: a file made to waste them gets no more. Raises InputError when the file is gone."""
    done: list[PageResult] = []
    for first in range(1, page_count + 1, TEXT_RUN):
        numbers = range(first, min(first + TEXT_RUN, page_count + 1))
        reason = hopeless(done)
        results = (
            tuple(failed(number, TEXT_LAYER, 0.0, reason) for number in numbers)
            if reason
            else reader.read_text(path, numbers)
        )
        done += results
        yield from (result for result in results if result.state != "needs_ocr")
    waiting = [result.number for result in done if result.state == "needs_ocr"]
    done = []
    for number in waiting:
        reason = hopeless(done)
        done.append(failed(number, "", 0.0, reason) if reason else reader.read_scan(path, number))
        yield done[-1]


def hopeless(done: Sequence[ReadPage]) -> Problem | None:
    """Why no more pages are tried after these, done one after the other: the last of them all took all the
    time or memory they may have. None while trying goes on."""
    last = done[-HOPELESS_PAGES:]
    problems = [page.problem for page in last if page.problem is not None and page.problem.code in _COSTLY]
    return problems[-1] if len(problems) == HOPELESS_PAGES else None


def outcome(pages: Sequence[ReadPage]) -> tuple[DocumentState, Problem | None]:
    """What a document has come to: indexed, partly (some pages failed) or rejected (not a word in it)."""
    broken = [page for page in pages if page.state == "failed"]
    has_text = any(page.state == "read" and page.characters for page in pages)
    if not broken:
        return ("indexed", None) if has_text else ("rejected", Problem("no_text"))
    codes = {page.problem.code for page in broken if page.problem}
    if not has_text and codes == {"ocr_unavailable"}:
        return "rejected", Problem("ocr_unavailable")
    problem = Problem("pages_failed", page_list([page.number for page in broken]))
    return ("partly" if has_text else "rejected"), problem


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers as a reader writes them: 3, 7–9."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in runs)
