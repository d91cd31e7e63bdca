"""PDF files: text with a box for every character, pages as pictures. The home of pymupdf, with page_hash.py.

PyMuPDF gives text in the unrotated page; everything leaves here as fractions of the page as displayed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf

from rag_core.errors import InputError, PasswordNeeded
from rag_core.parse.glyphs import Spans
from rag_core.parse.layout import page_seen
from rag_core.parse.page_hash import PageHashes
from rag_core.parse.pagelook import PageLook, RawLine, look_at
from rag_core.parse.table_words import Frame
from rag_core.parse.tables import SeenPage
from rag_core.protocols import ImageArray
from rag_core.types import Box

TEXT_FLAGS = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
POINTS_PER_INCH = 72
MAX_PIXELS = 40_000_000
SCAN_DPI = 200
SCAN_MAX_PIXELS = 25_000_000
SCAN_LEAST_SIDE = 1200
SCAN_MOST_ZOOM = 20
MIN_DPI = 4
_INKED = 16 | 32
# The outline through which something else is painted.
_CLIPS = 64
_BOLD = 8
# What bold fonts are called that do not say so in their flags; the last is "hei" in GBK.
_BOLD_NAME = re.compile(r"(?i:bold|black|heavy|medi(?:um)?\b|heiti|simhei)|\.B$|黑|\u00ba\u00da")
_PICTURES = frozenset({"fill-image", "fill-imgmask"})
_PATHS = frozenset({"fill-path", "stroke-path", "fill-shade"})
_DAMAGE = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, TypeError, AttributeError, IndexError)
_ODD_CIPHER = "encryption"


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
        self.encrypted = bool(self._document.needs_pass)
        if self.encrypted and not self._document.authenticate(password):
            self._document.close()
            raise PasswordNeeded("password_wrong" if password else "password_needed")
        try:
            self.page_count = int(self._document.page_count)
        except _DAMAGE as error:
            raise InputError("file_damaged") from error
        if self.page_count < 1:
            raise InputError("file_no_pages" if _is_whole(path) else "file_damaged")

    def close(self) -> None:
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
        shown = _Shown(page)
        try:
            log = page.get_bboxlog()
            lines = tuple(_raw_lines(page, shown))
        except _DAMAGE as error:
            raise InputError("page_failed") from error
        rects = [rect for kind, rect, *_ in log if kind in _PICTURES]
        pictures = [Box(*row) for row in shown.boxes(rects).tolist()]
        paths = sum(kind in _PATHS for kind, *_ in log)
        return look_at(lines, pictures, paths)

    def layout(self, number: int, turn: int) -> SeenPage:
        """What a layout model sees on the page, where most text is turned clockwise by `turn`."""
        return page_seen(self._page(number), Frame(turn, *self.size(number)))

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
        try:
            return self._document[number - 1]
        except _DAMAGE as error:
            raise InputError("page_failed") from error


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


def _is_whole(path: Path) -> bool:
    """Whether the file ends as PDF files do; one that is cut off may open with no pages."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - 1024, 0))
        return b"%%EOF" in stream.read()


class _Shown:
    """Maps the unrotated page's points to fractions of the page as displayed."""

    def __init__(self, page: Any) -> None:
        a, b, c, d, e, f = page.rotation_matrix
        width, height = max(page.rect.width, 0.01), max(page.rect.height, 0.01)
        self._turned = np.array([[a, b], [c, d]], np.float64)
        self._origin = np.array([e, f], np.float64)
        self._size = np.array([width, height], np.float64)
        self.height = height

    def boxes(self, rects: Sequence[Sequence[float]]) -> Spans:
        """Rows x0 y0 x1 y1 in points, as fractions."""
        rows = np.array(rects, np.float64).reshape(-1, 4)
        first = (rows[:, :2] @ self._turned + self._origin) / self._size
        second = (rows[:, 2:] @ self._turned + self._origin) / self._size
        return np.hstack([np.minimum(first, second), np.maximum(first, second)])

    def direction(self, vector: Sequence[float]) -> tuple[float, float]:
        (a, b), (c, d) = self._turned.tolist()
        dx, dy = vector
        return a * dx + c * dy, b * dx + d * dy


def _raw_lines(page: Any, shown: _Shown) -> Iterator[RawLine]:
    found: list[tuple[str, Sequence[float], bool, float, bool]] = []
    rects: list[Sequence[float]] = []
    for block in page.get_text("rawdict", flags=TEXT_FLAGS)["blocks"]:
        for line in block.get("lines", ()):
            for visible, group in itertools.groupby(line["spans"], key=_is_visible):
                spans = list(group)
                chars = [char for span in spans for char in span["chars"]]
                size, bold = _type(spans)
                text = "".join([char["c"] for char in chars])
                found.append((text, line["dir"], visible, size / shown.height, bold))
                rects += [char["bbox"] for char in chars]
    boxes = shown.boxes(rects)
    at = 0
    for text, direction, visible, size, bold in found:
        yield RawLine(text, boxes[at : at + len(text)], shown.direction(direction), visible, size, bold)
        at += len(text)


def _type(spans: Sequence[dict[str, Any]]) -> tuple[float, bool]:
    """The type size of most characters in points, and whether all are bold but for single ones (spaces)."""
    most = spans[0] if len(spans) == 1 else max(spans, key=lambda span: len(span["chars"]))
    told = [span for span in spans if len(span["chars"]) > 1] or spans
    bold = all(span["char_flags"] & _BOLD or _BOLD_NAME.search(span["font"]) for span in told)
    return most["size"], bold


def _is_visible(span: dict[str, Any]) -> bool:
    flags = span["char_flags"]
    return bool(flags & _CLIPS) or (bool(flags & _INKED) and span["alpha"] > 0)
