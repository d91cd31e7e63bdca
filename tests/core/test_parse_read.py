from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag_core.errors import Problem
from rag_core.parse.read import HOPELESS_PAGES, outcome, page_list, read_pages
from rag_core.parse.results import Inspection, PageResult, failed
from rag_core.types import Block, Box, Line, Page, PageState

PATH = Path("any")
SLOW = Problem("page_time", "9")


def result(number: int, state: PageState, text: str = "") -> PageResult:
    if state == "failed":
        return failed(number, "paper", 0.0, SLOW)
    line = Line(text, Box(0, 0, 1, 1), "text", 1.0, tuple([0.0] * (len(text) + 1)))
    page = Page(number, 10, 10, (Block("text", line.box, (line,)),) if text else ())
    return PageResult(number, None if state == "needs_ocr" else page, state, "paper", 0.0, 1.0)


class PaperReader:
    """Pages that are what two words a page say: by text layer, and by recognition."""

    def __init__(self, text: Sequence[PageState], scan: PageState = "read") -> None:
        self.text, self.scan = text, scan
        self.scanned: list[int] = []

    def inspect(self, path: Path, filename: str, password: str = "") -> Inspection:
        return Inspection(len(self.text), "application/pdf", False)

    def read_text(self, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
        return tuple(result(number, self.text[number - 1], "words") for number in numbers)

    def read_scan(self, path: Path, number: int, anew: bool = False) -> PageResult:
        self.scanned.append(number)
        return result(number, self.scan, "seen")


def test_every_page_is_read_once_by_the_route_it_needs() -> None:
    states: list[PageState] = ["read", "needs_ocr", "empty"] * 15
    reader = PaperReader(states)
    results = list(read_pages(reader, PATH, len(states)))
    assert sorted(one.number for one in results) == list(range(1, 46))
    assert reader.scanned == list(range(2, 46, 3))
    assert outcome(results) == ("indexed", None)


def test_a_file_that_only_costs_time_is_given_up() -> None:
    reader = PaperReader(["needs_ocr"] * 200, "failed")
    results = list(read_pages(reader, PATH, 200))
    assert len(reader.scanned) == HOPELESS_PAGES
    assert [one.state for one in results] == ["failed"] * 200
    assert outcome(results) == ("rejected", Problem("pages_failed", "1–200"))


@pytest.mark.parametrize(
    ("states", "state", "problem"),
    [
        (["read", "empty"], "indexed", None),
        (["empty", "empty"], "rejected", Problem("no_text")),
        (["read", "failed", "failed"], "partly", Problem("pages_failed", "2–3")),
        (["failed"], "rejected", Problem("pages_failed", "1")),
    ],
)
def test_outcomes(states: list[PageState], state: str, problem: Problem | None) -> None:
    pages = [result(number, one, "words" if one == "read" else "") for number, one in enumerate(states, 1)]
    assert outcome(pages) == (state, problem)


def test_a_missing_model_is_named_as_the_reason() -> None:
    missing = Problem("ocr_unavailable")
    assert outcome([failed(1, "", 0.0, missing)]) == ("rejected", missing)


def test_page_lists_are_written_as_readers_write_them() -> None:
    assert page_list([9, 3, 1, 7, 8]) == "1, 3, 7–9"
