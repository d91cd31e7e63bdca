"""The page ledger: one row a page with its state, and the page itself once it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, func, insert, select, update

from rag_core.errors import Problem
from rag_core.page_codec import decode_page, encode_page
from rag_core.parse.results import PICTURE, TEXT_LAYER
from rag_core.store.chunk_rows import batches
from rag_core.store.corrections import apply_corrections
from rag_core.store.db import write
from rag_core.store.documents import begin_attempt, state_values
from rag_core.store.schema import documents, pages
from rag_core.types import Page, PageRecord, PageState, ParsedDocument, Region

_Entry = tuple[ColumnElement[bool], ColumnElement[bool], dict[str, Any]]

_AT_ONCE = 50
# A page's engine while it waits to be read once more.
RETRIED = "retried"
# The columns of a page's record.
RECORD = tuple(pages.c[name] for name in (
    "document_id", "number", "state", "engine", "seconds", "confidence", "characters", "problem_code",
    "problem_detail", "fingerprint",
))  # fmt: skip
DONE: tuple[PageState, ...] = ("read", "empty", "failed")


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page to be read; `engine` is what has looked at it so far, or how it is to be read."""

    number: int
    engine: str
    content_hash: str


def begin_pages(engine: Engine, document_id: int, count: int) -> None:
    """Opens the ledger: `count` pages, those not yet known waiting; what is already read stays. Does
    nothing for a document that is gone."""
    with write(engine) as connection:
        done = connection.execute(
            update(documents).where(documents.c.id == document_id).values(page_count=count)
        )
        if done.rowcount == 0:
            return
        mine = pages.c.document_id == document_id
        connection.execute(delete(pages).where(mine, pages.c.number > count))
        known = set(connection.scalars(select(pages.c.number).where(mine)))
        rows = [
            {"document_id": document_id, "number": number, "state": "waiting"}
            for number in range(1, count + 1)
            if number not in known
        ]
        if rows:
            connection.execute(insert(pages), rows)


def save_page(engine: Engine, record: PageRecord, page: Page | None) -> None:
    """Enters the outcome of reading a page, with what people had put right of it, and counts the reading;
    handing a page on to recognition (state needs_ocr) is not one. Does nothing for a document that is gone."""
    save_pages(engine, [(record, page)])


def save_pages(engine: Engine, read: Sequence[tuple[PageRecord, Page | None]]) -> None:
    """save_page for several pages: all of them or none."""
    entries = _entries(engine, read)
    with write(engine) as connection:
        for of_document, of_number, values in entries:
            connection.execute(update(pages).where(of_document, of_number).values(**values))


def page_records(engine: Engine, document_id: int) -> tuple[PageRecord, ...]:
    """The ledger of a document, by page number."""
    statement = select(*RECORD).where(pages.c.document_id == document_id).order_by(pages.c.number)
    with engine.connect() as connection:
        return tuple(record_of(row) for row in connection.execute(statement))


def page_numbers(engine: Engine, document_id: int, state: PageState) -> tuple[int, ...]:
    """The pages in that state, in order."""
    statement = select(pages.c.number).where(pages.c.document_id == document_id, pages.c.state == state)
    with engine.connect() as connection:
        return tuple(connection.scalars(statement.order_by(pages.c.number)))


def next_pages(engine: Engine, document_id: int, state: PageState, limit: int) -> tuple[WaitingPage, ...]:
    """The first pages in that state, in order."""
    statement = (
        select(pages.c.number, pages.c.engine, pages.c.content_hash)
        .where(pages.c.document_id == document_id, pages.c.state == state)
        .order_by(pages.c.number)
        .limit(limit)
    )
    with engine.connect() as connection:
        return tuple(WaitingPage(*row) for row in connection.execute(statement))


def count_pages(engine: Engine, document_id: int, state: PageState) -> int:
    """How many pages are in that state."""
    statement = select(func.count()).where(pages.c.document_id == document_id, pages.c.state == state)
    with engine.connect() as connection:
        return connection.execute(statement).scalar_one()


def last_done(
    engine: Engine, document_id: int, before: int, recognised: bool, limit: int
) -> tuple[PageRecord, ...]:
    """The last pages below that number that are done, by their text layer or by recognition, in order."""
    by_text = pages.c.engine == TEXT_LAYER
    statement = (
        select(*RECORD)
        .where(
            pages.c.document_id == document_id,
            pages.c.number < before,
            pages.c.state.in_(DONE),
            ~by_text if recognised else by_text,
        )
        .order_by(pages.c.number.desc())
        .limit(limit)
    )
    with engine.connect() as connection:
        return tuple(record_of(row) for row in connection.execute(statement))[::-1]


def content_hashes(engine: Engine, document_id: int) -> dict[int, str]:
    """What each page shows (pages.content_hash), by number."""
    statement = select(pages.c.number, pages.c.content_hash).where(pages.c.document_id == document_id)
    with engine.connect() as connection:
        return {row.number: row.content_hash for row in connection.execute(statement)}


def load_page(engine: Engine, document_id: int, number: int) -> Page | None:
    """The page as it was read; None before that."""
    with engine.connect() as connection:
        content = connection.execute(
            select(pages.c.content).where(pages.c.document_id == document_id, pages.c.number == number)
        ).scalar()
    return None if content is None else decode_page(content)


def load_parsed(engine: Engine, document_id: int, edges: bool = True) -> ParsedDocument:
    """All pages that were read, in order, and the problems of those that could not be. The edges of
    characters take most of the memory: without them, nothing can be located."""
    statement = (
        select(pages.c.state, pages.c.content, pages.c.problem_code, pages.c.problem_detail)
        .where(pages.c.document_id == document_id)
        .order_by(pages.c.number)
    )
    read: list[Page] = []
    problems: list[Problem] = []
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(statement):
            if row.state in ("read", "empty") and row.content is not None:
                page = decode_page(row.content)
                read.append(page if edges else _without_edges(page))
            if row.problem_code:
                problems.append(Problem(row.problem_code, row.problem_detail))
    return ParsedDocument(tuple(read), tuple(problems))


def _without_edges(page: Page) -> Page:
    return replace(
        page,
        blocks=tuple(
            replace(block, lines=tuple(replace(line, edges=()) for line in block.lines))
            for block in page.blocks
        ),
    )


def retry_pages(engine: Engine, document_id: int, numbers: Sequence[int], as_scan: bool = False) -> int:
    """Puts the pages back to waiting and the document under a new attempt, which ends the one before;
    returns its number. `as_scan` has them recognised as the pictures they show, whatever their text layer
    says. What was read of the pages before stays until they are read again, and no other document's pages
    are taken for them. Raises NotFound, also when the document is deleted."""
    route = ("needs_ocr", PICTURE) if as_scan else ("waiting", RETRIED)
    with write(engine) as connection:
        for some in batches(numbers):
            connection.execute(
                update(pages)
                .where(pages.c.document_id == document_id, pages.c.number.in_(some))
                .values(state=route[0], engine=route[1], problem_code="", problem_detail="")
            )
        return begin_attempt(connection, document_id)


def locate(engine: Engine, document_id: int, start: int, end: int) -> tuple[Region, ...]:
    """The regions that the document's text[start:end] covers; loads only the pages it touches."""
    statement = (
        select(pages.c.number, pages.c.text_start, pages.c.content)
        .where(
            pages.c.document_id == document_id,
            pages.c.content.is_not(None),
            pages.c.text_start < end,
            pages.c.text_start + pages.c.characters > start,
        )
        .order_by(pages.c.number)
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
    regions: list[Region] = []
    for row in rows:
        boxes = decode_page(row.content).locate(start - row.text_start, end - row.text_start)
        if boxes:
            regions.append(Region(row.number, boxes))
    return tuple(regions)


def total_reads(engine: Engine, document_id: int) -> int:
    """How often pages of the document were read in all: the proof that a killed worker repeats little."""
    with engine.connect() as connection:
        counts = connection.scalars(select(pages.c.reads).where(pages.c.document_id == document_id))
        return sum(counts)


def _entries(engine: Engine, read: Sequence[tuple[PageRecord, Page | None]]) -> list[_Entry]:
    """What is to be entered, made before the transaction that enters all of it at once: others wait as
    little as can be."""
    with engine.connect() as connection:
        corrected = [
            (record, apply_corrections(connection, record.document_id, page) if page else None)
            for record, page in read
        ]
    return [
        (
            pages.c.document_id == record.document_id,
            pages.c.number == record.number,
            {
                "engine": record.engine,
                "seconds": record.seconds,
                "confidence": record.confidence,
                "characters": len(page.text) if page else 0,
                "fingerprint": record.fingerprint,
                "reads": pages.c.reads + int(record.state != "needs_ocr"),
                "content": encode_page(page) if page else None,
                **state_values("waiting", record.problem),
                "state": record.state,
            },
        )
        for record, page in corrected
    ]


def record_of(row: Row[*tuple[Any, ...]]) -> PageRecord:
    """The record that a row of the ledger's columns holds."""
    return PageRecord(
        document_id=row.document_id,
        number=row.number,
        state=row.state,
        engine=row.engine,
        seconds=row.seconds,
        confidence=row.confidence,
        characters=row.characters,
        problem=Problem(row.problem_code, row.problem_detail) if row.problem_code else None,
        fingerprint=row.fingerprint,
    )
