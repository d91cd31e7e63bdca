"""Who wrote a document, answered from the lines between its title and its text that name its authors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.ask.asked import Work
from rag_core.ask.bylines import asks_author, bylines, without_kind
from rag_core.ask.evidence import Gathered, context_of
from rag_core.ask.pieces import joined_text, source_sentence
from rag_core.ask.pointed import pointed
from rag_core.ask.words import Rarity, coverage, keys, question_words, rarity
from rag_core.text import flow, normalise
from rag_core.types import Evidence, Hit, Passage

# A document is the one whose author is asked for when its name and title hold this share of the words that name it, or
# nearly all are in its opening.
NAMED, NEARLY_ALL = 0.7, 0.95
# So many passages of a document hold its opening; so many of those found first are looked at.
_OPENING, _LOOKED_AT = 3, 6


def authored(work: Work, question: str) -> Gathered | None:
    """The opening of the document whose author the question asks for, shown in it the lines that name who wrote it; None
    where it asks for something else, for the author of a work that documents only cite, or no such line is found."""
    named = asks_author(question)
    if named is None:
        return None
    about = without_kind(named)
    hits = work.means.search(about, work.asked).hits if about else ()
    documents = [work.means.whole(document_id) for document_id in _meant(work, question, hits)]
    openings = [passages[:_OPENING] for passages in documents if passages]
    rare = rarity(passage.text for opening in openings for passage in opening)
    cited = _says(named, [hit.passage.text for hit in hits])
    for opening in openings:
        text = joined_text(opening)
        spans = bylines(text)
        if not spans:
            continue
        title = f"{context_of(opening[0].filename, opening[0].heading)} {text[: spans[-1][1]]}"
        known, said = (_share(about, held, rare) for held in (title, f"{title} {text}"))
        only_cited = cited and not _says(named, [title])
        if known >= NEARLY_ALL or (not only_cited and (known >= NAMED or said >= NEARLY_ALL)):
            return _gathered(question, opening, text, spans)
    return None


def _share(about: str, text: str, rare: Rarity) -> float:
    """The share of the words that name a document which the text holds; 1 for no words."""
    return coverage(question_words(about), keys(text), rare) if about else 1.0


def _says(named: str, texts: Sequence[str]) -> bool:
    """Whether one of the texts has these very words."""
    said = normalise(flow(named))
    return bool(said) and any(said in normalise(flow(text)) for text in texts)


def _meant(work: Work, question: str, hits: Sequence[Hit]) -> Sequence[int]:
    """The ids of the documents that may be meant, likeliest first: what the question points to, what is found for the
    words that name it, else what the last answer cites or the only one there is."""
    files = work.means.files(work.asked)
    place = pointed(question, files)
    if place is not None:
        return place.document_ids
    if hits:
        return list(dict.fromkeys(hit.passage.document_id for hit in hits))[:_LOOKED_AT]
    last = next((turn.answer.citations for turn in work.asked.turns[::-1] if turn.answer.citations), ())
    cited = list(dict.fromkeys(citation.document_id for citation in last))
    return cited or ([files[0].document_id] if len(files) == 1 else [])


def _gathered(
    question: str, opening: Sequence[Passage], text: str, spans: Sequence[tuple[int, int]]
) -> Gathered:
    """The opening, which reads `text`, as evidence; the spans of it are shown."""
    base = opening[0].start
    shown = tuple(
        replace(source_sentence(1, opening[0], (base + start, base + end), text[start:end], 1.0), shown=True)
        for start, end in spans
    )
    evidence = Evidence(1, Hit(opening[0], 1.0, 0.0, 0.0, 0, 0), tuple(opening))
    return Gathered(question, (evidence,), shown, rarity(passage.text for passage in opening))
