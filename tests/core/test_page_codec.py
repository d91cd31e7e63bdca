import json
import zlib

import pytest
from hypothesis import given

from rag_core.page_codec import decode_page, encode_page
from rag_core.types import Cell, Page
from tests.core.made_pages import SIDE, pages, table


def test_a_table_survives_the_round_trip() -> None:
    page = table(Cell(0, 0, 0, 1, SIDE, 0, 1), Cell(1, 1, 1, 1, SIDE, 1, 2))
    again = decode_page(encode_page(page))
    assert again == page
    assert again.text == "| ab | |\n| | cd |"


@pytest.mark.parametrize(
    "cells",
    [
        (Cell(0, 0, 0, 0, SIDE, 0, 1),),
        (Cell(0, 0, 0, 0, SIDE, 0, 1), Cell(0, 0, 0, 0, SIDE, 1, 2)),
        (Cell(0, 0, 0, 0, SIDE, 1, 2), Cell(1, 0, 1, 0, SIDE, 0, 1)),
        (Cell(1, 0, 0, 0, SIDE, 0, 2),),
        (Cell(0, 0, 0, 10**9, SIDE, 0, 2),),
        (Cell(0, 0, 0, 0, SIDE, 0, 1), Cell(9_000, 9_000, 9_000, 9_000, SIDE, 1, 2)),
        (Cell(0, 0, 0, 0, SIDE, 0, 3),),
    ],
)
def test_cells_that_do_not_hold_the_lines_are_refused(cells: tuple[Cell, ...]) -> None:
    with pytest.raises(ValueError):
        decode_page(encode_page(table(*cells)))


def test_a_page_of_the_first_version_is_read() -> None:
    assert decode_page(packed(page_row(GOOD_LINE))).blocks[0].cells == ()


@given(pages())
def test_a_page_survives_the_round_trip(page: Page) -> None:
    assert decode_page(encode_page(page)) == page


def packed(row: object) -> bytes:
    return zlib.compress(json.dumps(row).encode())


GOOD_LINE = ["ab", [0, 0, 9, 9], "text", 10_000, [0, 1, 1], 0]


def page_row(line: object, number: object = 1, width: object = 595) -> list[object]:
    return [1, number, width, 842, [["text", [0, 0, 9, 9], [line]]]]


def test_the_row_that_the_bad_ones_are_made_from_is_good() -> None:
    assert decode_page(packed(page_row(GOOD_LINE))).text == "ab"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        encode_page(Page(1, 10, 10, ()))[:-3],
        packed(None),
        packed([3, 1, 595, 842, []]),
        packed(page_row(GOOD_LINE, number=0)),
        packed(page_row(GOOD_LINE, width="wide")),
        packed(page_row(GOOD_LINE, width=-1)),
        packed(page_row(None)),
        packed(page_row(["a\nb", [0, 0, 9, 9], "text", 10_000, [0, 1, 1, 1], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 10_000, [0, 1], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 10_000, [0, 1, True], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 10_000, [0, 1, 10**30], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 10_000, [200_000, 1, 1], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 10_000, "011", 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text"])),
        packed(page_row(["ab", [0, 0, 9, 9], "guess", 10_000, [0, 1, 1], 0])),
        packed(page_row(["ab", [0, 0, 9], "text", 10_000, [0, 1, 1], 0])),
        packed(page_row(["ab", [0, 0, 9, 10**12], "text", 10_000, [0, 1, 1], 0])),
        packed(page_row(["ab", [0, 0, 9, 9], "text", 20_000, [0, 1, 1], 0])),
        packed(page_row(["\ud800b", [0, 0, 9, 9], "text", 10_000, [0, 1, 1], 0])),
        packed([1, 1, 595, 842, [["drawing", [0, 0, 9, 9], []]]]),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b" " * (65 * 2**20)),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode_page(data)
