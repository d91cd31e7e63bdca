"""Tables on a recognised page: where they stand is told by lines in its picture and by texts in line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag_core.parse.columns import is_in_columns
from rag_core.parse.glyphs import Segment
from rag_core.parse.regions import LayoutRegion
from rag_core.parse.rows import levelled, upright
from rag_core.parse.rulings_scan import rulings_in
from rag_core.parse.table_places import table_places
from rag_core.parse.table_words import Frame
from rag_core.parse.tables import TableGuess, Tables, tables_of
from rag_core.protocols import ImageArray
from rag_core.types import Box

_SURE = 0.5
_LEAST_LEAN = 0.003


def tables_on_scan(
    segments: Sequence[Segment], image: ImageArray, regions: Sequence[LayoutRegion], frame: Frame
) -> Tables:
    """The tables of the picture (height × width × 3, BGR) that the segments were recognised in. `regions`
    are what a layout model saw; there may be none."""
    frame = Frame(frame.turn, frame.width, frame.height, _lean(segments, frame))
    rulings = frame.levelled(rulings_in(image, frame))
    seen = [TableGuess(one.box) for one in regions if one.kind == "table" and one.score >= _SURE]
    guesses = [
        one
        for one in seen or table_places(segments, rulings, frame)
        if not _has_columns(one.box, segments, frame)
    ]
    return tables_of(segments, guesses, rulings, frame)


def _has_columns(box: Box, segments: Sequence[Segment], frame: Frame) -> bool:
    """Whether what stands in the box is read as columns of text: a page that a model or its lines take for a
    table."""
    aspect = frame.width / frame.height
    return is_in_columns(
        [
            upright(one, frame.turn, aspect)
            for one in segments
            if box.x0 <= (one.line.box.x0 + one.line.box.x1) / 2 <= box.x1
            and box.y0 <= (one.line.box.y0 + one.line.box.y1) / 2 <= box.y1
        ]
    )


def _lean(segments: Sequence[Segment], frame: Frame) -> float:
    """How far rows fall on their way to the right."""
    aspect = frame.width / frame.height
    parts = [upright(one, frame.turn, aspect) for one in segments if one.turn == frame.turn]
    level = levelled(parts)
    across = np.array([(part.x0 + part.x1) / 2 for part in parts])
    fallen = np.array(
        [before.y0 + before.y1 - after.y0 - after.y1 for before, after in zip(parts, level, strict=True)]
    )
    if not parts or not fallen.any():
        return 0.0
    lean = float(np.dot(across, fallen / 2) / max(np.dot(across, across), 1e-9))
    return lean if abs(lean) >= _LEAST_LEAN else 0.0
