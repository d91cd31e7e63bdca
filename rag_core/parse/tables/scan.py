"""Tables on a recognised page: where they stand is told by lines in its picture and by texts in line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.digital.page_look import overlap
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.columns import in_columns
from rag_core.parse.order.rows import levelled, upright
from rag_core.parse.tables.blocks import TableGuess, Tables, tables_of
from rag_core.parse.tables.places import table_places
from rag_core.parse.tables.rulings_scan import rulings_in
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray
from rag_core.types import Box

_SURE = 0.5
_AMOUNTS = 0.3
# The share of a table's region that surer ones may fill.
_RIVALS = 0.25
_LEAST_LEAN = 0.003


def tables_on_scan(
    segments: Sequence[Segment], image: ImageArray, regions: Sequence[LayoutRegion], frame: Frame
) -> Tables:
    """The tables of the picture (height × width × 3, BGR) that the segments were recognised in. `regions`
    are what a layout model saw; there are none where none was asked."""
    frame = Frame(frame.turn, frame.width, frame.height, _lean(segments, frame))
    rulings = frame.levelled(rulings_in(image, frame))
    guesses = _seen(regions) if _made_out(regions) else table_places(segments, rulings, frame)
    aspect = frame.width / frame.height
    parts = [upright(one, frame.turn, aspect) for one in segments]
    kept = [
        guess
        for guess in guesses
        if _has_amounts(guess.box, segments)
        or not in_columns(parts, [_is_in(part.line.box, guess.box) for part in parts])
    ]
    return tables_of(segments, kept, rulings, frame)


def _seen(regions: Sequence[LayoutRegion]) -> list[TableGuess]:
    """The tables that the model saw, except where it is surer of something else that fills much of one."""
    tables = [one for one in regions if one.kind == "table" and one.score >= _SURE]
    return [
        TableGuess(table.box)
        for table in tables
        if sum(overlap(other.box, table.box) for other in regions if other.score > table.score)
        <= _RIVALS * overlap(table.box, table.box)
    ]


def _made_out(regions: Sequence[LayoutRegion]) -> bool:
    """Whether the model made out the page: it saw a table, or text to tell one from."""
    return any(one.score >= _SURE and one.kind in ("table", "text", "list", "title") for one in regions)


def _has_amounts(box: Box, segments: Sequence[Segment]) -> bool:
    """Whether so many of the texts in the box are amounts that they can't be columns of running text."""
    texts = [one.line.text for one in segments if _is_in(one.line.box, box)]
    amounts = sum(sum(map(str.isdigit, text)) * 2 > len(text.replace(" ", "")) for text in texts)
    return amounts >= _AMOUNTS * max(len(texts), 1)


def _is_in(box: Box, other: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1


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
