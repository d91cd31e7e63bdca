"""The page ledger: one row a page with its state, and the page itself once it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from rag_core.errors import Problem
from rag_core.page_codec import decode_page, encode_page
from rag_core.parse.results import PICTURE
from rag_core.store.chunk_rows import batches
from rag_core.store.db import write
from rag_core.store.documents import begin_attempt, state_values
from rag_core.store.schema import documents, pages
from rag_core.types import Page, PageRecord, PageState, ParsedDocument, Region

# A page's engine while it waits to be read once more.
RETRIED = "retried"
_RECORD = tuple(column for column in pages.c if column.name != "content")


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
    """Enters the outcome of reading a page, and counts the reading; handing a page on to recognition
    (state needs_ocr) is not one. Does nothing for a document that is gone."""
    save_pages(engine, [(record, page)])


def save_pages(engine: Engine, read: Sequence[tuple[PageRecord, Page | None]]) -> None:
    """save_page for several pages: all of them or none."""
    _enter(engine, read, True)


def reuse_pages(engine: Engine, document_id: int, is_current: Callable[[str, PageRecord], bool]) -> int:
    """Takes over pages that were read for another document of the same bytes, where this one still
    waits for them; returns how many. `is_current` is given the SHA-256 of the bytes and the page's record
    there, and says whether reading it again would come to the same."""
    other, own = pages.alias(), pages.alias()
    mine, twin = documents.alias(), documents.alias()
    statement = (
        select(*(column for column in other.c if column.name != "content"), mine.c.readable_sha256)
        .select_from(own)
        .join(mine, mine.c.id == own.c.document_id)
        .join(twin, (twin.c.readable_sha256 == mine.c.readable_sha256) & (twin.c.id != mine.c.id))
        .join(other, (other.c.document_id == twin.c.id) & (other.c.number == own.c.number))
        .where(
            own.c.document_id == document_id,
            own.c.state == "waiting",
            own.c.engine == "",
            other.c.state.in_(("read", "empty")),
        )
        .order_by(own.c.number, other.c.document_id)
    )
    with engine.connect() as connection:
        known = {
            row.number: record
            for row in connection.execute(statement)
            if is_current(row.readable_sha256, record := _record(row))
        }
    for numbers in batches(sorted(known)):
        records = [known[number] for number in numbers]
        read = [(record, load_page(engine, record.document_id, record.number)) for record in records]
        _enter(
            engine, [(replace(record, document_id=document_id), page) for record, page in read if page], False
        )
    return len(known)


def page_records(engine: Engine, document_id: int) -> tuple[PageRecord, ...]:
    """The ledger of a document, by page number."""
    statement = select(*_RECORD).where(pages.c.document_id == document_id).order_by(pages.c.number)
    with engine.connect() as connection:
        return tuple(_record(row) for row in connection.execute(statement))


def page_numbers(engine: Engine, document_id: int, state: PageState) -> tuple[int, ...]:
    """The pages in that state, in order."""
    statement = select(pages.c.number).where(pages.c.document_id == document_id, pages.c.state == state)
    with engine.connect() as connection:
        return tuple(connection.scalars(statement.order_by(pages.c.number)))


def page_engine(engine: Engine, document_id: int, number: int) -> str:
    """What read the page, or how it waits to be read; "" where neither is known."""
    with engine.connect() as connection:
        found = connection.scalar(
            select(pages.c.engine).where(pages.c.document_id == document_id, pages.c.number == number)
        )
    return found or ""


def load_page(engine: Engine, document_id: int, number: int) -> Page | None:
    """The page as it was read; None before that."""
    with engine.connect() as connection:
        content = connection.execute(
            select(pages.c.content).where(pages.c.document_id == document_id, pages.c.number == number)
        ).scalar()
    return None if content is None else decode_page(content)


def load_parsed(engine: Engine, document_id: int) -> ParsedDocument:
    """All pages that were read, in order, and the problems of those that could not be."""
    statement = (
        select(pages.c.state, pages.c.content, pages.c.problem_code, pages.c.problem_detail)
        .where(pages.c.document_id == document_id)
        .order_by(pages.c.number)
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
    read = tuple(
        decode_page(row.content) for row in rows if row.state in ("read", "empty") and row.content is not None
    )
    problems = tuple(Problem(row.problem_code, row.problem_detail) for row in rows if row.problem_code)
    return ParsedDocument(read, problems)


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


def _enter(engine: Engine, read: Sequence[tuple[PageRecord, Page | None]], counted: bool) -> None:
    """Enters the pages in one transaction, so that they cost one write to the disk; made before it, so
    that others wait as little as can be."""
    entries = [
        (
            pages.c.document_id == record.document_id,
            pages.c.number == record.number,
            {
                "engine": record.engine,
                "seconds": record.seconds,
                "confidence": record.confidence,
                "characters": len(page.text) if page else 0,
                "fingerprint": record.fingerprint,
                "reads": pages.c.reads + int(counted and record.state != "needs_ocr"),
                "content": encode_page(page) if page else None,
                **state_values("waiting", record.problem),
                "state": record.state,
            },
        )
        for record, page in read
    ]
    with write(engine) as connection:
        for of_document, of_number, values in entries:
            connection.execute(update(pages).where(of_document, of_number).values(**values))


def _record(row: Row[*tuple[Any, ...]]) -> PageRecord:
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
