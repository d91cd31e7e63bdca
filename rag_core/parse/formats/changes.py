"""Text documents that keep track of their changes: what was deleted is not what they say. Parts are searched as bytes;
no XML of a stranger's is taken apart here."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from rag_core.errors import InputError
from rag_core.parse.formats.package import PACKAGE_DAMAGE
from rag_core.parse.results import MediaType

_PACKED = frozenset[MediaType](
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    )
)
_PIECE = 2**20
_LONGEST_MARK = 64
_MOST_PART_BYTES = 2**26
_TRACKED = re.compile(rb"<(?:\w{1,20}:(?:del|moveFrom)|text:tracked-changes)[\s>]")
_SETTINGS = "word/settings.xml"
_SETTINGS_START = re.compile(rb"<(\w{1,20}:)settings\b([^<>]*?)(/?)>")
_VIEW = re.compile(rb"<\w{1,20}:revisionView\b[^<>]*/>")
_DELETED = re.compile(rb"<text:tracked-changes(?=[\s/>])(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
_DELETED_END = b"</text:tracked-changes>"


def copy_as_changed(source: Path, media: MediaType, target: Path) -> None:
    """Copies a document so that LibreOffice prints what it says with all its changes made: Word keeps what was
    deleted in its place, with a setting that hides it, OpenDocument in a list of its own. What keeps track of
    none, or in another way, is copied as it is. Raises InputError file_damaged."""
    try:
        if media not in _PACKED or not _is_tracked(source):
            shutil.copyfile(source, target)
            return
        with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as copy:
            for entry in archive.infolist():
                _copy_part(archive, entry, copy)
    except PACKAGE_DAMAGE as error:
        raise InputError("file_damaged") from error


def _is_tracked(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(_is_tracked_part(archive, name) for name in archive.namelist() if name.endswith(".xml"))


def _is_tracked_part(archive: zipfile.ZipFile, name: str) -> bool:
    end = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            if _TRACKED.search(end + piece):
                return True
            end = piece[-_LONGEST_MARK:]
    return False


def _copy_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, copy: zipfile.ZipFile) -> None:
    new = zipfile.ZipInfo(entry.filename)
    new.compress_type = entry.compress_type
    with archive.open(entry) as part, copy.open(new, "w", force_zip64=True) as written:
        if entry.file_size <= _MOST_PART_BYTES and entry.filename.endswith(".xml"):
            written.write(_with_changes_made(entry.filename, part.read()))
        else:
            shutil.copyfileobj(part, written, _PIECE)


def _with_changes_made(name: str, data: bytes) -> bytes:
    if name == _SETTINGS:
        return _SETTINGS_START.sub(_with_view, _VIEW.sub(b"", data), count=1)
    kept: list[bytes] = []
    at = 0
    while found := _DELETED.search(data, at):
        end = found.end() if found[0].endswith(b"/>") else data.find(_DELETED_END, found.end())
        if end < 0:
            break
        kept.append(data[at : found.start()])
        at = end if found[0].endswith(b"/>") else end + len(_DELETED_END)
    return b"".join((*kept, data[at:]))


def _with_view(start: re.Match[bytes]) -> bytes:
    """The start of the settings, which say first that no changes are shown; their end, too, where there are none."""
    prefix, attributes, closed = start.groups()
    view = b'<%bsettings%b><%brevisionView %bmarkup="0"/>' % (prefix, attributes, prefix, prefix)
    return view + b"</%bsettings>" % prefix if closed else view
