"""What reading a file gives: its inspection, and one result a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag_core.errors import Problem
from rag_core.types import Page, PageState

MediaType = Literal["application/pdf", "image/png", "image/jpeg", "image/tiff"]

PARSER_VERSION = "2"
TEXT_LAYER = "text-layer"
# What stands in the ledger as a page's engine while it waits to be recognised whatever its text layer says.
PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that opens. `encrypted`: it opened with a password, so a decrypted copy is needed."""

    page_count: int
    media_type: MediaType
    encrypted: bool


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page, read. `state` is read, empty, needs_ocr or failed; `page` is there when it is read or
    empty; `problem` is there when it failed. `engine` names what read it ("text-layer", an OCR engine's
    id, or both joined by "+"). `confidence` is 0 to 1, weighed by characters; 1 for a text layer."""

    number: int
    page: Page | None
    state: PageState
    engine: str
    seconds: float
    confidence: float
    problem: Problem | None = None

    @property
    def characters(self) -> int:
        return len(self.page.text) if self.page else 0


def failed(number: int, engine: str, seconds: float, problem: Problem) -> PageResult:
    """The result of a page that could not be read."""
    return PageResult(number, None, "failed", engine, seconds, 0.0, problem)
