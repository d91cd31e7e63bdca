"""The rows of a column into blocks: paragraphs, titles, list items."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag_core.parse.order.rows import Part, is_askew, join

# Lengths in heights of the row.
_GAP = 0.6
_MORE_GAP = (0.4, 0.4, 0.55)
_MOST_GAP = 1.5
_SHORT = 2.0
_INDENT = 0.7
_MOST_INDENT = 6.0
_SAME_EDGE = 0.6
_CELL_GAP = 1.5
_ROW_GAP = 1.0
# Sizes of a text layer are exact, those of its boxes less so, those of boxes around recognised lines least.
_SIZE_STEP = (1.12, 1.3, 1.6)
_ENDS = ".。!！?？:：;；…．"
_QUOTES = "\"'”’」』）)]】"
_GUESSED = 2
ITEM = re.compile(
    r"[•●■◆▪▫·○◦►▶▷➢➤✓√❖*※–—-](?=\s|[^\W\d])"
    r"|[(（]?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[)）](?!\w)|(?:\d{1,3}|[a-zA-Z])[.、．](?=\s|[^\W\d])|[①-⑳]"
    r"|[(（][一二三四五六七八九十]{1,3}[)）]"
)
_SECTION = re.compile(r"(?:\d{1,2}[.、．]|[(（][\da-z]{1,2}[)）])\s*[^\W\d_a-z]")
_HANZI = "一二三四五六七八九十百零〇"
_NUMBERED = re.compile(
    rf"第\s*[{_HANZI}\d]{{1,5}}\s*[篇编部卷章节](?!\s*[的中和与及、，。])"
    rf"|附\s*[录件]\s*[{_HANZI}\dA-Z]{{0,3}}(?=\s|[:：]|$)|[{_HANZI}]{{1,3}}、|[(（][{_HANZI}]{{1,3}}[)）]"
    r"|(?:§\s*)?(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,4}\.?(?=\s*[^\W\d_a-z])"
    r"|(?i:(?:chapter|appendix|section|part|article)\s+(?:\d{1,3}|[ivxlc]{1,6}|[a-z])(?:\.\d+)*)(?=\s*[:.—–-]|\s|$)"
)
_CAPTION = re.compile(r"(?:[图表圖]|(?i:fig(?:ure)?\.?|table|exhibit|chart))\s*[\dA-Z][\d.\-–—]*(?![\d%])")
_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|·{4,}|_{4,}")
# What no title is: a caption, a list item, an address in the web, an equation, a line of a table of contents.
_NO_TITLES = (
    _CAPTION,
    re.compile(r"[•●■◆▪▫·○◦►▶▷➢➤✓√❖※]|(?:www\.|https?:)\S+$"),
    re.compile(r".*(?:[=∑∫≤≥≈]|(?:\.\s?){4,}|…{2,}|·{4,}|_{4,})"),
)
_LEAST_LETTERS = 3
_LATIN = "\u2e7f"
_TITLE_SIZE = (1.12, 1.25, 1.35)
_TITLE_CHARACTERS = 90
_NUMBERED_CHARACTERS = 60
_TITLE_LINES = 3


class Row(NamedTuple):
    """A row of a column, its parts joined. `doubt` is how little its size says: 0 where the type's is known,
    1 for a text layer's box, 2 for a recognised line's. `cells` is how many parts stand apart on it; `tabled`
    whether it follows a row of several closely, as the rows of a table do."""

    part: Part
    text: str
    size: float
    doubt: int
    cells: int
    tabled: bool


def rows_of(groups: Iterable[Sequence[Part]]) -> list[Row]:
    """The rows of a column, from top to bottom; each group is what stands on one, from left to right."""
    rows: list[Row] = []
    floor, tabled = -9.0, False
    for parts in groups:
        part = join(parts)
        height = part.y1 - part.y0
        cells = 1
        if len(parts) > 1:
            cells += sum([right.x0 - left.x1 > _CELL_GAP * height for left, right in pairwise(parts)])
        doubt = 0 if part.size else 1 if part.line.source == "text" else 2
        follows = tabled and part.y0 - floor < _ROW_GAP * height
        across = min(height, part.x1 - part.x0) if part.foreign else height
        rows.append(Row(part, part.line.text, part.size or max(across, 1e-6), doubt, cells, follows))
        floor, tabled = part.y1, follows or cells > 1
    return rows


@dataclass(frozen=True, slots=True)
class _Measure:
    """A column's right edge, and the white between two rows of a paragraph in heights."""

    right: float
    gap: float


def right_edge(rows: Sequence[Row]) -> float:
    """Where the text of a column ends on the right, whatever tables and figures stand in it."""
    text = [row.part.x1 for row in rows if row.part.block is None]
    return max(text or [row.part.x1 for row in rows])


def paragraphs(rows: Sequence[Row], right: float) -> Iterator[list[Row]]:
    """Rows that belong together: they follow closely in one size, and none begins anew. `right` is their column's
    right edge."""
    measure = _Measure(right, _usual_gap(rows))
    group: list[Row] = []
    for at, row in enumerate(rows):
        after = rows[at + 1] if at + 1 < len(rows) else None
        if group and _begins(group, row, after, measure):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _usual_gap(rows: Sequence[Row]) -> float:
    gaps = [
        gap
        for above, row in pairwise(rows)
        if -1 < (gap := (row.part.y0 - above.part.y1) / row.size) < _MOST_GAP
    ]
    gaps.sort()
    return gaps[len(gaps) // 2] if gaps else 0.0


def _begins(group: Sequence[Row], row: Row, after: Row | None, measure: _Measure) -> bool:
    """Whether the row begins a block of its own after the group."""
    last = group[-1]
    if last.part.alone or row.part.alone or _is_apart(last, row, measure):
        return True
    if is_numbered_title(row, measure.right) or is_numbered_title(last, measure.right):
        return True
    ended = has_ended(last.text)
    if not (ended or last.part.x1 < measure.right - _SHORT * last.size):
        return False
    if ITEM.match(row.text):
        return not ITEM.match(group[0].text)
    if _CAPTION.match(row.text):
        return True
    short = last.part.x1 < measure.right - _SHORT * last.size
    return ended and (short or _is_indented(last, row, after))


def _is_apart(last: Row, row: Row, measure: _Measure) -> bool:
    """Whether size, weight or white part the rows."""
    small, large = (last.size, row.size) if last.size < row.size else (row.size, last.size)
    doubt = last.doubt if last.doubt > row.doubt else row.doubt
    if large > _SIZE_STEP[doubt] * small:
        return True
    above, below = last.part, row.part
    usual = measure.gap + _MORE_GAP[row.doubt]
    if below.y0 - above.y1 > (usual if usual > _GAP else _GAP) * small:
        return True
    if above.bold == below.bold or last.cells + row.cells > 2:
        return False
    # What a text layer says of its type is sure; what is seen of strokes isn't.
    return (above.bold and doubt < _GUESSED) or above.x1 < measure.right - _SHORT * last.size


def _is_indented(last: Row, row: Row, after: Row | None) -> bool:
    """Whether the row's first word stands in from the rows above and below."""
    size = row.size
    if not _INDENT * size < row.part.x0 - last.part.x0 < _MOST_INDENT * size:
        return False
    return after is None or abs(after.part.x0 - last.part.x0) < _SAME_EDGE * size


def has_ended(text: str) -> bool:
    """Whether a sentence or a clause ends with the text."""
    return text.rstrip(_QUOTES)[-1:] in _ENDS


def is_numbered_title(row: Row, right: float) -> bool:
    """Whether the row is a title by its number: it stands alone on a line that it does not fill."""
    return (
        row.part.x1 < right - _SHORT * row.size
        and row.cells == 1
        and not row.tabled
        and len(row.text) <= _NUMBERED_CHARACTERS
        and _NUMBERED.match(row.text) is not None
        and _has_words(row.text)
        and not has_ended(row.text)
        and not _LEADERS.search(row.text)
    )


def is_caption(text: str) -> bool:
    """Whether the text begins as the captions of figures and tables do."""
    return _CAPTION.match(text) is not None


def may_be_title(text: str) -> bool:
    """Whether the text is none of the things that look like titles."""
    return _has_words(text) and not any([one.match(text) for one in _NO_TITLES])


def _has_words(text: str) -> bool:
    """Whether there is a word: two Chinese characters, or three letters."""
    return sum(2 if letter > _LATIN else 1 for letter in text if letter.isalpha()) >= _LEAST_LETTERS


def heads_section(before: Sequence[Row], rows: Sequence[Row], after: Sequence[Row]) -> bool:
    """Whether the rows, numbered as items of a list are, stand above text as a title does: "1. Introduction"."""
    return (
        len(rows) <= _TITLE_LINES - 1
        and len(after) > 1
        and not rows[0].tabled
        and rows[0].part.block is None
        and _SECTION.match(rows[0].text) is not None
        and not any([ITEM.match(row.text) for row in (*before[:1], *rows[1:], after[0])])
        and all([row.cells == 1 for row in (*rows, *after[:2])])
        and sum([len(row.text) for row in rows]) <= _NUMBERED_CHARACTERS
        and not has_ended(rows[-1].text)
    )


def is_list(rows: Sequence[Row]) -> bool:
    return ITEM.match(rows[0].text) is not None and all(row.cells == 1 for row in rows)


@dataclass(frozen=True, slots=True)
class Body:
    """The page's running text: its size, and whether it is bold."""

    size: float
    bold: bool


def is_title(rows: Sequence[Row], body: Body, right: float) -> bool:
    """Whether the rows are a title: short, and larger than the page's text, bolder, or numbered as titles are."""
    first = rows[0]
    if len(rows) > _TITLE_LINES or sum([len(row.text) for row in rows]) > _TITLE_CHARACTERS:
        return False
    if any([row.cells > 1 for row in rows]) or is_askew(first.part.line):
        return False
    if not may_be_title(first.text):
        return False
    if statistics.median(row.size for row in rows) > _TITLE_SIZE[first.doubt] * body.size:
        return True
    if len(rows) == 1 and is_numbered_title(first, right):
        return True
    bold = all(row.part.bold for row in rows) and not body.bold and not first.tabled
    return bold and not has_ended(rows[-1].text) and not ITEM.match(first.text)
