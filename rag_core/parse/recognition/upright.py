"""A picture as it is put before the recogniser, and the way back: what was found in it, as fractions of
the picture as given. Imports cv2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import Segment, clean_text, quarter
from rag_core.parse.recognition.level import Levelling, edge_colour
from rag_core.parse.recognition.spaces import bounds, spaced
from rag_core.protocols import ImageArray
from rag_core.types import Box, Line

Points = npt.NDArray[np.float64]
TALL = 1.5
# No line of Chinese begins with a full stop: it is the dot or ring before an entry of a list.
_FULL_STOP, _BULLET = "。", "•"
# Where text runs down, a comma hangs at the top of its place, as an apostrophe does.
_DOWNWARDS = 90
_HUNG_COMMA = re.compile("(?<=[\u3400-\u9fff])[’'‘`´](?=[\u3400-\u9fff]|$)")


@dataclass(frozen=True, slots=True)
class Frame:
    """How a picture of width × height was changed: turned counterclockwise by `angle` degrees (a multiple
    of 90), then given a border of `margin` pixels, then made level where it leaned."""

    width: int
    height: int
    angle: int
    margin: int
    levelling: Levelling | None = None

    def given(self, points: Points) -> Points:
        """Points of the changed picture as fractions of the picture as given."""
        if self.levelling:
            width, height = self.levelling.width, self.levelling.height
            points = self.levelling.given(points / np.array(self.levelling.size)) * (width, height)
        x, y = (points - self.margin).T
        match self.angle:
            case 90:
                x, y = self.width - y, x
            case 180:
                x, y = self.width - x, self.height - y
            case 270:
                x, y = y, self.height - x
        return np.clip(np.column_stack([x / self.width, y / self.height]), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where text was found: `corners` in the changed picture's pixels, clockwise, so that the text
    runs from the first to the second."""

    corners: Points

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def lying(self) -> bool:
        """Whether the text runs up or down the picture."""
        x, y = np.abs(self.corners[1] - self.corners[0]).tolist()
        return bool(y > x)

    @property
    def lean(self) -> float:
        """How far the text falls on its way, against its length."""
        x, y = (self.corners[1] - self.corners[0]).tolist()
        fallen, along = (-x, y) if self.lying else (y, x)
        return fallen / along if along else 0.0

    def turned(self, quarters: int) -> Sighting:
        """The same place, its text read from another side: each quarter is 90 degrees clockwise."""
        return Sighting(np.roll(self.corners, -quarters, axis=0))


@dataclass(frozen=True, slots=True)
class Reading:
    """A line that was read. `centres` tells where along the line each character stands, from 0 to 1."""

    text: str
    score: float
    centres: tuple[float, ...]


def framed(image: ImageArray, angle: int, margin: int) -> tuple[ImageArray, Frame]:
    """The picture changed for recognition; the border has the colour that most of its edge has."""
    height, width = image.shape[:2]
    pixels = np.ascontiguousarray(np.rot90(image, angle // 90))
    if margin:
        pixels = cast(
            "ImageArray",
            cv2.copyMakeBorder(
                pixels, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=edge_colour(pixels)
            ),
        )
    return pixels, Frame(width, height, angle, margin)


def sighting(corners: Points) -> Sighting:
    """The smallest rectangle around the corners, upright: its text runs to the right, or, in a tall one,
    downwards."""
    rectangle = cv2.boxPoints(cv2.minAreaRect(corners.astype(np.float32))).astype(np.float64)
    left, right = np.split(rectangle[np.argsort(rectangle[:, 0], kind="stable")], 2)
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    upright = Sighting(np.array([left[0], right[0], right[1], left[1]]))
    return upright.turned(1) if upright.height >= TALL * upright.width else upright


def cut(pixels: ImageArray, place: Sighting, most: float = 0.0) -> ImageArray:
    """The place as a picture of its own in which the text runs to the right; only its beginning where it is
    wider than `most` times its height."""
    first, second, _, fourth = place.corners
    height = max(round(place.height), 1)
    width = max(round(place.width), 1)
    if most and width > most * height:
        second = first + (second - first) * (most * height / width)
        width = round(most * height)
    # Corners lie between pixels, and cv2 counts from the middle of the first one.
    here = np.array([first, second, fourth], np.float32) - 0.5
    there = np.array([[0, 0], [width, 0], [0, height]], np.float32) - 0.5
    return cast(
        "ImageArray",
        cv2.warpAffine(
            pixels,
            cv2.getAffineTransform(here, there),
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
    )


def segment(place: Sighting, reading: Reading, frame: Frame) -> Segment | None:
    """The line as it stands in the picture as given; None when nothing legible is left of it."""
    text, centres = _cleaned(reading)
    corners = frame.given(place.corners)
    (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    if not text or x1 <= x0 or y1 <= y0:
        return None
    start, end = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    size = np.array([frame.width, frame.height])
    turn = quarter(*((end - start) * size).tolist())
    if turn == _DOWNWARDS:
        text = _HUNG_COMMA.sub("，", text)
    vertical = turn in (90, 270)
    axis = 1 if vertical else 0
    low, high = (y0, y1) if vertical else (x0, x1)
    first, last = (high, low) if turn in (180, 270) else (low, high)
    along = start[axis] + np.array(bounds(text, centres)) * (end[axis] - start[axis])
    edges = (first, *along.tolist(), last)
    box, trust = Box(x0, y0, x1, y1), min(reading.score, 1.0)
    lean = Sighting(corners * size).lean
    return Segment(Line(text, box, "ocr", trust, edges, vertical, lean), turn)


def _cleaned(reading: Reading) -> tuple[str, list[float]]:
    """What of the text is kept, and where each of its characters stands."""
    kept: list[str] = []
    centres: list[float] = []
    for character, centre in zip(*spaced(reading.text, reading.centres), strict=True):
        letters = " " if character.isspace() else clean_text(character)
        if letters == " " and (not kept or kept[-1] == " "):
            continue
        kept += letters
        centres += [centre] * len(letters)
    if kept and kept[-1] == " ":
        kept.pop()
        centres.pop()
    if kept[:1] == [_FULL_STOP] and len(kept) > 1:
        kept[0] = _BULLET
    return "".join(kept), centres
