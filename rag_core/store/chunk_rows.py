"""How a document's new chunks differ from those stored, and where its pages start in its text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from rag_core.store.schema import chunks, pages
from rag_core.types import PAGE_BREAK, Chunk, ParsedDocument

SOME = 500  # ids in one IN (…)


@dataclass(frozen=True, slots=True)
class Difference:
    """Chunks that are as before with the ids they keep, chunks that are new, and ids that go."""

    kept: tuple[tuple[int, Chunk], ...]
    fresh: tuple[Chunk, ...]
    gone: tuple[int, ...]


def compare(connection: Connection, document_id: int, new_chunks: Sequence[Chunk]) -> Difference:
    """Pairs new chunks with stored ones of the same heading and text, in order."""
    stored: defaultdict[tuple[str, str], deque[int]] = defaultdict(deque)
    statement = (
        select(chunks.c.id, chunks.c.heading, chunks.c.text)
        .where(chunks.c.document_id == document_id)
        .order_by(chunks.c.ordinal)
    )
    for row in connection.execute(statement):
        stored[row.heading, row.text].append(row.id)
    kept: list[tuple[int, Chunk]] = []
    fresh: list[Chunk] = []
    for chunk in new_chunks:
        same = stored[chunk.heading, chunk.text]
        if same:
            kept.append((same.popleft(), chunk))
        else:
            fresh.append(chunk)
    return Difference(tuple(kept), tuple(fresh), tuple(old for ids in stored.values() for old in ids))


def apply_difference(
    connection: Connection, document_id: int, difference: Difference, parsed: ParsedDocument
) -> None:
    """Writes the difference: removes, moves and adds rows."""
    starts = page_starts(parsed)
    mine = chunks.c.document_id == document_id
    for some in batches(difference.gone):
        connection.execute(delete(chunks).where(chunks.c.id.in_(some)))
    # Ordinals are unique in a document: step aside before taking the new ones.
    connection.execute(update(chunks).where(mine).values(ordinal=-chunks.c.id))
    if difference.kept:
        moved = update(chunks).where(chunks.c.id == bindparam("old_id"))
        connection.execute(
            moved, [{**_place(chunk, parsed, starts), "old_id": old} for old, chunk in difference.kept]
        )
    if difference.fresh:
        words = [{"text": chunk.text, "heading": chunk.heading} for chunk in difference.fresh]
        places = [_place(chunk, parsed, starts) for chunk in difference.fresh]
        rows = [
            {**place, **word, "document_id": document_id, "searchable": False}
            for place, word in zip(places, words, strict=True)
        ]
        connection.execute(insert(chunks), rows)


def set_page_starts(connection: Connection, document_id: int, parsed: ParsedDocument) -> None:
    """Notes where each page starts in the document's text; pages that have no part in it start nowhere."""
    mine = pages.c.document_id == document_id
    connection.execute(update(pages).where(mine).values(text_start=None))
    rows = [
        {"page": page.number, "begin": start}
        for page, start in zip(parsed.pages, page_starts(parsed), strict=True)
    ]
    if rows:
        statement = update(pages).where(mine, pages.c.number == bindparam("page"))
        connection.execute(statement.values(text_start=bindparam("begin")), rows)


def page_starts(parsed: ParsedDocument) -> list[int]:
    """The offset of each page in the document's text."""
    lengths = [len(page.text) + len(PAGE_BREAK) for page in parsed.pages]
    return list(accumulate(lengths, initial=0))[: len(lengths)]


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids in lists short enough for one statement."""
    for start in range(0, len(ids), SOME):
        yield [int(some) for some in ids[start : start + SOME]]


def _place(chunk: Chunk, parsed: ParsedDocument, starts: Sequence[int]) -> dict[str, int]:
    first = bisect_right(starts, chunk.start) - 1
    last = bisect_right(starts, max(chunk.end - 1, chunk.start)) - 1
    return {
        "ordinal": chunk.ordinal,
        "start": chunk.start,
        "end": chunk.end,
        "first_page": parsed.pages[first].number,
        "last_page": parsed.pages[last].number,
    }
