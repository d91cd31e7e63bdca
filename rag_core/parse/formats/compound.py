"""Office files of the years before 2007: a small file system in one file, known by the names in it."""

from __future__ import annotations

from typing import BinaryIO

from rag_core.errors import InputError
from rag_core.parse.results import MediaType

_PIECE = 2**20
# A name is stored in UTF-16; the longest one looked for must not be missed between two pieces.
_OVERLAP = 64
_KINDS: tuple[tuple[str, MediaType], ...] = (
    ("WordDocument", "application/msword"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
)
_PROTECTED = "EncryptedPackage"


def compound_type(stream: BinaryIO) -> MediaType:
    """The type of the compound file. Raises InputError file_protected, file_type."""
    names = _names_in(stream)
    if _PROTECTED in names:
        raise InputError("file_protected")
    for name, found in _KINDS:
        if name in names:
            return found
    raise InputError("file_type", "Outlook, Visio, installer or other compound file")


def _names_in(stream: BinaryIO) -> set[str]:
    """Which of the names that matter stand in the file's directory, wherever that lies. A name there is
    written in 64 bytes, filled with zeros."""
    wanted = {name: name.encode("utf-16-le") + b"\0\0" for name, _ in _KINDS}
    wanted[_PROTECTED] = _PROTECTED.encode("utf-16-le") + b"\0\0"
    found: set[str] = set()
    stream.seek(0)
    before = b""
    while piece := stream.read(_PIECE):
        window = before + piece
        found |= {name for name, mark in wanted.items() if mark in window}
        before = window[-_OVERLAP:]
    return found
