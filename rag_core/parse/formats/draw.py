"""Draws plain documents: the sample library's pages are made here, not shipped. Imports pymupdf, as
pdf.py does: the two ends of the same format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pymupdf

_PAPER = pymupdf.paper_rect("a4")
_MARGIN = 68.0
_TITLE_SIZE = 20.0
_HEADING_SIZE = 13.5
_BODY_SIZE = 11.0
_LINE_FACTOR = 1.62
_LATIN, _CJK = "tiro", "china-s"
_NEVER_FIRST = "，。！？；：、）”’》」』】,.!?;:)"
_SCAN_DPI = 170
_SCAN_SKEW_DEGREES = 0.7
_LAST_LATIN = "\u024f"
_RUN = re.compile(f"[\0-{_LAST_LATIN}]+|[^\0-{_LAST_LATIN}]+")
_PIECE = re.compile(f"\\s+|[!-{_LAST_LATIN}]+|.")
_GREY = (0.35, 0.35, 0.35)


# A page's paragraphs; "# " begins a title, "## " a heading.
Sheet = Sequence[str]


def draw_pdf(sheets: Sequence[Sheet]) -> bytes:
    """A PDF with a text layer, one A4 page a sheet."""
    with pymupdf.open() as document:
        _draw(document, sheets)
        return bytes(document.tobytes(garbage=4, deflate=True, no_new_id=True))


def draw_scan(sheets: Sequence[Sheet], seed: int) -> bytes:
    """A PDF of pictures only: the sheets as an office scanner gives them, slightly turned and grainy."""
    grain = np.random.default_rng(seed)
    with pymupdf.open() as document, pymupdf.open() as scan:
        _draw(document, sheets)
        for page in document:
            picture = page.get_pixmap(
                matrix=pymupdf.Matrix(_SCAN_DPI / 72, _SCAN_DPI / 72).prerotate(_SCAN_SKEW_DEGREES),
                colorspace=pymupdf.csGRAY,
                alpha=False,
            )
            shape = (picture.height, picture.width)
            dots = np.frombuffer(picture.samples, np.uint8).reshape(shape).astype(np.float32)
            paper = np.clip(dots * 0.93 + 12 + grain.normal(0.0, 7.0, shape), 0, 255).astype(np.uint8)
            grained = pymupdf.Pixmap(pymupdf.csGRAY, picture.width, picture.height, paper.tobytes(), False)
            sheet = scan.new_page(width=_PAPER.width, height=_PAPER.height)
            sheet.insert_image(
                sheet.rect, stream=grained.tobytes("jpeg", jpg_quality=70), keep_proportion=False
            )
        return bytes(scan.tobytes(garbage=4, deflate=True, no_new_id=True))


def _draw(document: pymupdf.Document, sheets: Sequence[Sheet]) -> None:
    for number, sheet in enumerate(sheets, start=1):
        page = document.new_page(width=_PAPER.width, height=_PAPER.height)
        y = _MARGIN
        for paragraph in sheet:
            match paragraph.partition(" "):
                case "#", _, title:
                    y = _write(page, title, y, _TITLE_SIZE) + 21
                case "##", _, heading:
                    y = _write(page, heading, y + 8, _HEADING_SIZE) + 7
                case _:
                    y = _write(page, paragraph, y, _BODY_SIZE) + 7
        page.insert_text(
            (_PAPER.width / 2 - 3, _PAPER.height - 40), str(number), fontsize=9, fontname=_LATIN, color=_GREY
        )


def _write(page: pymupdf.Page, text: str, y: float, size: float) -> float:
    """Writes the paragraph below y; returns where it ends."""
    for line in _wrap(text, size):
        y += size * _LINE_FACTOR
        x = _MARGIN
        for run in _RUN.findall(line):
            font = _font(run)
            page.insert_text((x, y), run, fontsize=size, fontname=font)
            x += pymupdf.Font(font).text_length(run, size)
    return y


def _font(run: str) -> str:
    # The Chinese font's own digits and letters are as wide as its characters.
    return _LATIN if run[0] <= _LAST_LATIN else _CJK


def _wrap(text: str, size: float) -> Iterator[str]:
    width = _PAPER.width - 2 * _MARGIN
    fonts = {name: pymupdf.Font(name) for name in (_LATIN, _CJK)}
    line, length = "", 0.0
    for piece in _PIECE.findall(text):
        own = fonts[_font(piece)].text_length(piece, size)
        if length + own > width and piece not in _NEVER_FIRST and not piece.isspace():
            yield line.rstrip()
            line, length = "", 0.0
        line += piece
        length += own
    if line.strip():
        yield line.rstrip()
