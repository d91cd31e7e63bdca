"""A file's pages, read: the text layer where it can be trusted, recognition where it can't."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rag_core.errors import InputError
from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.digital.page_look import PageLook, overlap
from rag_core.parse.digital.pdf import PdfFile
from rag_core.parse.formats.media import media_type
from rag_core.parse.layout.page_layout import regions_on
from rag_core.parse.layout.regions import LayoutRegion, PageLayout, besides_fields, besides_tables
from rag_core.parse.order.flows import turn_of
from rag_core.parse.order.reading_order import blocks_of
from rag_core.parse.order.stacks import stacks_of
from rag_core.parse.recognition.flat import flattening_of
from rag_core.parse.recognition.image import ImageFile, PictureBook
from rag_core.parse.recognition.level import levelling_of
from rag_core.parse.recognition.papers import papers_of, regions_in
from rag_core.parse.recognition.part import cropped, placed
from rag_core.parse.recognition.weight import bold_lines
from rag_core.parse.results import PAGED, TEXT_LAYER, MediaType, PageResult, failed
from rag_core.parse.tables.blocks import SeenPage, TableGuess, tables_of
from rag_core.parse.tables.gate import main_turn, may_hold_table
from rag_core.parse.tables.places import ruled_places, table_places
from rag_core.parse.tables.scan import tables_on_scan
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray, OcrEngine
from rag_core.types import Block, Box, Line, Page, PageState

_SAME_PLACE = 0.3
# What is read off a photograph, where no words are, is less sure.
_SURE = 0.8
# The time a layout model takes grows with the square of these.
_MOST_SEGMENTS = 2500


class Source(Protocol):
    """An open file. Numbers count pages from 1; every method may raise InputError."""

    page_count: int
    encrypted: bool

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points as displayed."""
        ...

    def look(self, number: int) -> PageLook:
        """The text layer, and whether the page must be recognised."""
        ...

    def picture(self, number: int, dpi: float) -> ImageArray:
        """The page as displayed, at most at this resolution: height × width × 3, BGR."""
        ...

    def scan(self, number: int) -> ImageArray:
        """The page as displayed, in the resolution that suits recognition."""
        ...

    def layout(self, number: int, turn: int) -> SeenPage:
        """What a layout model sees on the page, if it has text turned this way; costs half a second."""
        ...

    def page_hash(self, number: int) -> str:
        """What the page shows, whatever file it stands in, as a hash; "" where that is not known."""
        ...

    def close(self) -> None: ...


def open_source(path: Path, password: str = "") -> tuple[Source, MediaType]:
    """The file, open, and its type. Raises InputError, PasswordNeeded."""
    media = media_type(path)
    return open_as(path, media, password), media


def open_as(path: Path, media: MediaType, password: str = "") -> Source:
    """The file of this type, open. Raises InputError, PasswordNeeded."""
    if media == "application/pdf":
        return PdfFile(path, password)
    if media == "application/vnd.comicbook+zip":
        return PictureBook(path)
    if media not in PAGED:
        raise InputError("file_type", media)
    return ImageFile(path, media)


def read_text(source: Source, number: int) -> PageResult:
    """The page by its text layer; needs_ocr when that is not all there is to read."""
    began = time.monotonic()
    try:
        look = source.look(number)
        if look.needs_ocr:
            return PageResult(number, None, "needs_ocr", TEXT_LAYER, time.monotonic() - began, 0.0)
        page = _page(source, number, source.size(number), look.segments)
    except InputError as error:
        return failed(number, TEXT_LAYER, time.monotonic() - began, error.problem)
    return _result(page, TEXT_LAYER, time.monotonic() - began)


def read_scan(
    source: Source,
    number: int,
    engine: OcrEngine | None,
    anew: bool = False,
    layout: PageLayout | None = None,
) -> PageResult:
    """The page by recognition; lines of a text layer that can be trusted stay as they are, unless the page
    is to be read anew, as the picture that it shows. Without an engine only a page that small pictures alone keep from
    being read is not failed."""
    began = time.monotonic()
    try:
        look = PageLook((), True) if anew else source.look(number)
        if look.insets:
            return _with_insets(source, number, look, engine, began)
        if engine is None:
            raise InputError("ocr_unavailable")
        trusted = look.segments
        picture, size = source.scan(number), source.size(number)
        lines = engine.read(picture)
        sheet = None if trusted else flattening_of(lines, picture, *size) or levelling_of(lines, *size)
        if sheet:
            lines, picture, size = sheet.lines(lines), sheet.picture(picture), sheet.size
        regions = regions_on(layout, picture, lines) if layout else ()
        seen = [
            Segment(line, turn_of(line), 0.0, bold)
            for line, bold in zip(lines, bold_lines(picture, lines), strict=True)
            if not _is_known(line, trusted)
        ]
        page = _page(source, number, size, (*trusted, *seen), picture, regions)
        page = sheet.page(page) if sheet else page
    except InputError as error:
        return failed(number, engine.id if engine else "", time.monotonic() - began, error.problem)
    name = f"{TEXT_LAYER}+{engine.id}" if trusted else engine.id
    return _result(page, name, time.monotonic() - began)


def _with_insets(
    source: Source, number: int, look: PageLook, engine: OcrEngine | None, began: float
) -> PageResult:
    """The page by its text layer, with what its small pictures say. Where they can't be read, or say nothing, it
    is the text layer's alone. Raises InputError."""
    found: dict[Box, list[Segment]] = {}
    if engine is not None:
        with contextlib.suppress(InputError):
            found = _said_in(source.scan(number), look, engine)
    figures = [LayoutRegion("figure", box, 1.0) for box, said in found.items() if said]
    segments = [*look.segments, *itertools.chain.from_iterable(found.values())]
    page = _page(source, number, source.size(number), segments, regions=figures)
    name = f"{TEXT_LAYER}+{engine.id}" if engine and figures else TEXT_LAYER
    return _result(page, name, time.monotonic() - began)


def _said_in(picture: ImageArray, look: PageLook, engine: OcrEngine) -> dict[Box, list[Segment]]:
    """What each of the small pictures says that is not known already."""
    known = list(look.segments)
    found: dict[Box, list[Segment]] = {}
    for box in look.insets:
        part, place = cropped(picture, box)
        lines = [line for line in engine.read(part) if _is_sure(line)]
        seen = [
            Segment(placed(line, place), turn_of(line), 0.0, bold)
            for line, bold in zip(lines, bold_lines(part, lines), strict=True)
        ]
        found[box] = [one for one in seen if not _is_known(one.line, known)]
        known += found[box]
    return found


def _is_sure(line: Line) -> bool:
    return line.confidence >= _SURE and any(map(str.isalnum, line.text))


def _page(
    source: Source,
    number: int,
    size: tuple[float, float],
    segments: Sequence[Segment],
    picture: ImageArray | None = None,
    regions: Sequence[LayoutRegion] = (),
) -> Page:
    """The page of these segments; `size` is its width and height in points, `picture` and `regions` are those of a
    page that was recognised."""
    if picture is not None and not _is_digital(segments):
        papers = papers_of(segments, picture)
        if len(papers) > 1:
            pages = [_paper(source, number, size, one, picture, regions_in(regions, one)) for one in papers]
            return Page(number, *size, tuple(block for page in pages for block in page.blocks))
    return _paper(source, number, size, segments, picture, regions)


def _paper(
    source: Source,
    number: int,
    size: tuple[float, float],
    segments: Sequence[Segment],
    picture: ImageArray | None,
    regions: Sequence[LayoutRegion],
) -> Page:
    """The page of the segments of one paper."""
    width, height = size
    if not may_hold_table(segments, width, height):
        return Page(number, width, height, blocks_of(segments, width, height, regions))
    frame = Frame(main_turn(segments), width, height)
    stacks: Sequence[Block] = ()
    if picture is not None and not _is_digital(segments):
        stacks, segments = stacks_of(segments, frame)
        regions = besides_fields(regions, [one.box for one in stacks], [one.line.box for one in segments])
        tables = tables_on_scan(segments, picture, regions, frame)
        regions = besides_tables(regions, [block.box for block in tables.blocks])
    else:
        seen = source.layout(number, frame.turn) if len(segments) <= _MOST_SEGMENTS else SeenPage()
        tables = tables_of(segments, _places(segments, seen, frame), seen.rulings, frame)
        regions = (*regions, *seen.regions)
    return Page(
        number, width, height, blocks_of(tables.rest, width, height, regions, (*tables.blocks, *stacks))
    )


def _places(segments: Sequence[Segment], seen: SeenPage, frame: Frame) -> Sequence[TableGuess]:
    """Where tables are: where the model sees them, and where lines are drawn around cells besides."""
    if not seen.asked:
        return table_places(segments, seen.rulings, frame)
    known = [one.box for one in seen.regions if one.kind in ("table", "figure")]
    return (*seen.tables, *ruled_places(seen.rulings, frame, known))


def _is_digital(segments: Sequence[Segment]) -> bool:
    """Whether most of the text is a text layer's."""
    known = sum(len(one.line.text) for one in segments if one.line.source == "text")
    return 2 * known > sum(len(one.line.text) for one in segments)


def _result(page: Page, engine: str, seconds: float) -> PageResult:
    lines = [line for block in page.blocks for line in block.lines]
    characters = sum(len(line.text) for line in lines)
    trust = sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)
    state: PageState = "read" if characters else "empty"
    return PageResult(page.number, page, state, engine, seconds, trust if characters else 1.0)


def _is_known(line: Line, trusted: Sequence[Segment]) -> bool:
    """Whether the text layer already has what was recognised here."""
    area = (line.box.x1 - line.box.x0) * (line.box.y1 - line.box.y0)
    return sum(overlap(line.box, one.line.box) for one in trusted) > _SAME_PLACE * area
