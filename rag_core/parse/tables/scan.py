"""Tables on a recognised page: where they stand is told by lines in its picture and by texts in line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.digital.page_look import overlap
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.columns import in_columns
from rag_core.parse.order.rows import is_askew, levelled, upright
from rag_core.parse.tables.blocks import TableGuess, Tables, tables_of
from rag_core.parse.tables.places import ruled_places, table_places
from rag_core.parse.tables.rulings import Bars, Rulings, within
from rag_core.parse.tables.rulings_scan import rulings_in
from rag_core.parse.tables.words import Frame, text_rows, usual_gap, words_of
from rag_core.protocols import ImageArray
from rag_core.types import Box

_SURE = 0.5
_AMOUNTS = 0.3
# The share of a table's region that surer ones may fill.
_RIVALS = 0.25
# The share of a table that the model may take for text.
_MOST_TEXT = 0.5
# Of the texts beside the first of their rows.
_MOSTLY = 0.6
# So many lines across, each this share of a table's width, part its rows.
_LEAST_RULES, _ACROSS = 4, 0.8
_LEAST_LEAN = 0.003
_DARK = 110
# In heights of a line.
_CLEAR = 1.0


def tables_on_scan(
    segments: Sequence[Segment], image: ImageArray, regions: Sequence[LayoutRegion], frame: Frame
) -> Tables:
    """The tables of the picture (height × width × 3, BGR) that the segments were recognised in. `regions`
    are what a layout model saw; there are none where none was asked."""
    frame = Frame(frame.turn, frame.width, frame.height, _lean(segments, frame))
    drawn = rulings_in(_dark_on_light(image, segments), frame)
    rulings = _around_text(frame.levelled(drawn), segments, frame)
    level = [one for one in segments if not is_askew(one.line)]
    if _made_out(regions):
        seen = [one for one in _seen(regions) if _may_be_table(one.box, level, frame)]
        guesses = [*seen, *_missed(level, rulings, regions, [one.box for one in seen], frame)]
    else:
        places = table_places(level, rulings, frame)
        guesses = [one for one in places if _may_be_table(one.box, level, frame)]
    loose = [one if one.must_be_ruled else dataclasses.replace(one, loose=True) for one in guesses]
    return tables_of(segments, loose, rulings, frame)


def _dark_on_light(image: ImageArray, segments: Sequence[Segment]) -> ImageArray:
    """The picture, in opposite colours where its text is light on dark: there the gaps between letters one below the other
    look like lines."""
    high, wide = image.shape[:2]
    boxes = [one.line.box for one in segments]
    around = [
        image[int(box.y0 * high) : int(box.y1 * high), int(box.x0 * wide) : int(box.x1 * wide)]
        for box in boxes
    ]
    # Letters cover less than half of the boxes around them.
    shades = [float(np.median(part)) for part in around if part.size]
    return np.asarray(255 - image, np.uint8) if shades and np.median(shades) < _DARK else image


def _may_be_table(box: Box, segments: Sequence[Segment], frame: Frame) -> bool:
    """Whether the texts in the box are amounts, or at least no columns of running text."""
    return _has_amounts(box, segments) or not _are_columns(box, segments, frame)


def _missed(
    segments: Sequence[Segment],
    rulings: Rulings,
    regions: Sequence[LayoutRegion],
    known: Sequence[Box],
    frame: Frame,
) -> list[TableGuess]:
    """Where a model that made out the page saw neither a table nor text, but perhaps a figure, and lines are drawn
    around cells or amounts stand in line."""

    def is_table(box: Box) -> bool:
        if any(overlap(box, one) for one in known) or _is_text(box, regions):
            return False
        parted = _is_ruled(box, rulings, frame) or _holds_amounts(box, segments, frame)
        return parted or not _are_columns(box, segments, frame)

    drawn = [one for one in ruled_places(rulings, frame, known) if is_table(one.box)]
    places = table_places(segments, rulings, frame)
    aligned = [one for one in places if _has_amounts(one.box, segments) and is_table(one.box)]
    return [*drawn, *aligned]


def _around_text(rulings: Rulings, segments: Sequence[Segment], frame: Frame) -> Rulings:
    """The rulings without those that stand clear of all text: the grain of the desk that a paper was photographed on,
    and the paper's own edge."""
    rects = np.array([frame.rect(one.line.box) for one in segments])
    reach = _CLEAR * float(np.median(rects[:, 3] - rects[:, 1]))
    x0, y0 = (rects[:, :2].min(axis=0) - reach).tolist()
    x1, y1 = (rects[:, 2:].max(axis=0) + reach).tolist()
    across, down = within(rulings.across, (y0, y1), (x0, x1)), within(rulings.down, (x0, x1), (y0, y1))
    return Rulings(_mostly_between(across, x0, x1), _mostly_between(down, y0, y1))


def _mostly_between(bars: Bars, low: float, high: float) -> Bars:
    """The bars that run more between low and high than beyond."""
    inside = np.minimum(bars[:, 2], high) - np.maximum(bars[:, 1], low)
    return np.asarray(bars[2 * inside >= bars[:, 2] - bars[:, 1]])


def _seen(regions: Sequence[LayoutRegion]) -> list[TableGuess]:
    """The tables that the model saw, except where it is surer of something else that fills much of one."""
    tables = [one for one in regions if one.kind == "table" and one.score >= _SURE]
    return [
        TableGuess(table.box)
        for table in tables
        if sum(overlap(other.box, table.box) for other in regions if other.score > table.score)
        <= _RIVALS * overlap(table.box, table.box)
    ]


def _is_text(box: Box, regions: Sequence[LayoutRegion]) -> bool:
    """Whether the model is sure of text in much of the box."""
    text = [one for one in regions if one.score >= _SURE and one.kind in ("text", "list")]
    return sum(overlap(one.box, box) for one in text) > _MOST_TEXT * overlap(box, box)


def _are_columns(box: Box, segments: Sequence[Segment], frame: Frame) -> bool:
    """Whether the texts in the box stand in columns of running text."""
    aspect = frame.width / frame.height
    parts = [upright(one, frame.turn, aspect) for one in segments]
    return in_columns(parts, [_is_in(part.line.box, box) for part in parts])


def _made_out(regions: Sequence[LayoutRegion]) -> bool:
    """Whether the model made out the page: it saw a table, or text to tell one from."""
    return any(one.score >= _SURE and one.kind in ("table", "text", "list", "title") for one in regions)


def _has_amounts(box: Box, segments: Sequence[Segment]) -> bool:
    """Whether so many of the texts in the box are amounts that they can't be columns of running text."""
    texts = [one.line.text for one in segments if _is_in(one.line.box, box)]
    amounts = sum(sum(map(str.isdigit, text)) * 2 > len(text.replace(" ", "")) for text in texts)
    return amounts >= _AMOUNTS * max(len(texts), 1)


def _holds_amounts(box: Box, segments: Sequence[Segment], frame: Frame) -> bool:
    """Whether what stands beside the first texts of its rows is amounts, mostly."""
    words = words_of([one for one in segments if _is_in(one.line.box, box)], frame)
    beside = [chunk for row in text_rows(words, usual_gap(words)) for chunk in row.chunks[1:]]
    amounts = sum(all(word.is_amount for word in chunk.words) for chunk in beside)
    return amounts >= _MOSTLY * max(len(beside), 1)


def _is_ruled(box: Box, rulings: Rulings, frame: Frame) -> bool:
    """Whether several lines are drawn across all of the box, as between the rows of a form."""
    x0, y0, x1, y1 = frame.rect(box)
    across = within(rulings.across, (y0 - 1, y1 + 1), (x0, x1))
    reach = np.minimum(across[:, 2], x1) - np.maximum(across[:, 1], x0)
    return int((reach >= _ACROSS * (x1 - x0)).sum()) >= _LEAST_RULES


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
