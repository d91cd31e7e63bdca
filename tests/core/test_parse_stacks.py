"""Names in small type above their values are fields; columns of tables and paragraphs are none."""

from __future__ import annotations

import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.order.stacks import stacks_of
from rag_core.parse.tables.words import Frame
from tests.core.laid_out import HEIGHT, WIDTH, at, column, scanned, turned

FIELDS = (("From", "Cardington"), ("Seat", "42A"), ("Coach", "F"), ("Date", "2 May"), ("Price", "64.50"))


def ticket(larger: float = 1.4, step: float = 0.02) -> list[Segment]:
    """Three fields on a row and two below them."""
    found: list[Segment] = []
    for place, (name, value) in enumerate(FIELDS):
        x, y = 0.1 + place % 3 * 0.3, 0.2 + place // 3 * 0.1
        found += [at(name, x, y, x + 0.06, 0.014), at(value, x, y + step, x + 0.1, 0.014 * larger)]
    return [scanned(one) for one in found]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_names_above_larger_values_are_fields(turn: int) -> None:
    segments = [*ticket(), scanned(at("Valid only on the train shown.", 0.1, 0.5, 0.7))]
    page = [turned(one, turn) for one in segments] if turn else segments
    size = (WIDTH, HEIGHT) if turn in (0, 180) else (HEIGHT, WIDTH)
    blocks, rest = stacks_of(page, Frame(turn, *size))
    assert [tuple(line.text for line in block.lines) for block in blocks] == list(FIELDS)
    assert [one.line.text for one in rest] == ["Valid only on the train shown."]


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param(ticket(larger=1.0), id="no larger"),
        pytest.param(ticket(step=0.05), id="far below"),
        pytest.param(ticket()[:6], id="few"),
        pytest.param([scanned(one) for one in column("text", 0.1, 0.5)], id="text"),
        pytest.param(
            [
                scanned(at(word, x, 0.2 + row * 0.02, x + 0.1, 0.014 * (1 + row % 2 * 0.4)))
                for row in range(6)
                for x, word in ((0.1, "name"), (0.4, "place"), (0.7, "note"))
            ],
            id="rows of a table",
        ),
    ],
)
def test_other_pages_have_none(segments: list[Segment]) -> None:
    assert stacks_of(segments, Frame(0, WIDTH, HEIGHT)) == ([], segments)


SLIP = (
    (("基本工资", "5200.00"), ("餐补", "300.00"), ("个人所得税", "36.96")),
    (("加班费", "1340.50"), ("全勤奖", "200.00"), ("养老保险", "456.00")),
)


def slip(rows: int) -> list[Segment]:
    """Rows of names, each with a row of figures below it, as large and about as far from the next names."""
    return [
        scanned(at(text, 0.1 + 0.3 * place, 0.2 + 0.045 * row + 0.018 * line, 0.18 + 0.3 * place))
        for row, fields in enumerate(SLIP[:rows])
        for place, field in enumerate(fields)
        for line, text in enumerate(field)
    ]


def test_names_and_figures_that_take_turns_are_fields() -> None:
    blocks, rest = stacks_of(slip(2), Frame(0, WIDTH, HEIGHT))
    assert [tuple(line.text for line in block.lines) for block in blocks] == [*SLIP[0], *SLIP[1]]
    assert rest == []
    assert stacks_of(slip(1), Frame(0, WIDTH, HEIGHT))[0] == []


def test_what_names_the_amount_beside_it_names_nothing_below() -> None:
    beside = [
        scanned(at(text, x, 0.5 + 0.02 * row, x + 0.1))
        for row, fields in enumerate((("Gross pay", "27,300.00"), ("Tax paid", "5,460.00")))
        for x, text in zip((0.1, 0.6), fields, strict=True)
    ]
    blocks, rest = stacks_of([*ticket(), *beside], Frame(0, WIDTH, HEIGHT))
    assert len(blocks) == len(FIELDS)
    assert rest == beside
