"""Which of two searches to answer from: the question's as it was asked, or its rewrite's."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.rewrite import Proposal
from rag_core.ask.words import coverage, keys, question_words, rarity
from rag_core.types import Hit

# How far below the raw question's best passage the rewrite's may score, for a question that may lean on the
# conversation. A rewrite asks for more words than the question did: equal scores mean that it found them.
MARGIN = 0.05
# The share of the question's own words that the rewrite's best passage must hold: as many as the raw search's
# best, up to the first; and in any case the second, or it would answer something else.
OWN_WORDS, FEWEST_OWN_WORDS = 0.2, 0.1
# A passage that holds this share of the question's words can answer it as it was asked.
ALL_WORDS = 0.9


def choose(question: str, proposal: Proposal, raw: Sequence[Hit], rewritten: Sequence[Hit]) -> bool:
    """Whether to answer from the rewrite's search (both best first).

    A question that can't stand alone is always searched as rewritten. For any other, the rewrite's best
    passage must fit its question about as well as the raw search's best one fits the raw question, hold as
    much of what was asked, and something of what was added: a question on something new must not be answered
    from the old subject. Where both find the same passage best and it holds all that was asked, what was added
    could only lead to another of its sentences.
    """
    if not rewritten or proposal.certain:
        return bool(rewritten)
    if raw and rewritten[0].score < raw[0].score - MARGIN:
        return False
    rare = rarity(hit.passage.text for hit in (*raw, *rewritten))
    asked = question_words(question)
    found = coverage(asked, _held(raw[0]), rare) if raw else 1.0
    if raw and raw[0].passage.id == rewritten[0].passage.id and found >= ALL_WORDS:
        return False
    own = coverage(asked, _held(rewritten[0]), rare)
    added = [word for word in question_words(proposal.searched) if word.key not in keys(question)]
    gained = not added or coverage(added, _held(rewritten[0]), rare) > 0
    return gained and own >= max(min(OWN_WORDS, found), FEWEST_OWN_WORDS)


def _held(hit: Hit) -> frozenset[str]:
    return keys(f"{hit.passage.filename} {hit.passage.heading} {hit.passage.text}")
