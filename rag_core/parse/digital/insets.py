"""The small pictures on a digital page that may hold words of their own: screenshots, scanned slips, stamps."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.parse.digital.glyphs import union
from rag_core.types import Box

# In pages. A smaller picture is a sign or a rule.
_LEAST = 0.03
# Pictures are often stored in strips: so near to one another, in pages, they are one.
_SEAM = 0.005
_MOST = 500
# Of the box around strips, what they fill.
_FILLED = 0.8


def insets(pictures: Sequence[Box]) -> tuple[Box, ...]:
    """The boxes of pictures as a reader sees them, strips joined, that are large enough to hold words."""
    whole = [_clipped(box) for box in pictures]
    whole = sorted((box for box in whole if _area(box) > 0), key=_area, reverse=True)[:_MOST]
    found: list[Box] = []
    while whole:
        group = [whole.pop(0)]
        for one in group:
            near = [other for other in whole if _touch(one, other)]
            group += near
            whole = [other for other in whole if not _touch(one, other)]
        box = union(group)
        # Pictures that only touch at a corner have other things between them.
        found += [box] if sum(map(_area, group)) >= _FILLED * _area(box) else group
    return tuple(box for box in sorted(found, key=_area, reverse=True) if _area(box) >= _LEAST)


def _clipped(box: Box) -> Box:
    x0, y0, x1, y1 = (min(max(value, 0.0), 1.0) for value in (box.x0, box.y0, box.x1, box.y1))
    return Box(x0, y0, x1, y1)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _touch(one: Box, other: Box) -> bool:
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    down = max(one.y0, other.y0) - min(one.y1, other.y1)
    return across <= _SEAM and down <= _SEAM
