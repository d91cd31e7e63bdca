"""Lines that say something each, found in what looks like a paragraph: the facts of a list, the fields of a form, an
address. Who breaks lines where they are full begins a new one only when the next word does not fit; a line that had
room for it was ended on purpose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rag_core.parse.order.paragraphs import ITEM, Row
from rag_core.types import Line

# In sizes of the row: the room that a line must leave besides the word that would have fit, to its column's edge and
# to that of the lines around it.
_ROOM = 1.0
_OWN_ROOM = 0.5
_SAME_EDGE = 0.6
# Of the column's width: text that is broken where it is full is hardly ever narrower.
_NARROW = 0.4
# So many lines in a row that end at one edge are text within that edge, in a quotation or beside a picture.
_WALL = 3
# Of lines that end early: where more fall short of the longest, the longest are no edge either.
_UNEVEN = 0.6
_LABELLED = 0.6
_FEWEST_FIELDS = 2
_WIDE = "\u2e7f"
_HUNG = "，。、；：！？）》」』】”’"
_VALUE_ENDS = "0123456789%)）元"
_FIRST_WORD = re.compile(rf"[“‘（《「『【(\[\"']*(?:[\u2e80-\U0003ffff]|[^\s\u2e80-\U0003ffff]+)[{_HUNG}]*")
_LABEL = re.compile(
    r"(?=[^\W\d_])(?=[^:：]*(?:[^\W\d_]{2}|[\u2e80-\U0003ffff]))"
    r"(?:[^\u2e80-\U0003ffff:,;!?]{1,28}|[^:：。，,;；!?！？]{1,12})[:：](?!//)"
)
# Letters of formulas are none of words.
_WORDS = re.compile(r"[^\W\d_\U0001d400-\U0001d7ff]{3}|[\u2e80-\U0003ffff].{0,8}[\u2e80-\U0003ffff]")
_NO_BEGINNING = ",.;:!?%)]，。、；：！？）》」』】”’…—–的了着们"
_NO_END = re.compile(
    r"[,，、(（\[《「『“&/+=–—-]\s*$|\b(?:and|or|of|the|an?|in|to|for|by|with|from|at|on|is|are)\s*$"
)


class _Break(NamedTuple):
    """Between two rows. `is_early` is whether the first had room to its column's edge for the second's first word,
    which is `word` wide; how wide is not looked for where there is hardly any room."""

    above: Row
    below: Row
    is_early: bool
    word: float


def entries(rows: list[Row], right: float) -> list[list[Row]]:
    """The rows of a paragraph, parted where one begins that says something of its own. `right` is the right edge of
    all that stands in their column."""
    if len(rows) == 1:
        return [rows]
    breaks = [_break(above, below, right) for above, below in pairwise(rows)]
    found = _on_purpose(breaks, right)
    labels = [_is_labelled(row.text) for row in rows]
    listed = sum(labels) >= max(2, _LABELLED * len(rows))
    parts = [rows[:1]]
    for at, one in enumerate(breaks):
        labelled = labels[at + 1] and ((labels[at] and (one.is_early or listed)) or _is_centred(one))
        own = labelled or _are_fields(one) or (found[at] and not _may_be_cell(one.below))
        if own and not _goes_on(one) and not (_is_item(rows[0]) and _is_item(one.below)):
            parts.append([])
        parts[-1].append(one.below)
    return parts


def fields(lines: Sequence[Line]) -> list[list[Line]]:
    """The words of a picture, parted before each line that begins with a name and a colon; all together where less
    than two do."""
    starts = [at for at, line in enumerate(lines) if _is_labelled(line.text)]
    if len(starts) < _FEWEST_FIELDS:
        return [list(lines)]
    edges = sorted({0, *starts, len(lines)})
    return [list(lines[low:high]) for low, high in pairwise(edges)]


def _break(above: Row, below: Row, right: float) -> _Break:
    room = right - above.part.x1 - _ROOM * above.size
    word = _width_of_first_word(below) if room > 0 else 0.0
    return _Break(above, below, room > word, word)


def _on_purpose(breaks: Sequence[_Break], right: float) -> list[bool]:
    """Which of the rows above were ended with room to spare."""
    found = [False] * len(breaks)
    first = 0
    for at in range(len(breaks) + 1):
        if at == len(breaks) or not breaks[at].is_early:
            if at > first:
                found[first:at] = _in_run(breaks[first:at], right)
            first = at + 1
    return found


def _in_run(breaks: Sequence[_Break], right: float) -> list[bool]:
    """The same for rows that all end early in their column: they may have an edge of their own."""
    ends = [_end(one.above) for one in breaks]
    left = min([one.above.part.x0 for one in breaks])
    narrow = left + _NARROW * (right - left)
    walled = [False] * len(breaks)
    for at in range(len(breaks) - _WALL + 1):
        edge = max(ends[at : at + _WALL])
        if edge > narrow and not any([_is_short(one, edge) for one in breaks[at : at + _WALL]]):
            walled[at : at + _WALL] = [True] * _WALL
    edge = max(*ends, _end(breaks[-1].below))
    short = [_is_short(one, edge) for one in breaks]
    uneven = sum(short) > _UNEVEN * walled.count(False)
    return [
        not wall and (uneven or one or end < narrow)
        for wall, one, end in zip(walled, short, ends, strict=True)
    ]


def _is_short(one: _Break, edge: float) -> bool:
    return edge - one.above.part.x1 > one.word + _OWN_ROOM * one.above.size


def _is_labelled(text: str) -> bool:
    return (":" in text or "：" in text) and _LABEL.match(text) is not None


def _is_item(row: Row) -> bool:
    return ITEM.match(row.text) is not None


def _are_fields(one: _Break) -> bool:
    """Whether both rows hold something beside the name that they begin with, as those of a form do."""
    above, below = one.above, one.below
    if above.cells < 2 or below.cells < 2 or not (above.text[:1].isalpha() and below.text[:1].isalpha()):
        return False
    level = abs(below.part.x0 - above.part.x0) < _SAME_EDGE * below.size
    return level and (one.is_early or above.text[-1:] in _VALUE_ENDS)


def _is_centred(one: _Break) -> bool:
    """Whether the second row stands in the middle below the first, and not at its left edge."""
    above, below = one.above.part, one.below.part
    apart = abs(above.x0 + above.x1 - below.x0 - below.x1) / 2
    return apart < _SAME_EDGE * one.below.size < abs(below.x0 - above.x0) - _ROOM * one.below.size


def _may_be_cell(row: Row) -> bool:
    """Whether the row may go on with a cell of the rows above it: in Chinese nothing tells."""
    return row.tabled and row.text[:1] > _WIDE


def _goes_on(one: _Break) -> bool:
    """Whether the second row's words need the first's, or either has none."""
    above, below = one.above.text, one.below.text
    return (
        below[:1].islower()
        or below[:1] in _NO_BEGINNING
        or _NO_END.search(above) is not None
        or _WORDS.search(above) is None
        or _WORDS.search(below) is None
    )


def _width_of_first_word(row: Row) -> float:
    found = _FIRST_WORD.match(row.text)
    return _width(row, 0, found.end()) if found else 0.0


def _end(row: Row) -> float:
    """Where the row ends without marks, which may hang over the edge."""
    return row.part.x1 - _width(row, len(row.text.rstrip(_HUNG)), len(row.text))


def _width(row: Row, start: int, end: int) -> float:
    """How wide text[start:end] is, as the row's part is measured."""
    edges = row.part.line.edges
    whole = abs(edges[-1] - edges[0])
    return abs(edges[end] - edges[start]) / whole * (row.part.x1 - row.part.x0) if whole else 0.0
