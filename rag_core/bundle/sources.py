"""What a bundle shows, compared with the documents it came from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag_core.bundle.collect import Draw, citation_picture, page_text_hash
from rag_core.bundle.picture import alike
from rag_core.bundle.record import Record, RecordedDocument, Shown, shown
from rag_core.store.db import Database
from rag_core.store.pages import load_page
from rag_core.text import flow
from rag_core.types import Document

_AT_ONCE = 2**20
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Words as they can't be cut: a figure is found whole, or not at all. Bars and dots part the cells of a table.
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])\w)+(?:[.,:/'’-](?:(?![{_CJK}])\w)+)*|[^\s|·]")


def same_file(path: Path, sha256: str) -> bool:
    """Whether the file's bytes still have that hash, or there is no file any more."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_AT_ONCE):
                digest.update(piece)
    except OSError:
        return True
    return digest.hexdigest() == sha256


def evidence_of(record: Record, document: RecordedDocument) -> list[Shown]:
    """All that the bundle shows of the document."""
    return [one for turn in record.turns for one in shown(turn.answer) if one.document_id == document.id]


def changed_pages(database: Database, document: RecordedDocument, own: Document) -> list[int]:
    """The recorded pages whose text is not what it was."""
    return [
        page.number
        for page in document.pages
        if page.text_sha256 and page_text_hash(database, own.id, page.number) != page.text_sha256
    ]


def lost_pages(
    database: Database, own: Document, evidence: Sequence[Shown], changed: Sequence[int]
) -> list[int]:
    """The pages that do not hold what is shown of them: of several that a quote goes over, those that have changed."""
    lost: set[int] = set()
    for one in evidence:
        pages = one.pages or tuple(range(1, own.page_count + 1))
        found = (load_page(database, own.id, number) for number in pages)
        text = "\n".join(page.text for page in found if page is not None)
        if not holds(text, one.text, one.runs):
            lost.update([number for number in one.pages if number in changed] or one.pages[:1] or [1])
    return sorted(lost)


def holds(text: str, quote: str, runs: int) -> bool:
    """Whether the quote's words stand in the text, in at most so many runs of words that follow one another."""
    words, page = _WORD.findall(flow(quote)), f" {' '.join(_WORD.findall(flow(text)))} "
    place = 0
    for _ in range(runs):
        if place == len(words):
            break
        place += _longest(words[place:], page)
    return place == len(words)


def _longest(words: list[str], page: str) -> int:
    """How many of the first words follow one another on the page."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if f" {' '.join(words[:middle])} " in page:
            low = middle
        else:
            high = middle - 1
    return low


def other_pictures(
    record: Record, documents: tuple[RecordedDocument, Document], held: Mapping[str, bytes], draw: Draw
) -> Iterator[str]:
    """The pictures that show something else than the document's pages, drawn anew, do. `documents`: as it was recorded,
    and as it is here, where it may have another id."""
    recorded, own = documents
    for picture in record.pictures:
        found = (
            one
            for turn in record.turns[picture.turn - 1 : picture.turn]
            for one in turn.answer.citations
            if one.number == picture.citation and one.document_id == recorded.id
        )
        citation = next(found, None)
        if citation is None or not picture.name:
            continue
        drawn = citation_picture(draw, own, citation, picture.page)
        if drawn and not alike(drawn, held.get(picture.name, b"")):
            yield picture.name
