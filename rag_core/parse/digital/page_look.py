"""What stands on a page, and whether its text layer can be trusted or the page must be recognised."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import RawLine, Segment, Spans, count_garbled, segments
from rag_core.parse.digital.insets import insets
from rag_core.parse.digital.plausible import is_scrambled, is_scraps
from rag_core.types import Box

FEW_CHARACTERS = 10
GARBLED_SHARE = 0.25
PICTURE_SHARE = 0.2
SPECK_SHARE = 0.002
COVERED_SHARE = 0.015
# Letters with something unknown between them: so many, and of so many words.
HOLE_SHARE = 0.05
_HOLE = re.compile("[^\\W\\d_][\ufffd\\x00-\\x08\\x0e-\\x1f\ue000-\uf8ff]+[^\\W\\d_]")
MUCH_UNREADABLE = 20
_FEW_GARBLED = 3
DRAWN_PATHS = 20
# In page heights: type that no one can read, and its share of the character's height.
TINY_TYPE = 0.002
TINY_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class PageLook:
    """The lines that can be trusted, and whether the page must be recognised to have the rest. `recognised`
    where most of them were put under a picture by an earlier recognition. `insets`: the small pictures that may
    hold the rest, where nothing else need be recognised."""

    segments: tuple[Segment, ...]
    needs_ocr: bool
    recognised: bool = False
    insets: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page besides text: the boxes of its pictures, and how many paths."""

    pictures: tuple[Box, ...]
    paths: int


def look_at(
    lines: Sequence[RawLine], pictures: Sequence[Box], drawn: Callable[[], Drawing], sound: bool = False
) -> PageLook:
    """Judges a page by its text layer and the boxes of what may be pictures. `drawn` knows better what is
    drawn, takes longer to say so, and is asked only where that could matter. `sound`: the letters are known
    to mean what they say."""
    hidden = not all(line.visible for line in lines)
    if pictures and (hidden or sum(map(_area, pictures)) >= PICTURE_SHARE):
        pictures = drawn().pictures
    shown = _on_page(lines, pictures)
    under = [line for line in shown if not line.visible]
    if under and _is_bad_recognition(under):
        shown = [line for line in shown if line.visible]
    if not sound and (_is_rubbish(shown) or _is_misdrawn(shown)):
        return PageLook((), True)
    readable = _readable(shown)
    found = tuple(segments(readable))
    characters = sum(map(_inked, shown))
    if characters < FEW_CHARACTERS:
        drawing = drawn()
        specks = sum(map(_area, drawing.pictures)) >= SPECK_SHARE
        return PageLook(found, specks or drawing.paths >= DRAWN_PATHS)
    if characters - sum(map(_inked, readable)) >= MUCH_UNREADABLE:
        return PageLook(found, True)
    bare = [box for box in pictures if not _is_covered(box, found)]
    large = sum(map(_area, bare)) >= PICTURE_SHARE
    recognised = 2 * sum(_inked(line) for line in shown if not line.visible) > characters
    if recognised or large:
        return PageLook(found, large, recognised)
    # What look like pictures may be shadings.
    small = insets([box for box in drawn().pictures if not _is_covered(box, found)]) if insets(bare) else ()
    return PageLook(found, bool(small), insets=small)


def _is_rubbish(lines: Sequence[RawLine]) -> bool:
    """Whether the text is not what its glyphs show: they were given no meaning, or a wrong one."""
    text = "\n".join([line.text for line in lines])
    garbled = count_garbled(text)
    if garbled >= FEW_CHARACTERS / 2 and garbled > GARBLED_SHARE * sum(map(_inked, lines)):
        return True
    holes = len(_HOLE.findall(text)) if garbled else 0
    return (holes >= FEW_CHARACTERS and holes > HOLE_SHARE * len(text.split())) or is_scrambled(text)


def _is_misdrawn(lines: Sequence[RawLine]) -> bool:
    """Whether most characters are far higher than their type: a font of drawings (Type 3) gives wrong
    measures, and words are parted wherever it does."""
    tiny = [line for line in lines if 0 < line.size < TINY_TYPE]
    high = [line for line in tiny if line.size < TINY_SHARE * float(line.boxes[0, 3] - line.boxes[0, 1])]
    return bool(high) and 2 * sum(map(_inked, high)) > sum(map(_inked, lines))


def _is_bad_recognition(lines: Sequence[RawLine]) -> bool:
    return _is_rubbish(lines) or is_scraps("\n".join(line.text for line in lines))


def _readable(lines: Sequence[RawLine]) -> Sequence[RawLine]:
    """The lines without those that tell nothing; most pages have none."""
    if count_garbled("".join([line.text for line in lines])) <= _FEW_GARBLED:
        return lines
    return [line for line in lines if not _is_unreadable(line.text)]


def _is_unreadable(text: str) -> bool:
    garbled = count_garbled(text)
    return garbled > _FEW_GARBLED and garbled > len(text) / 2


def _inked(line: RawLine) -> int:
    return len(line.text) - line.text.count(" ")


def overlap(box: Box, other: Box) -> float:
    """The area both share, in pages."""
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return width * height if width > 0 and height > 0 else 0.0


def _on_page(lines: Sequence[RawLine], pictures: Sequence[Box]) -> list[RawLine]:
    """Only what a reader can see: on the page, and with ink or over a picture."""
    if not lines:
        return []
    boxes = np.concatenate([line.boxes for line in lines])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    seen = _within(middles, _WHOLE)
    lengths = [len(line.text) for line in lines]
    without_ink = np.repeat([not line.visible for line in lines], lengths)
    if without_ink.any():
        over = [_within(middles, picture) for picture in pictures]
        seen &= ~without_ink | (np.logical_or.reduce(over) if over else False)
    if seen.all():
        return list(lines)
    parts = np.split(seen, np.cumsum(lengths)[:-1])
    return [
        line if part.all() else _cut(line, part)
        for line, part in zip(lines, parts, strict=True)
        if part.any()
    ]


def _cut(line: RawLine, seen: npt.NDArray[np.bool_]) -> RawLine:
    text = "".join(itertools.compress(line.text, seen.tolist()))
    return replace(line, text=text, boxes=line.boxes[seen])


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
