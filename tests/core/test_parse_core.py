"""Titles, fields and notes in the place of a table part none of its columns, and sums stay in it."""

from __future__ import annotations

import pytest

from rag_core.parse.layout.regions import LayoutRegion, besides_fields
from rag_core.parse.tables.scan import tables_on_scan
from rag_core.types import Box
from tests.core.test_parse_tables_scan import FRAME, STEP, TOP, rows_of, scan, seen

PLACES = (90.0, 290.0, 330.0, 470.0)
BILL = (
    ("Description", "Qty", "Price", "Amount"),
    ("Labour of two fitters", "16", "48.00", "768.00"),
    ("Shower valve", "1", "219.00", "219.00"),
    ("Copper pipe", "12", "6.40", "76.80"),
    ("Disposal", "1", "95.00", "95.00"),
)
SUMS = (("Net", "1,158.80"), ("Balance due", "1,390.56"))
ABOVE = (
    "Hartley Plumbing and Heating of Leeds",
    "Bill to: Mrs Josephine Adair of Roundhay Crescent in Leeds",
)
REGION = LayoutRegion("table", Box(0.1, 0.1, 0.9, 0.6), 0.9)


def test_fields_and_sums_around_a_bill_part_none_of_its_columns() -> None:
    segments = [seen(text, 90, TOP - 50 + 20 * at) for at, text in enumerate(ABOVE)]
    segments += [
        seen(text, x, TOP + number * STEP)
        for number, row in enumerate(BILL)
        for text, x in zip(row, PLACES, strict=True)
    ]
    segments += [
        seen(text, x, TOP + (len(BILL) + number) * STEP)
        for number, row in enumerate(SUMS)
        for text, x in zip(row, (290.0, 470.0), strict=True)
    ]
    found = tables_on_scan(segments, scan(ruled=False), [REGION], FRAME)
    (table,) = found.blocks
    assert rows_of(table)[: len(BILL)] == ["| " + " | ".join(row) + " |" for row in BILL]
    assert [row.replace("| ", "").split() for row in rows_of(table)[len(BILL) :]] == [
        f"{name} {amount} |".split() for name, amount in SUMS
    ]
    assert [one.line.text for one in found.rest] == list(ABOVE)


@pytest.mark.parametrize("ruled", [True, False])
def test_amounts_close_together_are_one_cells_where_lines_are_drawn_around_it(ruled: bool) -> None:
    """A period's number and its hours."""
    rows = [("Period", "Mon", "Tue"), *((f"{n} {n}:50-{n}:55", "Art", "PE") for n in range(1, 5))]
    segments = [
        seen(text, x, TOP + number * STEP)
        for number, row in enumerate(rows)
        for text, x in zip(row, (90.0, 300.0, 400.0), strict=True)
    ]
    (table,) = tables_on_scan(segments, scan(ruled), [REGION], FRAME).blocks
    assert ("| 3 3:50-3:55 | Art | PE |" in rows_of(table)) is ruled


def test_a_table_made_of_fields_is_none() -> None:
    fields = [Box(0.2, 0.2 + at / 10, 0.4, 0.25 + at / 10) for at in range(3)]
    other = [Box(0.5, 0.3, 0.6, 0.32)]
    assert besides_fields([REGION], fields, other) == ()
    assert besides_fields([REGION], fields[:1], other * 3) == (REGION,)
