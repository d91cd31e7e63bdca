"""Lines as their reader sees them: upright, level, and put together in rows."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.types import Block, Line, LineSource

_SAME_ROW = 0.5
# Type against the boxes around its lines.
_TYPE_HEIGHT = 1.06
# In characters.
_LITTLE_TEXT = 150
_SLOPES = np.arange(-0.06, 0.0601, 0.002)
_LEAST_PARTS = 8
_BETTER = 1.1
_CLEARLY_BETTER = 1.3
# Of a line's height: what is less can't be told from chance.
_VISIBLE = 0.12
# What leans more than this is no row of the page.
_ASKEW = 0.25
# How far lines are seen to lean: that of short ones is chance.
_TOLD_CHARACTERS = 4
_SEEN_LEAN, _MOST_LEAN = 0.003, 0.4
_AGREED = 0.03
_LEAST_AGREED = 0.6


class Part(NamedTuple):
    """A line with its box as its reader sees it: turned so that the text runs left to right. Lengths
    are in page heights or widths stretched by the page's shape, so that both axes compare. A part may
    stand for a `block` that is ready; then `line` holds its text and nothing more. A `foreign` part is
    written in another direction than the page, or askew. `size` and `bold` are those of its segment."""

    line: Line
    x0: float
    y0: float
    x1: float
    y1: float
    block: Block | None = None
    foreign: bool = False
    size: float = 0.0
    bold: bool = False

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def alone(self) -> bool:
        """Whether nothing can stand on one row with it."""
        return self.foreign or self.block is not None


def upright(segment: Segment, turn: int, aspect: float) -> Part:
    """The segment as the reader of a page that is turned by `turn` sees it."""
    line, own_turn, size, bold = segment.line, segment.turn, segment.size, segment.bold
    box = line.box
    x0, x1, y0, y1 = box.x0 * aspect, box.x1 * aspect, box.y0, box.y1
    match turn:
        case 0:
            pass
        case 90:
            x0, y0, x1, y1 = y0, aspect - x1, y1, aspect - x0
        case 180:
            x0, y0, x1, y1 = aspect - x1, 1 - y1, aspect - x0, 1 - y0
        case _:
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
    if not 0.4 * (y1 - y0) < size < 2.5 * (y1 - y0):
        # Fonts that are drawings (Type 3) may claim any size.
        size = 0.0
    return Part(line, x0, y0, x1, y1, None, own_turn != turn or is_askew(line), size, bold)


def upright_block(block: Block, turn: int, aspect: float) -> Part:
    """A block that is ready as one part among the others."""
    text = " ".join(line.text for line in block.lines)
    source: LineSource = "text" if all(line.source == "text" for line in block.lines) else "ocr"
    line = Line(text, block.box, source, 1.0, (0.0,) * (len(text) + 1))
    heights = [
        line.box.y1 - line.box.y0 if turn in (0, 180) else (line.box.x1 - line.box.x0) * aspect
        for line in block.lines
    ]
    size = _TYPE_HEIGHT * sorted(heights)[len(heights) // 2] if heights else 0.0
    return upright(Segment(line, turn), turn, aspect)._replace(block=block, size=size)


def is_askew(line: Line) -> bool:
    """Whether the line leans more than rows do: part of a watermark, or stamped."""
    return abs(line.lean) > _ASKEW


def body_size(parts: Sequence[Part]) -> float:
    """The height of the lines that most characters stand in."""
    return middle_size(
        [
            (part.y1 - part.y0, len(part.line.text))
            for part in parts
            if part.block is None and not part.foreign
        ]
    )


def type_size(parts: Sequence[Part]) -> float:
    """The type size that most characters have; the height of their lines where that is not known. A page with
    little but titles and tables has that of its tables."""
    sizes = [(part.size or part.y1 - part.y0, len(part.line.text)) for part in parts if not part.alone]
    if sum([count for _, count in sizes]) < _LITTLE_TEXT:
        tables = [part for part in parts if part.block is not None and part.block.kind == "table"]
        sizes += [(part.size, len(part.line.text)) for part in tables]
    return middle_size(sizes)


def middle_size(sizes: Sequence[tuple[float, int]]) -> float:
    """The size at the middle of all characters, of sizes with their numbers of characters."""
    half = sum([count for _, count in sizes]) / 2
    seen = 0
    for size, count in sorted(sizes):
        seen += count
        if seen >= half:
            return size
    return 0.0


def levelled(parts: Sequence[Part]) -> list[Part]:
    """The parts of a skewed scan as they would stand on level paper: at the slope at which they were seen to lean,
    or most of them share rows. A text layer is level."""
    if len(parts) < _LEAST_PARTS or any(part.line.source == "text" for part in parts):
        return list(parts)
    boxes = np.array([(part.x0, part.y0, part.x1, part.y1) for part in parts])
    across, down = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    row = max(float(np.median(heights)) / 4, 1e-4)
    lines = [part.line for part in parts]
    measured = any(line.lean for line in lines)
    best = lean_of(lines, _SEEN_LEAN) if measured else _shared_slope(across, down, heights, widths)
    if not best:
        return list(parts)
    height = np.maximum(heights - abs(best) * widths, row)
    top = down - across * best - height / 2
    return [
        part._replace(y0=float(y0), y1=float(y1))
        for part, y0, y1 in zip(parts, top, top + height, strict=True)
    ]


def _shared_slope(across: np.ndarray, down: np.ndarray, heights: np.ndarray, widths: np.ndarray) -> float:
    """The slope at which boxes of these middles and sides share rows; 0 where none is much better than none."""
    row = max(float(np.median(heights)) / 4, 1e-4)
    scores = np.array([_sharing(down - across * slope, row) for slope in _SLOPES])
    best = float(_SLOPES[scores.argmax()])
    return best if scores.max() >= _needed(heights, widths, abs(best)) * _sharing(down, row) else 0.0


def lean_of(lines: Sequence[Line], least: float) -> float:
    """How far most of the recognised lines fall on their way, against their length, the longer ones counting for more;
    0 where that is less than `least`, or they don't agree."""
    told = [line for line in lines if len(line.text) >= _TOLD_CHARACTERS]
    lengths = [abs(line.edges[-1] - line.edges[0]) for line in told]
    return agreed_lean([line.lean for line in told], lengths, least)


def agreed_lean(leans: Sequence[float], lengths: Sequence[float], least: float) -> float:
    """The same for what leans so far and is so long."""
    if not leans:
        return 0.0
    falls, weights = np.array(leans), np.array(lengths)
    order = np.argsort(falls)
    reached = np.cumsum(weights[order])
    lean = float(falls[order][np.searchsorted(reached, reached[-1] / 2)])
    agreed = weights[np.abs(falls - lean) < _AGREED].sum()
    return lean if least <= abs(lean) <= _MOST_LEAN and agreed >= _LEAST_AGREED * reached[-1] else 0.0


def _needed(heights: np.ndarray, widths: np.ndarray, slope: float) -> float:
    """How much better the rows must be at the slope to believe it: the boxes of leaning lines are the higher
    the longer the lines are. Columns whose rows are not level look like leaning rows, too."""
    long = widths >= np.median(widths)
    if long.all():
        return _CLEARLY_BETTER
    longer = float(np.median(widths[long]) - np.median(widths[~long]))
    higher = float(np.median(heights[long]) - np.median(heights[~long]))
    expected = slope * longer
    if expected < _VISIBLE * float(np.median(heights)):
        return _CLEARLY_BETTER
    return _BETTER if higher > expected / 2 else np.inf


def _sharing(middles: np.ndarray, row: float) -> float:
    """How much the middles gather in rows, wherever the rows begin."""
    counts = [np.unique(np.floor(middles / row + shift), return_counts=True)[1] for shift in (0.0, 0.5)]
    return float(sum((count.astype(float) ** 2).sum() for count in counts))


def row_groups(parts: Iterable[Part]) -> list[list[Part]]:
    """Parts that stand on one row together, rows from top to bottom, parts from left to right."""
    rows: list[list[Part]] = []
    # The last part of the last row.
    top = bottom = -9.0
    is_open = False
    for part in sorted(parts, key=_row_order):
        _, _, y0, _, y1, block, foreign, _, _ = part
        shared = (bottom if bottom < y1 else y1) - (top if top > y0 else y0)
        if shared > 0 and is_open and not foreign and block is None:
            least = bottom - top if bottom - top < y1 - y0 else y1 - y0
            if shared > _SAME_ROW * least and _takes(rows[-1], part):
                top, bottom = y0, y1
                continue
        rows.append([part])
        top, bottom, is_open = y0, y1, not (foreign or block)
    return rows


def _takes(row: list[Part], part: Part) -> bool:
    """Puts the part in its place in the row, if there is room for it."""
    at = bisect.bisect(row, part.x0, key=_left)
    if at and part.x0 < row[at - 1].x1 - row[at - 1].height:
        return False
    if at < len(row) and part.x1 > row[at].x0 + row[at].height:
        return False
    row.insert(at, part)
    return True


def _left(part: Part) -> float:
    return part.x0


def _row_order(part: Part) -> tuple[float, float]:
    """By the middles of lines; what runs down the page comes where it begins."""
    _, x0, y0, _, y1, block, foreign, _, _ = part
    return (y0 if foreign or block else (y0 + y1) / 2), x0


def join(row: Sequence[Part]) -> Part:
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
    return Part(
        joined,
        min(part.x0 for part in row),
        min(part.y0 for part in row),
        max(part.x1 for part in row),
        max(part.y1 for part in row),
        size=max(row, key=lambda part: len(part.line.text)).size,
        bold=all(part.bold for part in row),
    )
