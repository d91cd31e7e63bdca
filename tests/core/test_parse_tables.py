"""Tables as cells, on pages drawn here. Where a model says the table is, the tests say instead."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.tables.blocks import TableGuess, Tables, tables_of
from rag_core.parse.tables.gate import may_hold_table
from rag_core.parse.tables.places import ruled_places
from rag_core.parse.tables.rulings import Drawn, Rulings, joined, ruled_share, rulings_of
from rag_core.parse.tables.words import Frame
from rag_core.types import Block, Box, Line

WIDTH, HEIGHT = 600.0, 800.0
FRAME = Frame(0, WIDTH, HEIGHT)
SIZE = 10.0
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
WHOLE = TableGuess(Box(0.05, 0.05, 0.95, 0.95))


def text(words: str, x: float, y: float, advance: float = 0.5) -> Segment:
    """A segment of type size 10 whose baseline box starts at (x, y), in points."""
    wide = [advance if character < "\u2e7f" else 1.0 for character in words]
    edges = x + SIZE * np.concatenate([[0.0], np.cumsum(wide)])
    box = Box(x / WIDTH, y / HEIGHT, float(edges[-1]) / WIDTH, (y + SIZE) / HEIGHT)
    return Segment(Line(words, box, "text", 1.0, tuple((edges / WIDTH).tolist())), 0)


def grid(
    rows: Sequence[Sequence[str]], lefts: Sequence[float], top: float = 100.0, step: float = 16.0
) -> list[Segment]:
    return [
        text(words, x, top + number * step)
        for number, row in enumerate(rows)
        for words, x in zip(row, lefts, strict=True)
        if words
    ]


def lines_drawn(
    across: Sequence[tuple[float, float, float]], down: Sequence[tuple[float, float, float]]
) -> Rulings:
    strokes = [Drawn((x0, y, x1, y), None, BLACK) for y, x0, x1 in across]
    strokes += [Drawn((x, y0, x, y1), None, BLACK) for x, y0, y1 in down]
    return rulings_of(strokes)


def guess(rows: Sequence[float] = (), columns: Sequence[float] = (), box: Box = WHOLE.box) -> TableGuess:
    return TableGuess(
        box,
        tuple(Box(x / WIDTH, box.y0, x / WIDTH, box.y1) for x in columns),
        tuple(Box(box.x0, y / HEIGHT, box.x1, y / HEIGHT) for y in rows),
    )


def only(tables: Tables) -> Block:
    assert len(tables.blocks) == 1
    return tables.blocks[0]


def cells(table: Block) -> dict[tuple[int, int, int, int], str]:
    return {
        (cell.row, cell.column, cell.row_end, cell.column_end): " ".join(
            line.text for line in table.lines[cell.first : cell.last]
        )
        for cell in table.cells
    }


def sound(table: Block) -> None:
    """What every reader of a table relies on."""
    order = [(cell.row, cell.column) for cell in table.cells]
    assert order == sorted(order)
    assert [cell.first for cell in table.cells] == [0, *(cell.last for cell in table.cells[:-1])]
    assert table.cells[-1].last == len(table.lines)
    covered = [
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.row_end + 1)
        for column in range(cell.column, cell.column_end + 1)
    ]
    assert len(covered) == len(set(covered))
    for cell in table.cells:
        for line in table.lines[cell.first : cell.last]:
            assert len(line.edges) == len(line.text) + 1
            assert cell.box.x0 <= line.box.x0 + 1e-9 and line.box.x1 <= cell.box.x1 + 1e-9


AMOUNTS = [["Fruit", "2021", "2022"], ["Apples", "10", "1,200"], ["Pears", "7", "35"], ["Figs", "103", "9"]]


def test_a_table_without_lines_by_its_white_columns() -> None:
    found = tables_of(grid(AMOUNTS, (60, 200, 300)), [guess(rows=(113, 129, 145))], Rulings(), FRAME)
    table = only(found)
    sound(table)
    assert found.rest == ()
    assert cells(table)[1, 2, 1, 2] == "1,200"
    assert table.text.splitlines()[1] == "| Apples | 10 | 1,200 |"
    assert table.header_rows == 1


def test_words_beside_the_table_stay_text_even_on_its_rows() -> None:
    table = grid(AMOUNTS, (60, 200, 300))
    beside = text("A note in the margin", 450, 116)
    caption = text("Table 1. Fruit", 60, 80)
    place = Box(50 / WIDTH, 95 / HEIGHT, 340 / WIDTH, 170 / HEIGHT)
    found = tables_of([caption, *table, beside], [guess(box=place, rows=(113, 129, 145))], Rulings(), FRAME)
    assert [one.line.text for one in found.rest] == ["Table 1. Fruit", "A note in the margin"]


def test_a_line_of_the_file_that_runs_through_all_columns_is_cut_into_cells() -> None:
    """Some files write a whole row as one line, with gaps or rows of dots between its cells."""
    rows = []
    for number, (name, left, right) in enumerate(
        [("Low", "800", "880"), ("Middle", "30", "33"), ("High", "5", "6")]
    ):
        words = f"{name} ........ {left} {right}"
        segment = text(words, 60, 100 + 16 * number, 0.6)
        edges = np.array(segment.line.edges) * WIDTH
        edges[words.rindex(" ") + 1 :] += 40 - 6 * len(left)
        edges[words.index(" " + left) + 1 :] += 30 - 6 * len(name)
        line = Line(
            words,
            Box(edges[0] / WIDTH, segment.line.box.y0, edges[-1] / WIDTH, segment.line.box.y1),
            "text",
            1.0,
            tuple((edges / WIDTH).tolist()),
        )
        rows.append(Segment(line, 0))
    table = only(tables_of(rows, [guess(rows=(113, 129))], Rulings(), FRAME))
    sound(table)
    assert table.text == "| Low | 800 | 880 |\n| Middle | 30 | 33 |\n| High | 5 | 6 |"


def test_wrapped_cells_stay_whole_where_rows_are_ruled_and_amounts_stand_in_their_middle() -> None:
    segments = [
        *(text("Category", 60, 100), text("Amount", 260, 100)),
        *(text("Costs of staff", 60, 124), text("and pensions", 60, 136), text("1,500", 260, 130)),
        *(text("Rent", 60, 160), text("900", 260, 160)),
        *(text("Travel to our", 60, 184), text("two branches", 60, 196), text("75", 260, 190)),
    ]
    drawn = lines_drawn(
        [(y, 50, 320) for y in (95, 115, 150, 175, 210)], [(x, 95, 210) for x in (50, 250, 320)]
    )
    table = only(tables_of(segments, [guess()], drawn, FRAME))
    sound(table)
    assert table.text.splitlines() == [
        "| Category | Amount |",
        "| Costs of staff and pensions | 1,500 |",
        "| Rent | 900 |",
        "| Travel to our two branches | 75 |",
    ]
    staff = next(cell for cell in table.cells if (cell.row, cell.column) == (1, 0))
    assert staff.box.y0 <= 124 / HEIGHT and staff.box.y1 >= 146 / HEIGHT


def test_a_wrapped_cell_parts_no_figure_from_its_unit() -> None:
    segments = [
        *(text("事项", 60, 100), text("期限", 260, 100)),
        *(text("起草公告", 60, 130), text("2025年10月31", 260, 124), text("日", 260, 136)),
        *(text("施工", 60, 160), text("年底", 260, 160)),
    ]
    drawn = lines_drawn([(y, 50, 340) for y in (95, 115, 150, 175)], [(x, 95, 175) for x in (50, 250, 340)])
    table = only(tables_of(segments, [guess()], drawn, FRAME))
    sound(table)
    assert table.text.splitlines()[1] == "| 起草公告 | 2025年10月31日 |"


def test_rows_with_names_and_amounts_are_rows_each_where_lines_part_groups_of_them() -> None:
    groups = [["Month", "Sold", "Lost"]]
    groups += [[f"Week {number}", str(100 + number), str(20 + number)] for number in range(1, 7)]
    segments = grid(groups, (60, 200, 300))
    drawn = lines_drawn(
        [(y, 50, 350) for y in (96, 113, 161, 209)], [(x, 96, 209) for x in (50, 190, 290, 350)]
    )
    table = only(tables_of(segments, [guess()], drawn, FRAME))
    sound(table)
    assert table.text.splitlines() == [f"| {' | '.join(row)} |" for row in groups]


def test_what_stands_below_an_amount_without_a_name_is_of_its_row_where_rows_are_ruled() -> None:
    rows = [["Model", "Share", "Growth"], ["Small", "0.78", "0.12"], ["", "(0.04)", "(0.01)"]]
    rows += [["Large", "0.91", "0.33"], ["", "(0.02)", "(0.05)"]]
    drawn = lines_drawn(
        [(y, 50, 350) for y in (96, 113, 145, 177)], [(x, 96, 177) for x in (50, 190, 290, 350)]
    )
    table = only(tables_of(grid(rows, (60, 200, 300)), [guess()], drawn, FRAME))
    assert table.text.splitlines()[1:] == [
        "| Small | 0.78 (0.04) | 0.12 (0.01) |",
        "| Large | 0.91 (0.02) | 0.33 (0.05) |",
    ]


def test_a_heading_over_several_columns_spans_them() -> None:
    segments = [
        *(text("Region", 60, 100), text("Sales by quarter of year", 180, 100)),
        *(text(name, x, 116) for name, x in (("first", 170), ("second", 240), ("third", 310))),
        *grid(
            [["North", "1", "2", "3"], ["South", "4", "5", "6"], ["East", "7", "8", "9"]],
            (60, 170, 240, 310),
            132,
        ),
    ]
    table = only(tables_of(segments, [guess(rows=(113, 129, 145, 161))], Rulings(), FRAME))
    sound(table)
    assert cells(table)[0, 1, 0, 3] == "Sales by quarter of year"
    assert table.header_rows == 2


@pytest.mark.parametrize(("first", "named"), [("Rest", 1), ("", 2)])
def test_a_full_row_under_a_line_is_no_second_row_of_names(first: str, named: int) -> None:
    rows = [["Benefit", "Full time", "Part time"], [first, "28 days", "pro rata"], ["Pension", "8%", "5%"]]
    drawn = lines_drawn(
        [(98 + 16 * n, 50, 400) for n in range(4)], [(x, 98, 146) for x in (50, 180, 290, 400)]
    )
    assert only(tables_of(grid(rows, (60, 200, 300)), [WHOLE], drawn, FRAME)).header_rows == named


def test_a_second_row_that_parts_what_the_first_names_is_one_of_names() -> None:
    rows = [["Model", "Screen", "", "Weight"], ["", "Size", "Type", ""], ["One", "7 in", "matt", "205 g"]]
    rows += [["Two", "6 in", "bright", "158 g"]]
    assert only(tables_of(grid(rows, (60, 200, 300, 400)), [WHOLE], Rulings(), FRAME)).header_rows == 2


def test_cells_without_a_line_between_them_are_one_cell() -> None:
    segments = [
        *(text("Name", 60, 100), text("Kind", 180, 100), text("Number", 300, 100)),
        *(text("Asthma", 60, 126), text("count", 180, 120), text("12", 300, 120)),
        *(text("share", 180, 140), text("4%", 300, 140)),
        text("No further illness was reported", 60, 160),
    ]
    across = [(y, 50, 360) for y in (95, 115, 155, 175)] + [(135, 170, 360)]
    down = [(x, 95, 175) for x in (50, 360)] + [(x, 95, 155) for x in (170, 290)]
    table = only(tables_of(segments, [guess()], lines_drawn(across, down), FRAME))
    sound(table)
    assert cells(table)[1, 0, 2, 0] == "Asthma"
    assert cells(table)[3, 0, 3, 2] == "No further illness was reported"


def test_a_chinese_table() -> None:
    rows = [
        ["项目", "二〇二一年", "二〇二二年"],
        ["营业收入", "1,200.50", "980.00"],
        ["营业成本", "800.10", "640.30"],
        ["净利润", "(12.5)", "—"],
    ]
    table = only(tables_of(grid(rows, (60, 200, 320)), [guess(rows=(113, 129, 145))], Rulings(), FRAME))
    sound(table)
    assert table.text.splitlines()[3] == "| 净利润 | (12.5) | — |"
    profit = table.text.index("(12.5)")
    assert profit > 0


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_that_stands_on_its_side(turn: int) -> None:
    frame = Frame(turn, WIDTH, HEIGHT)
    segments = []
    for segment in grid(AMOUNTS, (60, 200, 300)):
        line, flat = segment.line, Frame(0, WIDTH, HEIGHT).rect(segment.line.box)
        box = frame.box(flat)
        low, high = (box.y0, box.y1) if turn in (90, 270) else (box.x0, box.x1)
        step = np.linspace(*((high, low) if turn in (180, 270) else (low, high)), len(line.text) + 1)
        segments.append(
            Segment(Line(line.text, box, "text", 1.0, tuple(step.tolist()), turn in (90, 270)), turn)
        )
    place = TableGuess(
        frame.box((50, 95, 340, 170)), (), tuple(frame.box((50, y, 340, y)) for y in (113, 129, 145))
    )
    table = only(tables_of(segments, [place], Rulings(), frame))
    assert table.text.splitlines()[1] == "| Apples | 10 | 1,200 |"
    assert may_hold_table(segments, WIDTH, HEIGHT)


def test_the_box_of_a_cited_cell_is_the_cells_own() -> None:
    found = only(tables_of(grid(AMOUNTS, (60, 200, 300)), [guess(rows=(113, 129, 145))], Rulings(), FRAME))
    index = next(number for number, line in enumerate(found.lines) if line.text == "103")
    line = found.lines[index]
    assert found.text[found.starts[index] :].startswith("103 |")
    assert (line.box.x0 * WIDTH, line.box.x1 * WIDTH) == pytest.approx((200, 215))


def test_running_text_in_a_place_guessed_is_no_table() -> None:
    prose = [
        text("This is a line of running text that goes on and on", 60, 100 + 12 * row) for row in range(6)
    ]
    found = tables_of(prose, [WHOLE], Rulings(), FRAME)
    assert found.blocks == () and found.rest == tuple(prose)


def test_two_columns_of_text_need_no_model_and_tables_do() -> None:
    words = "words that fill the column from side to side and"
    prose = [text(words, x, 60 + 12 * row, 0.5) for row in range(50) for x in (40, 310)]
    short = [text("end of it.", x, 60 + 12 * 50 + 12 * 7 * k, 0.5) for k in range(2) for x in (40, 310)]
    assert not may_hold_table([*prose, *short[:1]], WIDTH, HEIGHT)
    listed = [
        one for row in range(12) for one in (text("•", 60, 60 + 14 * row), text(words, 80, 60 + 14 * row))
    ]
    assert not may_hold_table(listed, WIDTH, HEIGHT)
    assert may_hold_table([*prose[:40], *grid(AMOUNTS, (60, 200, 300), 600)], WIDTH, HEIGHT)


def test_lines_drawn_as_dots_bars_and_boxes_are_lines() -> None:
    dots = [Drawn((x, 50, x + 1, 51), BLACK, None) for x in range(0, 100, 3)]
    bar = Drawn((0, 80, 100, 81), BLACK, None)
    box = Drawn((0, 100, 100, 140), None, BLACK)
    white = Drawn((0, 160, 100, 161), WHITE, None)
    found = rulings_of([*dots, bar, box, white])
    assert found.across[:, 0].tolist() == pytest.approx([50.5, 80.5, 100, 140])
    assert found.down[:, 0].tolist() == pytest.approx([0, 100])
    assert ruled_share(found.across, 50, 0, 200) == pytest.approx(0.5, abs=0.02)


def test_white_strokes_are_lines_on_coloured_areas_only() -> None:
    white = [Drawn((0, y, 300, y), None, WHITE) for y in (100, 120, 140)]
    assert not len(rulings_of(white).across)
    assert not len(rulings_of([*white, Drawn((0, 90, 300, 150), WHITE, WHITE)]).across)
    head = Drawn((0, 99.5, 300, 119.5), (0.2, 0.3, 0.6), None)
    assert rulings_of([*white, head]).across[:, 0].tolist() == [100, 120]


def test_pale_strips_of_the_colour_behind_the_text_are_no_lines() -> None:
    pale = (0.9, 0.9, 0.9)
    found = rulings_of([Drawn((0, 0, 100, 40), pale, None), Drawn((0, 42, 100, 44), pale, None)])
    assert len(found.across) == 0
    assert found.painted_across[:, 0].tolist() == pytest.approx([0, 40])


@pytest.mark.parametrize("count", [1, 5000])
def test_pages_made_to_be_slow_take_their_time_in_bounds(count: int) -> None:
    generator = np.random.default_rng(7)
    strokes = [
        Drawn((x, y, x + 300 * (x % 2), y + 300), None, BLACK)
        for x, y in generator.uniform(0, 500, (20 * count, 2))
    ]
    words = [text("7", x, y) for x, y in generator.uniform(30, 560, (count, 2)).tolist()]
    began = time.process_time()
    may_hold_table(words, WIDTH, HEIGHT)
    tables_of(words, [WHOLE] * 3, rulings_of(strokes), FRAME)
    assert time.process_time() - began < 20


def test_degenerate_boxes_do_no_harm() -> None:
    flat = Line("x y", Box(0.5, 0.5, 0.5, 0.5), "text", 1.0, (0.5,) * 4)
    segments = [Segment(flat, 0)] * 30
    assert tables_of(segments, [WHOLE, guess(box=Box(0.5, 0.5, 0.5, 0.5))], Rulings(), FRAME).blocks == ()
    assert not may_hold_table(segments, WIDTH, HEIGHT)
    assert len(joined([(1.0, 2.0, 2.0)])) == 0


def test_lines_drawn_around_cells_are_a_place_the_model_need_not_see() -> None:
    names = [
        ["Key", "Column", "Meaning"],
        ["a", "first", "one"],
        ["b", "second", "two"],
        ["c", "third", "three"],
    ]
    segments = grid(names, (60, 200, 300))
    across, down = [(97 + 16 * n, 55, 380) for n in range(5)], [(x, 97, 161) for x in (55, 195, 295, 380)]
    drawn = lines_drawn(across, down)
    (place,) = ruled_places(drawn, FRAME, [])
    table = only(tables_of(segments, [place], drawn, FRAME))
    assert table.text.splitlines()[2] == "| b | second | two |"
    assert ruled_places(drawn, FRAME, [place.box]) == []
    chart = [
        text("10", 60, 120),
        text("20", 60, 136),
        text("1990", 100, 152),
        text("2000", 200, 152),
        text("x", 310, 120),
    ]
    assert tables_of(chart, [place], drawn, FRAME).blocks == ()


def test_amounts_of_columns_that_stand_close_are_parted_and_thousands_are_not() -> None:
    close = [text(f"{n},100 {n},200", 160, 100 + 16 * n) for n in range(1, 5)]
    thousands = [text(f"{n}2 300", 320, 100 + 16 * n) for n in range(1, 5)]
    names = [text(f"Row {chr(64 + n)}", 60, 100 + 16 * n) for n in range(1, 5)]
    table = only(tables_of([*names, *close, *thousands], [guess()], Rulings(), FRAME))
    assert table.text.splitlines()[1] == "| Row B | 2,100 | 2,200 | 22 300 |"


def test_signs_of_currencies_and_per_cent_are_no_columns_of_their_own() -> None:
    rows = [
        ["", "", "2022", "", "", "2021", ""],
        ["Net sales", "$", "1,310", "", "$", "980", ""],
        ["Costs", "", "115", "", "", "99", ""],
        ["Share", "", "12", "%", "", "9", "%"],
        ["Income", "$", "612", "", "$", "540", ""],
    ]
    segments = grid(rows, (60, 200, 225, 250, 300, 325, 350))
    table = only(tables_of(segments, [guess(rows=(113, 129, 145, 161))], Rulings(), FRAME))
    sound(table)
    assert table.text.splitlines() == [
        "| | 2022 | 2021 |",
        "| Net sales | $ 1,310 | $ 980 |",
        "| Costs | 115 | 99 |",
        "| Share | 12 % | 9 % |",
        "| Income | $ 612 | $ 540 |",
    ]
    assert table.header_rows == 1


def test_rows_between_coloured_bands_keep_their_cells() -> None:
    rows = [
        ["", "2022", "2021"],
        ["Net sales", "10", "9"],
        ["Costs", "", ""],
        ["Rent", "3", "4"],
        ["Income", "7", "5"],
    ]
    pale = (0.8, 0.9, 1.0)
    bands = [
        Drawn((left, 96 + 16 * number, right, 112 + 16 * number), pale, None)
        for number in (1, 3, 4)
        for left, right in ((50, 180), (180, 280), (280, 400))
    ]
    table = only(
        tables_of(grid(rows, (60, 200, 300)), [guess(rows=(113, 129, 145, 161))], rulings_of(bands), FRAME)
    )
    assert cells(table)[0, 1, 0, 1] == "2022"
