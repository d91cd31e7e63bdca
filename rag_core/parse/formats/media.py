"""What a file is, by its bytes. Its name is asked only where bytes can't tell: which kind of text it is."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from rag_core.errors import InputError
from rag_core.parse.formats.compound import compound_type
from rag_core.parse.formats.package import package_type
from rag_core.parse.formats.texts import sample_text, text_type
from rag_core.parse.results import MediaType

_PDF_MARK = b"%PDF-"
_PDF_REACH = 1024
_SAMPLE_BYTES = 2**16
_IMAGES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Sizes of the header that follows a bitmap's first 14 bytes, in all its versions.
_BITMAP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
# Texts by their letters, but no texts to read.
_CODES: tuple[tuple[bytes, str], ...] = (
    (b"%!PS", "PostScript"),
    (b"%FDF", "FDF form data"),
    (b"<svg", "SVG"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"RIFF", "WAV or AVI"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\x00\x00\x00\x0cjP", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"8BPS", "Photoshop"),
    (b"AT&T", "DjVu"),
)


def media_type(path: Path, filename: str = "") -> MediaType:
    """The file's type; `filename` is what it was called when it was uploaded. Raises InputError: file_missing,
    file_empty, file_binary, file_protected, file_unpacks, or file_type with what it seems to be."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_SAMPLE_BYTES)
            if not head:
                raise InputError("file_empty")
            return _pictured(head) or _packed(head, stream) or _written(head, stream, filename)
    except FileNotFoundError as error:
        raise InputError("file_missing") from error


def _pictured(head: bytes) -> MediaType | None:
    """A picture, or a PDF: what is drawn."""
    for mark, found in _IMAGES:
        if head.startswith(mark):
            return found
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    if _PDF_MARK in head[: _PDF_REACH + len(_PDF_MARK)]:
        return "application/pdf"
    return None


def _packed(head: bytes, stream: BinaryIO) -> MediaType | None:
    """A document packed from parts: an office file, a book."""
    if head.startswith(_ZIP):
        return package_type(stream)
    if head.startswith(_COMPOUND):
        return compound_type(stream)
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    return None


def _written(head: bytes, stream: BinaryIO, filename: str) -> MediaType:
    """A text."""
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, name in _CODES:
        if bare.startswith(mark):
            raise InputError("file_type", name)
    text = sample_text(head, whole=not stream.read(1))
    if text is not None:
        return text_type(text, filename)
    for mark, name in _OTHERS:
        if head.startswith(mark):
            raise InputError("file_type", name)
    if head[4:8] == b"ftyp":
        raise InputError("file_type", "HEIC, AVIF or video")
    raise InputError("file_binary")
