"""What is read in one go on a page, and what stands beside it: margin text, watermarks, other directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.order.rows import Part, body_size, is_askew, levelled, upright, upright_block
from rag_core.types import Block, Line

# The share of a page's text that makes a flow of its own where it is written another way.
_OTHER_FLOW = 0.25
# In lines: what is shorter is a fraction or an exponent, not a word in the margin.
_SHORT = 3.0
# A watermark's height in lines, and how many lines it covers.
_WATERMARK = 6.0
_COVERED = 3
_MOST_WATERMARKS = 20


def turn_of(line: Line) -> int:
    """How far the line's writing direction is turned clockwise from left-to-right."""
    backwards = line.edges[-1] < line.edges[0]
    if line.vertical:
        return 270 if backwards else 90
    return 180 if backwards else 0


def flows(segments: Sequence[Segment], solid: Sequence[Block], aspect: float) -> list[list[Part]]:
    """What is read in one go: the text that is written in the page's direction, with what little stands in it
    another way; then the rest by its direction. The page's direction is that of most text."""
    sizes = Counter[int]()
    for segment in segments:
        sizes[segment.turn] += len(segment.line.text)
    for block in solid:
        for line in block.lines:
            sizes[turn_of(line)] += len(line.text)
    (main, most), *others = sizes.most_common() or [(0, 0)]
    if most == sizes.total():
        parts = [upright(segment, main, aspect) for segment in segments]
        parts += [upright_block(block, main, aspect) for block in solid]
        return _without_watermarks(levelled(parts))
    own = {turn for turn, size in others if size >= _OTHER_FLOW * sizes.total()}
    parts = [upright(segment, main, aspect) for segment in segments if segment.turn not in own]
    low, high = _width_of_text(parts)
    short = _SHORT * body_size(parts)
    rest = [segment for segment in segments if segment.turn in own]
    flow: list[Part] = []
    for segment, part in zip((one for one in segments if one.turn not in own), parts, strict=True):
        if part.foreign and part.height > short and not low < (part.x0 + part.x1) / 2 < high:
            rest.append(segment)
        else:
            flow.append(part)
    flow += [upright_block(block, main, aspect) for block in solid]
    beside = [
        levelled([upright(segment, turn, aspect) for segment in rest if segment.turn == turn])
        for turn, _ in others
    ]
    return [*_without_watermarks(levelled(flow)), *(found for found in beside if found)]


def _width_of_text(parts: Sequence[Part]) -> tuple[float, float]:
    """From where to where the text reaches that is written in the page's direction."""
    own = [part for part in parts if not part.foreign]
    return min((part.x0 for part in own), default=0.0), max((part.x1 for part in own), default=0.0)


def _without_watermarks(parts: list[Part]) -> list[list[Part]]:
    """The parts, and after them the words that are written large across others, or askew."""
    size = body_size(parts)
    large = [part for part in parts if not part.alone and part.height > _WATERMARK * size]
    marks = [part for part in large if _covers(part, parts)] if len(large) <= _MOST_WATERMARKS else []
    marks += [part for part in parts if is_askew(part.line)]
    rest = [part for part in parts if part not in marks]
    return [one for one in (rest, marks) if one]


def _covers(large: Part, parts: Sequence[Part]) -> bool:
    covered = sum(
        large.x0 < (part.x0 + part.x1) / 2 < large.x1 and large.y0 < (part.y0 + part.y1) / 2 < large.y1
        for part in parts
    )
    return covered > _COVERED
