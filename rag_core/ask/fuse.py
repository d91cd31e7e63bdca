"""A ranking by meaning and one by words made one: pure arithmetic over their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IdArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
Ranking = tuple[IdArray, FloatArray]

# As deep as each search looks; what lies deeper counts as not found.
DEPTH = 100
DENSE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Nearness:
    """A ranking by cosine, best first. `span` is what lies between an unrelated passage's cosine and a
    perfect one's with this embedder."""

    ids: IdArray
    cosines: FloatArray
    span: float


def fuse(nearness: Sequence[Nearness], lexical: Ranking, dense_weight: float = DENSE_WEIGHT) -> Ranking:
    """Ids and scores, best first: how far a cosine stands out, in spans above the DEPTH-th, and the lexical
    score, added with these weights.

    Neither is stretched to the best one found, as ranks or scaling to 0…1 would: where a search finds
    nothing that stands out, it moves little, and the other decides. An embedder that does not know the
    question's language does no harm.
    """
    total: dict[int, float] = {}
    for near in nearness:
        above = (near.cosines[:DEPTH] - near.cosines[:DEPTH].min(initial=1.0)) / near.span
        for chunk_id, share in zip(near.ids[:DEPTH].tolist(), above.tolist(), strict=True):
            total[chunk_id] = max(total.get(chunk_id, 0.0), dense_weight * share)
    for chunk_id, score in zip(lexical[0][:DEPTH].tolist(), lexical[1][:DEPTH].tolist(), strict=True):
        total[chunk_id] = total.get(chunk_id, 0.0) + (1 - dense_weight) * score
    return ranked(total)


def ranked(scores: dict[int, float]) -> Ranking:
    """The ids by falling score, equal ones by id."""
    order = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))
    return np.array(order, np.int64), np.array([scores[chunk_id] for chunk_id in order], np.float32)


def best_of(rankings: Sequence[Ranking]) -> Ranking:
    """One ranking by each id's best score; rankings of the same kind."""
    if len(rankings) == 1:
        return rankings[0]
    best: dict[int, float] = {}
    for ids, scores in rankings:
        for chunk_id, score in zip(ids.tolist(), scores.tolist(), strict=True):
            best[chunk_id] = max(score, best.get(chunk_id, score))
    return ranked(best)
