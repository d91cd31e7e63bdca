"""Rows of a table that are about somebody, before rows that only name them: the person's own, not those they manage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.quoted import asked_cell
from rag_core.ask.spans import SourceSentence
from rag_core.ask.words import keys, question_words
from rag_core.text import cell_spans

# So many cells at a row's beginning say whom or what it is about: a number and a name.
FIRST_CELLS = 2
# A row that only names whom another is about counts for at most so much of that one.
_ONLY_NAMED = 0.8
_TELLING = 0.6
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
