"""Two rankings made one: pure arithmetic over scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IdArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

DEPTH = 100


def fuse(
    dense: tuple[IdArray, FloatArray], lexical: tuple[IdArray, FloatArray], dense_weight: float
) -> tuple[IdArray, FloatArray]:
    """Ids and scores (0 to 1), best first: each ranking's scores are scaled to 0…1 over its own top DEPTH
    and added, the dense one weighing `dense_weight`, the lexical one the rest. What a ranking does not
    hold counts 0 there; a ranking that is empty leaves the other as it is."""
    if not len(dense[0]) or not len(lexical[0]):
        dense_weight = float(len(dense[0]) > 0)
    total: dict[int, float] = {}
    for (ids, scores), weight in ((dense, dense_weight), (lexical, 1 - dense_weight)):
        for chunk_id, share in zip(ids[:DEPTH].tolist(), _scaled(scores[:DEPTH]).tolist(), strict=True):
            total[chunk_id] = total.get(chunk_id, 0.0) + weight * share
    order = sorted(total, key=lambda chunk_id: (-total[chunk_id], chunk_id))
    return np.array(order, np.int64), np.array([total[chunk_id] for chunk_id in order], np.float32)


def _scaled(scores: FloatArray) -> FloatArray:
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-9:
        return np.ones_like(scores)
    return (scores - low) / (high - low)
