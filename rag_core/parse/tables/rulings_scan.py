"""The lines around the cells of tables as they show in the picture of a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rag_core.parse.tables.rulings import Rulings, joined
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray

_SHORTEST = 22.0
_THICKEST = 5.0
_NEIGHBOURHOOD = 25
_DARKER = 12
_MOST_LINES = 2000
_BRIDGE = 3.0

Mask = npt.NDArray[np.uint8]


def rulings_in(image: ImageArray, frame: Frame) -> Rulings:
    """The lines across and down in the picture of a page (height × width × 3, BGR), in the frame's points.
    Letters are too short to be lines, and pictures too thick."""
    import cv2  # noqa: PLC0415 - only recognition needs it

    quarters = frame.turn // 90
    upright = np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
    grey = cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _NEIGHBOURHOOD, _DARKER
    )
    width, height = (frame.width, frame.height) if quarters % 2 == 0 else (frame.height, frame.width)
    scale = np.array([width / upright.shape[1], height / upright.shape[0]])
    across = _bars(cv2, ink, scale)
    down = _bars(cv2, np.ascontiguousarray(ink.T), scale[::-1])
    return Rulings(joined(across), joined(down))


def _bars(cv2: Any, ink: Mask, scale: npt.NDArray[np.float64]) -> list[tuple[float, float, float]]:
    """The dark stripes that run along the rows of the mask: where, from, to."""
    along, over = scale.tolist()
    length = max(round(_SHORTEST / along), 8)
    # A line of a skewed scan climbs in steps; this joins them before short ones are dropped.
    bridged = cv2.dilate(ink, np.ones((max(round(1 / over), 1), 1), np.uint8))
    kept = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    kept = cv2.dilate(kept, np.ones((1, max(round(_BRIDGE / along), 1)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    lines = stats[1:]
    # The dark insides of pictures and letters as large as lines are long.
    lines = lines[lines[:, 3] * over <= np.maximum(_THICKEST, lines[:, 2] * along * 0.03)]
    lines = lines[np.argsort(-lines[:, 2], kind="stable")][:_MOST_LINES]
    return [
        ((top + tall / 2) * over, left * along, (left + wide) * along)
        for left, top, wide, tall, _ in lines.tolist()
    ]
