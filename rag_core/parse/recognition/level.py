"""A page that leans, as a photograph does that was taken by hand: its lines and its picture made level for whoever
puts the page together, and what came of it brought back to where it stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import union
from rag_core.parse.order.rows import lean_of
from rag_core.protocols import ImageArray
from rag_core.types import Block, Box, Line, Page

# Rows that fall less than this on their way are told apart as they are.
LEAST_LEAN = 0.02
# Of a line's length: no line is lower, whatever its box says that is cut off at the page's edge.
_LOWEST = 0.01

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Levelling:
    """Turns a page of width × height counterclockwise by `angle` (radians) about its middle, on a sheet that is large
    enough for all of it. Lengths are in any one unit."""

    width: float
    height: float
    angle: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the level sheet."""
        along, over = math.cos(self.angle), abs(math.sin(self.angle))
        return self.width * along + self.height * over, self.width * over + self.height * along

    def levelled(self, points: Points) -> Points:
        """Fractions of the page, a row a point, as fractions of the level sheet."""
        return _turned(points, (self.width, self.height), self.size, self.angle)

    def given(self, points: Points) -> Points:
        """What `levelled` undoes."""
        return _turned(points, self.size, (self.width, self.height), -self.angle)

    def picture(self, image: ImageArray) -> ImageArray:
        """The page's picture (height × width × 3) level; what lies beyond it has the colour that most of its edge has."""
        import cv2  # noqa: PLC0415 - only recognition needs it

        here_size = image.shape[1], image.shape[0]
        wide, high = (round(side) for side in replace(self, width=here_size[0], height=here_size[1]).size)
        corners = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
        here = (corners * here_size).astype(np.float32)
        there = (self.levelled(corners) * (wide, high)).astype(np.float32)
        turned = cv2.warpAffine(
            image,
            cv2.getAffineTransform(here, there),
            (wide, high),
            flags=cv2.INTER_LINEAR,
            borderValue=edge_colour(image),
        )
        return np.asarray(turned, np.uint8)

    def lines(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The lines on the level sheet, each with the box of its own length and height."""
        return tuple(self._levelled(line) for line in lines)

    def _levelled(self, line: Line) -> Line:
        size = np.array([self.width, self.height])
        low, high = np.array([line.box.x0, line.box.y0]), np.array([line.box.x1, line.box.y1])
        sides = _own_sides((high - low) * size, line.lean, line.vertical)
        middle = self.levelled(((low + high) / 2)[None])[0]
        half = sides / np.array(self.size) / 2
        box = _box(middle - half, middle + half)
        axis = 1 if line.vertical else 0
        start, length = low[axis], high[axis] - low[axis]
        first, whole = middle[axis] - half[axis], 2 * half[axis]
        edges = tuple((first + (np.array(line.edges) - start) / length * whole).tolist())
        return replace(line, box=box, edges=edges, lean=line.lean - math.tan(self.angle))

    def page(self, page: Page) -> Page:
        """A page put together on the level sheet as it stands on the page as given."""
        return brought_back(page, self.given, self.width, self.height)


def brought_back(page: Page, given: Callable[[Points], Points], width: float, height: float) -> Page:
    """A page that was put together on another sheet as it stands on the page of width × height; `given` maps fractions
    of the sheet to fractions of the page."""

    def boxed(box: Box) -> Box:
        corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
        points = np.clip(given(corners), 0.0, 1.0)
        return _box(points.min(axis=0), points.max(axis=0))

    def placed(line: Line) -> Line:
        box, edges = line.box, np.array(line.edges)
        if line.vertical:
            places = np.column_stack([np.full(len(edges), (box.x0 + box.x1) / 2), edges])
        else:
            places = np.column_stack([edges, np.full(len(edges), (box.y0 + box.y1) / 2)])
        along = np.clip(given(places), 0.0, 1.0)[:, 1 if line.vertical else 0]
        return replace(line, box=boxed(box), edges=tuple(along.tolist()), lean=0.0)

    def laid(block: Block) -> Block:
        lines = tuple(placed(line) for line in block.lines)
        cells = tuple(replace(cell, box=boxed(cell.box)) for cell in block.cells)
        box = union([one.box for one in cells or lines]) if cells or lines else boxed(block.box)
        return Block(block.kind, box, lines, cells, block.header_rows)

    return Page(page.number, width, height, tuple(laid(block) for block in page.blocks))


def ends_of(line: Line, width: float, height: float) -> tuple[Points, Points, Points]:
    """Where the middle of a recognised line begins and ends on the page (the left or upper end first), and the way
    across it from one of its long sides to the other, all as fractions of the page."""
    size = np.array([width, height])
    low, high = np.array([line.box.x0, line.box.y0]), np.array([line.box.x1, line.box.y1])
    sides = _own_sides((high - low) * size, line.lean, line.vertical)
    angle = math.atan(line.lean)
    right, down = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    along, across = (
        (down * sides[1], right * sides[0]) if line.vertical else (right * sides[0], down * sides[1])
    )
    middle = (low + high) / 2
    return middle - along / size / 2, middle + along / size / 2, across / size


def levelling_of(lines: Sequence[Line], width: float, height: float) -> Levelling | None:
    """How the page that the recognised lines stand on is made level; None where it is level enough, or its lines don't
    agree how it leans."""
    lean = lean_of(lines, LEAST_LEAN)
    return Levelling(width, height, math.atan(lean)) if lean else None


def edge_colour(pixels: ImageArray) -> list[float]:
    """The colour that most of the picture's edge has."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return [float(value) for value in np.median(edge, axis=0)]


def _turned(points: Points, size: tuple[float, float], new_size: tuple[float, float], angle: float) -> Points:
    along, over = math.cos(angle), math.sin(angle)
    turn = np.array([[along, -over], [over, along]])
    return np.asarray(((points - 0.5) * size @ turn + np.array(new_size) / 2) / new_size)


def _own_sides(sides: Points, lean: float, vertical: bool) -> Points:
    """Width and height of what leans in an upright box of these sides."""
    wide, high = sides[::-1] if vertical else sides
    along, over = math.cos(math.atan(lean)), abs(math.sin(math.atan(lean)))
    length = max((wide * along - high * over) / (along**2 - over**2), wide / 2)
    across = max((high * along - wide * over) / (along**2 - over**2), _LOWEST * length)
    return np.array([across, length] if vertical else [length, across])


def _box(low: Points, high: Points) -> Box:
    return Box(*low.tolist(), *high.tolist())
