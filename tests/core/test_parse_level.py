"""Pages that lean are put together level, and everything on them is led back to where it stands."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rag_core.parse.order.rows import agreed_lean
from rag_core.parse.recognition.level import Levelling, levelling_of
from rag_core.types import Block, Box, Cell, Line, Page

WIDTH, HEIGHT = 600.0, 800.0
LONG, TALL = 240.0, 12.0


def leaning(x: float, y: float, degrees: float, quarters: int = 0) -> Line:
    """A line of LONG × TALL points about (x, y) that falls by so many degrees on its way, on a page that lies turned
    clockwise by so many quarters."""
    angle = math.radians(degrees)
    way = np.array([math.cos(angle), math.sin(angle)])
    for _ in range(quarters):
        way = np.array([-way[1], way[0]])
    across = np.array([-way[1], way[0]])
    corners = np.array(
        [(x, y) + way * a * LONG / 2 + across * b * TALL / 2 for a in (-1, 1) for b in (-1, 1)]
    )
    low, high = corners.min(axis=0) / (WIDTH, HEIGHT), corners.max(axis=0) / (WIDTH, HEIGHT)
    vertical = quarters in (1, 3)
    axis = 1 if vertical else 0
    edges = np.linspace(low[axis], high[axis], 13)
    edges = edges[::-1] if quarters in (2, 3) else edges
    box = Box(*low.tolist(), *high.tolist())
    return Line("twelve signs", box, "ocr", 0.9, tuple(edges.tolist()), vertical, math.tan(angle))


@pytest.mark.parametrize("degrees", [-9.0, -2.0, 3.0, 12.0])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_lines_that_lean_are_level_and_as_long_and_high_as_they_are(degrees: float, quarters: int) -> None:
    """Of one row, wherever they stood."""
    angle = math.radians(degrees)
    along = np.array([math.cos(angle), math.sin(angle)])
    for _ in range(quarters):
        along = np.array([-along[1], along[0]])
    middle = np.array([WIDTH, HEIGHT]) / 2
    given = [leaning(*(middle + along * far), degrees, quarters) for far in (-140, 140)]
    levelling = levelling_of(given, WIDTH, HEIGHT)
    assert levelling is not None
    size = levelling.size
    level = levelling.lines(given)
    for line in level:
        sides = (line.box.x1 - line.box.x0) * size[0], (line.box.y1 - line.box.y0) * size[1]
        assert sides == pytest.approx((TALL, LONG) if quarters % 2 else (LONG, TALL), abs=0.01)
        assert line.edges[0] == pytest.approx(_first(line, quarters), abs=1e-6)
    one, other = (line.box for line in level)
    if quarters % 2:
        assert one.x0 == pytest.approx(other.x0, abs=1e-6)
    else:
        assert one.y0 == pytest.approx(other.y0, abs=1e-6)


def _first(line: Line, quarters: int) -> float:
    return (line.box.x0, line.box.y0, line.box.x1, line.box.y1)[quarters]


def test_what_was_put_together_is_led_back_to_the_page_as_given() -> None:
    given = [leaning(300, 200 + 40 * row, 7.0) for row in range(4)]
    levelling = levelling_of(given, WIDTH, HEIGHT)
    assert levelling is not None
    level = levelling.lines(given)
    table = Block(
        "table",
        level[2].box,
        level[2:],
        (Cell(0, 0, 0, 0, level[2].box, 0, 1), Cell(0, 1, 0, 1, level[3].box, 1, 2)),
    )
    page = levelling.page(Page(3, *levelling.size, (Block("text", level[0].box, level[:2]), table)))
    assert (page.number, page.width, page.height) == (3, WIDTH, HEIGHT)
    back = [line for block in page.blocks for line in block.lines]
    for line, before in zip(back, given, strict=True):
        found = (line.box.x0, line.box.y0, line.box.x1, line.box.y1)
        assert found == pytest.approx((before.box.x0, before.box.y0, before.box.x1, before.box.y1), abs=1e-6)
        assert line.edges == pytest.approx(before.edges, abs=0.003)
        assert line.lean == 0.0
    assert page.blocks[0].box.y1 == pytest.approx(given[1].box.y1, abs=1e-6)
    assert [cell.box for cell in page.blocks[1].cells] == [line.box for line in back[2:]]


def test_the_picture_is_turned_as_the_lines_are() -> None:
    image = np.full((400, 300, 3), 200, np.uint8)
    image[98:103, 58:63] = 0
    levelling = Levelling(WIDTH, HEIGHT, math.radians(8))
    turned = levelling.picture(image)
    down, across = np.nonzero(turned.max(axis=2) < 128)
    expected = levelling.levelled(np.array([[60.5 / 300, 100.5 / 400]]))[0]
    found = (across.mean() + 0.5) / turned.shape[1], (down.mean() + 0.5) / turned.shape[0]
    assert found == pytest.approx(tuple(expected), abs=0.003)
    assert (turned[0, 0] == 200).all()


def test_pages_that_are_level_or_lean_all_ways_are_left_alone() -> None:
    assert levelling_of([leaning(300, 100, 0.8)] * 3, WIDTH, HEIGHT) is None
    ways = [leaning(300, 100, degrees) for degrees in (-12.0, -5.0, 5.0, 12.0)]
    assert levelling_of(ways, WIDTH, HEIGHT) is None
    assert levelling_of([], WIDTH, HEIGHT) is None


def test_the_longer_lines_say_how_a_page_leans() -> None:
    assert agreed_lean([0.3, 0.1, 0.1], [10.0, 200.0, 180.0], 0.02) == pytest.approx(0.1)
    assert agreed_lean([0.3, 0.1, 0.1], [10.0, 200.0, 180.0], 0.2) == 0.0
    assert agreed_lean([], [], 0.02) == 0.0
