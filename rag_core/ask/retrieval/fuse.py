"""A ranking by meaning and one by words made one: pure arithmetic over their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag_core.ask.retrieval.closeness import Closeness

IdArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
Ranking = tuple[IdArray, FloatArray]

# As deep as each search looks; what lies deeper counts as not found.
DEPTH = 100
NEAR_WEIGHT = 0.5
WORDS_WEIGHT = 0.25
# Of the passages looked at word by word, the words' score counts less, and this is added. Chosen on public
# sets, Chinese, English and across the two; they matter little within a third.
FOLLOWED_WORDS_WEIGHT = 0.1
HELD_WEIGHT = 0.1
TOGETHER_WEIGHT = 0.2
ORDER_WEIGHT = 0.1
NUMBERS_WEIGHT = 0.05
# For a line that begins with the number of what is asked for: its words are hardly ever those of the question.
OPENED_WEIGHT = 0.15
# A passage whose words come to this much says what is asked about; which of several such answers it, meaning
# tells better than a few words more. Where every document repeats the question, that decides.
ENOUGH_WORDS = 0.35
# Words that a passage in another script shares with the question are names and figures, and chance.
OTHER_SCRIPT = 0.5


@dataclass(frozen=True, slots=True)
class Nearness:
    """A ranking by cosine, best first. `span` is what lies between an unrelated passage's cosine and a
    perfect one's with this embedder. `lifted`: the cosines it is ranked by, those of passages in another language than
    the question's raised to where such a passage would lie in its own; None where they are the cosines."""

    ids: IdArray
    cosines: FloatArray
    span: float
    lifted: FloatArray | None = None

    @property
    def ranked_by(self) -> FloatArray:
        """What the order goes by, falling."""
        return self.cosines if self.lifted is None else self.lifted


def fuse(nearness: Sequence[Nearness], lexical: Ranking) -> Ranking:
    """Ids and scores, best first: how far a cosine stands out, in spans above the DEPTH-th, and the lexical
    score, each with its weight.

    Neither is stretched to the best one found, as ranks or scaling to 0…1 would: where a search finds
    nothing that stands out, it moves little, and the other decides. An embedder that does not know the
    question's language does no harm.
    """
    total: dict[int, float] = {}
    for near in nearness:
        cosines = near.ranked_by[:DEPTH]
        above = (cosines - cosines.min(initial=1.0)) / near.span
        for chunk_id, share in zip(near.ids[:DEPTH].tolist(), above.tolist(), strict=True):
            total[chunk_id] = max(total.get(chunk_id, 0.0), NEAR_WEIGHT * share)
    for chunk_id, score in zip(lexical[0][:DEPTH].tolist(), lexical[1][:DEPTH].tolist(), strict=True):
        total[chunk_id] = total.get(chunk_id, 0.0) + WORDS_WEIGHT * score
    return ranked(total)


def across(own: Ranking, foreign: Ranking, lift: float, span: float) -> Nearness:
    """One ranking of passages in the question's language and of others, whose cosines count for `lift` more."""
    ids = np.concatenate([own[0], foreign[0]])
    cosines = np.concatenate([own[1], foreign[1]])
    lifted = np.concatenate([own[1], foreign[1] + np.float32(lift)])
    order = np.lexsort((ids, -lifted))
    return Nearness(ids[order], cosines[order], span, lifted[order])


def follow(fused: Ranking, lexical: Ranking, closeness: Mapping[int, Closeness]) -> Ranking:
    """The fused ranking with what `closeness` tells of its first passages added to their scores."""
    worded = dict(zip(lexical[0].tolist(), lexical[1].tolist(), strict=True))
    total: dict[int, float] = {}
    for chunk_id, score in zip(fused[0].tolist(), fused[1].tolist(), strict=True):
        words = worded.get(chunk_id, 0.0)
        close = closeness.get(chunk_id)
        total[chunk_id] = score - WORDS_WEIGHT * words + _words(words, close)
    return ranked(total)


def _words(score: float, close: Closeness | None) -> float:
    """What the words of a passage with this lexical score come to."""
    counted = FOLLOWED_WORDS_WEIGHT * score
    if close is None:
        return counted
    counted += HELD_WEIGHT * close.held + TOGETHER_WEIGHT * close.together + ORDER_WEIGHT * close.in_order
    counted = min(counted, ENOUGH_WORDS) + NUMBERS_WEIGHT * close.numbers
    opened = OPENED_WEIGHT if close.opened else 0.0
    return counted * (1.0 if close.same_script else OTHER_SCRIPT) + opened


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
