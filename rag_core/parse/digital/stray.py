"""Whether a scan shows more than the text that recognition once put under it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.protocols import ImageArray

# Ink is so much darker than the paper; the edges of the paper are no ink.
_DARKER = 60
_MARGIN = 0.03
_AROUND = 0.006
_STRAY_SHARE = 0.45
_LEAST_INK = 0.004


def is_partly_read(picture: ImageArray, segments: Sequence[Segment]) -> bool:
    """Whether much of the ink stands where no line does. `picture` is the page as displayed: height × width
    × 3, a small one will do."""
    grey = picture.min(axis=2).astype(np.int16)
    ink = grey < np.median(grey) - _DARKER
    height, width = ink.shape
    edge_y, edge_x = int(height * _MARGIN) + 1, int(width * _MARGIN) + 1
    inner = (slice(edge_y, -edge_y), slice(edge_x, -edge_x))
    stray = ink.copy()
    for segment in segments:
        box = segment.line.box
        rows = slice(max(int((box.y0 - _AROUND) * height), 0), int((box.y1 + _AROUND) * height) + 1)
        columns = slice(max(int((box.x0 - _AROUND) * width), 0), int((box.x1 + _AROUND) * width) + 1)
        stray[rows, columns] = False
    left, total = int(stray[inner].sum()), int(ink[inner].sum())
    return left > _LEAST_INK * ink[inner].size and left > _STRAY_SHARE * total
