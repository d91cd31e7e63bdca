"""Which titles stand above a place in a document: the path from its chapter down to its clause.

A title's rank comes from its number where it has one (第二章, 2.3.1, （一）) and from its size on the page
otherwise; nothing is assumed about how many ranks there are.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.types import PAGE_BREAK, Block, Page, ParsedDocument

PATH_MARK = " › "
MOST_CHARACTERS = 200
_DEEPEST = 4
LONGEST_TITLE = 80
# A title below one of a size this near to its own stands beside it, not under it.
_SAME_SIZE = {True: 1.06, False: 1.25}
_DOTTED = re.compile(r"\s*(?:§\s*)?(\d{1,2}(?:\.\d{1,2}){0,4})(?!\d)[.、．\s]?(?=\s*\D)")
_NUMBER = r"[一二三四五六七八九十百零〇\d]{1,5}"
_STYLES = (
    ("part", re.compile(rf"\s*(?:第\s*{_NUMBER}\s*[篇编部卷]|(?i:(?:part|book)\s+(?:[ivxlc]+|\d+))\b)")),
    (
        "chapter",
        re.compile(
            rf"\s*(?:第\s*{_NUMBER}\s*[章回话話]|附\s*[录件]|(?i:(?:chapter|appendix)\s+(?:[a-z]|[ivxlc]+|\d+))\b)"
        ),
    ),
    ("section", re.compile(rf"\s*(?:第\s*{_NUMBER}\s*节|(?i:section)\s+\d+)")),
    ("article", re.compile(rf"\s*(?:第\s*{_NUMBER}\s*条|(?i:article\s+(?:[ivxlc]+|\d+))\b)")),
    ("hanzi", re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、．.]")),
    ("hanzi in brackets", re.compile(r"\s*[（(][一二三四五六七八九十]{1,3}[)）]")),
    ("digit", re.compile(r"\s*\d{1,2}\s*[、．]")),
    ("digit in brackets", re.compile(r"\s*[（(]\d{1,2}[)）]")),
)
_RANKS = [name for name, _ in _STYLES]
# An entry in a table of contents leads to its page with dots.
_LEADERS = re.compile(r"[.·⋅․‥…]{3,}|(?:[.·⋅․] ){3,}")


@dataclass(frozen=True, slots=True)
class Title:
    """A title at document.text[start:end]. `size` is the height of its lines in points, `exact` whether
    that comes from a text layer."""

    start: int
    end: int
    text: str
    size: float
    exact: bool

    @property
    def style(self) -> str:
        """How the title is numbered: titles of one style have one rank."""
        for name, pattern in _STYLES:
            if pattern.match(self.text):
                return name
        dotted = _DOTTED.match(self.text)
        return f"dotted {dotted[1].count('.') + 1}" if dotted else ""


@dataclass(frozen=True, slots=True)
class Headings:
    """The titles of a document, in order, and the path that holds from each of them on."""

    titles: tuple[Title, ...]
    paths: tuple[str, ...]

    def above(self, place: int) -> str:
        """The path of the titles at or before the place in the document's text; "" before the first."""
        at = bisect_right(self.titles, place, key=lambda title: title.start) - 1
        return self.paths[at] if at >= 0 else ""


def read_headings(document: ParsedDocument, left_out: Sequence[tuple[int, int]] = ()) -> Headings:
    """The document's titles and their paths; the spans `left_out` (running heads) hold no titles."""
    known = set(left_out)
    titles = tuple(title for title in _titles(document) if (title.start, title.end) not in known)
    open_titles: list[Title] = []
    paths: list[str] = []
    for title in titles:
        open_titles = [*_still_open(open_titles, title), title][-_DEEPEST:]
        paths.append(_path(open_titles))
    return Headings(titles, tuple(paths))


def _titles(document: ParsedDocument) -> Iterator[Title]:
    offset = 0
    for page in document.pages:
        for start, end, block in page.block_spans():
            if block.kind == "title" and end > start and not _LEADERS.search(block.text):
                words = " ".join(block.text.split())[:LONGEST_TITLE]
                exact = all(line.source == "text" for line in block.lines)
                yield Title(offset + start, offset + end, words, _size(block, page), exact)
        offset += len(page.text) + len(PAGE_BREAK)


def _size(block: Block, page: Page) -> float:
    """The smaller side of each line's box is its height, whichever way it runs."""
    return statistics.median(
        min((line.box.x1 - line.box.x0) * page.width, (line.box.y1 - line.box.y0) * page.height)
        for line in block.lines
    )


def _still_open(above: list[Title], title: Title) -> list[Title]:
    """The titles of the path that the new one stands under."""
    style = title.style
    for at, other in enumerate(above):
        if _ends(other, title, style):
            return above[:at]
    return above


def _ends(other: Title, title: Title, style: str) -> bool:
    """Whether the new title ends what stands under the other one."""
    if style and other.style:
        if style == other.style:
            return True
        if style.startswith("dotted") and other.style.startswith("dotted"):
            return style < other.style
        if style in _RANKS and other.style in _RANKS:
            return _RANKS.index(style) < _RANKS.index(other.style)
    step = _SAME_SIZE[title.exact and other.exact]
    if style or other.style:
        return title.size > step * other.size
    return title.size * step > other.size


def _path(titles: list[Title]) -> str:
    """The titles' texts, the nearest kept whole where they are too long together."""
    path = titles[-1].text
    for title in reversed(titles[:-1]):
        longer = f"{title.text}{PATH_MARK}{path}"
        if len(longer) > MOST_CHARACTERS:
            break
        path = longer
    return path
