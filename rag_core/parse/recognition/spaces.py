"""Spaces that a recogniser leaves out: it knows them from Latin script, and reads what stands apart on a form as one."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence

# From the middle of one character to that of the next, against what is usual in the line: between Chinese characters,
# which all take the same room, and between figures, which hardly do.
_WIDE = 1.6
_WIDE_FIGURES = 3.0
# Of a Chinese character's room: what must be left between one and a figure.
_BESIDE_FIGURES = 0.8
_FIGURE = 0.55
_FEWEST_PAIRS = 2
# Thousands of which figures are missing: they stand a little further on.
_UNFINISHED = re.compile(r"\d,\d{1,2}$")


def spaced(text: str, centres: Sequence[float]) -> tuple[str, list[float]]:
    """The text with a space wherever figures or Chinese characters stand far apart, and the places of its characters;
    `centres` tells where along the line each of them stands."""
    wide, figure = _usual(text, centres)
    letters, places = [*text[:1]], [*centres[:1]]
    for (before, at), (after, then) in itertools.pairwise(zip(text, centres, strict=True)):
        least = _least(before, after, wide, figure)
        if least and then - at >= least and not _UNFINISHED.search("".join(letters)):
            letters.append(" ")
            places.append((at + then) / 2)
        letters.append(after)
        places.append(then)
    return "".join(letters), places


def bounds(text: str, centres: Sequence[float]) -> list[float]:
    """Where one character ends and the next begins: halfway between their centres, but a Chinese character or figure
    takes no more room beside a space than on its other side."""
    found = [(at + then) / 2 for at, then in itertools.pairwise(centres)]
    for at, (before, after) in enumerate(itertools.pairwise(text)):
        if after == " " and at > 0 and _kind(before) == _kind(text[at - 1]) != "":
            found[at] = min(found[at], centres[at] + (centres[at] - centres[at - 1]) / 2)
        if before == " " and at + 2 < len(text) and _kind(after) == _kind(text[at + 2]) != "":
            found[at] = max(found[at], centres[at + 1] - (centres[at + 2] - centres[at + 1]) / 2)
    return found


def _usual(text: str, centres: Sequence[float]) -> tuple[float, float]:
    """The room that a Chinese character takes in the line, and a figure; 0 where that can't be told."""
    steps: dict[str, list[float]] = {"wide": [], "figure": []}
    for (before, at), (after, then) in itertools.pairwise(zip(text, centres, strict=True)):
        if _kind(before) == _kind(after) != "":
            steps[_kind(before)].append(then - at)
    wide, figure = (
        statistics.median_low(found) if len(found) >= _FEWEST_PAIRS else 0.0 for found in steps.values()
    )
    return wide or figure / _FIGURE, figure or wide * _FIGURE


def _least(before: str, after: str, wide: float, figure: float) -> float:
    """How far apart the characters must stand for a space; 0 where none is looked for."""
    match _kind(before), _kind(after):
        case "wide", "wide":
            return _WIDE * wide
        case "figure", "figure":
            return _WIDE_FIGURES * figure
        case ("wide", "figure") | ("figure", "wide"):
            return (wide + figure) / 2 + _BESIDE_FIGURES * wide
        case _:
            return 0.0


def _kind(character: str) -> str:
    """What takes the same room as others of its kind: Chinese characters, or figures. Marks stand at one side of
    theirs."""
    if "\u3400" <= character <= "\u9fff":
        return "wide"
    return "figure" if character.isdigit() and character.isascii() else ""
