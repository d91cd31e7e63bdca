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
