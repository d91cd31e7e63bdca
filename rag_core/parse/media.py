"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

from pathlib import Path

from rag_core.errors import InputError
from rag_core.parse.results import MediaType

_PDF_MARK = b"%PDF-"
_PDF_REACH = 1024
_IMAGES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "ZIP or Office document"),
    (b"PK\x05\x06", "ZIP"),
    (b"\xd0\xcf\x11\xe0", "old Office document"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP, WAV or AVI"),
    (b"%!PS", "PostScript"),
    (b"%FDF", "FDF form data"),
    (b"{\\rtf", "RTF"),
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
    (b"<?xml", "XML"),
    (b"<svg", "SVG"),
    (b"<", "HTML or XML"),
    (b"{", "JSON or text"),
)


def media_type(path: Path) -> MediaType:
    """The file's type. Raises InputError: file_missing, file_empty, or file_type with what it seems to be."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_PDF_REACH + len(_PDF_MARK))
    except FileNotFoundError as error:
        raise InputError("file_missing") from error
    if not head:
        raise InputError("file_empty")
    for mark, found in _IMAGES:
        if head.startswith(mark):
            return found
    if _PDF_MARK in head:
        return "application/pdf"
    raise InputError("file_type", _describe(head))


def _describe(head: bytes) -> str:
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, name in _OTHERS:
        if head.startswith(mark) or bare.startswith(mark):
            return name
    if head[4:8] == b"ftyp":
        return "HEIC, AVIF or video"
    if b"\x00" in head:
        return "unknown"
    return "text"
