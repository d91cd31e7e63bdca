"""Papers that were photographed side by side or one above the other: each is read by itself."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.protocols import ImageArray
from rag_core.types import Box

# A paper holds so many texts.
_FEWEST = 4
# So much darker or lighter than the papers at its sides (0 to 255) is what shows between them, on this share of its length.
_UNLIKE, _THROUGHOUT = 30, 0.85
# Of the strip between two texts, so much at each side is paper.
_PAPER = 0.12
# In heights of a line: a line drawn between columns is thinner.
_THICK = 0.5
_MOST_SAMPLES = 400


def papers_of(segments: Sequence[Segment], picture: ImageArray) -> list[list[Segment]]:
    """The segments of each paper in the picture (height × width × 3, BGR), in reading order: parted where a strip free of
    text runs through all of them in which what they lie on shows. One list where there is one paper."""
    grey = np.asarray(picture, np.float32).mean(axis=2)
    return list(_parted(list(segments), grey))


def regions_in(regions: Sequence[LayoutRegion], segments: Sequence[Segment]) -> list[LayoutRegion]:
    """The parts of the regions that lie where the segments do."""
    around = union([one.line.box for one in segments])
    found: list[LayoutRegion] = []
    for one in regions:
        x0, y0 = max(one.box.x0, around.x0), max(one.box.y0, around.y0)
        x1, y1 = min(one.box.x1, around.x1), min(one.box.y1, around.y1)
        if x0 < x1 and y0 < y1:
            found.append(LayoutRegion(one.kind, Box(x0, y0, x1, y1), one.score))
    return found


def _parted(segments: list[Segment], grey: npt.NDArray[np.float32]) -> Iterator[list[Segment]]:
    for across in (True, False):
        at = _gap(segments, grey, across)
        if at is not None:
            sides = [one for one in segments if _middle(one, across) < at]
            others = [one for one in segments if _middle(one, across) >= at]
            yield from _parted(sides, grey)
            yield from _parted(others, grey)
            return
    yield segments


def _gap(segments: Sequence[Segment], grey: npt.NDArray[np.float32], across: bool) -> float | None:
    """Where the first strip between two papers lies, from left to right or from top to bottom; None where there is none."""
    if len(segments) < 2 * _FEWEST:
        return None
    sheet = grey if across else grey.T
    long, wide = sheet.shape
    order = sorted(segments, key=lambda one: _span(one, across)[0])
    size = statistics.median(one.line.box.y1 - one.line.box.y0 for one in segments) * grey.shape[0]
    end = _span(order[0], across)[1]
    for place, one in enumerate(order):
        start, stop = _span(one, across)
        if start > end and _FEWEST <= place <= len(order) - _FEWEST:
            # Only where texts of both stand beside the strip there is paper on both its sides.
            ends = [
                (min(lows), max(highs))
                for side in (order[:place], order[place:])
                for lows, highs in [zip(*(_span(each, not across) for each in side), strict=True)]
            ]
            low, high = max(one[0] for one in ends), min(one[1] for one in ends)
            strip = sheet[int(low * long) : int(high * long), int(end * wide) : int(start * wide)]
            if _shows_desk(strip, _THICK * size):
                return (start + end) / 2
        end = max(end, stop)
    return None


def _shows_desk(strip: npt.NDArray[np.float32], thick: float) -> bool:
    """Whether between the two sides of the strip something unlike both shows, `thick` pixels wide, nearly throughout."""
    edge = max(int(_PAPER * strip.shape[1]), 1)
    if strip.shape[1] <= max(2 * edge + 1, thick) or not len(strip):
        return False
    some = strip[:: max(len(strip) // _MOST_SAMPLES, 1)]
    left, right = np.median(some[:, :edge], axis=1), np.median(some[:, -edge:], axis=1)
    darker = (some < np.minimum(left, right)[:, None] - _UNLIKE).sum(axis=1) >= thick
    lighter = (some > np.maximum(left, right)[:, None] + _UNLIKE).sum(axis=1) >= thick
    return bool(max(darker.mean(), lighter.mean()) >= _THROUGHOUT)


def _span(segment: Segment, across: bool) -> tuple[float, float]:
    box = segment.line.box
    return (box.x0, box.x1) if across else (box.y0, box.y1)


def _middle(segment: Segment, across: bool) -> float:
    return sum(_span(segment, across)) / 2
