"""Rows of a table that are about somebody, before rows that only name them: the person's own, not those they manage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.spans import SourceSentence, all_cells
from rag_core.ask.language.words import Rarity, coverage, file_words, keys, question_words
from rag_core.ask.quoting.quoted import asked_cell
from rag_core.text import cell_spans, is_row

# So many cells at a row's beginning say whom or what it is about: a number and a name.
FIRST_CELLS = 2
# A row that only names whom another is about counts for at most so much of that one.
_ONLY_NAMED = 0.8
_TELLING = 0.6
# A row that the question names answers it when it says this share of it, with its columns' names and titles.
NAMES_FROM = 0.7
# That a code is shown is no more than that it is there.
_SHOWS = re.compile(
    r"显示|顯示|出现|出現|提示|代码|故障码?|处理|解决|\b(?:show|display|appear|do|mean|deal|must|need|get|should|have|has)(?:s|ed|n|ing)?\b",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"\bwhose\b|谁的|誰的", re.IGNORECASE)


def own_rows_first(
    question: str, ranked: Sequence[tuple[float, SourceSentence]]
) -> list[tuple[float, SourceSentence]]:
    """The ranking with rows that hold a name asked about only behind their first cells below those of the same table
    that it begins. Only where the question asks for a column, and not whose it is."""
    if _WHOSE.search(question):
        return list(ranked)
    told = {sentence: _told(question, sentence) for _, sentence in ranked if sentence.header}
    found: list[tuple[float, SourceSentence]] = []
    for score, sentence in ranked:
        first, further = told.get(sentence, (frozenset(), frozenset()))
        owners = [
            own
            for own, other in ranked
            if _same_table(sentence, other) and told[other][0] - first and told[other][0] <= further | first
        ]
        found.append((min([score, *(_ONLY_NAMED * own for own in owners)]) if further else score, sentence))
    return sorted(found, key=lambda pair: -pair[0])


def left_blank(question: str, best: Sequence[SourceSentence]) -> bool:
    """Whether the row of whom or what the question names has nothing in the column that it asks for, and none of the best
    sentences says it of them: another's figure would be no answer. A column that the other rows leave empty, too, was read
    together with the one beside it."""
    found = [(row, *_blank(question, row)) for row in best]
    blanks = [blank for row, at, blank in found if blank and _is_kept(best, row, at)]
    return any(not any(blank <= keys(one.led) for one in best) for blank in blanks)


def names_row(question: str, row: SourceSentence, rare: Rarity) -> bool:
    """Whether the question names what the table's row is about (净重, E04), and row, columns, titles and the file's name say
    enough of the rest: its cells answer, however short they are."""
    cells = all_cells(row.raw) if is_row(row.raw) else []
    own = keys(cells[0]) if cells else frozenset()
    if not own or not own <= keys(question) or not all(cells):
        return False
    told = keys(f"{file_words(row.filename)} {row.heading} {row.header} {row.text}")
    return coverage(question_words(_SHOWS.sub(" ", question)), told, rare) >= NAMES_FROM


def _is_kept(best: Sequence[SourceSentence], row: SourceSentence, at: int) -> bool:
    """Whether another row of its table has something in the column, if there is another."""
    others = [all_cells(one.raw) for one in best if one is not row and _same_table(one, row)]
    return not others or any(cells[at] for cells in others if len(cells) > at)


def _blank(question: str, row: SourceSentence) -> tuple[int, frozenset[str]]:
    """The column asked for, and the words of its name and of the row's first cell that is no number, where the question has
    all of the latter and the row leaves the former empty; else none."""
    names, cells = all_cells(row.header), all_cells(row.raw)
    named = next((cell for cell in cells[:FIRST_CELLS] if any(map(str.isalpha, cell))), "")
    owner = keys(named)
    if len(names) != len(cells) or not owner or not owner <= keys(question):
        return 0, frozenset()
    at = asked_cell(question, [(name, name) for name in names])
    return (at, owner | keys(names[at])) if at and not cells[at] else (0, frozenset())


def _told(question: str, row: SourceSentence) -> tuple[frozenset[str], frozenset[str]]:
    """Of the question's words that name no column, those in the row's first cells, and those in others; none
    where the question asks for no column."""
    cells, spans = row.cells, cell_spans(row.raw)
    asked = asked_cell(question, cells) if len(cells) == len(spans) else 0
    if not asked:
        return frozenset(), frozenset()
    new = {word.key for word in question_words(question) if word.weight >= _TELLING} - keys(row.header)
    said = [keys(row.raw[low:high]) & new for low, high in spans]
    first = frozenset().union(*said[:FIRST_CELLS])
    return first, frozenset().union(*said[FIRST_CELLS:])


def _same_table(one: SourceSentence, other: SourceSentence) -> bool:
    return bool(one.header) and (one.document_id, one.header) == (other.document_id, other.header)
