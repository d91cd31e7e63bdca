from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag_core.parse.digital.stext import Letters
from rag_core.parse.digital.text_layer import Shown, text_lines

BOLD, INKED = 8, 16


def lines_of(*lines: Sequence[tuple[str, float, bool]]) -> list[tuple[float, bool]]:
    """The sizes and the weights of lines of such pieces: a text, its size in points, whether it is bold."""
    pieces = [piece for line in lines for piece in line]
    lengths = [len(text) for text, _, _ in pieces]
    text = "".join(text for text, _, _ in pieces)
    x = np.arange(len(text)) * 5.0
    rows = np.repeat(np.arange(len(lines)), [sum(len(text) for text, _, _ in line) for line in lines])
    starts = np.searchsorted(rows, np.arange(len(lines))).tolist()
    letters = Letters(
        text,
        np.column_stack([x, rows * 20.0, x + 5, rows * 20.0 + 10]),
        np.repeat([INKED | (BOLD if bold else 0) for *_, bold in pieces], lengths),
        np.full(len(text), 255),
        np.repeat([size for _, size, _ in pieces], lengths),
        np.zeros(len(text), np.int64),
        ("Plain",),
        tuple((start, 1.0, 0.0) for start in starts),
        (),
    )
    found = text_lines(letters, Shown((1, 0, 0, 1, 0, 0), 100, 100))
    return [(round(line.size * 100, 6), line.bold) for line in found]


@pytest.mark.parametrize(
    ("line", "size", "bold"),
    [
        ([("all of one type", 10, True)], 10, True),
        ([("long enough", 9, False), ("short", 12, True)], 9, False),
        ([("first", 9, True), ("other", 12, True)], 9, True),
        ([("a", 8, False), ("bold but for marks", 11, True), (".", 8, False)], 11, True),
        ([("a", 8, True), ("b", 9, False)], 8, False),
        ([("a", 8, True), ("b", 9, True)], 8, True),
        ([("plain", 8, False), ("b", 9, True)], 8, False),
    ],
)
def test_a_line_is_of_its_longest_pieces_size_and_bold_where_all_but_single_characters_are(
    line: list[tuple[str, float, bool]], size: float, bold: bool
) -> None:
    before, after = [("A line before it", 7.0, False)], [("One after it", 13.0, True)]
    assert lines_of(line) == [(size, bold)]
    assert lines_of(before, line, after) == [(7, False), (size, bold), (13, True)]
