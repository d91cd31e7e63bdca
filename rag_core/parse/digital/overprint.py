"""Text drawn more than once next to the same place, to look bold or to cast a shadow, taken once."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Sequence

from rag_core.parse.digital.glyphs import RawLine

# So near one another, in their own height, are two drawings of one character.
_BESIDE = 0.15
# Characters are looked for in cells of the page of this side, in pages, and those around: wider than two
# drawings of print of a usual size are apart.
_CELL = 0.02
_LATEST = 64

_Box = tuple[float, ...]
_Places = dict[tuple[str, int, int], list[_Box]]


def once(lines: Sequence[RawLine]) -> list[RawLine]:
    """The lines without those drawn again. Where some are, also without the characters drawn again as parts of other
    lines: files that draw every run of a line four times have runs that begin and end at different places."""
    times = Counter([line.text for line in lines])
    if len(times) == len(lines):
        return list(lines)
    kept: list[RawLine] = []
    places: _Places = {}
    for line in lines:
        if times[line.text] == 1:
            kept.append(line)
            continue
        ends = (*line.boxes[0].tolist(), *line.boxes[-1].tolist())
        if not _is_drawn(places, line.text, ends):
            kept.append(line)
        places.setdefault((line.text, *_cell(ends)), []).append(ends)
    return kept if len(kept) == len(lines) else _characters_once(kept)


def _characters_once(lines: Sequence[RawLine]) -> list[RawLine]:
    """Each character stays in the longest of the lines that have it, those in the order they had."""
    drawn: _Places = {}
    parts: list[list[RawLine]] = [[] for _ in lines]
    for at in sorted(range(len(lines)), key=lambda one: -len(lines[one].text.strip())):
        parts[at] = _first_drawn(lines[at], drawn)
    return list(itertools.chain.from_iterable(parts))


def _first_drawn(line: RawLine, drawn: _Places) -> list[RawLine]:
    """The stretches of the line that have not been drawn before; they count as drawn from then on."""
    boxes = [tuple(box) for box in line.boxes.tolist()]
    again = [
        not one.isspace() and _is_drawn(drawn, one, box) for one, box in zip(line.text, boxes, strict=True)
    ]
    for one, box in zip(line.text, boxes, strict=True):
        drawn.setdefault((one, *_cell(box)), []).append(box)
    if not any(again):
        return [line]
    cuts = [0, *(at for at in range(1, len(again)) if again[at] != again[at - 1]), len(again)]
    return [
        dataclasses.replace(line, text=line.text[start:end], boxes=line.boxes[start:end])
        for start, end in itertools.pairwise(cuts)
        if not again[start] and not line.text[start:end].isspace()
    ]


def _is_drawn(drawn: _Places, text: str, box: _Box) -> bool:
    """Whether the text has been drawn near the box; of tiny print, only the latest drawings are looked at."""
    column, row = _cell(box)
    near = _BESIDE * (box[3] - box[1])
    return any(
        max(abs(one - other) for one, other in zip(box, before, strict=True)) < near
        for x in (column - 1, column, column + 1)
        for y in (row - 1, row, row + 1)
        for before in drawn.get((text, x, y), ())[-_LATEST:]
    )


def _cell(box: _Box) -> tuple[int, int]:
    x, y = (min(max(-1.0, place), 2.0) for place in box[:2])
    return int(x / _CELL), int(y / _CELL)
