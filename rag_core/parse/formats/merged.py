"""Which cells of a workbook are merged: its sheets as text do not say so. Parts are searched as bytes; no XML of a
stranger's is taken apart here."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.errors import InputError
from rag_core.parse.formats.package import PACKAGE_DAMAGE

_PIECE = 2**20
_LONGEST_MARK = 256
_MOST_PART_BYTES = 2**24
_MOST_MERGED = 20_000
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""\b(name|id|Id|Target)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_MERGED = re.compile(
    rb"""<(?:\w{1,20}:)?mergeCell\s[^<>]{0,80}?\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one, the first and the last row and column of it, counted from 0."""

    row: int
    column: int
    row_end: int
    column_end: int


def merged_cells(path: Path) -> Mapping[str, Sequence[Merged]]:
    """The merged cells of each sheet, by its name, from top to bottom. Raises InputError file_damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: tuple(_merged_in(archive, part)) for name, part in _sheets(archive)}
    except PACKAGE_DAMAGE as error:
        raise InputError("file_damaged") from error


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The sheets' names, each with its part of the package."""
    parts = set(archive.namelist())
    if not {_WORKBOOK, _RELATIONS} <= parts:
        return
    targets = {
        told.get("id", ""): posixpath.normpath(posixpath.join("xl", told.get("target", "")))
        for told in map(_attributes, _RELATION.findall(_read(archive, _RELATIONS)))
    }
    for told in map(_attributes, _SHEET.findall(_read(archive, _WORKBOOK))):
        part = targets.get(told.get("id", ""), "").lstrip("/")
        if part in parts:
            yield told.get("name", ""), part


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_PART_BYTES)


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode().lower(): html.unescape((double or single).decode("utf-8", errors="replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _merged_in(archive: zipfile.ZipFile, name: str) -> list[Merged]:
    found: set[Merged] = set()
    end = b""
    with archive.open(name) as part:
        while (piece := part.read(_PIECE)) and len(found) < _MOST_MERGED:
            for left, top, right, bottom in _MERGED.findall(end + piece):
                found.add(Merged(int(top) - 1, _column(left), int(bottom) - 1, _column(right)))
            end = piece[-_LONGEST_MARK:]
    return sorted(found, key=lambda one: (one.row, one.column))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
