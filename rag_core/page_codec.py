"""A Page as bytes and back: zlib-compressed JSON with lengths as whole numbers of 1e-5 of the page.

This is how pages are kept; how they come from the reading child is parse/reader/page_wire. The bytes may be
damaged, or another program's, so decoding trusts nothing: it bounds the size, checks every shape and every value,
and never runs anything.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import cast, get_args

import numpy as np
import numpy.typing as npt

from rag_core.types import Block, BlockKind, Box, Cell, Line, LineSource, Page

_KINDS = get_args(BlockKind)
SOURCES: tuple[LineSource, ...] = get_args(LineSource)
VERSION = 2
_READABLE = (1, 2)  # 1 knew no cells
_MOST_CELLS = 10_000
# A table's text has a mark for each place in its grid, whether a cell fills it or not.
_MOST_PLACES = 200_000
MAX_JSON_BYTES = 64 * 2**20
UNITS = 100_000
MAX_UNITS = 2 * UNITS
# Of a line's confidence.
TRUST = 10_000
_BREAK = re.compile("[\n\f\\x00]")
# Pages are written once and read often; a better packing would take a tenth of a digital page's time.
_QUICKLY = 1


def encode_page(page: Page) -> bytes:
    """The page as bytes; boxes and edges are rounded to 1e-5 of the page, confidence to 1e-4. Raises
    ValueError where one of them is no number."""
    rows = _line_rows([line for block in page.blocks for line in block.lines])
    blocks = [block_row(block, list(itertools.islice(rows, len(block.lines)))) for block in page.blocks]
    row = [VERSION, page.number, page.width, page.height, blocks]
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return zlib.compress(text.encode("utf-8"), _QUICKLY)


def decode_page(data: bytes) -> Page:
    """The page that encode_page made the bytes of. Raises ValueError for anything else."""
    try:
        row = json.loads(_inflate(data).decode("utf-8"))
        version, number, width, height, blocks = row
        if version not in _READABLE:
            raise ValueError(f"page version {version!r}")
        parts = [_parts(block) for block in blocks]
        lines = iter(_lines([line for part in parts for line in part[2]]))
        found = [block_of(part, tuple(itertools.islice(lines, len(part[2])))) for part in parts]
        return page_of(number, width, height, found)
    except (TypeError, KeyError, OverflowError, zlib.error, RecursionError) as error:
        raise ValueError("not an encoded page") from error


def block_row(block: Block, lines: object) -> list[object]:
    """The block with `lines` in place of its lines."""
    cells = [_cell_row(cell) for cell in block.cells]
    return [block.kind, _box_units(block.box), lines, cells, block.header_rows]


def block_of(row: Sequence[object], lines: tuple[Line, ...]) -> Block:
    """The block of these lines that block_row made the row of. Raises ValueError, TypeError for anything else."""
    kind, box, _, cells, header_rows = row
    if kind not in _KINDS:
        raise ValueError("not a block")
    found = _cells(cells, len(lines))
    return Block(cast(BlockKind, kind), _box(box), lines, found, whole(header_rows, 0, _MOST_CELLS))


def page_of(number: object, width: object, height: object, blocks: Sequence[Block]) -> Page:
    """The page, if that is what its number and its sides are. Raises ValueError."""
    return Page(whole(number, 1, 10**9), _length(width), _length(height), tuple(blocks))


def _inflate(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    out = stream.decompress(data, MAX_JSON_BYTES)
    if not stream.eof:
        raise ValueError("encoded page cut off or too large")
    return out


def _line_rows(lines: Sequence[Line]) -> Iterator[list[object]]:
    """The lines as rows; the numbers of all of them are worked out at once."""
    boxes = iter(units([sides(line.box) for line in lines]).tolist())
    edges = units(list(itertools.chain.from_iterable(line.edges for line in lines)))
    steps = np.diff(edges, prepend=0)
    firsts = np.cumsum([0, *(len(line.edges) for line in lines)])
    starts = firsts[:-1][np.diff(firsts) > 0]
    steps[starts] = edges[starts]
    each = iter(steps.tolist())
    for line in lines:
        confidence = round(line.confidence * TRUST)
        own = list(itertools.islice(each, len(line.edges)))
        yield [line.text, next(boxes), line.source, confidence, own, int(line.vertical)]


def units(fractions: Sequence[object]) -> npt.NDArray[np.int64]:
    """Lengths or rows of them, in fractions of the page, as whole numbers. Raises ValueError where one is no number."""
    values = np.array(fractions, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("not a place on a page")
    return np.rint(values * UNITS).astype(np.int64)


def _cell_row(cell: Cell) -> list[object]:
    return [cell.row, cell.column, cell.row_end, cell.column_end, _box_units(cell.box), cell.first, cell.last]


def _box_units(box: Box) -> list[int]:
    return [round(side * UNITS) for side in sides(box)]


def sides(box: Box) -> tuple[float, float, float, float]:
    """The box as x0, y0, x1, y1."""
    return box.x0, box.y0, box.x1, box.y1


_Parts = tuple[object, object, list[object], object, object]


def _parts(row: list[object]) -> _Parts:
    kind, box, lines, cells, header_rows = row if len(row) != 3 else [*row, [], 0]
    if not isinstance(lines, list):
        raise ValueError("not a block")
    return kind, box, lines, cells, header_rows


def _cells(rows: object, lines: int) -> tuple[Cell, ...]:
    """The cells, where they follow one another and hold all the lines."""
    if not isinstance(rows, list):
        raise ValueError("not cells")
    cells: list[Cell] = []
    after, at = 0, (-1, -1)
    for row, column, row_end, column_end, box, first, last in rows:
        whole(row_end, whole(row, 0, _MOST_CELLS), _MOST_CELLS)
        whole(column_end, whole(column, 0, _MOST_CELLS), _MOST_CELLS)
        if (row, column) <= at:
            raise ValueError("cells out of order")
        whole(first, after, after)
        after, at = whole(last, first, lines), (row, column)
        cells.append(Cell(row, column, row_end, column_end, _box(box), first, last))
    if cells and after != lines:
        raise ValueError("lines outside the cells")
    if cells and (1 + cells[-1].row) * (1 + max(cell.column_end for cell in cells)) > _MOST_PLACES:
        raise ValueError("a table too large")
    return tuple(cells)


def _lines(rows: Sequence[object]) -> list[Line]:
    """The lines of all blocks; their edges are checked and worked out at once."""
    found: list[tuple[list[object], int]] = []
    steps: list[object] = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 6:
            raise ValueError("not a line")
        text, own = row[0], row[4]
        if not isinstance(text, str) or not isinstance(own, list) or len(own) != len(text) + 1:
            raise ValueError("not a line's edges")
        found.append((row, len(own)))
        steps += own
    edges = iter(_edges(steps, [count for _, count in found]))
    return [_line(row, tuple(itertools.islice(edges, count))) for row, count in found]


def _edges(steps: Sequence[object], counts: Sequence[int]) -> list[float]:
    """The edges of lines one after the other, of which each has so many."""
    if not steps:
        return []
    if set(map(type, steps)) != {int}:
        raise ValueError("not a line's edges")
    widths = np.array(steps, np.int64)
    if widths.min() < -2 * MAX_UNITS or widths.max() > 2 * MAX_UNITS:
        raise ValueError("not a line's edges")
    sums = np.cumsum(widths)
    before = np.cumsum([0, *counts[:-1]]) - 1
    places = sums - np.repeat(np.where(before < 0, 0, sums[before]), counts)
    if places.min() < -MAX_UNITS or places.max() > MAX_UNITS:
        raise ValueError("not a line's edges")
    edges: list[float] = (places / UNITS).tolist()
    return edges


def _line(row: list[object], edges: tuple[float, ...]) -> Line:
    text, box, source, confidence, _, vertical = row
    if not isinstance(text, str) or _BREAK.search(text):
        raise ValueError("not a line's text")
    text.encode("utf-8")  # a lone surrogate raises
    if source not in SOURCES:
        raise ValueError("not a line's source")
    trust = whole(confidence, 0, TRUST) / TRUST
    return Line(text, _box(box), source, trust, edges, bool(whole(vertical, 0, 1)))


def _box(row: object) -> Box:
    if not isinstance(row, list) or len(row) != 4 or set(map(type, row)) != {int}:
        raise ValueError("not a box")
    if min(row) < -MAX_UNITS or max(row) > MAX_UNITS:
        raise ValueError("not a box")
    x0, y0, x1, y1 = row
    return Box(x0 / UNITS, y0 / UNITS, x1 / UNITS, y1 / UNITS)


def whole(value: object, low: int, high: int) -> int:
    """The value, if it is a whole number from low to high. Raises ValueError."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"not a whole number from {low} to {high}")
    return value


def _length(value: object) -> float:
    if type(value) not in (int, float):
        raise ValueError("not a length")
    number = float(cast(float, value))
    if not math.isfinite(number) or number <= 0:
        raise ValueError("not a length")
    return number
