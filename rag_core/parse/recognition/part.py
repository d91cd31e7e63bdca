"""A part of a picture, and lines read off it put back where they stand on the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rag_core.protocols import ImageArray
from rag_core.types import Box, Line


def cropped(picture: ImageArray, box: Box) -> tuple[ImageArray, Box]:
    """The pixels in the box, and the box of just those pixels."""
    height, width = picture.shape[:2]
    left, top = int(box.x0 * width), int(box.y0 * height)
    right, bottom = min(int(box.x1 * width) + 1, width), min(int(box.y1 * height) + 1, height)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    return part, Box(left / width, top / height, right / width, bottom / height)


def placed(line: Line, box: Box) -> Line:
    """The line, given in fractions of the box, in fractions of the page."""
    wide, high = box.x1 - box.x0, box.y1 - box.y0
    inner = line.box
    start, length = (box.y0, high) if line.vertical else (box.x0, wide)
    return replace(
        line,
        box=Box(
            box.x0 + inner.x0 * wide,
            box.y0 + inner.y0 * high,
            box.x0 + inner.x1 * wide,
            box.y0 + inner.y1 * high,
        ),
        edges=tuple(start + edge * length for edge in line.edges),
    )
