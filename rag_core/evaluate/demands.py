"""What must or must not be found on a page: tests.jsonl, in the form of olmOCR-Bench.

A demand is of one type: a phrase is `present` or `absent` (within the first or last characters, where it
says so), one phrase stands before another (`order`), a cell of a `table` has the neighbours or headings it
names, a formula stands there in LaTeX (`math`). Up to `max_diffs` characters may differ. As in that
bench, running heads and page numbers that the reader has set apart are no part of the page's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag_core.evaluate.characters import edit_distance, nearest_distance, nearest_ends
from rag_core.evaluate.common import FormError, Row, read_rows
from rag_core.pages import Block, Cell, Page

TESTS = "tests.jsonl"
FIELDS = {
    "present": ("text",),
    "absent": ("text",),
    "order": ("before", "after"),
    "table": ("cell",),
    "math": ("math",),
}
SIDES = ("up", "down", "left", "right", "top_heading", "left_heading")
_APART = ("header", "footer")
_ONE_KIND = str.maketrans(
    dict.fromkeys("‘’‚", "'")
    | dict.fromkeys("“”„", '"')
    | dict.fromkeys("–—‑‒−", "-")
    | {"＿": "_", "µ": "μ"}
)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Demand:
    """One row. `phrases` are the values of the type's own fields, `sides` those of a table's neighbours."""

    id: str
    kind: str
    path: Path
    page: int
    phrases: tuple[str, ...]
    sides: Mapping[str, str]
    most_edits: int
    first: int
    last: int
    any_case: bool


def read_demands(folder: Path) -> tuple[Demand, ...]:
    """The rows of tests.jsonl. Raises FormError."""
    found = tuple(_demand(folder, row) for row in read_rows(folder / TESTS))
    if not found:
        raise FormError(folder / TESTS, 0, "holds no rows")
    return found


def _demand(folder: Path, row: Row) -> Demand:
    kind = row.text("type")
    if kind not in FIELDS:
        raise row.wrong(f'"type" is none of {", ".join(FIELDS)}')
    path = folder / row.text("file", row.text("pdf", ""))
    if not path.is_file():
        raise row.wrong(f"there is no file {path.name}")
    return Demand(
        row.text("id"),
        kind,
        path,
        _count(row, "page", 1),
        tuple(row.text(field) for field in FIELDS[kind]),
        {side: row.text(side) for side in SIDES if row.text(side, "")},
        _count(row, "max_diffs", 0),
        _count(row, "first_n", 0),
        _count(row, "last_n", 0),
        row.value("case_sensitive") is False,
    )


def _count(row: Row, field: str, default: int) -> int:
    value = row.value(field)
    if value is None:
        return default
    if not isinstance(value, int) or value < 0:
        raise row.wrong(f'"{field}" is not a number')
    return value


def is_met(demand: Demand, page: Page | None) -> bool:
    """Whether the page is as the demand says; a page that could not be read meets none."""
    return page is not None and _CHECKS[demand.kind](demand, page)


def _is_present(demand: Demand, page: Page) -> bool:
    phrase, text = _alike(demand.phrases[0]), _alike(_text(page))
    if demand.any_case:
        phrase, text = phrase.lower(), text.lower()
    if demand.first or demand.last:
        text = text[: demand.first] + (text[-demand.last :] if demand.last else "")
    return nearest_distance(phrase, text) <= demand.most_edits


def _is_absent(demand: Demand, page: Page) -> bool:
    return not _is_present(demand, page)


def _is_in_order(demand: Demand, page: Page) -> bool:
    before, after = (_alike(phrase) for phrase in demand.phrases)
    text = _alike(_text(page))
    ends = (nearest_ends(phrase, text, demand.most_edits) for phrase in (before, after))
    first, second = (
        [end - len(phrase) for end in found] for found, phrase in zip(ends, (before, after), strict=True)
    )
    return bool(first and second) and min(first) < max(second)


def _is_in_table(demand: Demand, page: Page) -> bool:
    return any(
        _is_like(demand.phrases[0], _cell_text(block, cell), demand.most_edits)
        and all(_has(demand, block, cell, side) for side in demand.sides)
        for block in page.blocks
        for cell in block.cells
    )


def _has(demand: Demand, block: Block, cell: Cell, side: str) -> bool:
    """Whether the cell has the neighbour or heading on that side."""
    return any(
        _is_like(demand.sides[side], _cell_text(block, other), demand.most_edits)
        for other in block.cells
        if other != cell and _stands(other, cell, side)
    )


def _stands(other: Cell, cell: Cell, side: str) -> bool:
    same_row = other.row <= cell.row_end and other.row_end >= cell.row
    same_column = other.column <= cell.column_end and other.column_end >= cell.column
    match side:
        case "up":
            return same_column and other.row_end == cell.row - 1
        case "down":
            return same_column and other.row == cell.row_end + 1
        case "left":
            return same_row and other.column_end == cell.column - 1
        case "right":
            return same_row and other.column == cell.column_end + 1
        case "top_heading":
            return same_column and other.row_end < cell.row
        case _:
            return same_row and other.column_end < cell.column


def _is_formula(demand: Demand, page: Page) -> bool:
    wanted = "".join(demand.phrases[0].split())
    return any("".join("".join(map(str, found)).split()) == wanted for found in _FORMULA.findall(_text(page)))


_CHECKS: Mapping[str, Callable[[Demand, Page], bool]] = {
    "present": _is_present,
    "absent": _is_absent,
    "order": _is_in_order,
    "table": _is_in_table,
    "math": _is_formula,
}


def _is_like(phrase: str, text: str, most_edits: int) -> bool:
    phrase, text = _alike(phrase), _alike(text)
    return edit_distance(phrase, text) <= min(most_edits, len(phrase) // 2)


def _text(page: Page) -> str:
    return "\n\n".join(_body(page))


def _body(page: Page) -> Iterator[str]:
    return (block.text for block in page.blocks if block.kind not in _APART)


def _cell_text(block: Block, cell: Cell) -> str:
    return " ".join(line.text for line in block.lines[cell.first : cell.last])


def _alike(text: str) -> str:
    """One kind of white space, quotation mark and dash."""
    return " ".join(unicodedata.normalize("NFC", text).split()).translate(_ONE_KIND)
