"""Whether the evidence can answer the question, decided before anything is written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from rag_core.ask.evidence import Gathered, context_of
from rag_core.ask.quote import holds_kind, rank
from rag_core.ask.scale import USUAL_SCALES, Scales
from rag_core.ask.words import coverage, keys, question_words
from rag_core.messages import Language
from rag_core.text import CJK, is_cjk
from rag_core.types import Hit

REFUSAL: dict[Language, str] = {
    "en": "The documents do not answer this question. The closest passages are shown below.",
    "zh": "资料中没有找到这个问题的答案。下面是最接近的内容。",
}
_CJK_PAIR = re.compile(f"[{CJK}]")
# Answer from this probability on.
ANSWER_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against an answer in the evidence.

    `dense` and `near`: the best passage's and sentence's cosine on the embedder's scale (0 unrelated, 1
    answering). `sentence` and `passage`: the share of the question's words that the best sentence and passage
    hold. `lacking`: the weight of the rarest asked word that no passage holds, 0 to 1 (Chinese: pairs with a
    character that none holds). `kind`: 1 when the best sentence holds what is asked for by kind (a date, a
    number).
    """

    dense: float
    near: float
    sentence: float
    passage: float
    lacking: float
    kind: float


NO_SIGNS = Signs(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over the signs."""

    of: Signs
    bias: float


# Fitted once on samples of open question sets in Chinese and English, with and without their answers, and
# rounded; tests/bench/fit_refusal.py fits such weights anew.
WITH_EMBEDDER = Weights(
    Signs(dense=2.93, near=1.0, sentence=1.41, passage=3.12, lacking=-0.44, kind=0.23), bias=-4.53
)
WORDS_ONLY = Weights(
    Signs(dense=0.0, near=0.0, sentence=2.79, passage=6.66, lacking=-0.48, kind=1.39), bias=-4.13
)


def signs(gathered: Gathered, hits: Sequence[Hit], scales: Scales = USUAL_SCALES) -> Signs:
    """The signs in the hits (best first) and the sentences gathered from them."""
    if not hits or not gathered.sentences:
        return NO_SIGNS
    scale = scales.of(gathered.question)
    asked = question_words(gathered.question)
    best = rank(gathered)[0][1]
    about = keys(context_of(best.filename, best.heading))
    texts = [
        keys(f"{context_of(hit.passage.filename, hit.passage.heading)} {hit.passage.text}")
        for hit in hits[:5]
    ]
    everywhere = frozenset().union(*texts)
    characters = frozenset("".join(everywhere))
    lacking = (
        w
        for w in asked
        if w.key not in everywhere and not (_CJK_PAIR.match(w.key) and set(w.key) <= characters)
    )
    rarest = max((w.weight * gathered.rare.weight(w.key) for w in lacking), default=0.0)
    return Signs(
        dense=_within(scale.place(max(hit.dense for hit in hits))),
        near=_within(scale.place(max(sentence.cosine for sentence in gathered.sentences))),
        sentence=coverage(asked, keys(best.text) | about, gathered.rare),
        passage=max(coverage(asked, text, gathered.rare) for text in texts),
        lacking=min(rarest, 1.0),
        kind=float(holds_kind(gathered.question, best.text)),
    )


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.5)


def answerable(found: Signs) -> float:
    """The probability (0 to 1) that the evidence answers the question. Without any cosine (no embedder) the
    words alone decide."""
    weights = WITH_EMBEDDER if found.dense or found.near else WORDS_ONLY
    total = weights.bias + sum(w * x for w, x in zip(astuple(weights.of), astuple(found), strict=True))
    return 1.0 / (1.0 + math.exp(-total))


def refusal_text(question: str) -> str:
    """What a refusal says, in the question's language."""
    return REFUSAL["zh" if is_cjk(question) else "en"]
