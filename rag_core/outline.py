"""What the parts of a document's text are: titles, tables, running heads, sentences that run over a page's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rag_core.headings import PATH_MARK, Headings, read_headings
from rag_core.pages import CELL_MARK
from rag_core.parse.order.furniture import furniture_spans
from rag_core.text import ends_sentence, flow, is_row, sentence_spans
from rag_core.types import LINE_BREAK, PAGE_BREAK, Block, Cell, Page, ParsedDocument

# Lines above a table that belong to it: its caption, its unit of measure.
_CAPTION_BLOCKS = 3
_CAPTION_CHARACTERS = 80
_HEADER_CHARACTERS = 300
_NAME_CHARACTERS = 30
# A column's name so short may end in a stop (Qty.); one so long is none.
_SHORT_NAME_CHARACTERS, _SENTENCE_CHARACTERS = 12, 60
# A line that names a part of the table may stand between names and amounts.
_ROWS_BELOW = 2
_FEW_COLUMNS = 2
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[年/–-].*)?|(?:\d{1,2}[./-]){2}\d{2,4}")
_DATE = re.compile(r"(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d")
# What the rows of a table of amounts are called.
_ROW_NAMES = re.compile(
    r"项\s*目|科\s*目|会计科目|指标(?:名称)?|项目名称|items?|particulars|line items?", re.IGNORECASE
)
# Periods and models that columns are called by, though most of what they consist of is digits.
_COLUMN_CODE = re.compile(
    r"\d{1,2}\s?月份?|(?:FY|Q[1-4]|H[12]|[1-4]Q|[12]H)\s?\d{2,4}|(?:19|20)\d\d[AE]|(?!CNY|EUR|GBP|HKD|JPY|RMB|USD)[A-Z]{1,3}\d{1,4}"
)
_DASH = re.compile(r"[-–—/]{1,2}")
_BESIDE_AMOUNT = re.compile(
    r"[\s()（）,.%+–—¥￥$€£-]|[百千万亿]{0,2}[元股]|[万亿]|RMB|CNY|USD|EUR|GBP|m(?:illio)?n"
)
# What may stand above the rest of a table on the next page.
_CONTINUED = re.compile(r"续|續|continued|cont['’]?d", re.IGNORECASE)
# A sentence that begins further than this before the end of its page is cut there.
_RUNNING_CHARACTERS = 400
_UNTITLED = Headings((), ())


@dataclass(frozen=True, slots=True)
class Table:
    """A table at document.text[start:end], its caption at [caption:start]; `header` is what its columns are
    called, as the text has it."""

    caption: int
    start: int
    end: int
    header: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """How many columns a table has, and what they are called."""

    count: int
    header: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Spans and places in a document's text, each in order. `left_out`: belongs into no chunk. `cuts`: near
    each page's end, where no sentence is cut."""

    headings: Headings = _UNTITLED
    tables: tuple[Table, ...] = ()
    left_out: tuple[tuple[int, int], ...] = ()
    cuts: tuple[int, ...] = ()


def read_outline(document: ParsedDocument) -> Outline:
    """The outline of a document."""
    left_out = furniture_spans(document)
    out = frozenset(left_out)
    tables: list[Table] = []
    cuts: list[int] = []
    offset = 0
    columns: _Columns | None = None
    for page, after in zip_longest(document.pages, document.pages[1:]):
        found = list(_tables(page, offset, out, columns))
        columns = _columns_at_end(page, offset, out, found)
        tables += found
        end = offset + len(page.text) + len(PAGE_BREAK)
        next_blocks = _shown(after, end, out) if after else []
        cuts.append(_cut(page, offset, out, bool(next_blocks) and next_blocks[0][2].kind == "text"))
        offset = end
    return Outline(read_headings(document, left_out), tuple(tables), left_out, tuple(cuts[:-1]))


def table_heading(path: str, header: str) -> str:
    """The heading of a part of a table: the nearest title and what the columns are called."""
    return PATH_MARK.join(part for part in (path.rsplit(PATH_MARK, 1)[-1], header) if part)


def split_heading(heading: str) -> tuple[str, str]:
    """A chunk's heading as its path of titles and the header of its table ("" where it is no table's)."""
    if is_row(heading):
        return "", heading
    path, mark, header = heading.partition(PATH_MARK + CELL_MARK)
    return path, CELL_MARK + header if mark else ""


def _tables(
    page: Page, offset: int, left_out: frozenset[tuple[int, int]], before: _Columns | None
) -> Iterator[Table]:
    """`before`: of the table that the page before ends with."""
    above: list[int] = []
    in_titles = False
    for start, end, block in page.block_spans():
        span = offset + start, offset + end
        if block.kind == "table" and block.cells:
            goes_on = before is not None and before.count == _column_count(block)
            inherited = before.header if before and goes_on else ""
            yield from _parts(block, span[0], min(above[-_CAPTION_BLOCKS:], default=span[0]), inherited)
            above, before, in_titles = [], None, False
        elif end > start and span not in left_out:
            begins = block.kind == "title" and not in_titles
            above = [*([] if begins else above), span[0]] if _may_be_caption(block) else []
            in_titles = block.kind == "title"
            before = before if _CONTINUED.search(block.text[:_CAPTION_CHARACTERS]) else None


def _columns_at_end(
    page: Page, offset: int, left_out: frozenset[tuple[int, int]], tables: Sequence[Table]
) -> _Columns | None:
    """The columns of the table that is the last to stand on the page; None where something else is."""
    shown = _shown(page, offset, left_out)
    last = shown[-1][2] if shown else None
    if last is None or not last.cells or not tables[-1].header:
        return None
    return _Columns(_column_count(last), tables[-1].header)


def _parts(block: Block, start: int, caption: int, inherited: str) -> Iterator[Table]:
    """The table, parted where a row in the middle of it names the columns anew. `inherited` names them where
    it does not do so itself: its first row may be the end of the last one on the page before."""
    heads = {row for row in block.rows if row >= max(block.header_rows, 1) and _names_columns(block, row)}
    header = _header(block, range(block.header_rows))
    if not header or (inherited and _is_rest(header)):
        header = inherited
    begin = caption
    at = start
    for row, line in zip(block.rows, block.text.split(LINE_BREAK), strict=True):
        if row in heads:
            yield Table(begin, max(begin, start), at - len(LINE_BREAK), header)
            begin, header = at, _header(block, range(row, row + 1))
        at += len(line) + len(LINE_BREAK)
    yield Table(begin, max(begin, start), start + len(block.text), header)


def _names_columns(table: Block, row: int) -> bool:
    """Whether the row looks like a header: words in several columns, amounts below, and either nothing in the first
    column, which alone a label over several rows leaves too, or above it a line that names a new part."""
    filled = _filled(table, row)
    words = all(not _is_amount(text) and len(text) <= _NAME_CHARACTERS for _, text in filled)
    if not words or len(filled) < 2:
        return False
    if all(cell.column > 0 for cell, _ in filled):
        in_label = any(cell.column == 0 and cell.row < row <= cell.row_end for cell in table.cells)
        below = [one for after in range(row + 1, row + 1 + _ROWS_BELOW) for one in _filled(table, after)]
        return not in_label and any(_is_amount(text) for cell, text in below if cell.column > 0)
    amounts_below = any(_is_amount(text) for _, text in _filled(table, row + 1))
    return len(filled) > 2 and len(_filled(table, row - 1)) == 1 and amounts_below


def _filled(table: Block, row: int) -> list[tuple[Cell, str]]:
    cells = ((cell, _said(table, cell)) for cell in table.rows.get(row, ()))
    return [(cell, text) for cell, text in cells if text]


def _said(table: Block, cell: Cell) -> str:
    return flow(LINE_BREAK.join(line.text for line in table.lines[cell.first : cell.last]))


def _is_amount(text: str) -> bool:
    return not _YEAR.fullmatch(text) and 2 * sum(map(str.isdigit, text)) > len(text.replace(" ", ""))


def _header(table: Block, rows: range) -> str:
    """What each column is called, as a row: the path of the header's rows above it, without those that name
    the whole table; "" where they hold amounts or the first of a list of facts, and so are none."""
    columns = _column_count(table)
    if rows.start == 0 and _is_list_of_facts(table):
        return ""
    names: list[list[str]] = [[] for _ in range(columns)]
    for cell in (cell for row in rows for cell in table.rows.get(row, ())):
        if cell.column_end - cell.column + 1 < columns or columns == 1:
            text = _said(table, cell)
            # In the first column a code is rather what a row is called by.
            if _is_amount(text) and not (cell.column and _COLUMN_CODE.fullmatch(text)):
                return ""
            for column in range(cell.column, cell.column_end + 1):
                names[column] += [text] if text else []
    if not any(names):
        return ""
    paths = (PATH_MARK.join(dict.fromkeys(parts)) for parts in names)
    row = CELL_MARK + CELL_MARK.join(f"{path} " if path else "" for path in paths) + CELL_MARK
    return _whole_names(row.rstrip())


def _whole_names(row: str) -> str:
    """As many of the names as there is room for; a part of one would be another."""
    if len(row) <= _HEADER_CHARACTERS:
        return row
    return row[: row.rfind(CELL_MARK.rstrip(), 0, _HEADER_CHARACTERS) + 1] or row[:_HEADER_CHARACTERS]


def _is_list_of_facts(table: Block) -> bool:
    """Whether each row of two columns is a caption and what it names: all captions end with a colon, or beside the
    first stands a date, over what are mostly no amounts."""
    rows = [tuple(text for _, text in _filled(table, row)) for row in table.rows]
    if _column_count(table) != 2 or len(rows) < 2:
        return False
    if all(row and row[0].endswith((":", "：")) for row in rows):
        return True
    if len(rows[0]) < 2 or not _DATE.match(rows[0][1]) or _ROW_NAMES.fullmatch(rows[0][0]):
        return False
    beside = [row[1] for row in rows[1:] if len(row) == 2]
    return 2 * sum(map(_is_sum, beside)) < max(len(beside), 1)


def _is_sum(text: str) -> bool:
    """Whether the cell holds an amount, whatever signs and units stand with it, or the dash for none."""
    return bool(_DASH.fullmatch(text)) or (not _DATE.match(text) and _is_amount(_BESIDE_AMOUNT.sub("", text)))


def _is_rest(header: str) -> bool:
    """Whether what stands where the columns are named is rather the rest of a row: a sentence, or its end."""
    names = [name.strip() for name in header.strip(CELL_MARK.strip()).split(CELL_MARK.strip())]
    long = [name for name in names if len(name) > _SHORT_NAME_CHARACTERS]
    few = 2 * sum(map(bool, names)) <= len(names)
    # Names of columns may be written small, but then each column has one.
    partly = len(names) <= _FEW_COLUMNS or not all(names)
    return any(
        few or (partly and name[0].islower()) or ends_sentence(name) or len(name) > _SENTENCE_CHARACTERS
        for name in long
    )


def _column_count(table: Block) -> int:
    return 1 + max(cell.column_end for cell in table.cells)


def _may_be_caption(block: Block) -> bool:
    text = block.text
    return len(text) <= _CAPTION_CHARACTERS and (block.kind == "title" or not ends_sentence(text))


def _shown(page: Page, offset: int, left_out: frozenset[tuple[int, int]]) -> list[tuple[int, int, Block]]:
    """The page's blocks with their spans in its text, without empty ones and what is left out."""
    return [
        (start, end, block)
        for start, end, block in page.block_spans()
        if end > start and (offset + start, offset + end) not in left_out
    ]


def _cut(page: Page, offset: int, left_out: frozenset[tuple[int, int]], text_follows: bool) -> int:
    """Where the page's text may be parted from the next page's: before titles that stand last on it, and before a
    sentence that runs on, which it does into text only: titles, entries of lists, tables and pictures begin anew."""
    end = len(page.text)
    blocks = _shown(page, offset, left_out)
    for start, _, block in reversed(blocks):
        if block.kind != "title" or start == blocks[0][0]:
            break
        end = start
    body = page.text[:end].rstrip()
    if (
        text_follows
        and end == len(page.text)
        and blocks
        and body
        and blocks[-1][2].kind in ("text", "list")
        and not ends_sentence(body)
    ):
        base = max(len(body) - 2 * _RUNNING_CHARACTERS, 0)
        start, _ = sentence_spans(body[base:])[-1]
        if len(body) - base - start <= _RUNNING_CHARACTERS and base + start > 0:
            end = base + start
    return offset + end
