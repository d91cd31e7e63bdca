"""Whether a bundle's parts agree with one another. Whoever changes a part can write the manifest anew, seal and all:
then what is shown must at least still be what is recorded, and what is recorded must be possible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import get_args

from rag_core.bundle.page import LOOK
from rag_core.bundle.record import PAGE, TEXT, Record
from rag_core.bundle.write import RECORD_OPENS, html_page, markdown, zip_page
from rag_core.messages import Language

_LANGUAGES: tuple[Language, ...] = get_args(Language)
_LAST_SECOND = 250_000_000_000.0
_LAST_PAGE = 1_000_000
_EDGES = (-1.0, 2.0)
_DATE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d{4}")


def possible(record: Record) -> bool:
    """Whether the figures in the record can be what they stand for: times, pages, places on a page."""
    answers = [turn.answer for turn in record.turns]
    regions = [
        region
        for answer in answers
        for citation in answer.citations
        for region in (*citation.regions, *citation.marked)
    ]
    edges = [edge for one in regions for box in one.boxes for edge in (box.x0, box.y0, box.x1, box.y1)]
    times = [record.exported_at, *(turn.asked_at for turn in record.turns)]
    pages = [
        *(region.page_number for region in regions),
        *(page.number for document in record.documents for page in document.pages),
        *(evidence.hit.passage.first_page for answer in answers for evidence in answer.evidence),
    ]
    return (
        all(_EDGES[0] <= edge <= _EDGES[1] for edge in edges)
        and all(0 <= moment <= _LAST_SECOND for moment in times)
        and all(0 < number <= _LAST_PAGE for number in pages)
    )


def names_only_what_is_here(record: Record, parts: Mapping[str, bytes]) -> bool:
    """Whether every document that is cited is recorded, and every place that is cited has its picture's entry."""
    known = {document.id for document in record.documents}
    cited = {one.document_id for turn in record.turns for one in turn.answer.citations}
    places = {
        (number, one.number, region.page_number)
        for number, turn in enumerate(record.turns, 1)
        for one in turn.answer.citations
        for region in one.regions
    }
    named = {picture.name for picture in record.pictures if picture.name}
    held = {name for name in parts if name.startswith("pictures/")}
    entries = {(picture.turn, picture.citation, picture.page) for picture in record.pictures}
    return cited <= known and named == held and entries == places


def of_this_look(parts: Mapping[str, bytes]) -> bool:
    """Whether the page was laid out the way it is here, so that the two can be compared."""
    return LOOK.encode() in parts.get(PAGE, b"").partition(b"<body>")[0]


def told_otherwise(record: Record, parts: Mapping[str, bytes]) -> Iterator[str]:
    """The parts for people to read that do not say what the record makes, in whichever language and time zone."""
    page = parts.get(PAGE, b"")
    if RECORD_OPENS in page:
        shown = page.partition(RECORD_OPENS)[0]
        pictures = {name: content for name, content in parts.items() if name.startswith("pictures/")}
        if _dated(shown) not in {_dated(html_page(record, pictures, one)) for one in _LANGUAGES}:
            yield PAGE
        return
    if _dated(page) not in {_dated(zip_page(record, one)) for one in _LANGUAGES}:
        yield PAGE
    if _dated(parts.get(TEXT, b"")) not in {_dated(markdown(record, one)) for one in _LANGUAGES}:
        yield TEXT


def _dated(content: bytes) -> bytes:
    """The content with its times as seconds: it was written where the clocks may have shown another time."""
    return _DATE.sub(lambda found: _seconds(found[0]), content)


def _seconds(moment: bytes) -> bytes:
    try:
        return b"%d" % datetime.strptime(moment.decode(), "%Y-%m-%d %H:%M %z").timestamp()
    except (ValueError, OverflowError):
        return moment
