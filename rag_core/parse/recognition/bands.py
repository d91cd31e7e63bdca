"""Finding small print: a page is looked at again, enlarged, a band at a time, so that memory stays as it is
for an ordinary page."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from rag_core.parse.recognition.upright import Sighting
from rag_core.protocols import ImageArray

# Heights of lines in pixels of the picture that the detection model sees. Below the first it misses lines or
# takes two for one; at the second it sees as well as it ever does.
SMALL_PRINT = 11.0
CLEAR_PRINT = 16.0
MOST_ENLARGED = 2.0
MOST_PIXELS = 14_000_000
BAND_PIXELS = 2_400_000
_LEAST_BAND = 256
_LINES_SHARED = 4
_LEAN_SHARED = 0.04

Find = Callable[[ImageArray], Sequence[Sighting]]


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows of the picture: those it answers for, and those it sees."""

    top: float
    bottom: float
    first: int
    last: int


def enlargement(places: Sequence[Sighting], width: int, height: int, side: int) -> float:
    """By how much a picture whose lines were found with its longer side shrunk to `side` must be changed
    to find them all; 0 where they were large enough."""
    shrunk = min(1.0, side / max(width, height))
    if not places:
        return 0.0
    line = statistics.median(one.height for one in places)
    if line * shrunk >= SMALL_PRINT:
        return 0.0
    scale = min(CLEAR_PRINT / max(line, 1.0), MOST_ENLARGED, (MOST_PIXELS / (width * height)) ** 0.5)
    return scale if scale > shrunk else 0.0


def find_in_bands(pixels: ImageArray, places: Sequence[Sighting], scale: float, find: Find) -> list[Sighting]:
    """The places found in the enlarged picture. Lines that run up or down the page, which bands would cut,
    are kept as they were found."""
    kept = [one for one in places if one.lying]
    line = statistics.median(one.height for one in places)
    for band in _bands(pixels.shape[0], pixels.shape[1], scale, line):
        part = cv2.resize(
            pixels[band.first : band.last], None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR
        )
        for found in find(cast("ImageArray", part)):
            place = Sighting(found.corners / scale + np.array([0.0, band.first]))
            middle = float(place.corners[:, 1].mean())
            if not place.lying and band.top <= middle < band.bottom and not _is_among(place, kept):
                kept.append(place)
    return kept


def _bands(height: int, width: int, scale: float, line: float) -> Iterator[_Band]:
    shared = _LINES_SHARED * line + _LEAN_SHARED * width
    rows = max(BAND_PIXELS / (width * scale * scale) - 2 * shared, _LEAST_BAND)
    count = max(round(height / rows), 1)
    for index in range(count):
        top, bottom = height * index / count, height * (index + 1) / count
        # A line on the seam may be seen a little higher by the band below; it is taken once all the same.
        yield _Band(
            top - line / 2 if index else -np.inf,
            bottom if index < count - 1 else np.inf,
            max(int(top - shared), 0),
            min(int(bottom + shared) + 1, height),
        )


def _is_among(place: Sighting, places: Sequence[Sighting]) -> bool:
    """Whether the place's middle lies within one that is known."""
    x, y = place.corners.mean(axis=0).tolist()
    return any(
        low[0] <= x <= high[0] and low[1] <= y <= high[1]
        for low, high in ((one.corners.min(axis=0), one.corners.max(axis=0)) for one in places)
    )
