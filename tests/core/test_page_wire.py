from __future__ import annotations

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from rag_core.page_codec import decode_page, encode_page
from rag_core.parse.reader.page_wire import MAX_PAGE_BYTES, page_bytes, page_from
from rag_core.types import Block, Box, Cell, Line, Page
from tests.core.made_pages import SIDE, line_of, pages, table

GOOD = [1, 595, 842, [["text", [0, 0, 9, 9], 2, [], 0]]]
TRAITS = [[0, 0, 9, 9, 10_000, 0, 0]] * 2
EDGES = [0, 1, 2, 0, 5]


def sent(
    head: object = GOOD, text: bytes = b"ab\nc", traits: object = TRAITS, edges: object = EDGES
) -> bytes:
    words = json.dumps(head).encode()
    numbers = np.concatenate([np.ravel(traits), np.ravel(edges)]).astype("<i4")
    return struct.pack(">II", len(words), len(text)) + words + text + numbers.tobytes()


@given(pages())
def test_a_page_survives_the_way_as_it_survives_being_kept(page: Page) -> None:
    assert page_from(page_bytes(page)) == page == decode_page(encode_page(page))


def test_places_are_rounded_as_those_of_kept_pages_are() -> None:
    line = Line(
        "ab", Box(0.1234567, 0.000005, 0.000015, 1 / 3), "ocr", 0.98765, (-1 / 3, 2 / 3, 1.999999), True
    )
    page = Page(7, 595.276, 841.89, (Block("list", Box(1 / 3, 1 / 7, 2 / 3, 1.0), (line,)),))
    assert page_from(page_bytes(page)) == decode_page(encode_page(page))


def test_tables_and_pages_without_a_line_survive_the_way() -> None:
    for page in (table(Cell(0, 0, 0, 1, SIDE, 0, 1), Cell(1, 1, 1, 1, SIDE, 1, 2)), Page(3, 10.0, 20.0, ())):
        assert page_from(page_bytes(page)) == page


def test_the_bytes_that_the_bad_ones_are_made_from_are_good() -> None:
    (block,) = page_from(sent()).blocks
    assert [line.text for line in block.lines] == ["ab", "c"]
    assert block.lines[1].edges == (0.0, 0.00005)


def changed(place: int, value: int) -> list[list[int]]:
    return [TRAITS[0], [value if at == place else one for at, one in enumerate(TRAITS[1])]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage that is longer than two numbers",
        struct.pack(">II", 2**32 - 1, 2**32 - 1),
        sent()[:-1],
        sent()[:-4],
        sent() + bytes(4),
        sent(head=None),
        sent(head=[0, *GOOD[1:]]),
        sent(head=[1, "wide", 842, GOOD[3]]),
        sent(head=[1, 595, 842, [None, None]]),
        sent(head=[1, 595, 842, [["drawing", [0, 0, 9, 9], 2, [], 0]]]),
        sent(head=[1, 595, 842, [["text", [0, 0, 9], 2, [], 0]]]),
        sent(head=[1, 595, 842, [["text", [0, 0, 9, 9], -1, [], 0], ["text", [0, 0, 9, 9], 3, [], 0]]]),
        sent(head=[1, 595, 842, [["text", [0, 0, 9, 9], True, [], 0], ["text", [0, 0, 9, 9], 1, [], 0]]]),
        sent(head=[1, 595, 842, [["text", [0, 0, 9, 9], 10**30, [], 0]]]),
        sent(head=[1, 595, 842, [["text", [0, 0, 9, 9], 2, [[0, 0, 0, 0, [0, 0, 9, 9], 0, 3]], 0]]]),
        sent(text=b"ab c"),
        sent(text=b"ab\nc\n", edges=[*EDGES, 0]),
        sent(text=b"a\f\nc"),
        sent(text=b"a\0\nc"),
        sent(text=b"ab\n\xff"),
        sent(text="a\ud800\nc".encode("utf-8", "surrogatepass")),
        *[sent(traits=changed(place, 200_001)) for place in range(7)],
        *[sent(traits=changed(place, -200_001)) for place in range(7)],
        sent(traits=changed(5, 3)),
        sent(edges=[0, 1, 200_001, 0, 5]),
        sent(edges=[0, 1, -(2**31), 0, 5]),
        sent(head="[" * 1000),
        struct.pack(">II", 100_000, 0) + b"[" * 100_000,
        bytes(MAX_PAGE_BYTES + 1),
    ],
)
def test_anything_else_that_is_sent_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        page_from(data)


def test_a_place_far_beyond_the_page_is_refused_and_one_that_is_none_not_sent() -> None:
    far = replace(line_of("ab"), edges=(0.0, 1e6, 1e9))
    with pytest.raises(ValueError):
        page_from(page_bytes(Page(1, 10.0, 10.0, (Block("text", SIDE, (far,)),))))
    none = replace(far, edges=(0.0, float("nan"), 1.0))
    with pytest.raises(ValueError):
        page_bytes(Page(1, 10.0, 10.0, (Block("text", SIDE, (none,)),)))
