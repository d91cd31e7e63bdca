"""A hash of what a page of a PDF shows, whatever file it stands in.

The page's dictionary is followed to everything that is drawn: contents, fonts, pictures, forms, the looks of
its annotations. Object numbers, the page's place, links and what else lies beside the drawing don't count,
nor how a stream is packed; so a page keeps its hash when the file is saved anew.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from collections.abc import Iterator
from typing import Any

import pymupdf

MOST_SECONDS = 1.0
_VERSION = "1"
_MOST_DEPTH = 40
_MOST_OBJECTS = 20_000
_MOST_ANCESTORS = 64
_MOST_UNPACKED = 2**26
_INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")
_FRAME = ("MediaBox", "CropBox", "Rotate", "UserUnit", "Group")
# What points back up, says nothing of the looks, or changes with every saving.
_PASSED_OVER = frozenset(
    {"Parent", "StructParent", "StructParents", "Metadata", "PieceInfo", "LastModified", "Thumb", "Length"}
)
_PASSED_OVER_IN_NOTES = frozenset({"P", "Popup", "A", "AA", "PA", "Dest", "NM", "M", "CreationDate", "IRT"})
_UNPACKING = ("Filter", "DecodeParms")
_PACKED = ("/FlateDecode", "/Fl")
_PARTS = re.compile(
    r"<<|>>|[\[\]]|\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|(?P<xref>\d+)\s+\d+\s+R\b"
    r"|/[^\s()<>\[\]{}/%]*|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
_ESCAPED_NAME = re.compile(rb"/[^\s()<>\[\]{}/%]*#")
_DAMAGE = (
    pymupdf.mupdf.FzErrorBase,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
)

# A token as it is written, the number of another object, a list, or a dictionary by names without their slash.
_Value = str | int | list["_Value"] | dict[str, "_Value"]
_Fields = dict[str, "_Value"]


class PageHashes:
    """The hashes of an open document's pages. What several pages share is read once; the document must not
    be changed meanwhile."""

    def __init__(self, document: pymupdf.Document) -> None:
        self._document: Any = document
        self._hidden: frozenset[int] | None = None
        # Of objects that were followed to the end: the digest, and whether they draw with the page's resources.
        self._known: dict[int, tuple[bytes, bool]] = {}
        self._path: dict[int, int] = {}
        # How far up the path what was just followed leads back.
        self._highest = _MOST_DEPTH
        self._borrows = False
        self._objects = 0
        self._deadline = 0.0

    def of(self, number: int) -> str:
        """The page's hash, 64 hexadecimal digits; "" where the page can't be followed within bounds."""
        self._path.clear()
        self._objects = 0
        self._deadline = time.monotonic() + MOST_SECONDS
        try:
            return self._page(self._document.page_xref(number - 1))
        except _DAMAGE:
            return ""

    def _page(self, xref: int) -> str:
        page = self._fields(xref)
        self._inherit(page)
        contents = self._contents(page.get("Contents", []))
        frame: _Fields = {name: page[name] for name in _FRAME if name in page}
        digest = hashlib.sha256(_VERSION.encode())
        digest.update(hashlib.sha256(contents).digest())
        digest.update(self._digest(frame))
        digest.update(self._resources(page.get("Resources", {}), contents))
        digest.update(self._digest(page.get("Annots", [])))
        return digest.hexdigest()

    def _inherit(self, page: _Fields) -> None:
        """Completes the page with what the nodes above it say."""
        node = page
        for _ in range(_MOST_ANCESTORS):
            parent = node.get("Parent")
            if not isinstance(parent, int):
                return
            node = self._fields(parent)
            for name in _INHERITED:
                if name in node:
                    page.setdefault(name, node[name])

    def _contents(self, value: _Value) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for xref in self._streams(value):
            self._keep_bounds()
            pieces.append(self._unpacked(xref, self._fields(xref))[0].rstrip())
            size += len(pieces[-1])
            if size > _MOST_UNPACKED:
                raise ValueError("contents too large")
        return b"\n".join(pieces)

    def _streams(self, value: _Value) -> Iterator[int]:
        """The streams that a page's contents consist of."""
        if isinstance(value, int) and not self._document.xref_is_stream(value):
            value = self._parsed(value)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int) and self._document.xref_is_stream(one):
                yield one

    def _resources(self, value: _Value, contents: bytes) -> bytes:
        """The digest of the resources that the contents name: files often keep those of all pages in one
        place. Of all of them where a form without resources of its own may draw with any."""
        resources = self._resolved(value)
        groups = {name: self._resolved(group) for name, group in resources.items() if name != "ProcSet"}
        self._borrows = bool(_ESCAPED_NAME.search(contents))
        if not self._borrows:
            used: _Fields = {name: _named(group, contents) for name, group in groups.items()}
            digest = self._digest({name: group for name, group in used.items() if group})
        return self._digest(dict(groups)) if self._borrows else digest

    def _resolved(self, value: _Value) -> _Fields:
        if isinstance(value, int):
            value = self._parsed(value)
        return value if isinstance(value, dict) else {}

    def _digest(self, value: _Value) -> bytes:
        digest = hashlib.sha256()
        self._add(digest, value, 0)
        return digest.digest()

    def _add(self, digest: Any, value: _Value, depth: int) -> None:
        """Adds the value to the digest, unmistakably, dictionaries sorted by their names."""
        if depth > _MOST_DEPTH:
            raise ValueError("nested too deeply")
        match value:
            case str():
                digest.update(f"{len(value)}:{value}".encode("utf-8", "surrogatepass"))
            case int():
                digest.update(b"@" + self._followed(value))
            case list():
                digest.update(b"[%d:" % len(value))
                for one in value:
                    self._add(digest, one, depth + 1)
            case dict():
                self._add_fields(digest, value, depth)

    def _add_fields(self, digest: Any, fields: _Fields, depth: int) -> None:
        skipped = _PASSED_OVER | _PASSED_OVER_IN_NOTES if "Rect" in fields else _PASSED_OVER
        names = sorted(fields.keys() - skipped)
        digest.update(b"<%d:" % len(names))
        for name in names:
            self._add(digest, name, depth + 1)
            self._add(digest, fields[name], depth + 1)

    def _followed(self, xref: int) -> bytes:
        """The digest of an object. One that leads back to an object on the path to it is given by how far
        back; what has such a part in it depends on the path, and is not kept."""
        if xref in self._known:
            digest, borrows = self._known[xref]
            self._borrows |= borrows
            return digest
        depth = len(self._path)
        if xref in self._path:
            self._highest = min(self._highest, self._path[xref])
            return b"%d up" % (depth - self._path[xref])
        if depth >= _MOST_DEPTH:
            raise ValueError("nested too deeply")
        self._keep_bounds()
        self._path[xref] = depth
        above, self._highest = self._highest, _MOST_DEPTH
        others_borrow, self._borrows = self._borrows, False
        digest = self._object(xref)
        del self._path[xref]
        if self._highest >= depth:
            self._known[xref] = (digest, self._borrows)
            self._highest = _MOST_DEPTH
        self._highest = min(self._highest, above)
        self._borrows |= others_borrow
        return digest

    def _object(self, xref: int) -> bytes:
        value = self._parsed(xref)
        digest = hashlib.sha256()
        if isinstance(value, dict):
            if self._document.xref_is_stream(xref):
                stream, value = self._unpacked(xref, value)
                self._borrows |= _may_borrow(value) and b"/" in stream
                digest.update(hashlib.sha256(stream).digest())
            elif value.get("Type") == "/OCG":
                digest.update(b"hidden" if xref in self._hidden_layers() else b"shown")
            elif value.get("Subtype") == "/Widget" and isinstance(value.get("Parent"), int):
                parent = self._resolved(value["Parent"])
                self._add(digest, parent.get("V", ""), 0)
            self._borrows |= value.get("Subtype") == "/Type3" and "Resources" not in value
        self._add(digest, value, 0)
        return digest.digest()

    def _unpacked(self, xref: int, fields: _Fields) -> tuple[bytes, _Fields]:
        """The stream, unpacked where that is cheap, and the fields that still matter then."""
        raw = self._document.xref_stream_raw(xref) or b""
        fields = {name: _only(value) if name in _UNPACKING else value for name, value in fields.items()}
        packed = fields.get("Filter")
        predicted = packed is not None and fields.get("DecodeParms") not in (None, {}, "null")
        if predicted or not (packed is None or packed in _PACKED):
            return raw, fields
        if packed is not None:
            stream = zlib.decompressobj()
            try:
                unpacked = stream.decompress(raw, _MOST_UNPACKED)
            except zlib.error as error:
                raise ValueError("a stream that does not unpack") from error
            if stream.unconsumed_tail:
                return raw, fields
            raw = unpacked
        return raw, {name: value for name, value in fields.items() if name not in _UNPACKING}

    def _fields(self, xref: int) -> _Fields:
        value = self._parsed(xref)
        if not isinstance(value, dict):
            raise ValueError("not a dictionary")
        return value

    def _parsed(self, xref: int) -> _Value:
        return _parse(_PARTS.finditer(self._document.xref_object(xref, compressed=True, ascii=True)))

    def _hidden_layers(self) -> frozenset[int]:
        if self._hidden is None:
            layers = self._document.get_ocgs()
            self._hidden = frozenset(xref for xref, layer in layers.items() if not layer["on"])
        return self._hidden

    def _keep_bounds(self) -> None:
        self._objects += 1
        if self._objects > _MOST_OBJECTS or time.monotonic() > self._deadline:
            raise ValueError("too much to follow")


def _named(group: _Fields, contents: bytes) -> _Fields:
    """The resources whose names stand in the contents."""
    return {name: one for name, one in group.items() if "#" in name or b"/" + name.encode() in contents}


def _only(value: _Value) -> _Value:
    """The value, or what a list of one holds: both mean the same of a stream's filters."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _may_borrow(fields: _Fields) -> bool:
    """Whether a stream would draw with the resources of the page."""
    draws = fields.get("Subtype") == "/Form" or fields.get("PatternType") == "1"
    return draws and "Resources" not in fields


def _parse(parts: Iterator[re.Match[str]], depth: int = 0) -> _Value:
    """The next value. Raises StopIteration at the end, ValueError for what is none."""
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deeply")
    part = next(parts)
    if part["xref"]:
        return int(part["xref"])
    written = part.group()
    if written in {"<<", "["}:
        end = ">>" if written == "<<" else "]"
        values: list[_Value] = []
        while (value := _parse(parts, depth + 1)) != end:
            values.append(value)
        return values if written == "[" else _paired(values)
    return written


def _paired(values: list[_Value]) -> _Fields:
    return {str(name)[1:]: value for name, value in zip(values[::2], values[1::2], strict=True)}
