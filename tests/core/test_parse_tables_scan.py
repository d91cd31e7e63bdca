"""Tables on recognised pages: lines found in the picture, places found without a model, pages that lean."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pymupdf
import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.tables.places import table_places
from rag_core.parse.tables.rulings import Rulings
from rag_core.parse.tables.rulings_scan import rulings_in
from rag_core.parse.tables.scan import tables_on_scan
from rag_core.parse.tables.words import Frame
from rag_core.protocols import ImageArray
from rag_core.types import Block, Box, Line

WIDTH, HEIGHT, DPI = 595.0, 842.0, 200
FRAME = Frame(0, WIDTH, HEIGHT)
ROWS = (
    ("Item", "Plan", "Spent"),
    ("Paper", "1,200", "1,150"),
    ("Ink", "300", "340"),
    ("Repairs of the old press", "80", "95"),
    ("Total", "1,580", "1,585"),
)
LEFTS = (90.0, 300.0, 400.0)
TOP, STEP, SIZE = 200.0, 24.0, 11.0
PROSE = "A line of running text that goes from one side of the page to the other one."


def scan(ruled: bool, degrees: float = 0.0) -> ImageArray:
    """The page as scanned: its lines only, as nothing else of the picture counts."""
    with pymupdf.open() as document:
        page = document.new_page(width=WIDTH, height=HEIGHT)
        if ruled:
            for number in range(len(ROWS) + 1):
                page.draw_line((80, TOP - 6 + number * STEP), (470, TOP - 6 + number * STEP), width=0.8)
            for x in (80, 290, 390, 470):
                page.draw_line((x, TOP - 6), (x, TOP - 6 + STEP * len(ROWS)), width=0.8)
        for number in range(10):
            page.insert_text((80, 500 + 14 * number), PROSE, fontsize=SIZE)
        shape = pymupdf.Matrix(DPI / 72, DPI / 72).prerotate(-degrees)
        pixmap = page.get_pixmap(matrix=shape, colorspace=pymupdf.csRGB, alpha=False)
        pixels = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width, 3)
    return np.ascontiguousarray(pixels[:, :, ::-1])


def seen(words: str, x: float, y: float, degrees: float = 0.0) -> Segment:
    """A recognised line that starts at (x, y) in points of the level page; the page leans by degrees."""
    width = len(words) * SIZE / 2
    slope = math.tan(math.radians(degrees))
    left, right = x - slope * y, x + width - slope * y
    top, bottom = sorted((y + slope * x, y + slope * (x + width)))
    edges = tuple((np.linspace(left, right, len(words) + 1) / WIDTH).tolist())
    box = Box(left / WIDTH, top / HEIGHT, right / WIDTH, (bottom + SIZE) / HEIGHT)
    return Segment(Line(words, box, "ocr", 0.98, edges), 0)


def page(degrees: float = 0.0) -> list[Segment]:
    cells = [
        seen(words, x, TOP + number * STEP, degrees)
        for number, row in enumerate(ROWS)
        for words, x in zip(row, LEFTS, strict=True)
    ]
    return [*cells, *(seen(PROSE, 80, 490 + 14 * number, degrees) for number in range(10))]


def rows_of(table: Block) -> list[str]:
    return table.text.splitlines()


EXPECTED = ["| " + " | ".join(row) + " |" for row in ROWS]


def test_lines_are_found_in_the_picture_and_letters_are_none() -> None:
    found = rulings_in(scan(ruled=True), FRAME)
    assert found.across[:, 0].tolist() == pytest.approx([TOP - 6 + STEP * n for n in range(6)], abs=0.7)
    assert found.down[:, 0].tolist() == pytest.approx([80, 290, 390, 470], abs=0.7)
    bare = rulings_in(scan(ruled=False), FRAME)
    assert len(bare.across) == len(bare.down) == 0


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_lines_of_a_picture_that_lies_on_its_side(turn: int) -> None:
    """Text that is turned clockwise is upright again once the picture is turned back."""
    lying = np.ascontiguousarray(np.rot90(scan(ruled=True), -turn // 90))
    size = (WIDTH, HEIGHT) if turn == 180 else (HEIGHT, WIDTH)
    found = rulings_in(lying, Frame(turn, *size))
    assert found.down[:, 0].tolist() == pytest.approx([80, 290, 390, 470], abs=1)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_on_a_scan(ruled: bool) -> None:
    found = tables_on_scan(page(), scan(ruled), (), FRAME)
    (table,) = found.blocks
    assert rows_of(table) == EXPECTED
    assert [one.line.text for one in found.rest] == [PROSE] * 10


@pytest.mark.parametrize("degrees", [-1.0, 1.5])
@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_on_a_page_that_leans(ruled: bool, degrees: float) -> None:
    (table,) = tables_on_scan(page(degrees), scan(ruled, degrees), (), FRAME).blocks
    assert rows_of(table) == EXPECTED
    for cell in table.cells:
        for line in table.lines[cell.first : cell.last]:
            assert cell.box.x0 <= line.box.x0 and line.box.y1 <= cell.box.y1


def test_the_place_a_layout_model_sees_is_taken() -> None:
    place = Box(75 / WIDTH, 190 / HEIGHT, 480 / WIDTH, 270 / HEIGHT)
    (table,) = tables_on_scan(page(), scan(False), (LayoutRegion("table", place, 0.9),), FRAME).blocks
    assert rows_of(table) == EXPECTED[:3]


def test_a_model_that_sees_only_text_is_believed_and_one_that_sees_nothing_is_not() -> None:
    everywhere = Box(0.0, 0.0, 1.0, 1.0)
    assert tables_on_scan(page(), scan(True), (LayoutRegion("text", everywhere, 0.9),), FRAME).blocks == ()
    assert tables_on_scan(page(), scan(True), (LayoutRegion("figure", everywhere, 0.9),), FRAME).blocks


def test_a_table_that_was_taken_for_a_figure_is_one_where_amounts_stand_in_line() -> None:
    """The model made out the text below it, so that its silence would mean something."""
    below = LayoutRegion("text", Box(0.1, 0.55, 0.9, 0.8), 0.9)
    figure = LayoutRegion("figure", Box(0.1, 0.2, 0.85, 0.4), 0.8)
    (table,) = tables_on_scan(page(), scan(False), (below, figure), FRAME).blocks
    assert rows_of(table) == EXPECTED
    words = [
        seen(word, x, TOP + number * STEP)
        for number, row in enumerate(("north wind", "south wind", "east wind", "west wind"))
        for word, x in zip(row.split(), (90.0, 300.0), strict=True)
    ]
    assert tables_on_scan(words, scan(False), (below, figure), FRAME).blocks == ()


def test_columns_of_text_within_a_frame_are_no_table() -> None:
    """A page of a school book: a frame, and a line between its columns."""
    image = np.full((int(HEIGHT * DPI / 72), int(WIDTH * DPI / 72), 3), 255, np.uint8)
    for y in (50, 330, 622):
        image[round(y * DPI / 72) :][:3, round(42 * DPI / 72) : round(546 * DPI / 72)] = 0
    for x in (42, 300, 546):
        image[round(50 * DPI / 72) : round(622 * DPI / 72), round(x * DPI / 72) :][:, :3] = 0
    text = [seen(PROSE[:40], x, 60 + 14 * number) for number in range(40) for x in (50, 320)]
    title = LayoutRegion("title", Box(0.1, 0.9, 0.4, 0.95), 0.9)
    assert tables_on_scan(text, image, (title,), FRAME).blocks == ()


def test_pairs_above_a_table_are_none_of_its_rows() -> None:
    """An invoice: who pays on the left, number and dates on the right, then what is paid for."""
    names = ("Bill to", "Ann Field", "12 Mill Lane", "Oldtown")
    dates = ("Invoice number: 4711", "Invoice date: 2 May", "Due date: 1 June", "Reference: Wall")
    above = [
        seen(text, x, TOP - (5 - number) * STEP)
        for number, pair in enumerate(zip(names, dates, strict=True))
        for text, x in zip(pair, (90.0, 315.0), strict=True)
    ]
    *_, table = tables_on_scan([*above, *page()], scan(False), (), FRAME).blocks
    assert rows_of(table) == EXPECTED


def test_the_grain_of_the_wood_below_a_paper_draws_no_table() -> None:
    """Nor does the edge of what else lies on it."""
    image = np.full((int(HEIGHT * DPI / 72), int(WIDTH * DPI / 72), 3), 255, np.uint8)
    for row in (40, 60, round((TOP + STEP - 6) * DPI / 72), 2200, 2220):
        image[row : row + 3] = 60
    lines = [one for one in page() if one.line.text != PROSE]
    notes = [seen("A note", 200, TOP - 60), seen("Another note", 210, TOP + 200)]
    (table,) = tables_on_scan([*notes, *lines], image, (), FRAME).blocks
    assert rows_of(table) == EXPECTED


def test_a_table_that_surer_text_fills_is_none() -> None:
    place = Box(75 / WIDTH, 190 / HEIGHT, 480 / WIDTH, 270 / HEIGHT)
    regions = (LayoutRegion("table", place, 0.6), LayoutRegion("text", place, 0.9))
    doubted = (LayoutRegion("table", place, 0.9), LayoutRegion("text", place, 0.6))
    assert tables_on_scan(page(), scan(False), (*regions,), FRAME).blocks == ()
    assert tables_on_scan(page(), scan(False), (*doubted,), FRAME).blocks


def test_chinese_names_recognised_as_one_line_name_a_column_each() -> None:
    rows = [
        ("蒙牛牛奶", "49.90", "2", "99.80"),
        ("东北大米", "36.80", "1", "36.80"),
        ("清风抽纸", "22.90", "1", "22.90"),
    ]
    lefts = (90.0, 200.0, 242.0, 264.0)
    head = seen("单价 数量 金额", 200, TOP)
    edges = [200 + at for at in (0, 12, 24, 33, 44, 55, 64, 76, 88)]
    line = dataclasses.replace(
        head.line,
        box=dataclasses.replace(head.line.box, x1=288 / WIDTH),
        edges=tuple(edge / WIDTH for edge in edges),
    )
    body = [
        seen(words, x, TOP + (number + 1) * STEP)
        for number, row in enumerate(rows)
        for words, x in zip(row, lefts, strict=True)
    ]
    page = [seen("品名", 90, TOP), Segment(line, 0), *body]
    (table,) = tables_on_scan(page, scan(False), (), FRAME).blocks
    assert rows_of(table)[0] == "| 品名 | 单价 | 数量 | 金额 |"


def test_running_text_has_no_places() -> None:
    prose = [seen(PROSE[:40], x, 60 + 14 * number) for number in range(40) for x in (50, 320)]
    marks = [seen("1.", 80, 60 + 14 * n) for n in range(9)] + [
        seen(PROSE, 100, 60 + 14 * n) for n in range(9)
    ]
    assert table_places(prose, Rulings(), FRAME) == []
    assert table_places(marks, Rulings(), FRAME) == []
    assert table_places([], Rulings(), FRAME) == []
