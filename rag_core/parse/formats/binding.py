"""The last hand at a PDF that was made from another file: e-books copied, texts mended, the same bytes for the
same file. Imports pymupdf, as pdf.py does."""

from __future__ import annotations

import re
from pathlib import Path

import pymupdf

from rag_core.errors import InputError
from rag_core.parse.results import MediaType

FROM_TEXT = "Wenju, from text"
_BOOK_SIZE, _BOOK_FONT = (460.0, 650.0), 11.0
_FILE_TYPES: dict[MediaType, str] = {
    "application/epub+zip": "epub",
    "application/oxps": "xps",
}
_WIDE_RANGE = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})> <([0-9a-f]{5,6})>")
_WIDE_CHARACTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{5,6})>")
_DAMAGE = (RuntimeError, ValueError, TypeError, IndexError, AttributeError)


def copy_book(path: Path, media: MediaType, target: Path, page_limit: int) -> None:
    """Writes an e-book's pages as a PDF. Raises InputError: file_damaged, file_no_pages, file_protected,
    file_too_many_pages."""
    try:
        with pymupdf.open(path, filetype=_FILE_TYPES[media]) as book:
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


def finish(draft: Path, target: Path, from_text: bool) -> None:
    """Writes the PDF small, with text that copies out as it went in, and without what differs from one
    making to the next. One made `from_text` says so: its letters mean what they say, however odd they
    look. Raises InputError: file_damaged, file_no_pages."""
    try:
        with pymupdf.open(draft, filetype="pdf") as document:
            if not document.page_count:
                raise InputError("file_no_pages")
            _mend_text(document)
            document.subset_fonts()
            document.set_metadata({})
            if from_text:
                document.set_metadata({"producer": FROM_TEXT})
            document.del_xml_metadata()
            document.xref_set_key(-1, "ID", "null")
            document.save(target, garbage=3, deflate=True, no_new_id=True)
    except _DAMAGE as error:
        raise InputError("file_damaged") from error


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
