"""Documents laid open sentence by sentence, to show of them what a question asks for, wherever in them that stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rag_core.ask.asked import Work
from rag_core.ask.evidence.gather import Gathered, sentences_in
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import rarity
from rag_core.ask.pointing.pointed import pointed
from rag_core.types import Evidence, Hit, Passage

# Documents that are looked at, those found first; a longer one is not gone through.
_LOOKED_AT, _PASSAGES = 6, 60


def found_whole(work: Work, question: str) -> list[Sequence[Passage]]:
    """All passages of each document that the question points to, else of those found first for it; without long ones."""
    place = pointed(question, work.means.files(work.asked))
    if place is not None:
        ids: Sequence[int] = place.document_ids
    else:
        ids = [hit.passage.document_id for hit in work.means.search(question, work.asked).hits]
    found = (work.means.whole(one) for one in list(dict.fromkeys(ids))[:_LOOKED_AT])
    return [one for one in found if one and len(one) <= _PASSAGES]


def laid_open(question: str, documents: Sequence[Sequence[Passage]]) -> Gathered:
    """The documents' sentences, a piece of evidence for each document; none is shown."""
    evidence = tuple(
        Evidence(number, Hit(passages[0], 1.0, 0.0, 0.0, 0, 0), tuple(passages))
        for number, passages in enumerate(documents, 1)
    )
    rare = rarity(passage.text for one in documents for passage in one)
    return Gathered(question, evidence, tuple(sentences_in(question, evidence, rare)), rare)


def showing(gathered: Gathered, shown: Collection[SourceSentence]) -> Gathered:
    """The evidence with these of its sentences shown and no others; without documents that none of them is of, where some
    are."""
    kept = {one.number for one in shown} or {one.number for one in gathered.sentences}
    return Gathered(
        gathered.question,
        tuple(one for one in gathered.evidence if one.number in kept),
        tuple(replace(one, shown=one in shown) for one in gathered.sentences if one.number in kept),
        gathered.rare,
    )
