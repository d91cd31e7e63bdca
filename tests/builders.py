"""Documents made on the spot: what a test reads, it has written itself."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pymupdf
from PIL import Image

from rag_core.protocols import ImageArray

A4 = (595.0, 842.0)
LEFT, TOP, LEADING, SIZE = 72.0, 100.0, 24.0, 14.0


def digital_pdf(pages: Sequence[Sequence[str]], rotation: int = 0) -> bytes:
    """A PDF with a text layer: a page a sequence of lines. `rotation` turns the page as displayed."""
    with pymupdf.open() as document:
        for lines in pages:
            page = document.new_page(width=A4[0], height=A4[1])
            for index, line in enumerate(lines):
                _write(page, (LEFT, TOP + index * LEADING), line)
            page.set_rotation(rotation)
        return bytes(document.tobytes())


def encrypted_pdf(pages: Sequence[Sequence[str]], user: str, owner: str = "owner") -> bytes:
    """A digital PDF that asks for `user`; with user "" it only forbids things."""
    with pymupdf.open(stream=digital_pdf(pages), filetype="pdf") as document:
        return bytes(document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=user, owner_pw=owner))


def hidden_text_pdf(shown: str, hidden: str, off_page: str) -> bytes:
    """A page with text to see, text without ink, and text beyond the page's edge."""
    with pymupdf.open() as document:
        page = document.new_page(width=A4[0], height=A4[1])
        page.insert_text((LEFT, TOP), shown)
        page.insert_text((LEFT, TOP + 60), hidden, render_mode=3)
        page.insert_text((LEFT, -40), off_page)
        return bytes(document.tobytes())


def picture(lines: Sequence[str], turn: int = 0, dpi: int = 200) -> ImageArray:
    """The lines as a scanner sees them, BGR; `turn` is how far the paper lay turned clockwise."""
    with pymupdf.open(stream=digital_pdf([lines]), filetype="pdf") as document:
        pixmap = document[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csRGB, alpha=False)
        pixels = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width, 3)
    return np.ascontiguousarray(np.rot90(pixels[:, :, ::-1], -turn // 90))


def image_file(pictures: Sequence[ImageArray], kind: str, **options: object) -> bytes:
    """The pictures as one file: "PNG", "JPEG" or "TIFF" (a frame each)."""
    frames = [Image.fromarray(np.ascontiguousarray(one[:, :, ::-1])) for one in pictures]
    stream = BytesIO()
    if kind == "TIFF":
        options |= {"save_all": True, "append_images": frames[1:]}
    frames[0].save(stream, kind, **options)
    return stream.getvalue()


def scan_pdf(pictures: Sequence[ImageArray], stamp: str = "") -> bytes:
    """A PDF of pictures only, one that fills each page; `stamp` is a line of real text on it."""
    with pymupdf.open() as document:
        for one in pictures:
            height, width = one.shape[:2]
            page = document.new_page(width=width * 72 / 200, height=height * 72 / 200)
            page.insert_image(page.rect, stream=image_file([one], "PNG"))
            if stamp:
                _write(page, (20, page.rect.height - 20), stamp)
        return bytes(document.tobytes())


def inset_pdf(
    lines: Sequence[str],
    inset: ImageArray,
    place: tuple[float, float, float, float],
    strips: int = 1,
    rotation: int = 0,
) -> bytes:
    """A page with a text layer and a picture at `place` (x0, y0, x1, y1 in points), stored in strips."""
    x0, y0, x1, y1 = place
    with pymupdf.open(stream=digital_pdf([lines]), filetype="pdf") as document:
        for index, strip in enumerate(np.array_split(inset, strips)):
            top, bottom = (y0 + (y1 - y0) * at / strips for at in (index, index + 1))
            document[0].insert_image(
                (x0, top, x1, bottom), stream=image_file([strip], "PNG"), keep_proportion=False
            )
        document[0].set_rotation(rotation)
        return bytes(document.tobytes())


def blank_pdf(pages: int = 1, size: tuple[float, float] = A4) -> bytes:
    """Pages with nothing on them."""
    with pymupdf.open() as document:
        for _ in range(pages):
            document.new_page(width=size[0], height=size[1])
        return bytes(document.tobytes())


def no_pages_pdf() -> bytes:
    """A well-formed PDF whose page tree is empty."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n102\n%%EOF\n"
    )


def _write(page: pymupdf.Page, point: tuple[float, float], text: str) -> None:
    font = "helv" if text.isascii() else "china-s"
    page.insert_text(point, text, fontname=font, fontsize=SIZE)
