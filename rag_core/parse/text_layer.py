"""A page's characters as lines of text, placed on the page as displayed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.glyphs import RawLine, Spans
from rag_core.parse.stext import Letters

_BOLD = 8
_INKED = 16 | 32
# The outline through which something else is painted.
_CLIPS = 64
# What bold fonts are called that do not say so in their flags; the last is "hei" in GBK.
_BOLD_NAME = re.compile(r"(?i:bold|black|heavy|medi(?:um)?\b|heiti|simhei)|\.B$|黑|\u00ba\u00da")


class Shown:
    """Maps the unrotated page's points to fractions of the page as displayed, whose width and height these
    are."""

    def __init__(self, rotation: Sequence[float], width: float, height: float) -> None:
        a, b, c, d, e, f = rotation
        self.height = max(height, 0.01)
        self._upright = (a, b, c, d) == (1, 0, 0, 1)
        self._turned = np.array([[a, b], [c, d]], np.float64)
        self._origin = np.array([e, f], np.float64)
        self._size = np.array([max(width, 0.01), self.height], np.float64)

    def boxes(self, rects: npt.ArrayLike) -> Spans:
        """Rows x0 y0 x1 y1 in points, as fractions."""
        rows = np.asarray(rects, np.float64).reshape(-1, 4)
        if self._upright:
            return (rows + np.tile(self._origin, 2)) / np.tile(self._size, 2)
        first = (rows[:, :2] @ self._turned + self._origin) / self._size
        second = (rows[:, 2:] @ self._turned + self._origin) / self._size
        return np.hstack([np.minimum(first, second), np.maximum(first, second)])

    def direction(self, dx: float, dy: float) -> tuple[float, float]:
        """A direction of the unrotated page."""
        (a, b), (c, d) = self._turned.tolist()
        return a * dx + c * dy, b * dx + d * dy


def text_lines(letters: Letters, shown: Shown) -> list[RawLine]:
    """The lines, cut where visible text begins or ends."""
    if not letters.text:
        return []
    boxes = shown.boxes(letters.boxes)
    visible = ((letters.flags & _CLIPS) > 0) | (((letters.flags & _INKED) > 0) & (letters.alpha > 0))
    firsts = [start for start, *_ in letters.lines]
    types = _types(letters, firsts)
    # A line is cut where its characters begin or cease to be visible.
    cuts = np.union1d(firsts, np.flatnonzero(visible[1:] != visible[:-1]) + 1).tolist()
    whole = np.searchsorted(firsts, cuts, side="right").tolist()
    directions = [shown.direction(dx, dy) for _, dx, dy in letters.lines]
    lines: list[RawLine] = []
    for line, (first, last) in zip(whole, itertools.pairwise([*cuts, len(letters.text)]), strict=True):
        size, bold = types[line - 1]
        text, place = letters.text[first:last], boxes[first:last]
        lines.append(
            RawLine(text, place, directions[line - 1], bool(visible[first]), size / shown.height, bold)
        )
    return lines


def _types(letters: Letters, firsts: Sequence[int]) -> list[tuple[float, bool]]:
    """Of each line, the type size of its longest piece in one type, and whether all pieces are bold but for
    single characters."""
    styles = np.column_stack([letters.fonts, letters.sizes, letters.flags, letters.alpha])
    new = np.any(styles[1:] != styles[:-1], axis=1)
    pieces = np.union1d(np.flatnonzero(new) + 1, firsts)
    lengths = np.diff(pieces, append=len(letters.text)).tolist()
    named = np.array([bool(_BOLD_NAME.search(name)) for name in letters.font_names])
    bold = (((letters.flags[pieces] & _BOLD) > 0) | named[letters.fonts[pieces]]).tolist()
    sizes = letters.sizes[pieces].tolist()
    found: list[tuple[float, bool]] = []
    bounds = [*np.searchsorted(pieces, firsts).tolist(), len(pieces)]
    for span in itertools.starmap(range, itertools.pairwise(bounds)):
        told = [at for at in span if lengths[at] > 1] or span
        found.append((sizes[max(span, key=lengths.__getitem__)], all(bold[at] for at in told)))
    return found
