"""Sentences compared with the question once more, each under the titles that stand above it: by itself a sentence often
does not name what it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.similar import SIMILARITY_WEIGHT, Similarity
from rag_core.ask.language.bounds import by_case
from rag_core.ask.language.spans import SourceSentence

# So many of the best sentences are looked at again.
LOOKED_AT = 6


def under_titles(gathered: Gathered, best: Sequence[SourceSentence], similarity: Similarity) -> Gathered:
    """The evidence with these sentences, some of its own, scored higher the nearer they are to the question under their
    titles; one that speaks of another case than the question's gains nothing by it."""
    if len(best) < 2:
        return gathered
    cosines = similarity(gathered.question, [_titled(sentence) for sentence in best])
    low, high = float(cosines.min()), float(cosines.max())
    gained = {
        sentence: SIMILARITY_WEIGHT * (float(cosine) - low) / max(high - low, 1e-6)
        for sentence, cosine in zip(best, cosines, strict=True)
    }
    scored = [replace(one, score=one.score + gained.get(one, 0.0)) for one in gathered.sentences]
    return replace(gathered, sentences=tuple(by_case(gathered.question, scored)))


def _titled(sentence: SourceSentence) -> str:
    return f"{sentence.heading or PurePath(sentence.filename).stem}\n{sentence.led}"
