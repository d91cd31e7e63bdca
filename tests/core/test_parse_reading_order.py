from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rag_core.parse.glyphs import Segment
from rag_core.parse.reading_order import blocks_of, ordered, turn_of
from rag_core.types import Box, Line

WIDTH, HEIGHT = 595.0, 842.0


def at(text: str, x0: float, y0: float, x1: float, height: float = 0.014) -> Segment:
    edges = tuple(np.linspace(x0, x1, len(text) + 1).tolist())
    return Segment(Line(text, Box(x0, y0, x1, y0 + height), "text", 1.0, edges), 0)


def texts(segments: list[Segment]) -> list[str]:
    return [line.text for block in blocks_of(segments, WIDTH, HEIGHT) for line in block.lines]


def column(name: str, x0: float, x1: float, rows: int = 8, top: float = 0.2) -> list[Segment]:
    return [at(f"{name} line number {row} of it", x0, top + row * 0.02, x1) for row in range(rows)]


def turned(segment: Segment, turn: int) -> Segment:
    """The segment as it stands when the page is turned clockwise."""
    line, box = segment.line, segment.line.box
    match turn:
        case 90:
            new, edges = Box(1 - box.y1, box.x0, 1 - box.y0, box.x1), line.edges
        case 180:
            new, edges = Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0), tuple(1 - e for e in line.edges)
        case _:
            new, edges = Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0), tuple(1 - e for e in line.edges)
    return Segment(Line(line.text, new, "text", 1.0, edges, turn in (90, 270)), turn)


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
    def scanned(text: str, x0: float, y0: float, x1: float) -> Segment:
        line = at(text, x0, y0 + slope * (x0 + x1) / 2, x1).line
        return Segment(dataclasses.replace(line, source="ocr"), 0)

    rows = [
        scanned(f"{name} {row}", x, 0.2 + row * 0.016, x + 0.1)
        for row in range(12)
        for name, x in (("key", 0.1), ("old", 0.45), ("new", 0.8))
    ]
    assert texts(rows) == [f"key {row} old {row} new {row}" for row in range(12)]


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
