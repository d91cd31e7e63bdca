"""Fields whose names stand above them, as on tickets, boarding passes, cards and pay slips: Seat, and 42A below it."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Collection, Sequence
from typing import NamedTuple

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.tables.words import Frame, Rect
from rag_core.types import Block

_FEWEST = 4
# Of the names beside one another, so many.
_IN_ROWS = 3
# Lengths in heights of the name.
_SAME_LEFT, _MOST_GAP, _ONE_ROW = 0.7, 0.5, 0.7
_LARGER = 1.1
_AS_NEAR = 1.5
_LONGEST_NAME = 30
_MOST_SEGMENTS = 300
# Rows of names with figures below them.
_TAKE_TURNS = 2
_AMOUNT = re.compile(r"[-–+(]?\s?[$€£¥￥]?\s?\d{1,3}(?:[,.]?\d{3})*(?:[.,]\d{1,2})?\s?[)%元]?")


class _Field(NamedTuple):
    name: int
    value: int


def stacks_of(segments: Sequence[Segment], frame: Frame) -> tuple[list[Block], list[Segment]]:
    """The fields of a page that has several such, each a block of two lines, and what else stands on it. None where
    the values are no larger than the names, rows of a table, unless rows of names and of figures take turns."""
    if len(segments) > _MOST_SEGMENTS:
        return [], list(segments)
    rects = [frame.rect(one.line.box) for one in segments]
    fields = _fields(segments, rects, frame.turn)
    # What names the next figure does not go on with the one above it.
    given = {one.name for one in fields if _holds_figure(segments[one.value])}
    found = [one for one in fields if not _goes_on(one, rects, given if one.name in given else set())]
    if len(found) < _FEWEST or sum(_has_neighbour(one, found, rects) for one in found) < _IN_ROWS:
        return [], list(segments)
    names, values = (statistics.median(_height(rects[one[place]]) for one in found) for place in (0, 1))
    if values < _LARGER * names:
        found = [one for one in found if one.name in given]
        if len(found) < _FEWEST or _rows(found, rects) < _TAKE_TURNS:
            return [], list(segments)
    blocks = [_block(segments, one) for one in found]
    taken = {place for one in found for place in one}
    return blocks, [one for place, one in enumerate(segments) if place not in taken]


def _fields(segments: Sequence[Segment], rects: Sequence[Rect], turn: int) -> list[_Field]:
    """What stands right below a short text without figures."""
    found: list[_Field] = []
    for name, one in enumerate(segments):
        text = one.line.text
        if one.turn != turn or len(text) > _LONGEST_NAME or any(map(str.isdigit, text)):
            continue
        if _stands_before_amount(name, segments, rects):
            continue
        below = [
            value
            for value, other in enumerate(segments)
            if value != name and other.turn == turn and _is_below(rects[name], rects[value])
        ]
        if len(below) == 1:
            found.append(_Field(name, below[0]))
    taken = [value for _, value in found]
    names = {name for name, _ in found}
    return [one for one in found if taken.count(one.value) == 1 and one.value not in names]


def _is_below(name: Rect, value: Rect) -> bool:
    height = _height(name)
    gap = value[1] - name[3]
    return abs(value[0] - name[0]) <= _SAME_LEFT * height and -height / 2 <= gap <= _MOST_GAP * height


def _stands_before_amount(name: int, segments: Sequence[Segment], rects: Sequence[Rect]) -> bool:
    """Whether the next text of its row is an amount: that is what it names, not what stands below it."""
    own = rects[name]
    behind = [
        place
        for place, one in enumerate(rects)
        if one[0] > own[2] and abs(one[1] + one[3] - own[1] - own[3]) <= _height(own)
    ]
    if not behind:
        return False
    text = segments[min(behind, key=lambda place: rects[place][0])].line.text
    return _AMOUNT.fullmatch(text) is not None


def _holds_figure(segment: Segment) -> bool:
    return any(map(str.isdigit, segment.line.text))


def _rows(fields: Sequence[_Field], rects: Sequence[Rect]) -> int:
    """In how many rows the names stand, of those that have neighbours."""
    tops = sorted(rects[one.name][1] for one in fields if _has_neighbour(one, fields, rects))
    height = statistics.median(_height(rects[one.name]) for one in fields)
    return sum(below - above > _ONE_ROW * height for above, below in itertools.pairwise(tops)) + bool(tops)


def _goes_on(field: _Field, rects: Sequence[Rect], others: Collection[int]) -> bool:
    """Whether more follows below the value than one of the `others`, about as near as it is to its name: a paragraph, or
    a table's column."""
    name, value = rects[field.name], rects[field.value]
    height = _height(name)
    reach = _AS_NEAR * max(value[1] - name[3], 0.0) + height / 2
    return any(
        abs(one[0] - value[0]) <= _SAME_LEFT * height and value[1] + height / 2 < one[1] <= value[3] + reach
        for place, one in enumerate(rects)
        if place not in others
    )


def _has_neighbour(field: _Field, fields: Sequence[_Field], rects: Sequence[Rect]) -> bool:
    """Whether another field stands on the same row."""
    name = rects[field.name]
    return any(
        one is not field and abs(rects[one.name][1] - name[1]) <= _ONE_ROW * _height(name) for one in fields
    )


def _block(segments: Sequence[Segment], field: _Field) -> Block:
    lines = tuple(segments[place].line for place in field)
    return Block("text", union([line.box for line in lines]), lines)


def _height(rect: Rect) -> float:
    return rect[3] - rect[1]
