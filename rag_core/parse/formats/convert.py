"""A file that has no pages becomes a PDF, which is then read like any other. Runs in the reader's child."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag_core.errors import InputError
from rag_core.parse.formats import binding, office, story
from rag_core.parse.formats.chapters import by_chapters
from rag_core.parse.formats.mail import Mail, lines_of, read_mail
from rag_core.parse.formats.markup import Table, escape, html_blocks, markdown_blocks
from rag_core.parse.formats.media import media_type
from rag_core.parse.formats.merged import merged_cells
from rag_core.parse.formats.sheet import Sheet, csv_tables
from rag_core.parse.formats.texts import declared_encoding, decode
from rag_core.parse.results import BOOKS, OFFICE, MediaType

# A page of text holds no more bytes than this, in any script; what is longer than all pages is not tried.
_PAGE_BYTES = 24_000
_PORTION_LINES = 400
_PORTION_SIGNS = 20_000
_LINE_PIECE = re.compile(r".{1,2000}(?!\S)|.{1,2000}", re.DOTALL)
_TAB = 8
_QUOTED = re.compile(r"^(?:> ?)+")
_DEEPEST_QUOTE = 5


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder of one's own to work in, and how many seconds, pages and megabytes may be used."""

    folder: Path
    seconds: float
    page_limit: int
    memory_mb: int


def convert(path: Path, filename: str, target: Path, workplace: Workplace) -> None:
    """Writes the file as a PDF: the same bytes for the same file. Raises InputError, ParserFailure."""
    media = media_type(path, filename)
    draft = workplace.folder / "draft.pdf"
    if media in OFFICE:
        _convert_office(path, media, draft, workplace)
    elif media in BOOKS:
        binding.copy_book(path, media, draft, workplace.page_limit)
    else:
        if path.stat().st_size > workplace.page_limit * _PAGE_BYTES:
            raise InputError("file_too_many_pages", str(workplace.page_limit))
        story.lay_out(_pieces(path.read_bytes(), media), draft, workplace.page_limit)
    binding.finish(draft, target, from_text=media not in BOOKS)


def _convert_office(path: Path, media: MediaType, draft: Path, workplace: Workplace) -> None:
    if media not in office.SHEETS:
        made = office.to_pdf(path, media, workplace.folder, workplace.seconds)
        shutil.move(made, draft)
        return
    sheets = office.to_csv(path, media, workplace.folder, workplace.seconds)
    merged = merged_cells(path) if media == office.WORKBOOK else {}
    tables = (
        (title, csv_tables(decode(data) if data else "", ",", merged.get(title, ())))
        for title, data in sheets
    )
    story.lay_out(
        (grid for title, some in tables for grid in _grids(title, some)), draft, workplace.page_limit
    )


def _pieces(data: bytes, media: MediaType) -> Iterator[story.Piece]:
    match media:
        case "message/rfc822":
            yield from _mail(read_mail(data))
        case "text/html":
            yield from _pieces_of(html_blocks(decode(data, declared_encoding(data))))
        case "text/markdown":
            yield from _pieces_of(markdown_blocks(decode(data)))
        case "text/csv":
            yield from _grids("", csv_tables(decode(data)))
        case _:
            yield from _book(decode(data))


def _grids(title: str, tables: Iterable[Sheet]) -> Iterator[story.Grid]:
    """The tables of a sheet, the first under its title."""
    for number, table in enumerate(tables):
        yield story.Grid("" if number else title, table.notes, table.head, table.rows)


def _pieces_of(blocks: Iterable[str | Table]) -> Iterator[story.Piece]:
    return (story.Flow(block) if isinstance(block, str) else block for block in blocks)


def _mail(mail: Mail) -> Iterator[story.Piece]:
    """The mail, and below it those that it forwards."""
    # In the type of the words below: lines in a larger one would be their titles.
    tag, head = ("p", "<br/>") if mail.is_html else ("pre", "\n")
    yield story.Flow(f"<{tag}>{head.join(map(escape, lines_of(mail)))}</{tag}><hr/>")
    yield from _pieces_of(html_blocks(mail.body)) if mail.is_html else _letter(mail.body)
    for one in mail.enclosed:
        yield story.Flow("<hr/>")
        yield from _mail(one)


def _letter(text: str) -> Iterator[story.Flow]:
    """The words of a mail; what it quotes is set in as often as it was quoted, without the signs that say so."""
    for depth, lines in itertools.groupby(text.split("\n"), key=_depth):
        words = "\n".join(_QUOTED.sub("", line) for line in lines)
        for piece in _plain(words):
            yield story.Flow(f"{'<blockquote>' * depth}{piece.html}{'</blockquote>' * depth}", piece.new_page)


def _depth(line: str) -> int:
    quoted = _QUOTED.match(line)
    return min(quoted[0].count(">"), _DEEPEST_QUOTE) if quoted else 0


def _book(text: str) -> Iterator[story.Flow]:
    """The text as it stands, with the titles of its chapters set as such."""
    for words, is_title in by_chapters(text):
        if is_title:
            lines = (escape(line.strip()) for line in words.strip("\f").split("\n"))
            yield story.Flow(f"<h2>{'<br/>'.join(lines)}</h2>", new_page=words.startswith("\f"))
        else:
            yield from _plain(words)


def _plain(text: str) -> Iterator[story.Flow]:
    """The text as it stands; a form feed begins a page."""
    for number, sheet in enumerate(text.split("\f")):
        new_page = number > 0
        for piece in _portions(sheet):
            if piece.strip():
                yield story.Flow(f"<pre>{escape(piece)}</pre>", new_page)
                new_page = False


def _portions(sheet: str) -> Iterator[str]:
    """The lines in portions that are soon laid out; longer lines are broken."""
    portion: list[str] = []
    signs = 0
    for line in sheet.split("\n"):
        expanded = line.expandtabs(_TAB).rstrip()
        for piece in _LINE_PIECE.findall(expanded) or [""]:
            portion.append(piece)
            signs += len(piece) + 1
            if signs > _PORTION_SIGNS or len(portion) >= _PORTION_LINES:
                yield "\n".join(portion)
                portion, signs = [], 0
    yield "\n".join(portion)
