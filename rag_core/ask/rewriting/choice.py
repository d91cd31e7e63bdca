"""Which of two searches to answer from: the question's as it was asked, or its rewrite's."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.language.words import Rarity, Word, coverage, keys, question_words, rarity
from rag_core.ask.rewriting.rewrite import Proposal
from rag_core.text import is_row, sentence_spans
from rag_core.types import Hit

# How far below the raw question's best passage the rewrite's may score, for a question that may lean on the
# conversation. A rewrite asks for more words than the question did: equal scores mean that it found them.
MARGIN = 0.05
# The share of the question's own words that the rewrite's best passage must hold: as many as the raw search's
# best, up to the first; and in any case the second, or it would answer something else.
OWN_WORDS, FEWEST_OWN_WORDS = 0.2, 0.1
# A passage that holds this share of the question's words can answer it as it was asked.
ALL_WORDS = 0.9
# The words of the question that a sentence with what was added may lack, of those that some sentence holds.
FEWER_WORDS = 0.1


def choose(question: str, proposal: Proposal, raw: Sequence[Hit], rewritten: Sequence[Hit]) -> bool:
    """Whether to answer from the rewrite's search (both best first).

    A question that can't stand alone is always searched as rewritten. For any other, the rewrite's best
    passage must fit its question about as well as the raw search's best one fits the raw question, hold as
    much of what was asked, and something of what was added: a question on something new must not be answered
    from the old subject. Where both find the same passage best, what was added could only lead to another of its
    sentences: one must say both, and the passage not hold already all that was asked.
    """
    if not rewritten or proposal.certain:
        return bool(rewritten)
    if raw and rewritten[0].score < raw[0].score - MARGIN:
        return False
    rare = rarity(hit.passage.text for hit in (*raw, *rewritten))
    asked = question_words(question)
    found = coverage(asked, _held(raw[0]), rare) if raw else 1.0
    added = [word for word in question_words(proposal.searched) if word.key not in keys(question)]
    if raw and raw[0].passage.id == rewritten[0].passage.id:
        return found < ALL_WORDS and _said_together(asked, added, rewritten[0], rare)
    own = coverage(asked, _held(rewritten[0]), rare)
    gained = not added or coverage(added, _held(rewritten[0]), rare) > 0
    return gained and own >= max(min(OWN_WORDS, found), FEWEST_OWN_WORDS)


def _said_together(asked: Sequence[Word], added: Sequence[Word], hit: Hit, rare: Rarity) -> bool:
    """Whether a sentence of the passage that holds as much of the question as any holds something of what was added
    to it, by itself or by the titles above it."""
    above = keys(f"{hit.passage.filename} {hit.passage.heading}")
    sentences = [said | above for said in _sentences(hit.passage.text)]
    shares = [coverage(asked, said, rare) for said in sentences]
    enough = max(shares, default=0.0) - FEWER_WORDS
    return any(
        share >= enough and share > 0 and coverage(added, said, rare) > 0
        for said, share in zip(sentences, shares, strict=True)
    )


def _sentences(text: str) -> list[frozenset[str]]:
    """The words of each sentence; a table's row has those of its first row, too."""
    said = [text[start:end] for start, end in sentence_spans(text)]
    header = next((one for one in said if is_row(one)), "")
    return [keys(f"{header}\n{one}" if is_row(one) else one) for one in said]


def _held(hit: Hit) -> frozenset[str]:
    return keys(f"{hit.passage.filename} {hit.passage.heading} {hit.passage.text}")
