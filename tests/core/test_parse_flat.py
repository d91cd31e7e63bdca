"""Pages photographed from the side are put together flat, and everything on them is led back to where it stands."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rag_core.parse.recognition.flat import flattening_of
from rag_core.parse.recognition.level import Points
from rag_core.protocols import ImageArray
from rag_core.types import Block, Box, Line, Page

WIDTH, HEIGHT = 600.0, 800.0
SHEET = np.array([(0, 0), (500, 0), (500, 700), (0, 700)], np.float32)
STRAIGHT = np.array([(50, 50), (550, 50), (550, 750), (50, 750)], np.float32)
FROM_THE_SIDE = np.array([(90, 120), (520, 50), (580, 740), (30, 650)], np.float32)
ROWS, COLUMNS = range(60, 660, 50), (120, 390)
LONG, TALL = 200.0, 14.0


def photographed(corners: Points) -> tuple[list[Line], ImageArray]:
    """The lines of a sheet in two columns as they are found on a photograph of it, and the photograph."""
    matrix = cv2.getPerspectiveTransform(SHEET, corners.astype(np.float32))
    picture = np.full((int(HEIGHT), int(WIDTH), 3), 90, np.uint8)
    cv2.fillPoly(picture, [corners.astype(np.int32)], (245, 245, 245), cv2.LINE_AA)
    lines = [_line(matrix, x, y) for y in ROWS for x in COLUMNS]
    return lines, picture


def _line(matrix: Points, x: float, y: float) -> Line:
    ends = np.array([[(x - LONG / 2, y), (x + LONG / 2, y)]], np.float32)
    (start, end) = cv2.perspectiveTransform(ends, matrix)[0]
    fall = float((end[1] - start[1]) / (end[0] - start[0]))
    reach = np.array([abs(fall), 1.0]) * TALL / 2
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    box = Box(*(low / (WIDTH, HEIGHT)).tolist(), *(high / (WIDTH, HEIGHT)).tolist())
    edges = tuple(np.linspace(box.x0, box.x1, 13).tolist())
    return Line("twelve signs", box, "ocr", 0.9, edges, False, fall)


def test_rows_and_columns_of_a_page_seen_from_the_side_are_level_and_upright() -> None:
    lines, picture = photographed(FROM_THE_SIDE)
    flattening = flattening_of(lines, picture, WIDTH, HEIGHT)
    assert flattening is not None
    high = flattening.size[1]
    flat = flattening.lines(lines)
    lefts = [one.box.x0 for one in flat[::2]]
    assert max(lefts) - min(lefts) < 0.02
    assert max(one.box.x0 for one in lines[::2]) - min(one.box.x0 for one in lines[::2]) > 0.06
    for one, other in zip(flat[::2], flat[1::2], strict=True):
        assert abs(one.box.y0 - other.box.y0) * high < TALL / 4


def test_what_was_put_together_flat_is_led_back_to_its_place() -> None:
    lines, picture = photographed(FROM_THE_SIDE)
    flattening = flattening_of(lines, picture, WIDTH, HEIGHT)
    assert flattening is not None
    flat = flattening.lines(lines)
    wide, high = flattening.size
    block = Block("text", Box(0, 0, 1, 1), flat)
    page = flattening.page(Page(1, wide, high, (block,)))
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    for given, back in zip(lines, page.blocks[0].lines, strict=True):
        assert _middle(back.box) == pytest.approx(_middle(given.box), abs=0.01)
        assert back.edges[0] == pytest.approx(given.edges[0], abs=0.02)
        assert back.edges[-1] == pytest.approx(given.edges[-1], abs=0.02)


def test_the_picture_is_as_flat_as_its_lines() -> None:
    lines, picture = photographed(FROM_THE_SIDE)
    flattening = flattening_of(lines, picture, WIDTH, HEIGHT)
    assert flattening is not None
    paper = flattening.picture(picture)[..., 0] > 170
    lefts, rights = paper.argmax(axis=1), paper.shape[1] - paper[:, ::-1].argmax(axis=1)
    whole = slice(paper.shape[0] // 5, -(paper.shape[0] // 5))
    assert np.ptp(lefts[whole]) <= 0.02 * WIDTH
    assert np.ptp(rights[whole]) <= 0.02 * WIDTH


def test_a_page_seen_from_above_stays_as_it_is() -> None:
    lines, picture = photographed(STRAIGHT)
    assert flattening_of(lines, picture, WIDTH, HEIGHT) is None


def test_a_page_without_lines_or_with_text_that_runs_down_stays_as_it_is() -> None:
    lines, picture = photographed(FROM_THE_SIDE)
    assert flattening_of([], picture, WIDTH, HEIGHT) is None
    down = [Line(one.text, one.box, "ocr", 0.9, one.edges, True, 0.1) for one in lines]
    assert flattening_of(down, picture, WIDTH, HEIGHT) is None


def test_lines_that_do_not_agree_are_not_bent_to_one_another() -> None:
    lines, picture = photographed(STRAIGHT)
    leans = np.random.default_rng(1).uniform(-0.35, 0.35, len(lines))
    mixed = [
        Line(one.text, one.box, "ocr", 0.9, one.edges, False, lean)
        for one, lean in zip(lines, leans.tolist(), strict=True)
    ]
    assert flattening_of(mixed, np.full_like(picture, 200), WIDTH, HEIGHT) is None


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
