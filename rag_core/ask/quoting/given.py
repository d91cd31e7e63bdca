"""The field that a question asks for by its name, before lines that only name whose it is: on a pay slip, the row that gives
the net pay, not the line with the employee's name."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.evidence.labelled import asks_for, gives_field
from rag_core.ask.language.spans import SourceSentence, all_cells
from rag_core.text import is_row

# What belongs to a form stands no further off, in characters.
_PAGE = 1500


def given_field(question: str, ranked: Sequence[tuple[float, SourceSentence]]) -> SourceSentence | None:
    """The only sentence near the best one that gives a field of the name asked for. None where several do (a column of
    balances), or the best does."""
    if not ranked or _gives(question, ranked[0][1]):
        return None
    best = ranked[0][1]
    giving = [
        one
        for _, one in ranked
        if one.document_id == best.document_id
        and abs(one.start - best.start) <= _PAGE
        and _gives(question, one)
    ]
    return giving[0] if len(giving) == 1 else None


def _gives(question: str, sentence: SourceSentence) -> bool:
    """Whether the sentence has a field of that name, or is the row of a table of that name: a test among the results."""
    if gives_field(question, sentence.readable):
        return True
    cells = all_cells(sentence.raw) if is_row(sentence.raw) and sentence.header else []
    return sum(map(bool, cells)) > 1 and asks_for(question, cells)
