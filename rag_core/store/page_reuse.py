"""Pages that were read before, in whatever document, and are taken over instead of being read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, func, select, update

from rag_core.page_codec import decode_page, encode_page
from rag_core.store.chunk_rows import SOME, batches
from rag_core.store.corrections import carry_corrections
from rag_core.store.db import write
from rag_core.store.pages import RECORD, record_of
from rag_core.store.schema import corrections, documents, pages
from rag_core.types import PageRecord

# The hash of a page that none could be made of.
UNKNOWN = "-"

# Given what a page is known by and a record of it: whether reading it again would come to the same.
IsCurrent = Callable[[str, PageRecord], bool]


def page_key(content_hash: str, sha256: str, number: int) -> str:
    """What a page is known by: what it shows, or else its place in a file of these bytes."""
    return content_hash if content_hash not in ("", UNKNOWN) else f"{sha256}/{number}"


def unlooked_pages(engine: Engine, document_id: int, limit: int) -> tuple[int, ...]:
    """The next waiting pages that nobody knows yet what they show, in order."""
    statement = select(pages.c.number).where(*_unlooked(document_id)).order_by(pages.c.number).limit(limit)
    with engine.connect() as connection:
        return tuple(connection.scalars(statement))


def count_unlooked(engine: Engine, document_id: int) -> int:
    """How many those are."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(*_unlooked(document_id))).scalar_one()


def save_hashes(engine: Engine, document_id: int, hashes: Mapping[int, str]) -> None:
    """Notes what the pages show, by number; "" where that is not known."""
    rows = [{"page": number, "shown": one or UNKNOWN} for number, one in hashes.items()]
    statement = (
        update(pages)
        .where(pages.c.document_id == document_id, pages.c.number == bindparam("page"))
        .values(content_hash=bindparam("shown"))
    )
    with write(engine) as connection:
        connection.execute(statement, rows)


def give_up_looking(engine: Engine, document_id: int) -> None:
    """Notes of all pages that nobody has looked at that nothing is known of what they show."""
    with write(engine) as connection:
        connection.execute(update(pages).where(*_unlooked(document_id)).values(content_hash=UNKNOWN))


def reuse_pages(engine: Engine, document_id: int, is_current: IsCurrent) -> int:
    """Takes over pages that were read in another document, with what people put right of them, where this
    one has waited for them since it came; returns how many. Pages are known by what they show, those of
    which that is unknown by the bytes of their file and their number."""
    with engine.connect() as connection:
        sha256 = connection.scalar(select(documents.c.readable_sha256).where(documents.c.id == document_id))
        waiting = connection.execute(
            select(pages.c.number, pages.c.content_hash)
            .where(pages.c.document_id == document_id, pages.c.state == "waiting", pages.c.engine == "")
            .order_by(pages.c.number)
        ).all()
    if sha256 is None:
        return 0
    reused = 0
    for start in range(0, len(waiting), SOME):
        mine = {row.number: row.content_hash for row in waiting[start : start + SOME]}
        with engine.connect() as connection:
            known = {
                **_of_same_bytes(connection, document_id, sha256, is_current, mine),
                **_of_same_looks(connection, document_id, is_current, mine),
            }
            values = _values(connection, known)
            corrected = _corrected(connection, known.values())
        with write(engine) as connection:
            for number, row in values.items():
                own = pages.c.document_id == document_id, pages.c.number == number
                connection.execute(update(pages).where(*own).values(**row))
                origin = known[number]
                if (origin.document_id, origin.number) in corrected:
                    carry_corrections(connection, (origin.document_id, origin.number), (document_id, number))
        reused += len(values)
    return reused


def _unlooked(document_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = pages.c.document_id == document_id
    return mine, pages.c.state == "waiting", pages.c.engine == "", pages.c.content_hash == ""


def _of_same_looks(
    connection: Connection, document_id: int, is_current: IsCurrent, mine: Mapping[int, str]
) -> dict[int, PageRecord]:
    """The records of the pages that are known already, by the number here."""
    hashes = sorted({one for one in mine.values() if one not in ("", UNKNOWN)})
    statement = (
        select(*RECORD, pages.c.content_hash)
        .where(
            pages.c.content_hash.in_(hashes),
            pages.c.state.in_(("read", "empty")),
            pages.c.document_id != document_id,
        )
        .order_by(pages.c.document_id)
    )
    # The latest of them: what was put right is put right there.
    found = {
        row.content_hash: record
        for row in connection.execute(statement)
        if is_current(row.content_hash, record := record_of(row))
    }
    return {number: found[one] for number, one in mine.items() if one in found}


def _of_same_bytes(
    connection: Connection, document_id: int, sha256: str, is_current: IsCurrent, mine: Mapping[int, str]
) -> dict[int, PageRecord]:
    """The same for pages of which nothing is known but their place in the file."""
    numbers = [number for number, one in mine.items() if one in ("", UNKNOWN)]
    statement = (
        select(*RECORD)
        .select_from(pages.join(documents))
        .where(
            documents.c.readable_sha256 == sha256,
            documents.c.id != document_id,
            pages.c.number.in_(numbers),
            pages.c.state.in_(("read", "empty")),
        )
        .order_by(pages.c.document_id)
    )
    return {
        row.number: record
        for row in connection.execute(statement)
        if is_current(page_key(mine[row.number], sha256, row.number), record := record_of(row))
    }


def _values(connection: Connection, known: Mapping[int, PageRecord]) -> dict[int, dict[str, object]]:
    """The columns of the pages to be, by number."""
    sources: dict[int, list[int]] = {}
    for number, record in known.items():
        sources.setdefault(record.document_id, []).append(number)
    values: dict[int, dict[str, object]] = {}
    for document_id, some in sources.items():
        contents = _contents(connection, document_id, [known[number].number for number in some])
        for number in some:
            record = known[number]
            content = contents.get(record.number)
            if content is not None:
                values[number] = {
                    "state": record.state,
                    "engine": record.engine,
                    "seconds": record.seconds,
                    "confidence": record.confidence,
                    "characters": record.characters,
                    "fingerprint": record.fingerprint,
                    "content": _renumbered(content, record.number, number),
                }
    return values


def _contents(connection: Connection, document_id: int, numbers: Sequence[int]) -> dict[int, bytes | None]:
    found: dict[int, bytes | None] = {}
    for some in batches(numbers):
        statement = select(pages.c.number, pages.c.content).where(
            pages.c.document_id == document_id, pages.c.number.in_(some)
        )
        found |= {row.number: row.content for row in connection.execute(statement)}
    return found


def _renumbered(content: bytes, before: int, after: int) -> bytes:
    return content if before == after else encode_page(replace(decode_page(content), number=after))


def _corrected(connection: Connection, known: Iterable[PageRecord]) -> frozenset[tuple[int, int]]:
    """Those of the pages, by document and number, of which people put something right."""
    ids = {record.document_id for record in known}
    statement = (
        select(corrections.c.document_id, corrections.c.page_number)
        .where(corrections.c.document_id.in_(ids))
        .distinct()
    )
    return frozenset((row.document_id, row.page_number) for row in connection.execute(statement))
