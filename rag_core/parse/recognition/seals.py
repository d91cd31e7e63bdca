"""Words under a red seal: a picture without its red ink shows what it was stamped on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.recognition.upright import Reading, Sighting
from rag_core.protocols import ImageArray

# By how much red must outshine the other colours; faint red is paper in warm light.
_RED = 50
# Of the picture: less is no seal, more is no page with a seal on it.
_LEAST_SHARE, _MOST_SHARE = 0.0005, 0.08
# Of a line's box.
_TOUCHED = 0.02
_SAME_PLACE = 0.3
_DOUBTFUL = 0.8

Mask = npt.NDArray[np.bool_]
Found = tuple[Sighting, Reading]


def red_ink(pixels: ImageArray) -> Mask | None:
    """Where the picture (height × width × 3, BGR) is red; None where no seal can be."""
    others = np.maximum(pixels[:, :, 0], pixels[:, :, 1])
    red = pixels[:, :, 2] > np.minimum(others, 255 - _RED) + _RED
    return red if _LEAST_SHARE <= float(red.mean()) <= _MOST_SHARE else None


def without(pixels: ImageArray, red: Mask) -> ImageArray:
    """The picture as it looks through a red glass where it is red: red ink is white there, black ink black."""
    bare = pixels.copy()
    bare[red] = pixels[red][:, 2:]
    return bare


def is_touched(place: Sighting, red: Mask) -> bool:
    """Whether there is red ink on the place."""
    x0, y0, x1, y1 = _box(place)
    part = red[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1]
    return bool(part.size) and float(part.mean()) >= _TOUCHED


def uncovered(lines: Sequence[Found], bare: Sequence[Found], red: Mask) -> list[Found]:
    """The lines, with those of the picture without red ink in place of what says less where they stand. What was read
    with doubt off red ink alone is a scrap of the seal's own words."""
    found = [one for one in lines if not _is_scrap(one, bare, red)]
    for place, reading in sorted(bare, key=lambda one: -_worth([one])):
        mine = [one for one in found if _shared(one[0], place) > _SAME_PLACE]
        if _worth([(place, reading)]) > _worth(mine):
            found = [one for one in found if not any(one is other for other in mine)]
            found.append((place, reading))
    return found


def _is_scrap(line: Found, bare: Sequence[Found], red: Mask) -> bool:
    place, reading = line
    doubted = reading.score < _DOUBTFUL and is_touched(place, red)
    return doubted and not any(_shared(place, other) > _SAME_PLACE for other, _ in bare)


def _worth(lines: Sequence[Found]) -> float:
    """How many characters were read, each for as much as it is sure."""
    return sum(reading.score * len(reading.text) for _, reading in lines)


def _shared(place: Sighting, other: Sighting) -> float:
    """The area both fill, as a share of the smaller."""
    first, second = _box(place), _box(other)
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))


def _box(place: Sighting) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = place.corners.min(axis=0).tolist(), place.corners.max(axis=0).tolist()
    return x0, y0, x1, y1
