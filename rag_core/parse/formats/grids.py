"""How the columns of a table that comes as text stand on pages, and its HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.parse.formats.markup import breakable, escape, unbroken

PAPER = (595.0, 842.0)
MARGIN = 50.0
_WIDEST = 1191.0
_MOST_CELL_WIDTH = 190.0
_LETTER_WIDTH = 4.9
# As far apart as texts must stand to be taken for those of different columns.
_CELL_PADDING = 16.0
# What the columns of one page are called is read above each of its rows (`outline`), which has room for so much.
_MOST_NAMES = 280
# Between a name and the one below it, or the next, stands a mark of so many characters.
_MARK = 3
_LOOKED_AT = 200
_LONGEST_NUMBER = 5
_Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """The columns that stand on one page side by side, and the width and height of that page."""

    columns: tuple[int, ...]
    width: float
    height: float


def plan(head: _Rows, rows: _Rows) -> list[Part]:
    """Pages as wide as the columns need; where the widest is not enough, or has no room for their names, further ones
    that begin with the first column again, and with the next where the first only counts rows."""
    widths = [
        max((_width(row[number]) for row in (*head, *rows) if number < len(row)), default=0.0)
        for number in range(max(map(len, (*head, *rows))))
    ]
    names = [sum(len(name) + _MARK for name in _path(head, number)) for number in range(len(widths))]
    first = list(range(min(1 + _only_counts(rows), len(widths))))
    groups: list[list[int]] = [[]]
    for number in range(len(widths)):
        wider = [*groups[-1], number]
        is_full = (
            sum(widths[one] for one in wider) > _WIDEST - 2 * MARGIN
            or sum(names[one] for one in wider) > _MOST_NAMES
        )
        if len(groups[-1]) > len(first) and is_full:
            groups.append(list(first))
        groups[-1].append(number)
    return [Part(tuple(group), *_size(sum(widths[number] for number in group))) for group in groups]


def html_of(head: _Rows, rows: _Rows, columns: Sequence[int]) -> str:
    """The table of these columns. A name of the head that fills several cells stands in one over them all."""
    top = "".join(f"<tr>{''.join(_head_cells(head, number, columns))}</tr>" for number in range(len(head)))
    return f"<table>{top}{''.join(_line(row, columns) for row in rows)}</table>"


def _path(head: _Rows, column: int) -> list[str]:
    """The names above a column, each once."""
    return list(dict.fromkeys(row[column] for row in head if column < len(row) and row[column]))


def _only_counts(rows: _Rows) -> bool:
    first = [row[0] for row in rows if row and row[0]]
    return bool(first) and all(cell.isdigit() and len(cell) <= _LONGEST_NUMBER for cell in first)


def _size(width: float) -> tuple[float, float]:
    """An upright page, or a lying one for what is wider."""
    wanted = width + 2 * MARGIN
    if wanted <= PAPER[0]:
        return PAPER
    wide = max(wanted, PAPER[1])
    return wide, wide / 2**0.5


def _width(text: str) -> float:
    """About how wide a cell of this text wants to be, in points."""
    signs = sum(1 if one.isascii() else 2 for one in text[:_LOOKED_AT])
    return min(signs * _LETTER_WIDTH, _MOST_CELL_WIDTH) + _CELL_PADDING


def _line(row: Sequence[str], columns: Sequence[int]) -> str:
    return f"<tr>{''.join(_cell(row[one] if one < len(row) else '', 'td') for one in columns)}</tr>"


def _head_cells(head: _Rows, number: int, columns: Sequence[int]) -> Iterator[str]:
    """The cells of a row of the head. What the row above says, too, stands there alone: of cells that fill several
    rows the engine draws no borders on which a reader could rely."""
    names = [[row[one] if one < len(row) else "" for one in columns] for row in head]
    at = 0
    while at < len(columns):
        end = _end_of_name(names, number, at)
        name = names[number][at]
        said = number > 0 and names[number - 1][at] == name
        yield _cell("" if said else name, "th", f' colspan="{end - at}"' if end - at > 1 else "")
        at = end


def _end_of_name(names: _Rows, number: int, at: int) -> int:
    """Up to which column the name at a place stands over what is named below it. What names columns itself stands
    over one, though its neighbour may be called the same."""
    end = at + 1
    if number + 1 < len(names) and names[number][at] and names[number + 1][at] != names[number][at]:
        while end < len(names[number]) and names[number][end] == names[number][at]:
            end += 1
    return end


def _cell(text: str, tag: str, spans: str = "") -> str:
    return f"<{tag}{spans}{unbroken(text)}>{breakable(escape(text))}</{tag}>"
