from __future__ import annotations

import dataclasses
import time
from collections import Counter

import numpy as np
import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.columns import in_columns
from rag_core.parse.order.flows import turn_of
from rag_core.parse.order.reading_order import blocks_of, ordered
from rag_core.parse.order.rows import upright
from rag_core.types import Block, Box
from tests.core.laid_out import HEIGHT, WIDTH, at, column, scanned, table, texts, turned, vertical

WATERMARKED = [scanned(one) for one in column("body", 0.1, 0.9, 6)]


def test_columns_are_read_one_after_the_other_between_head_and_foot() -> None:
    left, right = column("left", 0.1, 0.47), column("right", 0.53, 0.9)
    head, foot = at("A headline across both of them", 0.1, 0.1, 0.9, 0.03), at("the foot", 0.45, 0.9, 0.55)
    mixed = [foot, *right, head, *left]
    expected = [one.line.text for one in [head, *left, *right, foot]]
    assert texts(mixed) == expected
    assert [line.text for line in ordered(mixed, WIDTH, HEIGHT)] == expected


def test_three_columns() -> None:
    columns = [column(name, x, x + 0.25) for name, x in (("a", 0.05), ("b", 0.37), ("c", 0.69))]
    expected = [one.line.text for part in columns for one in part]
    assert texts([one for row in zip(*columns, strict=True) for one in row]) == expected


def test_a_title_over_some_of_the_columns_comes_before_them() -> None:
    first, second, third = (
        column(name, x, x + 0.27, 10) for name, x in (("a", 0.03), ("b", 0.35), ("c", 0.67))
    )
    over = at("A title over the second and third", 0.35, 0.15, 0.94, 0.025)
    expected = [one.line.text for one in [*first, over, *second, *third]]
    assert texts([*third, over, *second, *first]) == expected


def test_columns_whose_rows_are_not_level_need_not_be_full() -> None:
    def exercise(name: str, x0: float, top: float) -> list[Segment]:
        asked = column(name, x0, x0 + 0.4, 4, top)
        offered = [
            at(f"{letter} {name}", x0 + 0.03, top + 0.09 + n * 0.025, x0 + 0.12)
            for n, letter in enumerate("ABCD")
        ]
        return [*asked, *offered]

    left = [*exercise("one", 0.06, 0.2), *exercise("two", 0.06, 0.45)]
    right = [*exercise("six", 0.54, 0.207), *exercise("ten", 0.54, 0.463)]
    expected = [one.line.text for one in [*left, *right]]
    assert texts([*right, *left]) == expected


def test_the_words_of_a_chart_do_not_run_into_the_text_beside_it() -> None:
    body = column("what the text says about it", 0.5, 0.92, 14)
    chart = [
        at(f"{n}.{n}%", 0.1 + 0.04 * (n % 5), 0.208 + n * 0.0277, 0.14 + 0.04 * (n % 5)) for n in range(9)
    ]
    found = texts([*body, *chart])
    assert found[9:] == [one.line.text for one in body]


def test_notes_in_the_right_margin_are_not_read_into_the_rows() -> None:
    body = column("what is said at length here", 0.1, 0.7, 20)
    notes = [at("A running", 0.75, 0.2, 0.85), at("title", 0.75, 0.22, 0.8), at("163", 0.75, 0.26, 0.8)]
    assert texts([*body, *notes]) == [one.line.text for one in [*body, *notes]]


def test_numbers_hung_in_the_left_margin_stay_with_their_paragraphs() -> None:
    body = column("what the court found at length", 0.2, 0.9, 20)
    numbers = [at(f"{12 + n}", 0.1, 0.2 + n * 0.12, 0.13) for n in range(3)]
    found = texts([*body, *numbers])
    assert found[0] == "12 " + body[0].line.text
    assert found[6] == "13 " + body[6].line.text


def test_a_caption_beside_the_end_of_the_text_is_read_after_it() -> None:
    body = [scanned(one) for one in column("a story told in the column", 0.5, 0.92, 18)]
    caption = [scanned(at(f"the picture shows this {n}", 0.1, 0.49 + n * 0.018, 0.45)) for n in range(2)]
    assert texts([*caption, *body]) == [one.line.text for one in [*body, *caption]]


def test_notes_at_the_foot_of_columns_stay_in_their_columns() -> None:
    left, right = column("left", 0.1, 0.47, 20), column("right", 0.53, 0.9, 24)
    note = [at(f"1 A note on what is said, row {n}", 0.1, 0.62 + n * 0.014, 0.47, 0.01) for n in range(3)]
    foot = at("12 Proceedings", 0.1, 0.94, 0.3)
    expected = [one.line.text for one in [*left, *note, *right, foot]]
    assert texts([foot, *right, *note, *left]) == expected


def test_vertical_chinese_is_read_from_right_to_left() -> None:
    lines = [vertical(f"第{n}行直排的文字从上到下", 0.8 - n * 0.03, 0.1, 0.9) for n in range(12)]
    assert texts(lines[::-1]) == [one.line.text for one in lines]


def test_a_vertical_title_stands_before_the_column_beside_it() -> None:
    body = [scanned(at(f"横排的正文第{n}行，写得很长很长很长", 0.1, 0.2 + n * 0.02, 0.75)) for n in range(20)]
    title = vertical("竖排的标题", 0.8, 0.19, 0.6, 0.04)
    below = [
        scanned(at(f"下面一篇的第{n}行，也写得很长很长很长", 0.1, 0.65 + n * 0.02, 0.9)) for n in range(6)
    ]
    assert texts([*body, *below, title]) == [one.line.text for one in [title, *body, *below]]


def test_a_fraction_that_was_read_downwards_stays_in_its_line() -> None:
    rows = [scanned(one) for one in column("how much is left", 0.1, 0.6, 8)]
    fraction = vertical("58", 0.62, 0.297, 0.32, 0.01)
    found = texts([*rows, fraction])
    assert found.index("58") in (found.index(rows[4].line.text) + 1, found.index(rows[5].line.text) + 1)


def test_ready_tables_stand_where_they_are_read() -> None:
    above, below = column("above", 0.1, 0.9, 4, 0.1), column("below", 0.1, 0.9, 4, 0.4)
    ready = table([["name", "1999", "2000"], ["sold", "12", "15"], ["left", "7", "9"]], 0.1, 0.25, 0.9)
    blocks = blocks_of([*below, *above], WIDTH, HEIGHT, (), (ready,))
    assert [block.kind for block in blocks] == ["text", "table", "text"]
    assert blocks[1] is ready
    assert texts([*below, *above], (ready,)) == [
        *(one.line.text for one in above), *(line.text for line in ready.lines), *(one.line.text for one in below),
    ]  # fmt: skip


def test_a_table_in_one_column_does_not_break_the_other() -> None:
    left, right = column("left", 0.1, 0.47, 20), column("right", 0.53, 0.9, 6)
    ready = table([["a", "b"], ["c", "d"], ["e", "f"]], 0.53, 0.34, 0.9)
    rest = column("more", 0.53, 0.9, 8, 0.44)
    found = texts([*rest, *right, *left], (ready,))
    expected = [one.line.text for one in [*left, *right]] + list("abcdef") + [one.line.text for one in rest]
    assert found == expected


def test_columns_of_text_are_told_from_tables() -> None:
    aspect = WIDTH / HEIGHT
    left, right = column("left", 0.1, 0.47, 20), column("right", 0.53, 0.9, 20)
    cells = [
        at(f"{row},{n}00", 0.1 + n * 0.2, 0.2 + row * 0.02, 0.18 + n * 0.2)
        for row in range(20)
        for n in range(4)
    ]
    text, numbers = ([upright(one, 0, aspect) for one in page] for page in ([*left, *right], cells))
    assert in_columns(text, [True] * len(text))
    assert in_columns(text, [0.3 < part.y0 < 0.5 for part in text])
    assert not in_columns(text, [0.3 < part.y0 < 0.5 and part.x1 < 0.35 for part in text])
    assert not in_columns(numbers, [True] * len(numbers))
    assert not in_columns(numbers, [False] * len(numbers))


def test_tables_alone_are_a_page_too() -> None:
    one, other = (table([["a", "b"], ["c", "d"]], 0.1, top, 0.9) for top in (0.1, 0.5))
    assert blocks_of([], WIDTH, HEIGHT, (), (other, one)) == (one, other)
    empty = Block("table", Box(0.1, 0.1, 0.9, 0.2), ())
    assert blocks_of([], WIDTH, HEIGHT, (), (empty,)) == (empty,)


def test_a_watermark_is_read_last() -> None:
    body = column("body", 0.1, 0.9, 20)
    mark = at("DRAFT COPY", 0.1, 0.1, 0.9, 0.7)
    assert texts([mark, *body]) == [*(one.line.text for one in body), "DRAFT COPY"]


def test_a_sidebar_is_not_mixed_into_the_text_beside_it() -> None:
    body = column("body", 0.4, 0.9, 14)
    side = [at(f"key {row}", 0.1, 0.207 + row * 0.023, 0.18) for row in range(10)]
    expected = [one.line.text for one in [*side, *body]]
    assert texts([*body, *side]) == expected


def test_the_labels_of_a_table_stay_with_their_rows() -> None:
    body = column("what is said about it", 0.4, 0.9, 10)
    side = [at(f"label {row}", 0.1, 0.2 + row * 0.02, 0.18) for row in range(10)]
    assert texts([*body, *side])[0] == "label 0 what is said about it line number 0 of it"


@pytest.mark.parametrize("slope", [0.03, -0.03])
def test_the_rows_of_a_skewed_scan_are_found(slope: float) -> None:
    rows = [
        scanned(at(f"{name} {row}", x, 0.2 + row * 0.016 + slope * (x + 0.05), x + 0.1))
        for row in range(12)
        for name, x in (("key", 0.1), ("old", 0.45), ("new", 0.8))
    ]
    assert texts(rows) == [f"key {row} old {row} new {row}" for row in range(12)]


def test_rows_lean_as_they_were_seen_to_not_as_columns_that_are_not_level() -> None:
    """Two columns a little out of step share more rows where the page leans, but their lines do not."""
    left, right = column("left", 0.1, 0.45, 14), column("right", 0.52, 0.9, 14, 0.207)
    seen = [
        dataclasses.replace(one, line=dataclasses.replace(one.line, lean=0.0004))
        for one in map(scanned, [*left, *right])
    ]
    assert [len(block.lines) for block in blocks_of(seen, WIDTH, HEIGHT)] == [14, 14]


def test_what_is_written_askew_is_on_no_row() -> None:
    """A part of a watermark beside the name below a letter."""
    mark = scanned(at("COPY", 0.15, 0.25, 0.4, 0.2))
    mark = dataclasses.replace(mark, line=dataclasses.replace(mark.line, lean=-0.6))
    page = [
        *map(scanned, column("body", 0.1, 0.9, 4)),
        mark,
        scanned(at("Office of Finance", 0.6, 0.34, 0.9)),
    ]
    assert texts(page)[-2:] == ["Office of Finance", "COPY"]
    assert blocks_of(page, WIDTH, HEIGHT)[-1].kind == "text"


@pytest.mark.parametrize("page", [WATERMARKED, []])
def test_a_page_of_which_a_part_is_nothing_but_a_watermark_is_read(page: list[Segment]) -> None:
    """Strips were looked for between its words alone."""
    marks = [
        dataclasses.replace(one, line=dataclasses.replace(one.line, lean=-0.6))
        for one in (scanned(at("COPY", x, y, x + 0.2, 0.1)) for x in (0.1, 0.4, 0.7) for y in (0.6, 0.8))
    ]
    assert sorted(texts([*page, *marks])) == sorted(one.line.text for one in [*page, *marks])


def test_a_page_number_in_large_type_is_no_title() -> None:
    page = [*column("body", 0.1, 0.9), at("163", 0.48, 0.9, 0.52, 0.03)]
    assert [block.kind for block in blocks_of(page, WIDTH, HEIGHT)] == ["text", "footer"]


def test_the_cells_of_a_row_are_one_line_that_can_still_be_located() -> None:
    rows = [
        segment
        for row, name in enumerate(["revenue", "costs", "profit", "margin", "staff", "tax"])
        for segment in (
            at(name, 0.1, 0.2 + row * 0.02, 0.2),
            at(f"{row},100", 0.5, 0.2 + row * 0.02, 0.56),
            at(f"{row},200", 0.7, 0.2 + row * 0.02, 0.76),
        )
    ]
    found = texts(rows)
    assert found[0] == "revenue 0,100 0,200"
    assert len(found) == 6
    (line, *_) = blocks_of(rows, WIDTH, HEIGHT)[0].lines
    box = line.span_box(8, 13)
    assert (round(box.x0, 3), round(box.x1, 3)) == (0.5, 0.56)
    assert len(line.edges) == len(line.text) + 1


def test_a_gap_or_a_larger_size_begins_a_block_and_large_text_is_a_title() -> None:
    page = [
        at("A Title", 0.1, 0.1, 0.4, 0.028),
        *column("first", 0.1, 0.9, 3, 0.15),
        *column("second", 0.1, 0.9, 3, 0.25),
    ]
    blocks = blocks_of(page, WIDTH, HEIGHT)
    assert [(block.kind, len(block.lines)) for block in blocks] == [("title", 1), ("text", 3), ("text", 3)]


def test_turned_pages_are_read_in_the_same_order() -> None:
    upright = [*column("left", 0.1, 0.47), *column("right", 0.53, 0.9)]
    expected = [one.line.text for one in upright]
    for turn in (90, 180, 270):
        segments = [turned(one, turn) for one in reversed(upright)]
        assert all(turn_of(one.line) == turn for one in segments)
        size = (HEIGHT, WIDTH) if turn != 180 else (WIDTH, HEIGHT)
        assert [line.text for line in ordered(segments, *size)] == expected


def test_text_beside_the_page_the_other_way_up_comes_last() -> None:
    side = turned(at("arXiv in the margin", 0.3, 0.02, 0.7), 270)
    body = column("body", 0.1, 0.9)
    assert texts([side, *body]) == [one.line.text for one in [*body, side]]


def test_nothing_is_no_blocks() -> None:
    assert blocks_of([], WIDTH, HEIGHT) == ()


def test_no_line_is_lost_however_they_stand() -> None:
    random = np.random.default_rng(7)
    for _ in range(60):
        segments = [
            at(f"n{index} some words", float(x), float(y), float(x + random.uniform(0.02, 0.5)))
            for index, (x, y) in enumerate(random.uniform(0, 0.9, (random.integers(1, 60), 2)))
        ]
        joined = " ".join(texts(segments)).split()
        assert sorted(word for word in joined if word[0] == "n") == sorted(
            segment.line.text.split()[0] for segment in segments
        )


def test_nothing_is_lost_of_words_that_run_all_ways_among_tables_and_figures() -> None:
    random = np.random.default_rng(11)
    for _ in range(80):
        segments = []
        for index, (x, y, length) in enumerate(random.uniform(0.02, 0.6, (random.integers(0, 50), 3))):
            one = at(
                f"n{index} words", float(x), float(y), float(x + length / 2), float(random.uniform(0, 0.1))
            )
            turn = int(random.choice([0, 0, 0, 90, 180, 270]))
            segments.append(turned(one, turn) if turn else one)
        solid = tuple(
            table([["a", "b"], ["c", "d"]], float(x), float(y), float(x) + 0.3)
            for x, y in random.uniform(0, 0.6, (random.integers(0, 3), 2))
        )
        corners = random.uniform(0, 0.5, (random.integers(0, 6), 4))
        kinds = random.choice(["figure", "title", "header", "footer", "table"], len(corners))
        regions = tuple(
            LayoutRegion(kind, Box(x, y, x + width, y + height), 0.9)
            for kind, (x, y, width, height) in zip(kinds.tolist(), corners.tolist(), strict=True)
        )
        blocks = blocks_of(segments, WIDTH, HEIGHT, regions, solid)
        found = Counter(word for block in blocks for line in block.lines for word in line.text.split())
        assert found == Counter(
            [word for one in segments for word in one.line.text.split()] + list("abcd") * len(solid)
        )


@pytest.mark.parametrize("stacked", [False, True])
def test_thousands_of_words_at_once_take_a_moment(stacked: bool) -> None:
    random = np.random.default_rng(5)
    height = 0.9 if stacked else 0.004
    words = [
        at(f"w{n}", float(x), float(y) * (1 - height), float(x) + 0.01, height)
        for n, (x, y) in enumerate(random.uniform(0, 0.95, (6000, 2)))
    ]
    began = time.process_time()
    found = sum(len(text.split()) for text in texts(words))
    assert found == len(words)
    assert time.process_time() - began < 30
