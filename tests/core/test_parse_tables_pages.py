"""Tables on whole pages: the gate, the layout model and the cells together, on documents drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pymupdf
import pytest

from rag_core.parse.layout.pymupdf_model import page_seen
from rag_core.parse.source import open_source, read_text
from rag_core.parse.tables.words import Frame
from rag_core.types import Block, Page

A4 = (595.0, 842.0)
PROSE = (
    "The figures below were taken from the accounts of the three years before, and are given as the",
    "members of the board saw them in March. They include all branches that were open at that time,",
    "but not the two that were closed. A second paper will say more about the costs of the closure.",
)
FRUIT = (
    ("Fruit", "Year 2021", "Year 2022", "Change"),
    ("Apples", "1,204", "1,310", "8.8%"),
    ("Pears", "730", "698", "-4.4%"),
    ("Cherries", "96", "101", "5.2%"),
    ("Plums", "410", "377", "-8.0%"),
    ("Quinces", "12", "15", "25.0%"),
    ("Total", "2,452", "2,501", "2.0%"),
)
INCOME = (
    ("项目", "二〇二二年", "二〇二一年", "增减"),
    ("营业收入", "12,040.5", "11,310.2", "6.5%"),
    ("营业成本", "7,300.0", "6,980.1", "4.6%"),
    ("销售费用", "960.3", "1,010.7", "-5.0%"),
    ("管理费用", "410.9", "377.4", "8.9%"),
    ("净利润", "2,452.8", "2,101.6", "16.7%"),
)
LEFTS = (90.0, 230.0, 330.0, 430.0)
STEP = 20.0


def write(page: pymupdf.Page, x: float, y: float, words: str, size: float = 11.0) -> None:
    font = "helv" if words.isascii() else "china-s"
    page.insert_text((x, y), words, fontname=font, fontsize=size)


def draw_table(page: pymupdf.Page, rows: Sequence[Sequence[str]], top: float, ruled: bool) -> None:
    for number, row in enumerate(rows):
        for x, words in zip(LEFTS, row, strict=True):
            write(page, x, top + number * STEP, words)
    low, high = top - 14, top - 14 + STEP * len(rows)
    if ruled:
        for number in range(len(rows) + 1):
            page.draw_line((82, low + number * STEP), (510, low + number * STEP))
        for x in (82, 222, 322, 422, 510):
            page.draw_line((x, low), (x, high))
    else:
        for y in (low, low + STEP, high):
            page.draw_line((82, y), (510, y))


def document(rows: Sequence[Sequence[str]], ruled: bool, rotation: int = 0) -> bytes:
    with pymupdf.open() as made:
        page = made.new_page(width=A4[0], height=A4[1])
        for number, words in enumerate(PROSE):
            write(page, 82, 90 + 15 * number, words, 10)
        write(page, 82, 170, "Table 1. The years compared", 10)
        draw_table(page, rows, 205, ruled)
        for number, words in enumerate(PROSE):
            write(page, 82, 400 + 15 * number, words, 10)
        page.set_rotation(rotation)
        return bytes(made.tobytes())


def read(folder: Path, content: bytes) -> Page:
    path = folder / "one.pdf"
    path.write_bytes(content)
    source, _ = open_source(path)
    try:
        page = read_text(source, 1).page
    finally:
        source.close()
    assert page is not None
    return page


def tables(page: Page) -> list[Block]:
    return [block for block in page.blocks if block.cells]


def rows_of(table: Block) -> list[str]:
    return table.text.splitlines()


def piped(row: Sequence[str]) -> str:
    return "| " + " | ".join(row) + " |"


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("rows", [FRUIT, INCOME], ids=["english", "chinese"])
def test_a_page_with_a_table(tmp_path: Path, rows: Sequence[Sequence[str]], ruled: bool) -> None:
    page = read(tmp_path, document(rows, ruled))
    (table,) = tables(page)
    assert rows_of(table) == [piped(row) for row in rows]
    kinds = [block.kind for block in page.blocks]
    at = kinds.index("table")
    assert page.text.index("Table 1. The years compared") < page.text.index(rows[1][0])
    assert 0 < at < len(kinds) - 1
    assert page.text.count("members of the board") == 2


def test_a_cell_is_found_again_on_the_page(tmp_path: Path) -> None:
    page = read(tmp_path, document(FRUIT, True))
    at = page.text.index("1,310")
    (box,) = page.locate(at, at + 5)
    assert box.x0 * A4[0] == pytest.approx(LEFTS[2], abs=2)
    assert 205 + STEP - 12 < box.y0 * A4[1] < 205 + STEP


@pytest.mark.parametrize("rotation", [90, 270])
def test_a_page_that_is_shown_turned(tmp_path: Path, rotation: int) -> None:
    """The text runs up or down the page as shown; the table is read all the same."""
    page = read(tmp_path, document(FRUIT, True, rotation))
    (table,) = tables(page)
    assert rows_of(table) == [piped(row) for row in FRUIT]
    at = page.text.index("1,310")
    (box,) = page.locate(at, at + 5)
    assert box.y1 - box.y0 > box.x1 - box.x0


def test_two_columns_of_text_are_no_table(tmp_path: Path) -> None:
    with pymupdf.open() as made:
        page = made.new_page(width=A4[0], height=A4[1])
        for number in range(48):
            for x in (50, 310):
                write(page, x, 60 + 15 * number, PROSE[number % 3][:44], 10)
        content = bytes(made.tobytes())
    assert tables(read(tmp_path, content)) == []


def test_a_page_with_too_much_on_it_is_read_without_the_model(tmp_path: Path) -> None:
    with pymupdf.open() as made:
        page = made.new_page(width=A4[0], height=A4[1])
        shape = page.new_shape()
        for number in range(7000):
            shape.draw_line((number % 500, 10), (number % 500, 20))
            shape.finish(width=0.1 + number % 2)
        shape.commit()
        draw_table(page, FRUIT, 205, True)
        assert page_seen(page, Frame(0, *A4)).tables == ()
        content = bytes(made.tobytes())
    assert "1,310" in read(tmp_path, content).text


def test_a_page_as_large_as_a_poster_is_read_without_the_model() -> None:
    with pymupdf.open() as made:
        page = made.new_page(width=14000, height=14000)
        draw_table(page, FRUIT, 205, True)
        assert page_seen(page, Frame(0, 14000, 14000)).regions == ()


@pytest.mark.parametrize(("colour", "lines"), [((0, 0, 0), 5), ((1, 1, 1), 0)])
def test_a_grid_in_white_is_not_seen(colour: tuple[float, ...], lines: int) -> None:
    with pymupdf.open() as made:
        page = made.new_page(width=A4[0], height=A4[1])
        for number in range(5):
            page.draw_line((82, 100 + STEP * number), (510, 100 + STEP * number), color=colour)
        assert len(page_seen(page, Frame(0, *A4)).rulings.across) == lines
