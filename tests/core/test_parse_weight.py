"""Bold lines of a scan are told by their strokes."""

from __future__ import annotations

import numpy as np

from rag_core.parse.recognition.weight import bold_lines
from rag_core.protocols import ImageArray
from rag_core.types import Box, Line

HEIGHT, WIDTH = 600, 400


def _line(box: Box, vertical: bool = False) -> Line:
    return Line("forty characters", box, "ocr", 0.9, (0.0,) * 17, vertical)


def _page(strokes: list[int], paper: int = 255, ink: int = 0) -> tuple[ImageArray, list[Line]]:
    """A page with a line of upright strokes for each width, 24 pixels high, 40 apart."""
    page = np.full((HEIGHT, WIDTH, 3), paper, np.uint8)
    lines: list[Line] = []
    for row, stroke in enumerate(strokes):
        top = 20 + row * 40
        for x in range(20, 380, 12):
            page[top + 2 : top + 22, x : x + stroke] = ink
        lines.append(_line(Box(15 / WIDTH, top / HEIGHT, 385 / WIDTH, (top + 24) / HEIGHT)))
    return page, lines


def test_thicker_strokes_than_those_of_most_of_the_page_are_bold() -> None:
    expected = (False, False, True, False, False, False, True, False)
    strokes = [5 if bold else 3 for bold in expected]
    assert bold_lines(*_page(strokes)) == expected
    assert bold_lines(*_page(strokes, paper=40, ink=230)) == expected


def test_a_page_that_is_all_bold_has_no_bold_lines() -> None:
    assert not any(bold_lines(*_page([5] * 8)))


def test_larger_type_is_not_bolder() -> None:
    page, lines = _page([3] * 8)
    page[400:, :] = 255
    for x in range(20, 380, 24):
        page[404:444, x : x + 6] = 0
    lines.append(_line(Box(15 / WIDTH, 400 / HEIGHT, 385 / WIDTH, 448 / HEIGHT)))
    assert not any(bold_lines(page, lines)[-1:])


def test_lines_that_run_down_the_page_are_looked_at_from_their_side() -> None:
    page, lines = _page([3] * 8)
    lines = [_line(Box(one.box.y0, one.box.x0, one.box.y1, one.box.x1), True) for one in lines]
    assert bold_lines(np.ascontiguousarray(page.transpose(1, 0, 2)), lines) == (False,) * 8


def test_where_little_can_be_seen_nothing_is_bold() -> None:
    page, lines = _page([3, 3, 3, 5])
    assert not any(bold_lines(page, lines))
    blank = np.full_like(page, 255)
    edges = [_line(Box(0, 0, 0.001, 0.001)), _line(Box(0.9, 0.9, 1, 1)), *lines * 3]
    assert not any(bold_lines(blank, edges))
    assert bold_lines(blank, []) == ()
