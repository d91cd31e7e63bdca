"""Entering a correction: the line, its page, the passages that hold it and the place of all later text at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from rag_core.errors import InputError, NotFound
from rag_core.page_codec import decode_page, encode_page
from rag_core.store.amend import SAME_LINE, Place, places, rewritten, shared, with_line
from rag_core.store.chunks import FloatArray, LexicalWriter, searched_text
from rag_core.store.corrections import Correction, box_of, correction_rows, stands_on
from rag_core.store.db import write
from rag_core.store.libraries import bump_revision
from rag_core.store.recut import Recut, Stretch, cut_again, headings_again, stretch_between
from rag_core.store.schema import chunks, corrections, documents, embeddings, libraries, pages
from rag_core.types import Line, Page

LONGEST_LINE = 1000
_TRIES = 5

Embed = Callable[[str, Sequence[str]], FloatArray | None]


@dataclass(frozen=True, slots=True)
class _Draft:
    """All that a correction changes, worked out before anything is written. `entry` is the line's
    correction so far, if it was corrected before."""

    library_id: int
    embedder_id: str
    page: Page
    line: Line
    stretch: Stretch
    recut: tuple[Recut, ...]
    retitled: tuple[Recut, ...]
    entry: tuple[int, str, float] | None

    @property
    def taken_back(self) -> bool:
        """Whether the line is to say again what was recognised."""
        return self.line.source == "ocr"


def correct_line(
    engine: Engine, correction: Correction, embed: Embed, write_words: LexicalWriter, now: float
) -> None:
    """Makes the line say what it should, for search at once and for good.

    The chunks that hold the line are replaced by new ones with new ids; later text keeps its chunks and
    moves. Saying again what was recognised takes the correction back; saying what the line says already
    confirms it. `embed` gives the vectors (n, dimension) of the texts for an embedder's id, or None where it
    is missing: then words alone find them until the library is embedded anew. `write_words` is
    index.lexical.write_rows. Raises NotFound; InputError line_reading while the document is being read,
    line_changed when the line does not say that any more, line_empty, line_too_long, line_busy. Nothing
    changes then.
    """
    correction = replace(correction, corrected=_plain(correction.corrected))
    for _ in range(_TRIES):
        with engine.connect() as connection:
            draft = _draft(connection, correction)
        texts = [searched_text(one.heading, one.text) for one in draft.recut]
        vectors = embed(draft.embedder_id, texts) if texts else None
        with write(engine) as connection:
            # Whoever wrote meanwhile made another draft necessary.
            if _draft(connection, correction) == draft:
                _enter(connection, correction, draft, now)
                _replace_chunks(connection, correction.document_id, draft, vectors, write_words)
                bump_revision(connection, draft.library_id)
                return
    raise InputError("line_busy")


def _plain(text: str) -> str:
    """One line of text as a page can hold it. Raises InputError line_too_long."""
    words = "".join(letter for letter in " ".join(text.split()) if letter.isprintable() or letter == "\u200d")
    if len(words) > LONGEST_LINE:
        raise InputError("line_too_long", str(LONGEST_LINE))
    return words


def _draft(connection: Connection, correction: Correction) -> _Draft:
    owner = connection.execute(
        select(documents.c.state, documents.c.library_id, libraries.c.embedder_id)
        .select_from(documents.join(libraries))
        .where(documents.c.id == correction.document_id, documents.c.deleted_at.is_(None))
        .with_for_update(of=documents)
    ).first()
    if owner is None:
        raise NotFound("document_missing", str(correction.document_id))
    if owner.state not in ("indexed", "partly"):
        raise InputError("line_reading")
    page, text_start = _page(connection, correction)
    place = _line_of(page, correction)
    entry = _entry(connection, correction, place.line)
    line = rewritten(place.line, correction.corrected)
    if entry is not None and entry[1] == line.text:
        line = replace(line, source="ocr", confidence=entry[2])
    else:
        line = replace(line, source="corrected", confidence=1.0)
    after = with_line(page, place, line)
    stretch = stretch_between(page, after, place, text_start)
    recut = cut_again(connection, correction.document_id, stretch)
    retitled = headings_again(connection, correction.document_id, stretch, {one.id for one in recut})
    return _Draft(owner.library_id, owner.embedder_id, after, line, stretch, recut, retitled, entry)


def _page(connection: Connection, correction: Correction) -> tuple[Page, int]:
    mine = (
        pages.c.document_id == correction.document_id,
        pages.c.number == correction.page_number,
        pages.c.state == "read",
    )
    row = connection.execute(select(pages.c.content, pages.c.text_start).where(*mine)).first()
    if row is None or row.content is None or row.text_start is None:
        raise InputError("line_changed")
    return decode_page(row.content), row.text_start


def _line_of(page: Page, correction: Correction) -> Place:
    found = [
        one
        for one in places(page)
        if one.line.text == correction.recognised
        and one.line.source != "text"
        and shared(one.line.box, correction.box) >= SAME_LINE
    ]
    if not found:
        raise InputError("line_changed")
    return max(found, key=lambda one: shared(one.line.box, correction.box))


def _entry(connection: Connection, correction: Correction, line: Line) -> tuple[int, str, float] | None:
    if line.source != "corrected":
        return None
    for row in correction_rows(connection, correction.document_id, correction.page_number):
        if stands_on(row.corrected, box_of(row), line):
            return row.id, row.recognised, row.confidence
    return None


def _enter(connection: Connection, correction: Correction, draft: _Draft, now: float) -> None:
    """The correction itself, and the page with it."""
    if draft.entry is not None and draft.taken_back:
        connection.execute(delete(corrections).where(corrections.c.id == draft.entry[0]))
    elif draft.entry is not None:
        values = {"corrected": correction.corrected, "created_at": now}
        connection.execute(update(corrections).where(corrections.c.id == draft.entry[0]).values(**values))
    else:
        before = draft.stretch.line
        row = {
            "document_id": correction.document_id,
            "page_number": correction.page_number,
            "box": json.dumps([before.box.x0, before.box.y0, before.box.x1, before.box.y1]),
            "recognised": before.text,
            "corrected": correction.corrected,
            "confidence": before.confidence,
            "created_at": now,
        }
        connection.execute(insert(corrections), row)
    lines = [one.line for one in places(draft.page)]
    characters = sum(len(line.text) for line in lines)
    trust = sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)
    connection.execute(
        update(pages)
        .where(pages.c.document_id == correction.document_id, pages.c.number == correction.page_number)
        .values(
            content=encode_page(draft.page),
            characters=len(draft.page.text),
            confidence=trust if characters else 1.0,
        )
    )


def _replace_chunks(
    connection: Connection,
    document_id: int,
    draft: _Draft,
    vectors: FloatArray | None,
    write_words: LexicalWriter,
) -> None:
    stretch, recut = draft.stretch, draft.recut
    connection.execute(delete(chunks).where(chunks.c.id.in_([one.id for one in recut])))
    if stretch.shift:
        connection.execute(
            update(pages)
            .where(pages.c.document_id == document_id, pages.c.text_start > stretch.page_start)
            .values(text_start=pages.c.text_start + stretch.shift)
        )
        connection.execute(
            update(chunks)
            .where(chunks.c.document_id == document_id, chunks.c.start >= stretch.end)
            .values(start=chunks.c.start + stretch.shift, end=chunks.c.end + stretch.shift)
        )
    words: list[tuple[int, str]] = []
    for one in recut:
        values = {**asdict(one), "document_id": document_id, "searchable": True}
        del values["id"]
        new_id = connection.execute(insert(chunks).values(**values).returning(chunks.c.id)).scalar_one()
        words.append((new_id, searched_text(one.heading, one.text)))
    if vectors is not None:
        rows = [
            {"chunk_id": new_id, "embedder_id": draft.embedder_id, "vector": vector.tobytes()}
            for (new_id, _), vector in zip(words, np.ascontiguousarray(vectors, "<f4"), strict=True)
        ]
        connection.execute(insert(embeddings), rows)
    if draft.retitled:
        named = update(chunks).where(chunks.c.id == bindparam("old_id")).values(heading=bindparam("title"))
        connection.execute(named, [{"old_id": one.id, "title": one.heading} for one in draft.retitled])
    write_words(
        connection, [*words, *((one.id, searched_text(one.heading, one.text)) for one in draft.retitled)]
    )
