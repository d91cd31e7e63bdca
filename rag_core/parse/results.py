"""What reading a file gives: its inspection, and one result a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from rag_core.errors import Problem
from rag_core.types import Page, PageState

PagedType = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "image/bmp",
    "image/gif",
    "image/webp",
    "application/vnd.comicbook+zip",
]
OfficeType = Literal[
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/msword",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-excel",
    "application/rtf",
]
BookType = Literal["application/epub+zip", "application/oxps"]
TextType = Literal["text/plain", "text/markdown", "text/html", "text/csv", "message/rfc822"]
MediaType = PagedType | OfficeType | BookType | TextType

# What has pages of its own; every other file becomes a PDF before it is read.
PAGED: frozenset[str] = frozenset(get_args(PagedType))
OFFICE: frozenset[str] = frozenset(get_args(OfficeType))
BOOKS: frozenset[str] = frozenset(get_args(BookType))
MEDIA: frozenset[str] = PAGED | OFFICE | BOOKS | frozenset(get_args(TextType))

PARSER_VERSION = "3"
TEXT_LAYER = "text-layer"
# What stands in the ledger as a page's engine while it waits to be recognised whatever its text layer says.
PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that opens. `encrypted`: it opened with a password, so a decrypted copy is needed. A file that
    has no pages yet, and must be made into a PDF, has a page count of 0."""

    page_count: int
    media_type: MediaType
    encrypted: bool

    @property
    def paged(self) -> bool:
        """Whether the file can be read as it is."""
        return self.media_type in PAGED


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
