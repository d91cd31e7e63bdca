"""Lines of a page into blocks in reading order: columns by white gutters, rows by baseline."""

from __future__ import annotations

import bisect
import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.parse.glyphs import Segment, union
from rag_core.types import Block, BlockKind, Line, LineSource

_SAME_ROW = 0.5
_COLUMN_LINES = 4
_COLUMN_FILL = 0.55
_LEVEL = 0.2
_LEVEL_SHARE = 0.6
_BLOCK_GAP = 0.9
# Sizes of a text layer are exact; boxes around recognised lines are not.
_SIZE_STEP = {True: 1.3, False: 1.6}
_TITLE_SIZE = {True: 1.25, False: 1.45}
_TITLE_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
_TITLE_CHARACTERS = 90
_TITLE_LINES = 3
_MAX_CUTS = 12
_MAX_GUTTERS = 12
_MOST_PARTS = 3000


@dataclass(frozen=True, slots=True)
class _Part:
    """A line with its box as its reader sees it: turned so that the text runs left to right. Lengths
    are in page heights or widths stretched by the page's shape, so that both axes compare."""

    line: Line
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0


def blocks_of(segments: Sequence[Segment], width: float, height: float) -> tuple[Block, ...]:
    """The segments as blocks in reading order. Segments on one row of a column become one line.
    `width` and `height` are the page's, in any one unit."""
    if not segments:
        return ()
    found: list[Block] = []
    for parts in _by_turn(segments, width / height):
        body = _body_size(parts)
        for column in _columns(parts, _MAX_CUTS):
            found += [_block(rows, body) for rows in _paragraphs([_join(row) for row in _row_groups(column)])]
    return tuple(found)


def ordered(segments: Sequence[Segment], width: float, height: float) -> tuple[Line, ...]:
    """The segments' lines in reading order, each as it is."""
    return tuple(
        part.line
        for parts in _by_turn(segments, width / height)
        for column in _columns(parts, _MAX_CUTS)
        for row in _row_groups(column)
        for part in row
    )


def turn_of(line: Line) -> int:
    """How far the line's writing direction is turned clockwise from left-to-right."""
    backwards = line.edges[-1] < line.edges[0]
    if line.vertical:
        return 270 if backwards else 90
    return 180 if backwards else 0


def _by_turn(segments: Sequence[Segment], aspect: float) -> list[list[_Part]]:
    """The segments by writing direction, the one with most text first."""
    turns = Counter[int]()
    for segment in segments:
        turns[segment.turn] += len(segment.line.text)
    return [
        [_upright(segment, aspect) for segment in segments if segment.turn == turn]
        for turn, _ in turns.most_common()
    ]


def _upright(segment: Segment, aspect: float) -> _Part:
    box = segment.line.box
    x0, x1, y0, y1 = box.x0 * aspect, box.x1 * aspect, box.y0, box.y1
    match segment.turn:
        case 0:
            return _Part(segment.line, x0, y0, x1, y1)
        case 90:
            return _Part(segment.line, y0, aspect - x1, y1, aspect - x0)
        case 180:
            return _Part(segment.line, aspect - x1, 1 - y1, aspect - x0, 1 - y0)
        case _:
            return _Part(segment.line, 1 - y1, x0, 1 - y0, x1)


def _body_size(parts: Sequence[_Part]) -> float:
    """The height of the lines that most characters stand in."""
    heights = sorted((part.height, len(part.line.text)) for part in parts)
    half = sum(count for _, count in heights) / 2
    seen = 0
    for height, count in heights:
        seen += count
        if seen >= half:
            return height
    return heights[-1][0]


def _columns(parts: Sequence[_Part], cuts: int) -> list[list[_Part]]:
    """Groups of parts in reading order: bands from top to bottom where columns begin or end, columns
    from left to right within them."""
    if cuts == 0 or not 2 * _COLUMN_LINES <= len(parts) <= _MOST_PARTS:
        return [list(parts)]
    gutter = _gutter(parts)
    if gutter is None:
        return [list(parts)]
    above, left, right, below = _around(parts, gutter)
    groups: list[list[_Part]] = []
    for group in (above, left, right, below):
        if group:
            groups += _columns(group, cuts - 1) if len(group) < len(parts) else [group]
    return groups


@dataclass(frozen=True, slots=True)
class _Gutter:
    x: float
    top: float
    bottom: float


def _gutter(parts: Sequence[_Part]) -> _Gutter | None:
    """The longest upright white strip that has text columns on both sides."""
    size = _body_size(parts)
    best: _Gutter | None = None
    lefts = Counter(round(part.x0, 2) for part in parts)
    for near, _ in lefts.most_common(_MAX_GUTTERS):
        x = min(part.x0 for part in parts if abs(part.x0 - near) < 0.0151)
        strip = _longest_free(parts, x - max(size * 0.5, 0.004), x - 0.0005)
        if strip and (best is None or strip.bottom - strip.top > best.bottom - best.top + 0.001):
            best = strip
    return best


def _longest_free(parts: Sequence[_Part], low: float, high: float) -> _Gutter | None:
    """The longest run of rows whose text leaves low…high free and fills both sides as columns do."""
    blockers = sorted((part.y0, part.y1) for part in parts if part.x0 < high and part.x1 > low)
    stops = [(-1.0, -1.0), *blockers, (3.0, 3.0)]
    best: _Gutter | None = None
    floor = -1.0
    for before, after in itertools.pairwise(stops):
        floor = max(floor, before[1])
        inside = [part for part in parts if part.y0 >= floor - 1e-4 and part.y1 <= after[0] + 1e-4]
        left = [part for part in inside if part.x1 <= low + 1e-4]
        right = [part for part in inside if part.x0 >= high - 1e-4]
        if not _are_columns(left, right):
            continue
        both = left + right
        strip = _Gutter(high, min(part.y0 for part in both), max(part.y1 for part in both))
        if best is None or strip.bottom - strip.top > best.bottom - best.top:
            best = strip
    return best


def _are_columns(left: Sequence[_Part], right: Sequence[_Part]) -> bool:
    """Whether both sides are read on their own: two columns of text, or one beside something whose rows
    do not stand level with its lines, as those of a table would."""
    if min(len(left), len(right)) < _COLUMN_LINES:
        return False
    texts = (_is_column(left), _is_column(right))
    return all(texts) or (any(texts) and _level_share(left, right) < _LEVEL_SHARE)


def _level_share(left: Sequence[_Part], right: Sequence[_Part]) -> float:
    """How many rows of the side that has fewer stand level with a row of the other."""
    few, many = sorted((_row_groups(left), _row_groups(right)), key=len)
    middles = sorted((row[0].y0 + row[0].y1) / 2 for row in many)
    level = 0
    for row in few:
        middle = (row[0].y0 + row[0].y1) / 2
        at = bisect.bisect(middles, middle)
        apart = min(abs(one - middle) for one in middles[max(at - 1, 0) : at + 1])
        level += apart < _LEVEL * row[0].height
    return level / len(few)


def _is_column(parts: Sequence[_Part]) -> bool:
    """Whether the parts look like running text: several rows that fill most of their common width. The
    cells of a table do not: they are short, or stand side by side."""
    rows = _row_groups(parts)
    if len(rows) < _COLUMN_LINES:
        return False
    width = max(part.x1 for part in parts) - min(part.x0 for part in parts)
    fill = statistics.median(sum(part.x1 - part.x0 for part in row) for row in rows)
    long = statistics.median(sum(len(part.line.text) for part in row) for row in rows) >= 8
    return long and fill >= _COLUMN_FILL * width


def _around(parts: Sequence[_Part], gutter: _Gutter) -> tuple[list[_Part], ...]:
    above: list[_Part] = []
    left: list[_Part] = []
    right: list[_Part] = []
    below: list[_Part] = []
    for part in parts:
        middle = (part.y0 + part.y1) / 2
        if middle < gutter.top:
            above.append(part)
        elif middle > gutter.bottom:
            below.append(part)
        elif (part.x0 + part.x1) / 2 < gutter.x:
            left.append(part)
        else:
            right.append(part)
    return above, left, right, below


def _row_groups(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Parts that stand on one row together, rows from top to bottom, parts from left to right."""
    rows: list[list[_Part]] = []
    for part in sorted(parts, key=lambda part: ((part.y0 + part.y1) / 2, part.x0)):
        if rows and _same_row(rows[-1], part):
            rows[-1].append(part)
        else:
            rows.append([part])
    return [sorted(row, key=lambda part: part.x0) for row in rows]


def _same_row(row: Sequence[_Part], part: _Part) -> bool:
    last = row[-1]
    shared = min(last.y1, part.y1) - max(last.y0, part.y0)
    apart = all(part.x0 >= other.x1 - other.height or part.x1 <= other.x0 + other.height for other in row)
    return apart and shared > _SAME_ROW * max(min(last.height, part.height), 1e-6)


def _join(row: Sequence[_Part]) -> _Part:
    if len(row) == 1:
        return row[0]
    lines = [part.line for part in row]
    characters = sum(len(line.text) for line in lines)
    trust = sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)
    edges = tuple(edge for line in lines for edge in line.edges)
    source: LineSource = "text" if all(line.source == "text" for line in lines) else "ocr"
    joined = Line(
        " ".join(line.text for line in lines),
        union([line.box for line in lines]),
        source,
        trust,
        edges,
        lines[0].vertical,
    )
    return _Part(
        joined,
        min(part.x0 for part in row),
        min(part.y0 for part in row),
        max(part.x1 for part in row),
        max(part.y1 for part in row),
    )


def _paragraphs(rows: Sequence[_Part]) -> list[list[_Part]]:
    """Rows that follow closely in one size belong together."""
    groups: list[list[_Part]] = []
    for row in rows:
        if groups and _follows(groups[-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _follows(group: Sequence[_Part], row: _Part) -> bool:
    last = group[-1]
    small, large = sorted((max(last.height, 1e-6), max(row.height, 1e-6)))
    if large > _SIZE_STEP[last.line.source == "text"] * small:
        return False
    gap = row.y0 - last.y1
    return gap < _BLOCK_GAP * small


def _block(rows: Sequence[_Part], body: float) -> Block:
    lines = tuple(row.line for row in rows)
    size = statistics.median(row.height for row in rows)
    characters = sum(len(line.text) for line in lines)
    large = size > _TITLE_SIZE[lines[0].source == "text"] * body
    short = len(lines) <= _TITLE_LINES and characters <= _TITLE_CHARACTERS
    heading = large and short and _TITLE_LETTERS.search(lines[0].text)
    kind: BlockKind = "title" if heading else "text"
    return Block(kind, union([line.box for line in lines]), lines)
