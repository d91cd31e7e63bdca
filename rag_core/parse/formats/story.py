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
from rag_core.parse.formats.markup import Table, breakable, escape

_PAPER = pymupdf.paper_rect("a4")
_MARGIN = 50.0
_WIDEST = 1191.0
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
_MOST_CELL_WIDTH = 190.0
_LETTER_WIDTH = 4.9
# As far apart as texts must stand to be taken for those of different columns.
_CELL_PADDING = 16.0
_SHORT_CELL = 16
_LAST_LATIN = "\u2e7f"
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
    """A table on pages of its own, its first row repeated on each."""

    title: str
    rows: Iterable[Sequence[str]]


Piece = Flow | Grid | Table
# The columns that stand on one page side by side, and that page.
_Plan = Sequence[tuple[Sequence[int], pymupdf.Rect]]


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
            if end == first and self._left.height < _inner(self._paper).height:
                self._turn(_PAPER)
                continue
            # Nothing is read as a table of one row.
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
            if some == 1 and not self._fits(plan, heading, [header, waiting[0]]):
                self._record(heading, header, waiting[0])
            else:
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

    def _record(self, heading: str, header: Sequence[str], row: Sequence[str]) -> None:
        """A row that is higher than a page, cell by cell: no page breaks within a row."""
        self._turn(_PAPER)
        self.flow(Flow(heading))
        for name, cell in itertools.zip_longest(header, row, fillvalue=""):
            for number, words in enumerate(_RECORD_PIECE.findall(cell)):
                label = "" if number else f"<b>{escape(name)}</b> "
                self.flow(Flow(f"<p>{label}{escape(words)}</p>"))

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
        cells = (row[number] if number < len(row) else "" for number in columns)
        return "<tr>" + "".join(_cell(cell, tag) for cell in cells) + "</tr>"

    return "<table>" + line(rows[0], "th") + "".join(line(row, "td") for row in rows[1:]) + "</table>"


def _cell(text: str, tag: str) -> str:
    # The engine parts short Chinese words at the figures in them, though their column has room.
    short = ' class="short"' if len(text) <= _SHORT_CELL and max(text, default="") > _LAST_LATIN else ""
    return f"<{tag}{short}>{breakable(escape(text))}</{tag}>"


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
