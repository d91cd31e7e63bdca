"""Lays words and tables out on pages: the PDF that is read and shown.
Imports pymupdf, as pdf.py does: the two ends of the same format."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from rag_core.errors import InputError
from rag_core.parse.formats.grids import MARGIN, PAPER, Part, html_of, plan
from rag_core.parse.formats.markup import Table, escape

_PAPER = pymupdf.Rect(0, 0, *PAPER)
_CSS = """
@font-face { font-family: han; src: url(han.ttf) }
body { font-family: sans-serif; font-size: 10.5px; line-height: 1.35; overflow-wrap: break-word }
.han { font-family: han }
h1 { font-size: 18px } h2 { font-size: 15px } h3 { font-size: 13px } h4, h5, h6 { font-size: 11.5px }
pre, code { font-family: monospace; font-size: 9px; white-space: pre-wrap }
table { border-collapse: collapse }
td, th { border: 1px solid #999; padding: 2px 6px; font-size: 9px; vertical-align: top; text-align: left;
    overflow-wrap: normal }
.short { white-space: nowrap }
blockquote { margin-left: 20px }
.numbered { list-style-type: none }
"""
_FIRST_ROWS = 40
_RECORD_PIECE = re.compile(r".{1,20000}(?!\S)|.{1,20000}", re.DOTALL)
_LOOKED_AT = 200
_MOST_ROWS = 400
_MOST_GROUPS = 80
# Has room for the first line of anything: where not even that fits the engine draws nothing, and forgets it.
_LEAST_HEIGHT = 60.0
# Of a page, what a table's head that is repeated may take.
_MOST_HEAD = 1 / 3
_CELL_MARK, _ROW_MARK = re.compile(r"<(/?)t[hd]\b[^>]*>"), re.compile(r"</?tr>")
_MISSING = "〓"  # what Chinese and Japanese printers set for a sign they lack
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Flow:
    """HTML that follows what is before it."""

    html: str
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on pages of its own, below its title and notes; the rows of its head are repeated on each."""

    title: str
    notes: Sequence[str]
    head: Sequence[Sequence[str]]
    rows: Iterable[Sequence[str]]


Piece = Flow | Grid | Table
_Rows = Sequence[Sequence[str]]


def lay_out(pieces: Iterable[Piece], target: Path, page_limit: int) -> None:
    """Writes the pieces as a PDF. Raises InputError: file_no_text where there is nothing to write,
    file_too_many_pages."""
    press = _Press(target, page_limit)
    try:
        for piece in pieces:
            match piece:
                case Flow():
                    press.flow(piece)
                case Table():
                    press.table(piece)
                case Grid():
                    press.grid(piece)
    finally:
        pages = press.close()
    if not pages:
        raise InputError("file_no_text")


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
        if piece.new_page or self._left.is_empty:
            self._turn(_PAPER)
        while more:
            more, filled = story.place(self._left)
            if more and self._left.height < _LEAST_HEIGHT:
                self._turn(self._paper)
                continue
            story.draw(self._device)
            if more:
                self._turn(self._paper)
            else:
                self._left.y0 = max(filled[3], self._left.y0)

    def table(self, table: Table) -> None:
        """A table in the flow, its head repeated on every page; one too high for that stands above it as paragraphs."""
        if table.groups and self._is_high(table.html(0, 0)):
            self.flow(Flow(_ROW_MARK.sub("", _CELL_MARK.sub(r"<\1p>", table.head))))
            table = Table("", table.groups)
        first, count = 0, len(table.groups)
        if not count:
            self.flow(Flow(table.html()))
        while first < count:
            end = self._end_of_fitting(table, first)
            # Nothing is read as a table of one row.
            alone = end == first + 1 < count and first == 0
            if (end == first or alone) and self._left.height < _inner(self._paper).height:
                self._turn(_PAPER)
                continue
            end -= int(end == count - 1 and end - first > 2)
            self.flow(Flow(table.html(first, max(end, first + 1))))
            first = max(end, first + 1)

    def _end_of_fitting(self, table: Table, first: int) -> int:
        """Up to which group the table has room on what is left of the page."""
        if self._left.height < _LEAST_HEIGHT:
            return first
        ends = range(first + 1, min(first + _MOST_GROUPS, len(table.groups)) + 1)
        return first + bisect.bisect_left(ends, True, key=lambda end: self._overflows(table.html(first, end)))

    def _overflows(self, html: str) -> bool:
        return bool(self._story(html).place(self._left)[0])

    def _is_high(self, html: str) -> bool:
        room = _inner(_PAPER)
        more, filled = self._story(html).place(room)
        return bool(more) or filled[3] - room.y0 > _MOST_HEAD * room.height

    def grid(self, grid: Grid) -> None:
        rows = iter(grid.rows)
        waiting = list(itertools.islice(rows, _LOOKED_AT))
        above = f"<h2>{escape(grid.title)}</h2>" if grid.title else ""
        above += "".join(f"<p>{escape(note)}</p>" for note in grid.notes)
        if not grid.head:
            self.flow(Flow(above))
            return
        parts, count = plan(grid.head, waiting), _FIRST_ROWS
        while True:
            waiting += itertools.islice(rows, max(count - len(waiting), 0))
            some = min(count, len(waiting))
            while some > 1 and not self._fits(parts, above, grid.head, waiting[:some]):
                some = some * 9 // 10
            if some == 1 and not self._fits(parts, above, grid.head, waiting[:1]):
                self._record(above, grid.head[-1], waiting[0])
            else:
                for part in parts:
                    self._turn(pymupdf.Rect(0, 0, part.width, part.height))
                    self.flow(Flow(above + html_of(grid.head, waiting[:some], part.columns)))
            del waiting[:some]
            above = ""
            count = min(max(some + some // 4, 1), _MOST_ROWS)
            waiting += itertools.islice(rows, 0 if waiting else 1)
            if not waiting:
                break
        self._left = pymupdf.Rect()

    def _record(self, above: str, names: Sequence[str], row: Sequence[str]) -> None:
        """A row that is higher than a page, cell by cell: no page breaks within a row."""
        self._turn(_PAPER)
        self.flow(Flow(above))
        for name, cell in itertools.zip_longest(names, row, fillvalue=""):
            for number, words in enumerate(_RECORD_PIECE.findall(cell)):
                label = "" if number else f"<b>{escape(name)}</b> "
                self.flow(Flow(f"<p>{label}{escape(words)}</p>"))

    def _fits(self, parts: Sequence[Part], above: str, head: _Rows, rows: _Rows) -> bool:
        """Whether the rows have room on one page for each part of their columns."""
        return not any(
            self._story(above + html_of(head, rows, part.columns)).place(
                _inner(pymupdf.Rect(0, 0, part.width, part.height))
            )[0]
            for part in parts
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
    return pymupdf.Rect(MARGIN, MARGIN, paper.width - MARGIN, paper.height - MARGIN)


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
