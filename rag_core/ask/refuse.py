"""Whether the evidence can answer the question, decided before anything is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from rag_core.ask.evidence import Gathered, context_of
from rag_core.ask.quote import holds_kind, rank
from rag_core.ask.words import coverage, keys, question_words
from rag_core.messages import Language
from rag_core.text import is_cjk
from rag_core.types import Hit

REFUSAL: dict[Language, str] = {
    "en": "The documents do not answer this question. The closest passages are shown below.",
    "zh": "资料中没有找到这个问题的答案。下面是最接近的内容。",
}
# Answer from this probability on.
ANSWER_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against an answer in the evidence, each about 0 to 1."""

    dense: float
    lexical: float
    sentence: float
    passage: float
    kind: float
    margin: float


# A logistic model fitted by tests/bench/fit_refusal.py.
WEIGHTS = Signs(dense=8.0, lexical=1.0, sentence=2.5, passage=2.5, kind=0.8, margin=0.5)
BIAS = -9.6


def signs(gathered: Gathered, hits: Sequence[Hit]) -> Signs:
    """The signs in the hits (best first) and the sentences gathered from them."""
    if not hits or not gathered.sentences:
        return Signs(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    asked = question_words(gathered.question)
    best = rank(gathered)[0][1]
    about = keys(context_of(best.filename, best.heading))
    passages = [
        coverage(
            asked,
            keys(f"{context_of(hit.passage.filename, hit.passage.heading)} {hit.passage.text}"),
            gathered.rare,
        )
        for hit in hits[:5]
    ]
    dense = sorted((hit.dense for hit in hits), reverse=True)
    return Signs(
        dense=dense[0],
        lexical=min(1.0, max(hit.lexical for hit in hits)),
        sentence=coverage(asked, keys(best.text) | about, gathered.rare),
        passage=max(passages),
        kind=float(holds_kind(gathered.question, best.text)),
        margin=dense[0] - dense[min(len(dense), 5) - 1],
    )


def answerable(found: Signs) -> float:
    """The probability (0 to 1) that the evidence answers the question."""
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(found), strict=True))
    return 1.0 / (1.0 + math.exp(-total))


def refusal_text(question: str) -> str:
    """What a refusal says, in the question's language."""
    return REFUSAL["zh" if is_cjk(question) else "en"]
