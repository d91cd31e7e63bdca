"""What belongs into a conversation's bundle, gathered from the database and the documents' pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_core.bundle.picture import crop
from rag_core.bundle.record import (
    RECORD,
    Record,
    RecordedDocument,
    RecordedGeneration,
    RecordedPage,
    RecordedPicture,
    RecordedTurn,
    encode_record,
    sha256,
    shown,
)
from rag_core.errors import NotFound, UserError
from rag_core.store.conversations import StoredTurn, get_conversation, stored_turns
from rag_core.store.db import Database
from rag_core.store.documents import get_document
from rag_core.store.generations import get_generation
from rag_core.store.libraries import get_library
from rag_core.store.pages import content_hashes, load_page
from rag_core.types import Answer, Citation, Document

Draw = Callable[[str, int], bytes]
"""(SHA-256 of the readable file, page number) → the page as PNG; raises UserError where it can't be drawn."""
_PICTURES_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Collected:
    """A record and its pictures by name."""

    record: Record
    pictures: Mapping[str, bytes]

    def parts(self) -> dict[str, bytes]:
        """All that a reader can't do without: the record and the pictures."""
        return {RECORD: encode_record(self.record), **self.pictures}


def collect(database: Database, draw: Draw, conversation_id: int, now: float) -> Collected:
    """The conversation with the evidence of all its answers. A page that can't be drawn any more goes without
    a picture. Raises NotFound."""
    conversation = get_conversation(database, conversation_id)
    turns = stored_turns(database, conversation_id)
    answers = [stored.turn.answer for stored in turns]
    documents = {found.id: found for found in _documents(database, answers)}
    pictures: dict[str, bytes] = {}
    shown: list[RecordedPicture] = []
    for number, answer in enumerate(answers, 1):
        for picture, content in _pictures(draw, documents, number, answer):
            within = len(pictures) < _PICTURES_LIMIT
            shown.append(picture if within else replace(picture, name=""))
            if content and within:
                pictures[picture.name] = content
    record = Record(
        title=conversation.title,
        exported_at=now,
        turns=tuple(_turn(stored) for stored in turns),
        documents=tuple(_recorded(database, documents, answers)),
        generations=tuple(_generations(database, answers)),
        pictures=tuple(shown),
    )
    return Collected(record, pictures)


def _turn(stored: StoredTurn) -> RecordedTurn:
    answer = stored.turn.answer
    return RecordedTurn(stored.created_at, answer if answer.refused else replace(answer, evidence=()))


def _documents(database: Database, answers: Sequence[Answer]) -> Iterator[Document]:
    for document_id in dict.fromkeys(one.document_id for answer in answers for one in shown(answer)):
        try:
            yield get_document(database, document_id)
        except NotFound:
            continue


def _recorded(
    database: Database, documents: Mapping[int, Document], answers: Sequence[Answer]
) -> Iterator[RecordedDocument]:
    named: dict[int, str] = {}
    pages: dict[int, set[int]] = {}
    for one in (one for answer in answers for one in shown(answer)):
        named.setdefault(one.document_id, one.filename)
        pages.setdefault(one.document_id, set()).update(one.pages)
    for document_id, filename in named.items():
        found = documents.get(document_id)
        if found is None:
            yield RecordedDocument(document_id, filename, "", "", 0, ())
            continue
        hashes = content_hashes(database, document_id)
        recorded = tuple(
            RecordedPage(number, hashes.get(number, ""), page_text_hash(database, document_id, number))
            for number in sorted(pages[document_id])
        )
        readable = found.readable_sha256 if found.readable_sha256 != found.sha256 else ""
        yield RecordedDocument(document_id, found.filename, found.sha256, readable, found.bytes, recorded)


def page_text_hash(database: Database, document_id: int, number: int) -> str:
    """SHA-256 of the page's text as it is read now; "" for a page that is not."""
    page = load_page(database, document_id, number)
    return "" if page is None else sha256(page.text.encode("utf-8", "replace"))


def _pictures(
    draw: Draw, documents: Mapping[int, Document], turn: int, answer: Answer
) -> Iterator[tuple[RecordedPicture, bytes]]:
    for citation in answer.citations:
        document = documents.get(citation.document_id)
        for region in citation.regions:
            name = f"pictures/{turn}-{citation.number}-p{region.page_number}.png"
            content = citation_picture(draw, document, citation, region.page_number) if document else b""
            shown = RecordedPicture(turn, citation.number, region.page_number, name if content else "")
            yield shown, content


def citation_picture(draw: Draw, document: Document, citation: Citation, number: int) -> bytes:
    """What the citation points at on that page, marked, as PNG; b"" where it can't be drawn."""
    boxes = [box for one in citation.regions if one.page_number == number for box in one.boxes]
    exact = [box for one in citation.marked if one.page_number == number for box in one.boxes]
    try:
        return crop(draw(document.readable_sha256, number), boxes, exact)
    except UserError:
        return b""


def _generations(database: Database, answers: Sequence[Answer]) -> Iterator[RecordedGeneration]:
    for generation_id in dict.fromkeys(one for answer in answers for one in answer.generations):
        try:
            found = get_generation(database, generation_id)
            library = get_library(database, found.library_id)
        except NotFound:
            continue
        yield RecordedGeneration(
            found.id, library.name, found.embedder_id, found.kind, found.vectors, found.published_at or 0.0
        )
