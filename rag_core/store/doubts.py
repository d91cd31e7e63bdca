"""Which recognised lines are to be doubted: those the recogniser itself was not sure of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Engine, select, tuple_

from rag_core.page_codec import decode_page
from rag_core.parse.results import TEXT_LAYER
from rag_core.store.schema import pages
from rag_core.types import Box, Citation, Line, Region

# Measured with PP-OCRv6-small on 43 pages of scans, forms and photographs (2,087 lines): 4.5 % of the lines
# are below this, and two in three of those hold an error, against one in four of the others.
DOUBTFUL = 0.93


def is_doubtful(line: Line) -> bool:
    """Whether the line was recognised with low confidence, and nobody has put it right or confirmed it."""
    return line.source == "ocr" and line.confidence < DOUBTFUL and bool(line.text.strip())


def doubtful_citations(engine: Engine, citations: Sequence[Citation]) -> frozenset[int]:
    """The numbers of the citations that rest on lines recognised with low confidence, as the pages are now."""
    spots = {(one.document_id, region.page_number) for one in citations for region in one.regions}
    doubtful = _doubtful_boxes(engine, spots)
    return frozenset(
        one.number
        for one in citations
        if any(
            _lies_in(region, doubtful.get((one.document_id, region.page_number), ()))
            for region in one.regions
        )
    )


def doubtful_regions(engine: Engine, document_id: int, regions: Sequence[Region]) -> tuple[Region, ...]:
    """Those of the regions, with those of their boxes, that lie on lines recognised with low confidence."""
    doubtful = _doubtful_boxes(engine, {(document_id, region.page_number) for region in regions})
    found: list[Region] = []
    for region in regions:
        lines = doubtful.get((document_id, region.page_number), ())
        boxes = tuple(box for box in region.boxes if any(_is_part(box, line) for line in lines))
        if boxes:
            found.append(Region(region.page_number, boxes))
    return tuple(found)


def _doubtful_boxes(engine: Engine, spots: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[Box, ...]]:
    """The boxes of the doubtful lines of each page, (document id, page number)."""
    if not spots:
        return {}
    statement = select(pages.c.document_id, pages.c.number, pages.c.content).where(
        tuple_(pages.c.document_id, pages.c.number).in_(sorted(spots)),
        pages.c.content.is_not(None),
        pages.c.engine != TEXT_LAYER,
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
    return {(row.document_id, row.number): _boxes(row.content) for row in rows}


@lru_cache(maxsize=128)
def _boxes(content: bytes) -> tuple[Box, ...]:
    lines = (line for block in decode_page(content).blocks for line in block.lines)
    return tuple(line.box for line in lines if is_doubtful(line))


def _lies_in(region: Region, lines: Sequence[Box]) -> bool:
    return any(_is_part(box, line) for box in region.boxes for line in lines)


def _is_part(box: Box, line: Box) -> bool:
    """Whether the middle of the box lies on the line."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return line.x0 <= x <= line.x1 and line.y0 <= y <= line.y1
