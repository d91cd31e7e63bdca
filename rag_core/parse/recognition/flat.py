"""A page that was photographed from the side: its rows and the edges of its columns run together. Its lines and its
picture made flat for whoever puts the page together, and what came of it brought back to where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rag_core.parse.recognition.level import Points, brought_back, edge_colour, ends_of
from rag_core.protocols import ImageArray
from rag_core.types import Box, Line, Page

Matrix = npt.NDArray[np.float64]

# What a row or an edge falls more at one end of the page than at the other, on its way: less is told apart as it is.
_LEAST_BEND = 0.02
# How far the edges of columns stand from square to the rows.
_LEAST_SLANT = 0.02
_STEEPEST = 0.4
# In heights: the lean of what is shorter is chance.
_LONG = 4.0
_FEWEST, _LEAST_SPREAD = 2, 0.3
_AGREED = 0.012
_ROUNDS = 4
# Edges: the shortest as a share of the page, and all that agree together.
_SHORTEST_EDGE, _LEAST_EDGES = 0.05, 0.5
_EDGE_SIDE = 1000
# The paper's own edges are long, and stand beside the text.
_LONG_EDGE, _AROUND, _LONGEST_EDGE = 0.3, 0.2, 0.6
_MARGIN = 0.03
_LARGEST = 2.0


@dataclass(frozen=True, slots=True)
class Slopes:
    """How much lines fall on their way: `middle` at the middle of the page, `more` from one end of it to the other."""

    middle: float
    more: float

    def at(self, place: float) -> float:
        """At a place across the lines, a fraction of the page."""
        return self.middle + self.more * (place - 0.5)


@dataclass(frozen=True)
class Flattening:
    """Brings a page of width × height onto a flat sheet of `size` (in the same unit); `matrix` maps points."""

    width: float
    height: float
    size: tuple[float, float]
    matrix: Matrix

    def flat(self, points: Points) -> Points:
        """Fractions of the page, a row a point, as fractions of the flat sheet."""
        return np.asarray(_mapped(self.matrix, points * (self.width, self.height)) / np.array(self.size))

    def given(self, points: Points) -> Points:
        """What `flat` undoes."""
        places = _mapped(np.asarray(np.linalg.inv(self.matrix), np.float64), points * np.array(self.size))
        return np.asarray(places / (self.width, self.height))

    def picture(self, image: ImageArray) -> ImageArray:
        """The page's picture (height × width × 3) flat; what lies beyond it has the colour that most of its edge has."""
        import cv2  # noqa: PLC0415 - only recognition needs it

        scale = image.shape[1] / self.width
        grown = np.diag([scale, scale, 1.0])
        turned = cv2.warpPerspective(
            image,
            grown @ self.matrix @ np.linalg.inv(grown),
            (round(self.size[0] * scale), round(self.size[1] * scale)),
            flags=cv2.INTER_LINEAR,
            borderValue=edge_colour(image),
        )
        return np.asarray(turned, np.uint8)

    def lines(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The lines on the flat sheet, each with the box of its own length and height."""
        return tuple(self._flat(line) for line in lines)

    def _flat(self, line: Line) -> Line:
        start, end, across = ends_of(line, self.width, self.height)
        middle = (start + end) / 2
        corners = self.flat(np.array([start, end, middle - across / 2, middle + across / 2]))
        low, high = corners.min(axis=0), corners.max(axis=0)
        axis = 1 if line.vertical else 0
        first, length = start[axis], end[axis] - start[axis]
        shares = (np.array(line.edges) - first) / (length or 1.0)
        edges = self.flat(start + shares[:, None] * (end - start))[:, axis]
        along, over = (corners[1] - corners[0])[[axis, 1 - axis]] * np.array(self.size)[[axis, 1 - axis]]
        lean = float(-over if line.vertical else over) / float(along or 1.0)
        return replace(line, box=Box(*low.tolist(), *high.tolist()), edges=tuple(edges.tolist()), lean=lean)

    def page(self, page: Page) -> Page:
        """A page put together on the flat sheet as it stands on the page as given."""
        return brought_back(page, self.given, self.width, self.height)


@dataclass(frozen=True, slots=True)
class _Strokes:
    """Straight strokes: where they are (a row each, fractions of the page), their lengths, and how much each falls on
    its way across, or moves to the right on its way down."""

    places: Points
    lengths: npt.NDArray[np.float64]
    slopes: npt.NDArray[np.float64]

    def only(self, kept: npt.NDArray[np.bool_]) -> _Strokes:
        return _Strokes(self.places[kept], self.lengths[kept], self.slopes[kept])

    def agreed(self, axis: int) -> Slopes | None:
        """The slopes that most agree upon, by their places along the axis; None where they are few, or stand close
        together."""
        places, weights = self.places[:, axis] - 0.5, self.lengths
        kept = np.abs(self.slopes) <= _STEEPEST
        for turn in range(_ROUNDS):
            if kept.sum() < _FEWEST or np.ptp(places[kept]) < _LEAST_SPREAD:
                return None
            more, middle = np.polyfit(places[kept], self.slopes[kept], 1, w=weights[kept])
            off = np.abs(self.slopes - middle - more * places)
            kept = off <= max(_AGREED, float(np.median(off)) * (_ROUNDS - turn))
        if weights[off <= _AGREED].sum() < weights.sum() / 2:
            return None
        return Slopes(float(middle), float(more))


def flattening_of(
    lines: Sequence[Line], picture: ImageArray, width: float, height: float
) -> Flattening | None:
    """How the page that the recognised lines stand on is made flat; None where it is flat enough, or its lines don't
    agree how it was seen. Only pages whose text runs to the right or to the left."""
    level = [line for line in lines if not line.vertical]
    if 2 * sum(len(line.text) for line in level) <= sum(len(line.text) for line in lines):
        return None
    across, down = _drawn(picture, level)
    written = _written(level, width, height)
    rows = _together(written, across).agreed(1)
    if rows is None:
        return None
    down = down.only(np.abs(down.slopes + rows.middle) <= _STEEPEST)
    edges = down.agreed(0) if down.lengths.sum() >= _LEAST_EDGES else None
    edges = edges or Slopes(-rows.middle, 0.0)
    slanted = abs(edges.middle + rows.middle) >= _LEAST_SLANT
    if not slanted and abs(rows.more) < _LEAST_BEND and abs(edges.more) < _LEAST_BEND:
        return None
    return _flattening(lines, rows, edges, (width, height))


def _written(lines: Sequence[Line], width: float, height: float) -> _Strokes:
    """The long lines of text."""
    boxes = np.array([(line.box.x0, line.box.y0, line.box.x1, line.box.y1) for line in lines])
    lengths = boxes[:, 2] - boxes[:, 0]
    heights = [np.hypot(*(ends_of(line, width, height)[2] * (width, height))) for line in lines]
    slopes = np.array([line.lean for line in lines])
    strokes = _Strokes((boxes[:, :2] + boxes[:, 2:]) / 2, lengths, slopes)
    return strokes.only(lengths * width > _LONG * np.array(heights))


def _together(one: _Strokes, other: _Strokes) -> _Strokes:
    return _Strokes(
        np.concatenate([one.places, other.places]),
        np.concatenate([one.lengths, other.lengths]),
        np.concatenate([one.slopes, other.slopes]),
    )


def _drawn(picture: ImageArray, lines: Sequence[Line]) -> tuple[_Strokes, _Strokes]:
    """The strokes across and down near the text: the lines around cells, and the edges of the paper."""
    import cv2  # noqa: PLC0415 - only recognition needs it

    scale = _EDGE_SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))[0]
    size = np.array([small.shape[1], small.shape[0]], np.float64)
    ends = (np.empty((0, 2, 2)) if found is None else found.reshape(-1, 2, 2)) / size
    ways, places = (ends[:, 1] - ends[:, 0]) * size, ends.mean(axis=1)
    boxes = np.array([(line.box.x0, line.box.y0, line.box.x1, line.box.y1) for line in lines])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    inside = np.all((places > low) & (places < high), axis=1)
    around = np.all((places > low - _AROUND) & (places < high + _AROUND), axis=1)
    strokes: list[_Strokes] = []
    for axis in (0, 1):
        along, over = ways[:, axis], ways[:, 1 - axis]
        lengths = np.hypot(along, over) / size[axis]
        near = (inside & (lengths >= _SHORTEST_EDGE)) | (around & (lengths >= _LONG_EDGE))
        near |= lengths >= _LONGEST_EDGE
        kept = near & (np.abs(over) <= np.abs(along) * 2 * _STEEPEST)
        strokes.append(_Strokes(places[kept], lengths[kept], over[kept] / along[kept]))
    return strokes[0], strokes[1]


def _flattening(
    lines: Sequence[Line], rows: Slopes, edges: Slopes, page: tuple[float, float]
) -> Flattening | None:
    import cv2  # noqa: PLC0415 - only recognition needs it

    width, height = page
    corners = np.array(
        [
            _crossing(
                (np.array([0.5, y]) * page, rows.at(y)),
                (np.array([x, 0.5]) * page, edges.at(x)),
            )
            for x, y in ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
        ]
    )
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, high = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)])
    matrix = np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), flat.astype(np.float32)))
    ends = np.concatenate([[start, end] for start, end, _ in (ends_of(one, *page) for one in lines)])
    if np.any(np.column_stack([ends * page, np.ones(len(ends))]) @ matrix[2] <= 0):
        return None
    places = _mapped(matrix, ends * page)
    margin = _MARGIN * max(page)
    first, last = places.min(axis=0) - margin, places.max(axis=0) + margin
    size = last - first
    if np.any(size > _LARGEST * max(page)):
        return None
    moved = np.array([[1, 0, -first[0]], [0, 1, -first[1]], [0, 0, 1]])
    return Flattening(width, height, (float(size[0]), float(size[1])), moved @ matrix)


def _crossing(row: tuple[Points, float], edge: tuple[Points, float]) -> Points:
    """Where a row, given by a point and how it falls, and an edge, by a point and how it moves to the right, cross."""
    (at, fall), (on, shift) = row, edge
    x = (on[0] + shift * (at[1] - fall * at[0] - on[1])) / (1 - shift * fall)
    return np.array([x, at[1] + fall * (x - at[0])])


def _mapped(matrix: Matrix, points: Points) -> Points:
    places = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(places[:, :2] / places[:, 2:])
