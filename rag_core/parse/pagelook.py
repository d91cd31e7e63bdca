"""What stands on a page, and whether its text layer can be trusted or the page must be recognised."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag_core.parse.glyphs import Segment, Spans, count_garbled, segment
from rag_core.types import Box

FEW_CHARACTERS = 10
GARBLED_SHARE = 0.25
PICTURE_SHARE = 0.2
SPECK_SHARE = 0.002
COVERED_SHARE = 0.015
DRAWN_PATHS = 20


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the text layer as the file has it, with a row x0 y0 x1 y1 a character. `visible` is false
    for text drawn without ink, as scanners put it over the picture of a page. `size` is the type size of
    most of it in page heights, 0 where that can't be known; `bold` whether all of it is."""

    text: str
    boxes: Spans
    direction: tuple[float, float]
    visible: bool
    size: float = 0.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class PageLook:
    """The lines that can be trusted, and whether the page must be recognised to have the rest."""

    segments: tuple[Segment, ...]
    needs_ocr: bool


def look_at(lines: Sequence[RawLine], pictures: Sequence[Box], paths: int) -> PageLook:
    """Judges a page by its text layer, the boxes of its pictures and the number of paths drawn."""
    shown = [_on_page(pictures, line) for line in lines]
    characters = sum(len(line.text) - line.text.count(" ") for line in shown)
    garbled = sum(count_garbled(line.text) for line in shown)
    if garbled >= FEW_CHARACTERS / 2 and garbled > GARBLED_SHARE * characters:
        return PageLook((), True)
    found = (segment(line.text, line.boxes, line.direction, line.size, line.bold) for line in shown)
    segments = tuple(one for one in found if one is not None)
    if characters < FEW_CHARACTERS:
        drawn = sum(map(_area, pictures)) >= SPECK_SHARE or paths >= DRAWN_PATHS
        return PageLook(segments, drawn)
    bare = sum(_area(box) for box in pictures if not _is_covered(box, segments))
    return PageLook(segments, bare >= PICTURE_SHARE)


def overlap(box: Box, other: Box) -> float:
    """The area both share, in pages."""
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return width * height if width > 0 and height > 0 else 0.0


def _on_page(pictures: Sequence[Box], line: RawLine) -> RawLine:
    """Only what a reader can see: on the page, and with ink or over a picture."""
    middles = (line.boxes[:, :2] + line.boxes[:, 2:]) / 2
    seen = _within(middles, _WHOLE)
    if not line.visible:
        over = [_within(middles, picture) for picture in pictures]
        seen &= np.logical_or.reduce(over) if over else False
    if seen.all():
        return line
    text = "".join(itertools.compress(line.text, seen.tolist()))
    return RawLine(text, line.boxes[seen], line.direction, line.visible, line.size, line.bold)


_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def _within(points: Spans, box: Box) -> npt.NDArray[np.bool_]:
    return np.asarray(
        (points[:, 0] >= box.x0)
        & (points[:, 0] <= box.x1)
        & (points[:, 1] >= box.y0)
        & (points[:, 1] <= box.y1)
    )


def _area(box: Box) -> float:
    return overlap(box, _WHOLE)


def _is_covered(picture: Box, segments: Sequence[Segment]) -> bool:
    """Whether enough text lies over the picture for it to be a background, or a scan already read."""
    covered = sum(overlap(picture, one.line.box) for one in segments)
    return covered >= COVERED_SHARE * _area(picture)
