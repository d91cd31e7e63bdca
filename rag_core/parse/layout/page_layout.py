"""What a layout model sees on a page that was recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rag_core.parse.layout.regions import LayoutRegion, PageLayout
from rag_core.parse.order.flows import turn_of
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray
from rag_core.types import Line

_CHINESE = "\u2e7f"


def open_layout(folder: Path, threads: int = 1) -> PageLayout:
    """The layout model in the folder: PaddleOCR's where an `inference.yml` describes it, else PicoDet.
    Raises ModelUnavailable."""
    from rag_core.parse.layout.picodet import FILE, ScanLayout  # noqa: PLC0415 - cv2, for recognition alone

    if (folder / FILE).is_file():
        return ScanLayout(folder, threads)
    from rag_core.parse.layout.paddle import PaddleLayout  # noqa: PLC0415 - seconds, and rarely there

    return PaddleLayout(folder, threads)


def regions_on(layout: PageLayout, image: ImageArray, lines: Sequence[Line]) -> tuple[LayoutRegion, ...]:
    """The regions of the picture as given; it is shown to the model the way up that its lines run."""
    turns = Counter[int]()
    for line in lines:
        turns[turn_of(line)] += len(line.text)
    # Vertical Chinese runs down a page that is the right way up.
    turn = 0 if _is_vertical(lines) else max(turns, key=turns.__getitem__, default=0)
    upright = np.ascontiguousarray(np.rot90(image, turn // 90)) if turn else image
    frame = Frame(turn, 1.0, 1.0)
    return tuple(
        replace(one, box=frame.box((one.box.x0, one.box.y0, one.box.x1, one.box.y1)))
        for one in layout.regions(upright)
    )


def _is_vertical(lines: Sequence[Line]) -> bool:
    """Whether most text is Chinese that runs downwards."""
    text = "".join(line.text for line in lines)
    down = "".join(line.text for line in lines if turn_of(line) == 90)
    return 2 * sum(letter > _CHINESE for letter in down) > len(text)
