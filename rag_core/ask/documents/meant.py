"""Which documents a question about a document as such may mean: who wrote it, what its conclusion is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag_core.ask.asked import Work
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.pieces import joined_text, source_sentence
from rag_core.ask.language.words import Rarity, coverage, keys, question_words, rarity
from rag_core.ask.pointing.pointed import pointed
from rag_core.text import flow, normalise
from rag_core.types import Evidence, Hit, Passage

# A document is meant when its name and title hold this share of the words that name it, or nearly all are in its opening.
NAMED, NEARLY_ALL = 0.7, 0.95
# So many passages of a document hold its opening; so many of those found first are looked at.
OPENING, _LOOKED_AT = 3, 6


@dataclass(frozen=True, slots=True)
class Meant:
    """Documents that may be meant by the words `about` that name one ("" for none), as all passages of each, likeliest
    first, and the passages that a search for these words found. `guessed`: nothing says which of them is meant."""

    about: str
    documents: tuple[Sequence[Passage], ...]
    found: tuple[Passage, ...]
    rare: Rarity
    guessed: bool

    def is_named(self, passages: Sequence[Passage], title: str, only_cited: bool = False) -> bool:
        """Whether the words name this document, which opens with `title`; `only_cited`: documents have them, but as another
        one's title."""
        if not self.about:
            return True
        title = f"{context_of(passages[0].filename, passages[0].heading)} {title}"
        opening = f"{title} {joined_text(passages[:OPENING])}"
        wanted = question_words(self.about)
        known, said = (coverage(wanted, keys(held), self.rare) for held in (title, opening))
        return known >= NEARLY_ALL or (not only_cited and (known >= NAMED or said >= NEARLY_ALL))

    def cites(self, named: str) -> bool:
        """Whether a passage that was found has these very words."""
        return says(named, [passage.text for passage in self.found])


def says(named: str, texts: Sequence[str]) -> bool:
    """Whether one of the texts has these very words."""
    said = normalise(flow(named))
    return bool(said) and any(said in normalise(flow(text)) for text in texts)


def meant(work: Work, question: str, about: str) -> Meant:
    """The documents that the question points to; else those found for the words that name one; else what the last answer
    cites, or the only one there is; else those found for the question."""
    files = work.means.files(work.asked)
    place = pointed(question, files)
    hits = work.means.search(about, work.asked).hits if about else ()
    last = next((turn.answer.citations for turn in work.asked.turns[::-1] if turn.answer.citations), ())
    if place is not None:
        ids: Sequence[int] = place.document_ids
    elif about:
        ids = [hit.passage.document_id for hit in hits]
    else:
        alone = [one.document_id for one in files] if len(files) == 1 else []
        ids = [citation.document_id for citation in last] or alone
    guessed = not ids and not about
    if guessed:
        ids = [hit.passage.document_id for hit in work.means.search(question, work.asked).hits]
    documents = tuple(filter(None, map(work.means.whole, list(dict.fromkeys(ids))[:_LOOKED_AT])))
    rare = rarity(passage.text for one in documents for passage in one[:OPENING])
    return Meant("" if place else about, documents, tuple(hit.passage for hit in hits), rare, guessed)


def only(found: Meant, told: Sequence[Gathered]) -> Gathered | None:
    """Of what documents tell the first; where nothing says which of them is meant, only what no other one tells, too."""
    return told[0] if told and (len(told) == 1 or not found.guessed) else None


def shown_of(question: str, passages: Sequence[Passage], spans: Sequence[tuple[int, int]]) -> Gathered:
    """The (start, end) spans of the passages' joined text as evidence, each shown as a sentence of the passage in which it
    begins."""
    text, base = joined_text(passages), passages[0].start
    homes = [
        next(passage for passage in reversed(passages) if passage.start - base <= start) for start, _ in spans
    ]
    numbers = {home: number for number, home in enumerate(dict.fromkeys(homes), 1)}
    made = [
        source_sentence(numbers[home], home, (base + start, base + end), text[start:end], 1.0)
        for home, (start, end) in zip(homes, spans, strict=True)
    ]
    evidence = tuple(
        Evidence(number, Hit(home, 1.0, 0.0, 0.0, 0, 0), (home,)) for home, number in numbers.items()
    )
    shown = tuple(replace(one, shown=True) for one in made)
    return Gathered(question, evidence, shown, rarity(home.text for home in numbers))
