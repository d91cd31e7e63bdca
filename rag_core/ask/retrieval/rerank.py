"""The best hits put in the order in which a reranker finds that they answer the question."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag_core.protocols import Reranker
from rag_core.types import Hit

RERANKED = 20


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The first RERANKED hits by the reranker's score, which becomes theirs; the rest follow as they were,
    their scores scaled to stay below."""
    head, rest = hits[:RERANKED], hits[RERANKED:]
    if not head:
        return ()
    scores = reranker.score(question, [hit.passage.text for hit in head]).tolist()
    ranked = sorted(zip(head, scores, strict=True), key=lambda pair: -pair[1])
    lowest = ranked[-1][1]
    return (
        *(dataclasses.replace(hit, score=score) for hit, score in ranked),
        *(dataclasses.replace(hit, score=hit.score * lowest) for hit in rest),
    )
