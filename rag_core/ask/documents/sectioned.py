"""What a part of a document says that the question asks for as a whole: its abstract, its conclusion, its limitations."""

from __future__ import annotations

from collections.abc import Iterator

from rag_core.ask.asked import Work
from rag_core.ask.documents.meant import Meant, meant, only, shown_of
from rag_core.ask.documents.sections import Section, asked_section, section_span
from rag_core.ask.evidence.entries import MOST_CHARACTERS, MOST_ENTRIES
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.pieces import joined_text, sentence_pieces
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading

# A title stands among so many of a document's first characters.
_TITLE_WITHIN = 300
# A document of more passages is not gone through for a title.
_MOST_PASSAGES = 3000


def sectioned(work: Work, question: str) -> Gathered | None:
    """The first sentences below the title that the question asks for, in the document that it means; None where it asks for
    something else, or no document that may be meant has such a title."""
    asked = asked_section(question)
    if asked is None:
        return None
    section, about = asked
    found = meant(work, question, about)
    return only(found, list(_told(question, section, found)))


def _told(question: str, section: Section, found: Meant) -> Iterator[Gathered]:
    for whole in found.documents:
        passages = whole[:_MOST_PASSAGES]
        text = joined_text(passages)
        if not found.is_named(passages, text[:_TITLE_WITHIN]):
            continue
        paths = {split_heading(passage.heading)[0] for passage in passages}
        span = section_span(section, text, {title for path in paths for title in path.split(PATH_MARK)})
        if span is not None:
            yield shown_of(question, passages, _first(text, *span))


def _first(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The (start, end) of the first sentences between these places, as many as can be quoted."""
    found: list[tuple[int, int]] = []
    room = MOST_CHARACTERS
    for low, high in sentence_pieces(text[start:end]):
        room -= high - low
        if found and (len(found) == MOST_ENTRIES or room < 0):
            break
        found.append((start + low, start + high))
    return found
