"""PDF files: text with a box for every character, pages as pictures. One of the homes of pymupdf.

PyMuPDF gives text in the unrotated page; everything leaves here as fractions of the page as displayed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf

from rag_core.errors import InputError, PasswordNeeded
from rag_core.parse.digital.page_hash import PageHashes
from rag_core.parse.digital.page_look import Drawing, PageLook, look_at
from rag_core.parse.digital.stext import LetterReader
from rag_core.parse.digital.stray import is_partly_read
from rag_core.parse.digital.text_layer import Shown, text_lines
from rag_core.parse.formats.binding import FROM_TEXT
from rag_core.parse.layout.pymupdf_model import page_seen
from rag_core.parse.tables.blocks import SeenPage
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray
from rag_core.types import Box

POINTS_PER_INCH = 72
MAX_PIXELS = 40_000_000
SCAN_DPI = 200
GLANCE_DPI = 48
SCAN_MAX_PIXELS = 25_000_000
SCAN_LEAST_SIDE = 1200
SCAN_MOST_ZOOM = 20
MIN_DPI = 4
_PICTURES = frozenset({"fill-image", "fill-imgmask"})
_PATHS = frozenset({"fill-path", "stroke-path", "fill-shade"})
_DAMAGE = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, TypeError, AttributeError, IndexError)
_ODD_CIPHER = "encryption"
# What MuPDF says of a page's parts that are no good; it goes on without them.
_OF_DAMAGE = ("error", "truncated", "not a stream", "corrupt")
_OF_THE_FILE = "page tree"


def _quiet() -> None:
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.set_small_glyph_heights(True)


class PdfFile:
    """An open PDF. Raises InputError (file_empty, file_damaged, file_no_pages, file_missing,
    encryption_unknown) or PasswordNeeded."""

    def __init__(self, path: Path, password: str = "") -> None:
        _quiet()
        self._document = _open(path)
        self._hashes = PageHashes(self._document)
        self._letters = LetterReader()
        # The page that was last asked for: the next question is mostly about the same.
        self._last: Any = None
        self.encrypted = bool(self._document.needs_pass)
        if self.encrypted and not self._document.authenticate(password):
            self._document.close()
            raise PasswordNeeded("password_wrong" if password else "password_needed")
        try:
            self._sound = self._document.metadata.get("producer") == FROM_TEXT
            self.page_count = int(self._document.page_count)
        except _DAMAGE as error:
            raise InputError("file_damaged") from error
        if self.page_count < 1:
            raise InputError("file_no_pages" if _is_whole(path) else "file_damaged")

    def close(self) -> None:
        self._last = None
        self._document.close()

    def page_hash(self, number: int) -> str:
        """What the page shows, whatever file it stands in, as 64 hexadecimal digits; "" where that can't be
        told."""
        return self._hashes.of(number)

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points as displayed."""
        rect = self._page(number).rect
        return max(rect.width, 0.01), max(rect.height, 0.01)

    def look(self, number: int) -> PageLook:
        """The text layer, and whether the page must be recognised. Raises InputError page_failed."""
        page = self._page(number)
        try:
            letters = self._letters.read(page)
            shown = Shown(page.rotation_matrix, page.rect.width, page.rect.height)
            pictures = [Box(*row) for row in shown.boxes(letters.pictures).tolist()]
            lines = text_lines(letters, shown)
            look = look_at(lines, pictures, lambda: _drawing(page, shown), self._sound)
        except _DAMAGE as error:
            raise InputError("page_failed") from error
        if look.recognised and not look.needs_ocr:
            return replace(look, needs_ocr=is_partly_read(self.picture(number, GLANCE_DPI), look.segments))
        return look

    def layout(self, number: int, turn: int) -> SeenPage:
        """What a layout model sees on the page, where most text is turned clockwise by `turn`."""
        seen = page_seen(self._page(number), Frame(turn, *self.size(number)))
        return replace(seen, rulings=replace(seen.rulings, complete=self._sound))

    def picture(self, number: int, dpi: float) -> ImageArray:
        """The page as displayed: height × width × 3, BGR; at a lower dpi where it would have too many
        pixels. Raises InputError: page_too_large, page_failed."""
        width, height = self.size(number)
        return self._draw(number, fitting_zoom(width, height, dpi / POINTS_PER_INCH, MAX_PIXELS))

    def scan(self, number: int) -> ImageArray:
        """The page for recognition. A page that claims to be tiny is enlarged: it holds a scan all the same."""
        width, height = self.size(number)
        zoom = max(SCAN_DPI / POINTS_PER_INCH, min(SCAN_LEAST_SIDE / max(width, height), SCAN_MOST_ZOOM))
        return self._draw(number, fitting_zoom(width, height, zoom, SCAN_MAX_PIXELS))

    def _draw(self, number: int, zoom: float) -> ImageArray:
        page = self._page(number)
        try:
            matrix = pymupdf.Matrix(zoom, zoom)
            pixmap = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csRGB, alpha=False)
        except _DAMAGE as error:
            raise InputError("page_failed") from error
        rows = np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.stride)
        pixels = rows[:, : pixmap.width * 3].reshape(pixmap.height, pixmap.width, 3)
        return np.ascontiguousarray(pixels[:, :, ::-1])

    def decrypt(self, target: Path) -> None:
        """Writes a copy that needs no password."""
        try:
            self._document.save(str(target), encryption=pymupdf.PDF_ENCRYPT_NONE)
        except _DAMAGE as error:
            raise InputError("file_damaged") from error

    def _page(self, number: int) -> Any:
        if self._last is None or self._last.number != number - 1:
            try:
                self._last = self._document[number - 1]
            except _DAMAGE as error:
                raise InputError("page_failed") from error
        return self._last


def fitting_zoom(width: float, height: float, zoom: float, max_pixels: int) -> float:
    """The zoom, made smaller where width × height would have more than max_pixels. Raises InputError
    page_too_large where nothing legible could come of it."""
    area = width * height * zoom * zoom
    if area > max_pixels:
        zoom *= (max_pixels / area) ** 0.5 * 0.999
    if zoom * POINTS_PER_INCH < MIN_DPI and area > max_pixels:
        raise InputError("page_too_large", f"{width / 72:.0f} × {height / 72:.0f} in")
    return zoom


def _open(path: Path) -> Any:
    try:
        document = pymupdf.open(str(path), filetype="pdf")
    except pymupdf.EmptyFileError as error:
        raise InputError("file_empty") from error
    except pymupdf.FileNotFoundError as error:
        raise InputError("file_missing") from error
    except _DAMAGE as error:
        code = "encryption_unknown" if _ODD_CIPHER in str(error).lower() else "file_damaged"
        raise InputError(code) from error
    if not document.is_pdf:
        raise InputError("file_damaged")
    return document


def damage_met() -> bool:
    """Whether something that was to be read or drawn turned out damaged since this was last asked."""
    said = str(pymupdf.TOOLS.mupdf_warnings()).splitlines()
    return any(word in line for line in said for word in _OF_DAMAGE if _OF_THE_FILE not in line)


def _is_whole(path: Path) -> bool:
    """Whether the file ends as PDF files do; one that is cut off may open with no pages."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - 1024, 0))
        return b"%%EOF" in stream.read()


def _drawing(page: Any, shown: Shown) -> Drawing:
    log = page.get_bboxlog()
    rects = [rect for kind, rect, *_ in log if kind in _PICTURES]
    pictures = tuple(Box(*row) for row in shown.boxes(rects).tolist())
    return Drawing(pictures, sum(kind in _PATHS for kind, *_ in log))
