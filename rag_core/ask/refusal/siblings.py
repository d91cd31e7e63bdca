"""Whether a question asks for a row that a table lacks, by the word that its other rows have in common (adoption leave among kinds of
leave, 学生卡 among cards)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.language.spans import all_cells
from rag_core.ask.language.words import keys, words
from rag_core.outline import split_heading
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk, is_row
from rag_core.types import Passage

# So many rows that share a word make a kind.
_KIND = 2
_TELLING = 0.6
_BRACKETED = re.compile(r"\s*[（(][^（()）]*[)）]")
# What leads up to a noun and the word that tells it from others of its kind; and what follows the noun.
_LEAD = r"\b(?:the|an?|for|of|on|is|does|my|our|your|take|get|have) "
_ENDS_ZH = r"(?=的|多少|多[大长久高]|是|要|有|几|什么|怎|能|可|需|[，,？?]|$)"
# Characters of counting and asking tell nothing from others of its kind.
_COUNTING = re.compile("[一二三四五六七八九十两几每各这那哪某张个种类款些么什怎样办买退转用的了吗和与或及]")


@dataclass(frozen=True, slots=True)
class _Table:
    """The name of a table's first column, and what stands in it."""

    column: str
    rows: tuple[str, ...]


def missing_row(question: str, passages: Sequence[Passage]) -> str:
    """The row that the question asks for and no table of the passages has, as it is written there, where several rows are of its
    kind, none of them is named and nothing else in them has the word that tells it from those; "" for none."""
    asked = simplify(question)
    find = _zh if is_cjk(question) else _en
    for table in _tables(passages):
        if _names_one(asked, table.rows):
            continue
        for row, which in find(asked, table):
            if not any(_says(one, which) for one in passages):
                return row
    return ""


def _says(passage: Passage, which: str) -> bool:
    """Whether the passage has the word."""
    text = f"{passage.filename}\n{passage.heading}\n{passage.text}"
    if is_cjk(which):
        return which in simplify(text)
    return not keys(text).isdisjoint(keys(which))


def _tables(passages: Iterable[Passage]) -> Iterator[_Table]:
    for passage in passages:
        names = all_cells(split_heading(passage.heading)[1])
        lines = (all_cells(line) for line in passage.text.split("\n") if is_row(line))
        rows = [cells for cells in lines if len(cells) == len(names) > 1 and cells != names]
        if rows:
            first = (simplify(_BRACKETED.sub("", cells[0]).strip()) for cells in rows)
            yield _Table(simplify(names[0]).strip(), tuple(cell for cell in first if cell))


def _names_one(question: str, rows: Iterable[str]) -> bool:
    """Whether the question has all the words of one of the rows' names."""
    asked = keys(question)
    return any(row in question if is_cjk(row) else bool(keys(row)) and keys(row) <= asked for row in rows)


def _zh(question: str, table: _Table) -> Iterator[tuple[str, str]]:
    """What may be a row of the table's kind, with the word that tells it from others."""
    shared = Counter(row[-size:] for row in table.rows for size in (2, 1) if len(row) > size)
    for kind, count in shared.items():
        if count < _KIND or not is_cjk(kind):
            continue
        for found in re.finditer(rf"([{CJK}]{{1,2}}){re.escape(kind)}{_ENDS_ZH}", question):
            if not _COUNTING.search(found[1]):
                yield found.group(), found[1]


def _en(question: str, table: _Table) -> Iterator[tuple[str, str]]:
    last = Counter(row.split()[-1].lower() for row in table.rows if len(row.split()) > 1)
    kinds = [word for word, count in last.items() if count >= _KIND]
    column = table.column.split()[-1].lower() if table.column else ""
    for kind in (one for one in (*kinds, column) if one.isalpha()):
        for found in re.finditer(
            rf"{_LEAD}(?P<row>(?P<which>[a-z-]{{3,}}) {kind})\b", question, re.IGNORECASE
        ):
            if any(word.weight >= _TELLING for word in words(found["which"])):
                yield found["row"], found["which"]
