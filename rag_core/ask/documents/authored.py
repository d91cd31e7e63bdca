"""Who wrote a document, answered from the lines between its title and its text that name its authors."""

from __future__ import annotations

from collections.abc import Iterator

from rag_core.ask.asked import Work
from rag_core.ask.documents.bylines import asks_author, bylines, without_kind
from rag_core.ask.documents.meant import OPENING, Meant, meant, only, says, shown_of
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.pieces import joined_text


def authored(work: Work, question: str) -> Gathered | None:
    """The opening of the document whose author the question asks for, shown in it the lines that name who wrote it; None
    where it asks for something else, for the author of a work that documents only cite, or no such line is found."""
    named = asks_author(question)
    if named is None:
        return None
    found = meant(work, question, without_kind(named))
    return only(found, list(_named(question, named, found)))


def _named(question: str, named: str, found: Meant) -> Iterator[Gathered]:
    for passages in found.documents:
        opening = passages[:OPENING]
        text = joined_text(opening)
        spans = bylines(text)
        title = text[: spans[-1][1]] if spans else ""
        if spans and found.is_named(opening, title, found.cites(named) and not says(named, [title])):
            yield shown_of(question, opening, spans)
