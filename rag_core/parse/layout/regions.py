"""What a layout model sees on a page, and what of it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag_core.parse.digital.page_look import overlap
from rag_core.protocols import ImageArray
from rag_core.types import BlockKind, Box

_SURE = 0.5
_INSIDE = 0.7
# A figure that fills most of the page is a page the model can't read.
_LARGEST_FIGURE = 0.5
# Lines of this share of a figure's width are running text; so many of them make it no figure.
_LONG_LINE = 0.5
_MOST_LONG_LINES = 3
_LONG_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class LayoutRegion:
    """A part of the page of one kind, as a model sees it. `score` is 0 to 1."""

    kind: BlockKind
    box: Box
    score: float


class PageLayout(Protocol):
    """Sees what a page is made of: text, titles, tables, figures, running heads."""

    id: str

    def regions(self, image: ImageArray) -> tuple[LayoutRegion, ...]:
        """What stands where, surest first. `image` is height × width × 3, BGR, the right way up; boxes are
        fractions of it."""
        ...


def kind_seen(box: Box, regions: Sequence[LayoutRegion]) -> BlockKind | None:
    """The kind of the surest region that the box lies in."""
    held = [one for one in regions if one.score >= _SURE and inside(box, one.box) >= _INSIDE]
    return max(held, key=lambda one: one.score).kind if held else None


def figures_seen(
    boxes: Sequence[Box], characters: Sequence[int], regions: Sequence[LayoutRegion]
) -> list[tuple[Box, list[int]]]:
    """The figures with words in them: each with the numbers of the lines' `boxes` that lie in it, none twice.
    What holds running text is none."""
    found: list[tuple[Box, list[int]]] = []
    free = set(range(len(boxes)))
    for region in sorted(regions, key=lambda one: -one.score):
        if region.kind != "figure" or region.score < _SURE or _area(region.box) > _LARGEST_FIGURE:
            continue
        held = sorted(at for at in free if inside(boxes[at], region.box) >= _INSIDE)
        width = _LONG_LINE * (region.box.x1 - region.box.x0)
        long = sum(boxes[at].x1 - boxes[at].x0 > width and characters[at] >= _LONG_CHARACTERS for at in held)
        if held and long <= _MOST_LONG_LINES:
            found.append((region.box, held))
            free.difference_update(held)
    return found


def besides_tables(regions: Sequence[LayoutRegion], tables: Sequence[Box]) -> tuple[LayoutRegion, ...]:
    """The regions without the figures that proved to be tables: what is left of their words is no picture's."""
    return tuple(
        region
        for region in regions
        if region.kind != "figure" or not any(inside(table, region.box) >= _INSIDE for table in tables)
    )


def besides_fields(
    regions: Sequence[LayoutRegion], fields: Sequence[Box], others: Sequence[Box]
) -> tuple[LayoutRegion, ...]:
    """The regions without the tables that are made of fields more than of other texts: what is left is no table."""

    def held(boxes: Sequence[Box], region: LayoutRegion) -> int:
        return sum(inside(box, region.box) >= _INSIDE for box in boxes)

    return tuple(
        one for one in regions if one.kind != "table" or not 2 * held(fields, one) > held(others, one)
    )


def inside(box: Box, other: Box) -> float:
    """The share of the box that lies in the other one."""
    return overlap(box, other) / max(_area(box), 1e-9)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
