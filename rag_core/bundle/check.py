"""Whether a bundle still is what it was: its parts against its manifest, and its evidence against the
documents where they are here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag_core.bundle.collect import Draw, citation_picture, page_text_hash
from rag_core.bundle.picture import alike
from rag_core.bundle.read import Opened, open_bundle
from rag_core.bundle.record import (
    MANIFEST,
    PAGE,
    RECORD,
    Manifest,
    Record,
    RecordedDocument,
    Shown,
    decode_manifest,
    decode_record,
    sha256,
    shown,
)
from rag_core.store.db import Database
from rag_core.store.files import FileStore
from rag_core.store.pages import load_page
from rag_core.store.versions import documents_of
from rag_core.text import flow
from rag_core.types import Document

_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of the bundle, or a document of it, that is not what it was, and how (a key of HOW)."""

    part: str
    how: str


HOW = {
    "changed": "has changed",
    "missing": "is missing",
    "added": "does not belong to the bundle",
    "unreadable": "can't be read",
    "seal": "has been cut off, or its seal is broken",
    "container": "has been changed outside its parts",
    "unnamed": "names a picture or document that the bundle does not hold",
    "file": "is not the file that was cited: its bytes have changed",
    "quote": "no longer holds the quote",
    "picture": "does not show what the document shows there",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: nothing in `findings` means that all is as it was. `documents` were compared with
    the data folder; `elsewhere` are not there. `reread`: pages whose text was corrected or read anew since,
    but still holds what is cited."""

    findings: tuple[Finding, ...]
    parts: int
    seal: str
    documents: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents to compare with. `draw` makes a page's picture from its file, see collect.Draw."""

    database: Database
    files: FileStore
    draw: Draw


def check_bundle(path: Path, shelf: Shelf | None = None) -> Report:
    """Checks the file; with a shelf, the documents there too. Raises InputError for a file that is no bundle."""
    opened = open_bundle(path)
    try:
        manifest = decode_manifest(opened.manifest or b"")
    except ValueError:
        return Report((Finding(MANIFEST, "seal"),), len(opened.parts), "")
    findings = list(_compare(opened, manifest))
    record = _record(opened)
    if record is None:
        findings = findings or [Finding(RECORD, "unreadable")]
        return Report(tuple(findings), len(opened.parts), manifest.seal)
    if not findings:
        findings += _hang_together(opened, record)
    report = Report(tuple(findings), len(opened.parts), manifest.seal)
    return report if shelf is None else _with_documents(report, record, opened, shelf)


def _compare(opened: Opened, manifest: Manifest) -> Iterator[Finding]:
    wanted = {part.name: part for part in manifest.parts}
    found: list[Finding] = []
    for name, part in wanted.items():
        content = opened.parts.get(name)
        if content is None:
            found.append(Finding(name, "missing"))
        elif (len(content), sha256(content)) != (part.bytes, part.sha256):
            found.append(Finding(name, "changed"))
    found += [Finding(name, "added") for name in opened.parts if name not in wanted]
    # A page of HTML holds the other parts: it is named where none of them is to blame.
    inner = [one for one in found if one.part != PAGE]
    yield from inner or found
    if opened.damaged and not found:
        yield Finding("container", "container")


def _record(opened: Opened) -> Record | None:
    try:
        return decode_record(opened.parts.get(RECORD, b""))
    except ValueError:
        return None


def _hang_together(opened: Opened, record: Record) -> Iterator[Finding]:
    """A record may have been written anew, manifest and all: then it at least names only what is there."""
    known = {document.id for document in record.documents}
    cited = {one.document_id for turn in record.turns for one in turn.answer.citations}
    named = {picture.name for picture in record.pictures if picture.name}
    held = {name for name in opened.parts if name.startswith("pictures/")}
    if not cited <= known or named != held:
        yield Finding(RECORD, "unnamed")


def _with_documents(report: Report, record: Record, opened: Opened, shelf: Shelf) -> Report:
    findings = list(report.findings)
    here: list[str] = []
    elsewhere: list[str] = []
    reread: list[str] = []
    for document in record.documents:
        same = documents_of(shelf.database, document.sha256) if document.sha256 else ()
        if not same:
            elsewhere.append(document.filename)
            continue
        here.append(document.filename)
        if _file_hash(shelf.files.path(document.sha256)) not in (document.sha256, None):
            findings.append(Finding(document.filename, "file"))
        own = next((one for one in same if one.id == document.id), same[0])
        mine = [one for turn in record.turns for one in shown(turn.answer) if one.document_id == document.id]
        for number in _changed_pages(shelf.database, document, own.id):
            place = f"{document.filename}, p. {number}"
            if all(_holds(shelf.database, own.id, number, one) for one in mine):
                reread.append(place)
            else:
                findings.append(Finding(place, "quote"))
        findings += _other_pictures(record, own, opened, shelf)
    return Report(tuple(findings), report.parts, report.seal, tuple(here), tuple(elsewhere), tuple(reread))


def _other_pictures(record: Record, document: Document, opened: Opened, shelf: Shelf) -> Iterator[Finding]:
    """The pictures that show something else than the document's pages, drawn anew, do."""
    for picture in record.pictures:
        found = (
            one
            for turn in record.turns[picture.turn - 1 : picture.turn]
            for one in turn.answer.citations
            if one.number == picture.citation and one.document_id == document.id
        )
        citation = next(found, None)
        if citation is None or not picture.name:
            continue
        drawn = citation_picture(shelf.draw, document, citation, picture.page)
        if drawn and not alike(drawn, opened.parts.get(picture.name, b"")):
            yield Finding(picture.name, "picture")


def _changed_pages(database: Database, document: RecordedDocument, document_id: int) -> list[int]:
    return [
        page.number
        for page in document.pages
        if page.text_sha256 and page_text_hash(database, document_id, page.number) != page.text_sha256
    ]


def _holds(database: Database, document_id: int, number: int, evidence: Shown) -> bool:
    """Whether what is shown of the page still stands on it, spaces and line ends aside."""
    if number != evidence.page:
        return True
    page = load_page(database, document_id, number)
    if page is None:
        return False
    text = _bare(page.text)
    pieces = [_bare(piece) for piece in evidence.pieces]
    return all(piece in text or (evidence.over and _overlaps(piece, text)) for piece in pieces)


def _overlaps(piece: str, text: str) -> bool:
    """Whether one end of the piece stands on the page: the other stands on the next or the one before."""
    half = max(len(piece) // 4, 1)
    return piece[:half] in text or piece[-half:] in text


def _bare(text: str) -> str:
    return "".join(flow(text).split())


def _file_hash(path: Path) -> str | None:
    """None where the file is gone."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_AT_ONCE):
                digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()
