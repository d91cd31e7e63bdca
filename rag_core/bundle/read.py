"""A bundle's file taken apart. Files come from anywhere: nothing is unpacked to disk, nothing is decompressed,
and nothing is believed."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag_core.bundle.page import OPENING
from rag_core.bundle.record import MANIFEST, PAGE, RECORD, decode_manifest
from rag_core.bundle.write import CLOSES, ENDS, MANIFEST_OPENS, RECORD_OPENS, pack
from rag_core.errors import InputError

BYTES_LIMIT = 512 * 2**20
ENTRIES_LIMIT = 5_000
_ZIP_START = b"PK\x03\x04"
_SAFE_NAME = re.compile(r"(?:pictures/)?[\w-][\w.-]{0,60}", re.ASCII)
_PICTURE = re.compile(rb'data-part="([^"<>]{1,60})" src="data:image/png;base64,([^"<>]*)"')


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that calls itself a bundle. `parts` are those found, by name; `manifest` its bytes as they stand
    there, None where it is gone or cut off. `damaged`: what holds the parts together is no longer as it was."""

    parts: Mapping[str, bytes]
    manifest: bytes | None
    damaged: bool


def open_bundle(path: Path) -> Opened:
    """Raises InputError bundle_missing, bundle_too_large, bundle_none for a file that is no bundle, and
    bundle_unsafe for one made to do harm."""
    try:
        if path.stat().st_size > BYTES_LIMIT:
            raise InputError("bundle_too_large", f"{BYTES_LIMIT // 2**20} MB")
        content = path.read_bytes()
    except OSError as error:
        raise InputError("bundle_missing", path.name) from error
    return _opened(content, path.name)


def seal_of(content: bytes) -> str:
    """The seal of a bundle that was just made. Raises InputError, ValueError for what is none."""
    return decode_manifest(_opened(content, "").manifest or b"").seal


def _opened(content: bytes, name: str) -> Opened:
    if content.startswith(_ZIP_START):
        return _from_zip(content)
    if content.startswith(OPENING.encode()) or MANIFEST_OPENS in content:
        return _from_html(content)
    raise InputError("bundle_none", name)


def _from_html(content: bytes) -> Opened:
    page, found, rest = content.rpartition(MANIFEST_OPENS)
    if not found:
        page, rest = content, b""
    manifest, closed, end = rest.partition(CLOSES)
    parts: dict[str, bytes] = {PAGE: page}
    for name, encoded in _PICTURE.findall(page):
        parts[name.decode("ascii", "replace")] = _decoded(encoded)
    record = page.rpartition(RECORD_OPENS)[2].partition(CLOSES)[0] if RECORD_OPENS in page else None
    if record is not None:
        parts[RECORD] = record
    return Opened(parts, manifest if closed else None, end != ENDS)


def _decoded(encoded: bytes) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""
    # Several spellings stand for the same bytes; only one is ours.
    return content if base64.b64encode(content) == encoded else b""


def _from_zip(content: bytes) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = opened.infolist()
            _refuse_unsafe(entries, len(content))
            parts = dict(_read(opened, entries))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError) as error:
        if MANIFEST.encode() in content[:100]:
            return Opened({}, None, True)
        raise InputError("bundle_none", "zip") from error
    manifest = parts.pop(MANIFEST, None)
    if manifest is None and RECORD not in parts:
        raise InputError("bundle_none", "zip")
    return Opened(parts, manifest, content != _packed(parts, manifest))


def _refuse_unsafe(entries: list[zipfile.ZipInfo], size: int) -> None:
    """A bundle holds files of plain names, once each, as they are: what is compressed, encrypted, named twice,
    leads elsewhere, or weighs more than the file itself is no bundle of ours."""
    names = [entry.filename for entry in entries]
    strange = next((name for name in names if not _SAFE_NAME.fullmatch(name)), None)
    if len(entries) > ENTRIES_LIMIT:
        raise InputError("bundle_unsafe", f"{len(entries)} entries")
    if MANIFEST not in names and RECORD not in names:
        raise InputError("bundle_none", "zip")
    if strange is not None:
        raise InputError("bundle_unsafe", ascii(strange)[:100])
    if len(set(names)) != len(names):
        raise InputError("bundle_unsafe", "the same name twice")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
        raise InputError("bundle_unsafe", "compressed or encrypted entries")
    if sum(entry.file_size for entry in entries) > size:
        raise InputError("bundle_unsafe", "entries larger than the file")


def _read(opened: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        try:
            yield entry.filename, opened.read(entry)
        except zipfile.BadZipFile:
            # Its checksum is wrong: the part is there, and changed.
            yield entry.filename, b""


def _packed(parts: Mapping[str, bytes], manifest: bytes | None) -> bytes:
    try:
        return pack(parts, decode_manifest(manifest or b""))
    except ValueError:
        return b""
