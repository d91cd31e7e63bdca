"""What people put right of recognised lines: entered at once, and again whenever the page is read anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from rag_core.store.amend import SAME_LINE, places, rewritten, same_line, shared, with_line
from rag_core.store.schema import corrections
from rag_core.types import Box, Line, Page


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to stand on a line: the line is told by its box and by what it says now."""

    document_id: int
    page_number: int
    box: Box
    recognised: str
    corrected: str


def apply_corrections(connection: Connection, document_id: int, page: Page) -> Page:
    """The page, read anew, with what people had put right of it: each correction goes to the line that
    stands where the corrected one stood. A correction whose line is not found any more is kept."""
    for row in correction_rows(connection, document_id, page.number):
        place = same_line(page, box_of(row))
        if place is not None:
            line = replace(rewritten(place.line, row.corrected), source="corrected", confidence=1.0)
            page = with_line(page, place, line)
    return page


def page_corrections(engine: Engine, document_id: int, page_number: int) -> tuple[Correction, ...]:
    """The corrections of a page, oldest first, with what was recognised at first."""
    with engine.connect() as connection:
        return tuple(
            Correction(document_id, page_number, box_of(row), row.recognised, row.corrected)
            for row in correction_rows(connection, document_id, page_number)
        )


def lost_corrections(engine: Engine, document_id: int, page: Page) -> tuple[Correction, ...]:
    """The corrections of the page that stand on none of its lines: it was read anew, and differently."""
    lines = [one.line for one in places(page)]
    return tuple(
        entry
        for entry in page_corrections(engine, document_id, page.number)
        if not any(stands_on(entry.corrected, entry.box, line) for line in lines)
    )


def original_texts(engine: Engine, document_id: int, page: Page) -> list[str | None]:
    """For each line of the page what was recognised there, where it has been put right or confirmed."""
    entries = page_corrections(engine, document_id, page.number)
    return [
        next((each.recognised for each in entries if stands_on(each.corrected, each.box, one.line)), None)
        for one in places(page)
    ]


def stands_on(corrected: str, box: Box, line: Line) -> bool:
    """Whether the line is what the correction made of the one in the box."""
    return line.source == "corrected" and corrected == line.text and shared(box, line.box) >= SAME_LINE


def carry_corrections(connection: Connection, source: tuple[int, int], target: tuple[int, int]) -> None:
    """Takes a page's corrections over to the same page in another document; both are (document id, page
    number). What the other page has already is left."""
    mine = [box_of(row) for row in correction_rows(connection, *target)]
    rows = [
        {
            "document_id": target[0],
            "page_number": target[1],
            "box": row.box,
            "recognised": row.recognised,
            "corrected": row.corrected,
            "confidence": row.confidence,
            "created_at": row.created_at,
        }
        for row in correction_rows(connection, *source)
        if not any(shared(box_of(row), box) >= SAME_LINE for box in mine)
    ]
    if rows:
        connection.execute(insert(corrections), rows)


def correction_rows(
    connection: Connection, document_id: int, page_number: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a page's corrections, oldest first."""
    mine = corrections.c.document_id == document_id, corrections.c.page_number == page_number
    return connection.execute(select(corrections).where(*mine).order_by(corrections.c.id)).all()


def box_of(row: Row[*tuple[Any, ...]]) -> Box:
    """Where the corrected line stands."""
    return Box(*json.loads(row.box))
