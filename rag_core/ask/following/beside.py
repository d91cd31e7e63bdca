"""What stands beside what earlier answers of the conversation quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.asked import Work
from rag_core.ask.evidence.gather import Gathered, sentences_in
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import rarity
from rag_core.types import Citation, Evidence, Hit, Turn

# A document of more passages is not gone through.
_MOST_PASSAGES = 3000
# So many passages before and after one that is cited.
_REACH = 1


@dataclass(frozen=True, slots=True)
class Beside:
    """The evidence beside what was quoted, which of its sentences answer, and the question whose words are marked in one."""

    gathered: Gathered
    answers: tuple[SourceSentence, ...]
    asked: str


def around_quotes(work: Work, searched: str, turns: Sequence[Turn]) -> tuple[Gathered, frozenset[int]] | None:
    """The sentences of the passages that these turns' answers quote, and of those beside them, as evidence for the question
    `searched`, none shown, and which of them were quoted; None where they are in no document that can be searched."""
    able = {one.document_id for one in work.means.files(work.asked)}
    cited = [one for turn in turns for one in turn.answer.citations if one.document_id in able]
    evidence = _evidence(work, cited)
    rare = rarity(passage.text for item in evidence for passage in item.passages)
    sentences = tuple(sentences_in(searched, evidence, rare))
    quoted = frozenset(
        at for at, one in enumerate(sentences) if any(_overlaps(one, citation) for citation in cited)
    )
    return (Gathered(searched, evidence, sentences, rare), quoted) if quoted else None


def shown(gathered: Gathered, places: Iterable[int], answers: Sequence[int], asked: str) -> Beside:
    """The evidence with the sentences at these places shown, of which those at `answers` are quoted."""
    among = frozenset(places)
    made = tuple(replace(one, shown=at in among) for at, one in enumerate(gathered.sentences))
    return Beside(replace(gathered, sentences=made), tuple(made[at] for at in answers), asked)


def quoted_again(work: Work, searched: str, turns: Sequence[Turn]) -> Beside | None:
    """What these turns' answers quote; None where it can't be searched any more."""
    found = around_quotes(work, searched, turns)
    return shown(found[0], found[1], sorted(found[1]), searched if len(turns) == 1 else "") if found else None


def _evidence(work: Work, cited: Sequence[Citation]) -> tuple[Evidence, ...]:
    """The passages that are cited and those beside them, a piece of evidence a document."""
    found: list[Evidence] = []
    for document_id in dict.fromkeys(one.document_id for one in cited):
        whole = work.means.whole(document_id)[:_MOST_PASSAGES]
        homes = [
            at
            for at, passage in enumerate(whole)
            if any(
                one.start < passage.end and passage.start < one.end
                for one in cited
                if one.document_id == document_id
            )
        ]
        near = sorted({at + by for at in homes for by in range(-_REACH, _REACH + 1)} & set(range(len(whole))))
        if near:
            hit = Hit(whole[homes[0]], 1.0, 0.0, 0.0, 0, 0)
            found.append(Evidence(len(found) + 1, hit, tuple(whole[at] for at in near)))
    return tuple(found)


def _overlaps(one: SourceSentence, citation: Citation) -> bool:
    return one.document_id == citation.document_id and one.start < citation.end and citation.start < one.end
