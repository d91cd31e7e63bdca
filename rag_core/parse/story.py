"""Lays words and tables out on pages, and books with pages of their own: the PDF that is read and shown.
Imports pymupdf, as pdf.py does: the two ends of the same format."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from rag_core.errors import InputError
from rag_core.parse.markup import breakable, escape
from rag_core.parse.results import MediaType

_PAPER = pymupdf.paper_rect("a4")
_MARGIN = 50.0
_WIDEST = 1191.0
_BOOK_SIZE, _BOOK_FONT = (460.0, 650.0), 11.0
_BOOKS: dict[MediaType, str] = {
    "application/epub+zip": "epub",
    "application/oxps": "xps",
}
_CSS = """
@font-face { font-family: han; src: url(han.ttf) }
body { font-family: sans-serif; font-size: 10.5px; line-height: 1.35; overflow-wrap: break-word }
.han { font-family: han }
h1 { font-size: 18px } h2 { font-size: 15px } h3 { font-size: 13px } h4, h5, h6 { font-size: 11.5px }
pre, code { font-family: monospace; font-size: 9px; white-space: pre-wrap }
table { border-collapse: collapse }
td, th { border: 1px solid #999; padding: 2px 4px; font-size: 9px; vertical-align: top; text-align: left;
    overflow-wrap: normal }
blockquote { margin-left: 20px }
"""
_MOST_CELL_WIDTH = 190.0
_LETTER_WIDTH = 4.9
_CELL_PADDING = 12.0
_FIRST_ROWS = 40
_LOOKED_AT = 200
_MOST_ROWS = 400
_LEAST_HEIGHT = 30.0
_MISSING = "〓"  # what Chinese and Japanese printers set for a sign they lack
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WIDE_RANGE = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})> <([0-9a-f]{5,6})>")
_WIDE_CHARACTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{5,6})>")
_DAMAGE = (RuntimeError, ValueError, TypeError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Flow:
    """HTML that follows what is before it."""

    html: str
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on pages of its own, its first row repeated on each."""

    title: str
    rows: Iterable[Sequence[str]]


Piece = Flow | Grid
# The columns that stand on one page side by side, and that page.
_Plan = Sequence[tuple[Sequence[int], pymupdf.Rect]]


def lay_out(pieces: Iterable[Piece], target: Path, page_limit: int) -> None:
    """Writes the pieces as a PDF. Raises InputError: file_binary where there is nothing to write,
    file_too_many_pages."""
    press = _Press(target, page_limit)
    try:
        for piece in pieces:
            if isinstance(piece, Flow):
                press.flow(piece)
            else:
                press.grid(piece)
    finally:
        pages = press.close()
    if not pages:
        raise InputError("file_no_text")


def copy_book(path: Path, media: MediaType, target: Path, page_limit: int) -> None:
    """Writes an e-book's pages as a PDF. Raises InputError: file_damaged, file_no_pages, file_protected,
    file_too_many_pages."""
    try:
        with pymupdf.open(path, filetype=_BOOKS[media]) as book:
            if book.needs_pass:
                raise InputError("file_protected")
            if book.is_reflowable:
                book.layout(width=_BOOK_SIZE[0], height=_BOOK_SIZE[1], fontsize=_BOOK_FONT)
            count = book.page_count
            if not count:
                raise InputError("file_no_pages")
            if count > page_limit:
                raise InputError("file_too_many_pages", str(page_limit))
            target.write_bytes(book.convert_to_pdf())
    except _DAMAGE as error:
        raise InputError("file_damaged") from error


def finish(draft: Path, target: Path) -> None:
    """Writes the PDF small, with text that copies out as it went in, and without what differs from one
    making to the next. Raises InputError file_damaged."""
    try:
        with pymupdf.open(draft, filetype="pdf") as document:
            if not document.page_count:
                raise InputError("file_no_pages")
            _mend_text(document)
            document.subset_fonts()
            document.set_metadata({})
            document.del_xml_metadata()
            document.xref_set_key(-1, "ID", "null")
            document.save(target, garbage=3, deflate=True, no_new_id=True)
    except _DAMAGE as error:
        raise InputError("file_damaged") from error


class _Press:
    """Pages that are filled one after another."""

    def __init__(self, target: Path, page_limit: int) -> None:
        self._writer = pymupdf.DocumentWriter(str(target))
        self._fonts = pymupdf.Archive(_han().buffer, "han.ttf")
        self._limit = page_limit
        self._pages = 0
        self._device: object = None
        self._left = pymupdf.Rect()
        self._paper = _PAPER

    def flow(self, piece: Flow) -> None:
        story, more = self._story(piece.html), True
        if piece.new_page or self._left.height < _LEAST_HEIGHT:
            self._turn(_PAPER)
        while more:
            more, filled = story.place(self._left)
            story.draw(self._device)
            if more:
                self._turn(self._paper)
            else:
                self._left.y0 = max(filled[3], self._left.y0)

    def grid(self, grid: Grid) -> None:
        rows = iter(grid.rows)
        waiting = list(itertools.islice(rows, _LOOKED_AT))
        if not waiting:
            return
        plan = _plan(waiting)
        header, waiting = waiting[0], waiting[1:]
        heading, count = f"<h2>{escape(grid.title)}</h2>" if grid.title else "", _FIRST_ROWS
        while True:
            waiting += itertools.islice(rows, max(count - len(waiting), 0))
            some = min(count, len(waiting))
            while some > 1 and not self._fits(plan, heading, [header, *waiting[:some]]):
                some = some * 9 // 10
            for columns, paper in plan:
                self._turn(paper)
                self.flow(Flow(heading + _table([header, *waiting[:some]], columns)))
            del waiting[:some]
            heading = ""
            count = min(max(some + some // 4, 1), _MOST_ROWS)
            waiting += itertools.islice(rows, 0 if waiting else 1)
            if not waiting:
                break
        self._left = pymupdf.Rect()

    def _fits(self, plan: _Plan, heading: str, rows: Sequence[Sequence[str]]) -> bool:
        """Whether the rows have room on one page for each part of their columns."""
        return not any(
            self._story(heading + _table(rows, columns)).place(_inner(paper))[0] for columns, paper in plan
        )

    def close(self) -> int:
        """Ends the last page; the number of pages."""
        if self._device is not None:
            self._writer.end_page()
        if self._pages:
            self._writer.close()
        return self._pages

    def _turn(self, paper: pymupdf.Rect) -> None:
        """Begins a page."""
        if self._pages >= self._limit:
            raise InputError("file_too_many_pages", str(self._limit))
        if self._device is not None:
            self._writer.end_page()
        self._device = self._writer.begin_page(paper)
        self._pages += 1
        self._paper, self._left = paper, _inner(paper)

    def _story(self, html: str) -> pymupdf.Story:
        return pymupdf.Story(_BEYOND_ASCII.sub(_drawable, html), user_css=_CSS, archive=self._fonts)


def _inner(paper: pymupdf.Rect) -> pymupdf.Rect:
    return pymupdf.Rect(_MARGIN, _MARGIN, paper.width - _MARGIN, paper.height - _MARGIN)


def _plan(rows: Sequence[Sequence[str]]) -> _Plan:
    """Pages as wide as the columns need; where the widest is not enough, further ones that begin with the
    first column again."""
    widths = [
        max(_width(row[number]) if number < len(row) else 0.0 for row in rows)
        for number in range(max(map(len, rows)))
    ]
    room = _WIDEST - 2 * _MARGIN
    groups: list[list[int]] = [[]]
    for number in range(len(widths)):
        if groups[-1] and sum(widths[one] for one in (*groups[-1], number)) > room:
            groups.append([0])
        groups[-1].append(number)
    return [(group, _sheet(sum(widths[number] for number in group))) for group in groups]


def _sheet(width: float) -> pymupdf.Rect:
    """An upright page, or a lying one for what is wider."""
    wanted = width + 2 * _MARGIN
    if wanted <= _PAPER.width:
        return _PAPER
    wide = max(wanted, _PAPER.height)
    return pymupdf.Rect(0, 0, wide, wide / 2**0.5)


def _width(text: str) -> float:
    """About how wide a cell of this text wants to be, in points."""
    signs = sum(1 if one.isascii() else 2 for one in text[:_LOOKED_AT])
    return min(signs * _LETTER_WIDTH, _MOST_CELL_WIDTH) + _CELL_PADDING


def _table(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> str:
    def line(row: Sequence[str], tag: str) -> str:
        cells = (escape(row[number]) if number < len(row) else "" for number in columns)
        return "<tr>" + "".join(f"<{tag}>{breakable(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line(rows[0], "th") + "".join(line(row, "td") for row in rows[1:]) + "</table>"


def _drawable(run: re.Match[str]) -> str:
    """Characters with a font named where the engine would not find one by itself."""
    pieces = []
    for han, some in itertools.groupby(run[0], _font_of):
        text = "".join(some)
        pieces.append(
            _MISSING * len(text) if han is None else f'<span class="han">{text}</span>' if han else text
        )
    return "".join(pieces)


@functools.lru_cache(maxsize=2**16)
def _font_of(character: str) -> bool | None:
    """Whether the Chinese font is to be named for the character; None where no font has it."""
    code = ord(character)
    if _latin().has_glyph(code):
        return False
    if _han().has_glyph(code):
        return True
    return False if _latin().has_glyph(code, fallback=True) else None


@functools.lru_cache
def _latin() -> pymupdf.Font:
    return pymupdf.Font("helv")


@functools.lru_cache
def _han() -> pymupdf.Font:
    return pymupdf.Font("cjk")


def _mend_text(document: pymupdf.Document) -> None:
    """Writes the characters beyond the first 65,536 as the format wants them: in two halves. The library
    writes them in one piece, of which readers take the first half for another character."""
    seen: set[int] = set()
    for number in range(document.page_count):
        for font in document.get_page_fonts(number):
            kind, value = document.xref_get_key(font[0], "ToUnicode")
            xref = int(value.split()[0]) if kind == "xref" else 0
            if not xref or xref in seen:
                continue
            seen.add(xref)
            stream = document.xref_stream(xref)
            mended = _WIDE_CHARACTER.sub(_in_halves, _WIDE_RANGE.sub(_in_halves, stream))
            if mended != stream:
                document.update_stream(xref, mended)


def _in_halves(match: re.Match[bytes]) -> bytes:
    *codes, character = match.groups()
    halves = chr(int(character, 16)).encode("utf-16-be").hex().encode()
    return b" ".join(b"<%s>" % code for code in (*codes, halves))
