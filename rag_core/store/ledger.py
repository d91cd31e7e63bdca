"""The page ledger summed up: how far a document is, how long the rest takes, and where something is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, func, select

from rag_core.parse.results import TEXT_LAYER
from rag_core.store.chunks import lacks_embedding
from rag_core.store.doubts import DOUBTFUL
from rag_core.store.pages import DONE, page_numbers
from rag_core.store.schema import chunks, documents, libraries, pages
from rag_core.types import PageRecord

Remark = Literal["failed", "empty", "doubtful", "waiting", "read"]
# What needs a look stands first.
REMARKS: tuple[Remark, ...] = ("failed", "empty", "doubtful", "waiting", "read")
# Pages of other documents that tell how long recognition takes.
_LATELY = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a document is. `engines` are what read the pages done so far, with how many
    each, the busiest first. `seconds_left` is None while nothing tells how long a page takes."""

    done: int
    count: int
    engines: tuple[tuple[str, int], ...]
    failed: tuple[int, ...]
    seconds_left: float | None


def reading_progress(engine: Engine, document_id: int, at_once: float) -> Progress:
    """The progress of a document of which `at_once` pages are read at a time. The time left is what the
    document's own pages took, those of other documents where none of the kind is done yet."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(
                pages.c.state,
                pages.c.engine,
                func.count().label("number"),
                func.sum(pages.c.seconds).label("seconds"),
            )
            .where(pages.c.document_id == document_id)
            .group_by(pages.c.state, pages.c.engine)
        ).all()
    seen: Counter[str] = Counter()
    spent: dict[bool, float] = {True: 0.0, False: 0.0}
    known: Counter[bool] = Counter()
    left: Counter[str] = Counter()
    for row in rows:
        if row.state not in DONE:
            left[row.state] += row.number
            continue
        seen[row.engine] += row.number
        known[row.engine != TEXT_LAYER] += row.number
        spent[row.engine != TEXT_LAYER] += row.seconds
    scan = spent[True] / known[True] if known[True] else _seconds_elsewhere(engine)
    text = spent[False] / known[False] if known[False] else None
    return Progress(
        done=known.total(),
        count=known.total() + left.total(),
        engines=tuple(
            sorted(((name, each) for name, each in seen.items() if name), key=lambda one: (-one[1], one[0]))
        ),
        failed=page_numbers(engine, document_id, "failed"),
        seconds_left=_seconds_left(left, text, scan, at_once),
    )


def indexing_progress(engine: Engine, document_id: int) -> tuple[int, int]:
    """Of a document that was read: how many of its passages have been embedded for its library, of how many. (0, 0) before
    it is cut into passages."""
    mine = (
        select(libraries.c.embedder_id)
        .select_from(documents.join(libraries))
        .where(documents.c.id == document_id)
    )
    with engine.connect() as connection:
        embedder_id = connection.scalar(mine) or ""
        count, left = connection.execute(
            select(func.count(), func.count().filter(lacks_embedding(embedder_id))).where(
                chunks.c.document_id == document_id
            )
        ).one()
    return count - left, count


def _seconds_elsewhere(engine: Engine) -> float | None:
    """What recognising a page has taken lately."""
    latest = (
        select(pages.c.seconds)
        .where(pages.c.state == "read", pages.c.engine != TEXT_LAYER)
        .order_by(pages.c.document_id.desc(), pages.c.number.desc())
        .limit(_LATELY)
        .subquery()
    )
    with engine.connect() as connection:
        return connection.scalar(select(func.avg(latest.c.seconds)))


def _seconds_left(left: Counter[str], text: float | None, scan: float | None, at_once: float) -> float | None:
    """Pages nobody has looked at yet count as the kind that is known."""
    unlooked = text if text is not None else scan
    if (left["waiting"] and unlooked is None) or (left["needs_ocr"] and scan is None):
        return None
    return (left["waiting"] * (unlooked or 0.0) + left["needs_ocr"] * (scan or 0.0)) / max(at_once, 1.0)


def remark_on(record: PageRecord) -> Remark:
    """What there is to say about a page."""
    if record.state in ("failed", "empty"):
        return "failed" if record.state == "failed" else "empty"
    if record.state != "read":
        return "waiting"
    if not record.characters:
        return "empty"
    return "doubtful" if record.confidence < DOUBTFUL else "read"


def by_remark(records: Sequence[PageRecord]) -> dict[Remark, tuple[PageRecord, ...]]:
    """The pages under each remark that fits any, in the order of REMARKS, each by number."""
    found: dict[Remark, list[PageRecord]] = {remark: [] for remark in REMARKS}
    for record in sorted(records, key=lambda one: one.number):
        found[remark_on(record)].append(record)
    return {remark: tuple(some) for remark, some in found.items() if some}


def empty_pages(engine: Engine, document_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The pages on which no text was found, of each document that has any."""
    statement = (
        select(pages.c.document_id, pages.c.number)
        .where(
            pages.c.document_id.in_(document_ids),
            (pages.c.state == "empty") | ((pages.c.state == "read") & (pages.c.characters == 0)),
        )
        .order_by(pages.c.document_id, pages.c.number)
    )
    found: dict[int, list[int]] = {}
    with engine.connect() as connection:
        for document_id, number in connection.execute(statement):
            found.setdefault(document_id, []).append(number)
    return {document_id: tuple(numbers) for document_id, numbers in found.items()}
