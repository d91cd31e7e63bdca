"""A page's characters as lines of text, placed on the page as displayed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag_core.parse.digital.glyphs import RawLine, Spans
from rag_core.parse.digital.overprint import once
from rag_core.parse.digital.stext import Letters

_BOLD = 8
_INKED = 16 | 32
# The outline through which something else is painted.
_CLIPS = 64
# What bold fonts are called that do not say so in their flags; the last is "hei" in GBK.
_BOLD_NAME = re.compile(r"(?i:bold|black|heavy|medi(?:um)?\b|heiti|simhei)|\.B$|黑|\u00ba\u00da")


_SUPERSCRIPTS = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISABLE = np.array(list(_SUPERSCRIPTS), np.uint32)
# A note's mark in brackets, the upper part of a fraction, and signs that stand with no digit.
_NO_SUPERSCRIPT = re.compile("(?<=[(\\[])[⁰¹²³⁴-⁹]+|[⁰¹²³⁴-⁹]+(?=[/⁄])|[⁺⁻](?![⁰¹²³⁴-⁹])")
# A superscript is so small beside its line's type, and its foot at least so high, in the line's type size.
_SMALL = 0.85
_RISE = 0.22


class Shown:
    """Maps the unrotated page's points to fractions of the page as displayed, whose width and height these
    are."""

    def __init__(self, rotation: Sequence[float], width: float, height: float) -> None:
        a, b, c, d, e, f = rotation
        self.height = max(height, 0.01)
        self._upright = (a, b, c, d) == (1, 0, 0, 1)
        # Once more as plain numbers: each line asks for its direction, and arrays of four are slow.
        self._turn = a, b, c, d
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
        a, b, c, d = self._turn
        return a * dx + c * dy, b * dx + d * dy


def text_lines(letters: Letters, shown: Shown) -> list[RawLine]:
    """The lines, cut where visible text begins or ends, each once."""
    if not letters.text:
        return []
    boxes = shown.boxes(letters.boxes)
    visible = ((letters.flags & _CLIPS) > 0) | (((letters.flags & _INKED) > 0) & (letters.alpha > 0))
    firsts = [start for start, *_ in letters.lines]
    types = _types(letters, firsts)
    text = _with_superscripts(letters, firsts, [size for size, _ in types])
    # A line is cut where its characters begin or cease to be visible.
    cut = np.append(True, visible[1:] != visible[:-1])
    cut[firsts] = True
    cuts = np.flatnonzero(cut)
    whole = (np.searchsorted(firsts, cuts, side="right") - 1).tolist()
    seen = visible[cuts].tolist()
    directions = [shown.direction(dx, dy) for _, dx, dy in letters.lines]
    lines: list[RawLine] = []
    spans = itertools.pairwise([*cuts.tolist(), len(letters.text)])
    for line, (first, last), inked in zip(whole, spans, seen, strict=True):
        size, bold = types[line]
        place = boxes[first:last]
        lines.append(RawLine(text[first:last], place, directions[line], inked, size / shown.height, bold))
    return once(lines)


def _with_superscripts(letters: Letters, firsts: Sequence[int], sizes: Sequence[float]) -> str:
    """The text with small raised digits as what they are: 10² is not 102, and the mark of a note is no part
    of the number before it. `sizes` are the lines' type sizes."""
    lengths = np.diff([*firsts, len(letters.text)])
    small = letters.sizes < _SMALL * np.repeat(sizes, lengths)
    if not small.any():
        return letters.text
    codes = np.frombuffer(letters.text.encode("utf-32-le"), "<u4")
    marks = small.copy()
    marks[small] = np.isin(codes[small], _RAISABLE)
    if not marks.any():
        return letters.text
    text = list(letters.text)
    lines = np.searchsorted(firsts, np.flatnonzero(marks), side="right") - 1
    for line in np.unique(lines).tolist():
        start, size = firsts[line], sizes[line]
        span = slice(start, start + int(lengths[line]))
        if letters.lines[line][1:] != (1.0, 0.0) or small[span].all():
            continue
        rises = np.median(letters.boxes[span, 3][~small[span]]) - letters.boxes[span, 3]
        raised = marks[span] & (rises > _RISE * size) & (rises < size)
        for at in (np.flatnonzero(raised) + start).tolist():
            text[at] = text[at].translate(_SUPERSCRIPTS)
    for one in _NO_SUPERSCRIPT.finditer("".join(text)):
        text[slice(*one.span())] = letters.text[slice(*one.span())]
    return "".join(text)


def _types(letters: Letters, firsts: Sequence[int]) -> list[tuple[float, bool]]:
    """Of each line, the type size of its longest piece in one type, and whether all pieces are bold but for
    single characters."""
    new = np.zeros(len(letters.text), bool)
    for style in (letters.fonts, letters.sizes, letters.flags, letters.alpha):
        new[1:] |= style[1:] != style[:-1]
    new[firsts] = True
    pieces = np.flatnonzero(new)
    lengths = np.diff(pieces, append=len(letters.text))
    named = np.array([bool(_BOLD_NAME.search(name)) for name in letters.font_names])
    bold = ((letters.flags[pieces] & _BOLD) > 0) | named[letters.fonts[pieces]]
    lines = np.searchsorted(pieces, firsts)
    # The longest piece, of equally long ones the first.
    last = len(pieces) - 1
    ranks = np.maximum.reduceat(lengths * len(pieces) + last - np.arange(len(pieces)), lines)
    sizes = letters.sizes[pieces[last - ranks % len(pieces)]]
    told = np.logical_and.reduceat(bold | (lengths == 1), lines) & (ranks >= 2 * len(pieces))
    return list(zip(sizes.tolist(), (told | np.logical_and.reduceat(bold, lines)).tolist(), strict=True))
