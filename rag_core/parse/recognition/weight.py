"""Which lines of a scan are set in bold: their strokes are thicker than those of most of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.order.rows import middle_size
from rag_core.protocols import ImageArray
from rag_core.types import Line

# Against most of the page. Of lines whose weight a text layer tells, nine in ten that are thicker than this are
# bold, and 85 in a hundred of the bold ones are.
_BOLD = 1.3
_LEAST_SIDE = 8
_LEAST_CONTRAST = 60
_LEAST_STROKES = 10
_LEAST_LINES = 6
# Of a line's height: longer runs of ink are not across a stroke but along it.
_ALONG = 0.35
_GREEN = 1


def bold_lines(image: ImageArray, lines: Sequence[Line]) -> tuple[bool, ...]:
    """For each line whether it is bold. `image` is the page that the lines stand on, height × width × 3."""
    # One of the colours does as grey.
    grey = image[:, :, _GREEN]
    found = [(_stroke(_cut(grey, line)), len(line.text)) for line in lines]
    known = [one for one in found if one[0] > 0]
    if len(known) < _LEAST_LINES:
        return (False,) * len(lines)
    usual = middle_size(known)
    return tuple(stroke > _BOLD * usual for stroke, _ in found)


def _cut(grey: npt.NDArray[np.uint8], line: Line) -> npt.NDArray[np.uint8]:
    """The line's picture, lying."""
    height, width = grey.shape
    box = line.box
    rows = slice(int(box.y0 * height), math.ceil(box.y1 * height))
    columns = slice(int(box.x0 * width), math.ceil(box.x1 * width))
    piece = grey[rows, columns]
    return piece.T if line.vertical else piece


def _stroke(piece: npt.NDArray[np.uint8]) -> float:
    """How thick the strokes are on average, in heights of the line; 0 where that can't be seen."""
    height = piece.shape[0]
    if min(piece.shape) < _LEAST_SIDE:
        return 0.0
    apart = np.abs(piece.astype(np.int16) - int(np.median(piece)))
    contrast = int(apart.max())
    if contrast < _LEAST_CONTRAST:
        return 0.0
    ink = np.pad(apart > contrast // 2, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(ink, axis=1).ravel()
    runs = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
    runs = runs[runs < _ALONG * height]
    return float(runs.mean()) / height if len(runs) > _LEAST_STROKES else 0.0
