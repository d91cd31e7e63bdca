"""Whether a bundle still is what it was: its parts against its manifest, and its evidence against the
documents where they are here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rag_core.bundle.collect import Draw
from rag_core.bundle.read import Opened, open_bundle
from rag_core.bundle.record import (
    MANIFEST,
    PAGE,
    RECORD,
    Manifest,
    Record,
    RecordedDocument,
    decode_manifest,
    decode_record,
    sha256,
)
from rag_core.bundle.sound import names_only_what_is_here, of_this_look, possible, told_otherwise
from rag_core.bundle.sources import changed_pages, evidence_of, lost_pages, other_pictures, same_file
from rag_core.store.db import Database
from rag_core.store.exports import Export, exports_at
from rag_core.store.files import FileStore
from rag_core.store.versions import documents_of


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
    "other_seal": "its seal is not the one that was given: it was changed and sealed anew, or is another export",
    "sealed_anew": "its seal is not the one that was kept here when it was exported: it was changed and sealed anew",
    "container": "has been changed outside its parts",
    "unnamed": "names a picture or document that the bundle does not hold",
    "told": "does not say what is recorded in conversation.json",
    "file": "is not the file that was cited: its bytes have changed",
    "quote": "no longer holds the quote",
    "picture": "does not show what the document shows there",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: nothing in `findings` means that all is as it was. `documents` were compared with
    the data folder; `elsewhere` are not there. `reread`: pages whose text was corrected or read anew since,
    but still holds what is cited. `export`: the kept export that this file is. `other_look`: the page was laid out by another version, or by somebody else, and could
    not be compared with the record."""

    findings: tuple[Finding, ...]
    parts: int
    seal: str
    documents: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()
    other_look: bool = False
    export: Export | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents to compare with. `draw` makes a page's picture from its file, see collect.Draw."""

    database: Database
    files: FileStore
    draw: Draw


def check_bundle(path: Path, shelf: Shelf | None = None, seal: str = "") -> Report:
    """Checks the file; with a shelf, the documents there too, and the seal that was kept there; with a seal, that
    it is the file's. Raises InputError for a file that is no bundle."""
    opened = open_bundle(path)
    try:
        manifest = decode_manifest(opened.manifest or b"")
    except ValueError:
        return Report((Finding(MANIFEST, "seal"),), len(opened.parts), "")
    findings = list(_compare(opened, manifest))
    if seal and seal.strip().lower() != manifest.seal:
        findings.append(Finding(path.name, "other_seal"))
    record = _record(opened)
    if record is None:
        findings = findings or [Finding(RECORD, "unreadable")]
        return Report(tuple(findings), len(opened.parts), manifest.seal)
    if not findings:
        findings += _sound(opened, record)
    strange = PAGE in opened.parts and not of_this_look(opened.parts)
    report = Report(tuple(findings), len(opened.parts), manifest.seal, other_look=strange)
    if shelf is None:
        return report
    report = _with_export(report, record, path.name, shelf.database)
    return _with_documents(report, record, opened, shelf)


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
        record = decode_record(opened.parts.get(RECORD, b""))
    except ValueError:
        return None
    return record if possible(record) else None


def _sound(opened: Opened, record: Record) -> Iterator[Finding]:
    """A record may have been written anew, manifest and all: then it at least names only what is there."""
    if not names_only_what_is_here(record, opened.parts):
        yield Finding(RECORD, "unnamed")
    elif of_this_look(opened.parts):
        for part in told_otherwise(record, opened.parts):
            yield Finding(part, "told")


def _with_export(report: Report, record: Record, name: str, database: Database) -> Report:
    """Every export has its moment: where one was kept of this moment, the file must have its seal."""
    kept = exports_at(database, record.exported_at)
    same = next((one for one in kept if one.seal == report.seal), None)
    if kept and same is None:
        report = replace(report, findings=(*report.findings, Finding(name, "sealed_anew")))
    return replace(report, export=same)


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
        if not same_file(shelf.files.path(document.sha256), document.sha256):
            findings.append(Finding(document.filename, "file"))
        own = next((one for one in same if one.id == document.id), same[0])
        changed = changed_pages(shelf.database, document, own)
        lost = lost_pages(shelf.database, own, evidence_of(record, document), changed)
        findings += [Finding(_place(document, number), "quote") for number in lost]
        reread += [_place(document, number) for number in changed if number not in lost]
        others = other_pictures(record, (document, own), opened.parts, shelf.draw)
        findings += [Finding(name, "picture") for name in others]
    return replace(
        report,
        findings=tuple(findings),
        documents=tuple(here),
        elsewhere=tuple(elsewhere),
        reread=tuple(reread),
    )


def _place(document: RecordedDocument, number: int) -> str:
    return f"{document.filename}, p. {number}"
