"""Documents packed as ZIP: what they are, and whether unpacking them is safe. Nothing is ever unpacked to
disk by the names that an archive gives."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from rag_core.errors import InputError
from rag_core.parse.results import MediaType

MOST_ENTRIES = 20_000
MOST_BYTES = 2**30
# Text packs well, but no honest part of a document packs a thousandfold.
MOST_RATIO = 1000
RATIO_FROM_BYTES = 2**24
MB = 2**20
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"))
_BY_MIMETYPE: dict[bytes, MediaType] = {
    b"application/epub+zip": "application/epub+zip",
    b"application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.presentation": "application/vnd.oasis.opendocument.presentation",
}
_OPEN_XML: tuple[tuple[str, MediaType], ...] = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
_CONTENT_TYPES = "[Content_Types].xml"
_ODF_MANIFEST = "META-INF/manifest.xml"
_ENCRYPTED_FLAG = 0x1
PACKAGE_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


def package_type(stream: BinaryIO) -> MediaType:
    """The type of the packed document, once it is known to be safe to open. Raises InputError: file_damaged,
    file_unpacks, file_protected, file_type."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            found = _type_of(archive, entries)
            _check(entries)
            _check_truth(archive, entries)
            return found
    except InputError:
        raise
    except PACKAGE_DAMAGE as error:
        raise InputError("file_damaged") from error


def picture_names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """The pictures in the archive, as a reader counts them: page 2 before page 10."""
    names = (name for name in archive.namelist() if not _is_litter(name))
    pictures = (name for name in names if PurePosixPath(name).suffix.lower() in _PICTURES)
    return tuple(
        sorted(
            pictures,
            key=lambda name: [one.zfill(20) if one.isdigit() else one for one in re.split(r"([0-9]+)", name)],
        )
    )


def _type_of(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> MediaType:
    names = [entry.filename for entry in entries]
    if "mimetype" in names and (declared := _BY_MIMETYPE.get(_start_of(archive, "mimetype").strip())):
        if declared != "application/epub+zip" and _ODF_MANIFEST in names:
            _check_protection(archive)
        return declared
    if _CONTENT_TYPES in names:
        for folder, found in _OPEN_XML:
            if any(name.startswith(folder) for name in names):
                return found
    if any(name.lower().endswith((".fdseq", ".fdseq/[0].piece")) for name in names):
        return "application/oxps"
    files = [entry for entry in entries if not entry.is_dir() and not _is_litter(entry.filename)]
    if 2 * len(picture_names(archive)) > len(files) and not any(map(_is_link, files)):
        return "application/vnd.comicbook+zip"
    raise InputError("file_type", "ZIP")


def _check(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuses, by what the archive says of itself, one that unpacks to too much."""
    if len(entries) > MOST_ENTRIES:
        raise InputError("file_unpacks", f"{len(entries)} parts")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise InputError("file_protected")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise InputError("file_unpacks", f"{total // MB} MB")
    for entry in entries:
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise InputError("file_unpacks", f"{entry.file_size // MB} MB")


def _check_truth(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuses an archive whose parts are larger than it says, by unpacking every one into nothing; and one
    with two parts of one name or parts that share their bytes, which readers take differently."""
    names = {entry.filename for entry in entries}
    starts = {entry.header_offset for entry in entries}
    if len(names) < len(entries) or len(starts) < len(entries):
        raise InputError("file_damaged")
    left = MOST_BYTES
    for entry in entries:
        with archive.open(entry) as part:
            while piece := part.read(MB):
                left -= len(piece)
                if left < 0:
                    raise InputError("file_unpacks", f"> {MOST_BYTES // MB} MB")


def _check_protection(archive: zipfile.ZipFile) -> None:
    if b"encryption-data" in _start_of(archive, _ODF_MANIFEST, MB):
        raise InputError("file_protected")


def _start_of(archive: zipfile.ZipFile, name: str, most: int = 200) -> bytes:
    with archive.open(name) as part:
        return part.read(most)


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _is_litter(name: str) -> bool:
    """What systems leave in archives beside their content."""
    path = PurePosixPath(name)
    return path.parts[:1] == ("__MACOSX",) or path.name.startswith(".") or path.name in _LITTER


_LITTER = frozenset(("Thumbs.db", "desktop.ini", "ComicInfo.xml"))
