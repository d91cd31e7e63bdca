"""Tables on recognised pages: lines found in the picture, places found without a model, pages that lean."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pymupdf
import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.tables.blocks import TableGuess, tables_of
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
RESULTS = (
    ("Test", "Is", "Unit"),
    ("Haemoglobin", "104 ↓", "g/L"),
    ("White cells", "12.4 ↑", "x10^9/L"),
    ("Platelets", "281", "x10^9/L"),
    ("Ferritin", "7 ↓", "ug/L"),
    ("Sodium", "139", "mmol/L"),
    ("Glucose", "5.2", "mmol/L"),
)
TOUCHING = (
    ("Item", "Spent", "Where"),
    ("Paper", "1,200.50", "Mill"),
    ("Ink", "300.00", "Shop"),
    ("Press", "80.25", "Fair"),
    ("Total", "1,580.75", "All"),
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


@pytest.mark.parametrize("as_one", [False, True], ids=["two lines", "one line"])
def test_what_touches_a_line_from_both_sides_stays_in_two_cells(as_one: bool) -> None:
    """Amounts set to the right of their cells, names to the left of theirs, perhaps found as one."""
    cells: list[Segment] = []
    for number, (item, plan, to) in enumerate(TOUCHING):
        y, start = TOP + number * STEP, 388 - len(plan) * SIZE / 2
        beside = [seen(plan + to, start, y)] if as_one else [seen(plan, start, y), seen(to, 391, y)]
        cells += [seen(item, 90, y), *beside]
    tables = tables_on_scan(cells, scan(ruled=True), (), FRAME)
    (table,) = tables.blocks
    assert rows_of(table) == ["| " + " | ".join(row) + " |" for row in TOUCHING]
    assert sorted("".join(one.line.text for one in cells)) == sorted(
        "".join(line.text for line in table.lines)
    )


def test_what_stands_beyond_the_lines_of_a_report_parts_none_of_its_columns() -> None:
    """A title and fields above, signatures below, all over the columns; arrows stand close to the unit."""
    above = [
        seen("Report of the laboratory", 180, 150),
        seen("Name: Ida Moss", 90, 170),
        seen("Ward: surgery", 200, 170),
    ]
    below = [seen("Taken on Monday at eight", 230, 340), seen("Signed", 90, 340)]
    rows = [
        [seen(name, 90, 200 + 18 * n), seen(value, 300, 200 + 18 * n), seen(unit, 338, 200 + 18 * n)]
        for n, (name, value, unit) in enumerate(RESULTS)
    ]
    page = [*above, *below, *(one for row in rows for one in row)]
    lines = Rulings(across=np.array([(195.0, 85, 400), (215.0, 85, 400), (325.0, 85, 400)]))
    (table,) = tables_of(page, [TableGuess(Box(0.1, 0.15, 0.8, 0.45))], lines, FRAME).blocks
    assert rows_of(table) == ["| " + " | ".join(row) + " |" for row in RESULTS]


def test_the_gaps_between_light_letters_on_dark_draw_no_lines() -> None:
    light = 255 - scan(ruled=True)
    with_lines = tables_on_scan(page(), light, (), FRAME)
    assert [rows_of(table) for table in with_lines.blocks] == [EXPECTED]


def test_a_watermark_over_a_table_is_in_none_of_its_cells() -> None:
    marks = [seen("PAID", x, y) for x in (120, 250, 380) for y in (190, 230, 270)]
    askew = [dataclasses.replace(one, line=dataclasses.replace(one.line, lean=-0.6)) for one in marks]
    tables = tables_on_scan([*page(), *askew], scan(ruled=False), (), FRAME)
    assert [rows_of(table) for table in tables.blocks] == [EXPECTED]
    assert sum(one.line.text == "PAID" for one in tables.rest) == len(askew)


def test_columns_that_only_the_first_rows_of_a_form_have_are_columns() -> None:
    top, pairs = (
        ("Surname", "Quayle", "First name", "Oswin"),
        ("Address", "12 Saltmarsh Road, Portsea on the Sea"),
    )
    rows = [
        top,
        ("Born", "1988", "Citizen", "Irish"),
        pairs,
        ("Work", "Library"),
        ("Skills", "Signs"),
        ("Notes", "-"),
        ("Form", "A"),
    ]
    cells = [
        seen(words, x, 200 + 24 * n)
        for n, row in enumerate(rows)
        for words, x in zip(row, (85, 165, 285, 365), strict=False)
    ]
    across = np.array([(194.0 + 24 * n, 80, 470) for n in range(len(rows) + 1)])
    down = np.array(
        [(80, 194, 362), (160, 194, 362), (280, 194, 242), (360, 194, 242), (470, 194, 362)], np.float64
    )
    (table,) = tables_of(cells, [TableGuess(Box(0.1, 0.2, 0.85, 0.45))], Rulings(across, down), FRAME).blocks
    assert rows_of(table)[0] == "| " + " | ".join(top) + " |"
    assert rows_of(table)[2].startswith("| " + " | ".join(pairs) + " |")


def test_a_row_with_one_amount_below_names_of_all_columns_is_none_of_names() -> None:
    rows = [("Date", "Details", "Out", "Balance"), ("01 Jan", "Brought forward", "", "1,846.20")]
    rows += [(f"0{day} Jan", "Card", "20.00", "900.50") for day in range(2, 7)]
    cells = [
        seen(words, x, 200 + 20 * n)
        for n, row in enumerate(rows)
        for words, x in zip(row, (90, 150, 300, 380), strict=True)
        if words
    ]
    (table,) = tables_of(cells, [TableGuess(Box(0.1, 0.2, 0.85, 0.45))], Rulings(), FRAME).blocks
    assert table.header_rows == 1


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
