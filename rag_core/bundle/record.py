"""What an answer bundle says: a conversation with its evidence, and the manifest that seals it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag_core.store.answer_json import decode_value
from rag_core.types import Answer

FORMAT = "wenju-bundle"
VERSION = 1
RECORD = "conversation.json"
MANIFEST = "manifest.json"
PAGE = "index.html"
TEXT = "conversation.md"


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """A question and its answer; `asked_at` in epoch seconds. Evidence is kept where the answer was refused."""

    asked_at: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer shows of a document: words that stand on these pages (of none where the place is not known), in at
    most so many runs: a quote may leave out what stands between its parts."""

    document_id: int
    filename: str
    pages: tuple[int, ...]
    text: str
    runs: int = 1


def shown(answer: Answer) -> Iterator[Shown]:
    """What the answer shows as evidence: its citations, and where it was refused, page by page, what came closest."""
    for citation in answer.citations:
        pages = tuple(region.page_number for region in citation.regions)
        # Every part of a quote has a box of its own, or several.
        runs = max(sum(len(region.boxes) for region in citation.regions), 1)
        yield Shown(citation.document_id, citation.filename, pages, citation.quote, runs)
    for passage in (one.hit.passage for one in answer.evidence if answer.refused):
        for page, text in enumerate(passage.text.split("\f"), passage.first_page):
            yield Shown(passage.document_id, passage.filename, (page,), text)


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A page shown as evidence: what it shows (pages.content_hash) and the SHA-256 of its text, both as hexadecimals."""

    number: int
    content_hash: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class RecordedDocument:
    """A document shown as evidence. `readable_sha256` names the bytes that were read where they are not the upload's own.
    All "" for a document that was gone for good when the bundle was made."""

    id: int
    filename: str
    sha256: str
    readable_sha256: str
    bytes: int
    pages: tuple[RecordedPage, ...]


@dataclass(frozen=True, slots=True)
class RecordedPicture:
    """The picture of what a citation points at on a page: a part's name, "" where it could not be drawn.
    `turn` counts from 1."""

    turn: int
    citation: int
    page: int
    name: str


@dataclass(frozen=True, slots=True)
class RecordedGeneration:
    """An index generation that answers were found with."""

    id: int
    library: str
    embedder_id: str
    kind: str
    vectors: int
    published_at: float


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation as a bundle keeps it. Times are epoch seconds."""

    title: str
    exported_at: float
    turns: tuple[RecordedTurn, ...]
    documents: tuple[RecordedDocument, ...]
    generations: tuple[RecordedGeneration, ...]
    pictures: tuple[RecordedPicture, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bundle, as the manifest names it."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts and, over them all, the seal: who knows it, knows whether the bundle is still the same."""

    parts: tuple[Part, ...]
    seal: str


def sha256(content: bytes) -> str:
    """As hexadecimals."""
    return hashlib.sha256(content).hexdigest()


def encode_record(record: Record) -> bytes:
    """The record as JSON that may stand inside HTML."""
    return _json({"format": FORMAT, "version": VERSION, "record": dataclasses.asdict(record)})


def decode_record(content: bytes) -> Record:
    """The record. Raises ValueError for bytes that are none."""
    outer = _object(content)
    record = decode_value(Record, outer.get("record"))
    if not isinstance(record, Record) or outer.get("format") != FORMAT:
        raise ValueError("not a record")
    return record


def seal(parts: Mapping[str, bytes]) -> Manifest:
    """The manifest of these parts."""
    listed = tuple(Part(name, len(content), sha256(content)) for name, content in sorted(parts.items()))
    return Manifest(listed, _seal_of(listed))


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON that may stand inside HTML."""
    return _json({"format": FORMAT, "version": VERSION, **dataclasses.asdict(manifest)})


def decode_manifest(content: bytes) -> Manifest:
    """The manifest. Raises ValueError for bytes that encode_manifest of this version would not have written,
    down to the last blank, and for a seal that is not its own."""
    manifest = decode_value(Manifest, _object(content))
    if not isinstance(manifest, Manifest) or encode_manifest(manifest) != content:
        raise ValueError("not a manifest")
    if manifest.seal != _seal_of(manifest.parts):
        raise ValueError("the seal is broken")
    return manifest


def _seal_of(parts: tuple[Part, ...]) -> str:
    return sha256(_json([dataclasses.asdict(part) for part in parts]))


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    # A lone surrogate, from a damaged text layer, can't be written as UTF-8.
    return text.encode("utf-8", "replace")
