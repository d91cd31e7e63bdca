"""A search told step by step, up to the decision whether it is answered: for looking on, and for comparing settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal

from rag_core.ask.evidence.fold import Neighbours
from rag_core.ask.evidence.gather import TOKEN_BUDGET, Gathered, gather
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.refusal.refuse import Signs, answerable, signs
from rag_core.ask.retrieval.fuse import ranked
from rag_core.ask.retrieval.retrieve import Retrieval
from rag_core.ask.retrieval.scale import Scales
from rag_core.types import Hit

Source = Literal["final", "dense", "lexical", "fused", "weighed"]
HITS = 10
# As many as a trace looks at in each stage: enough to weigh them anew.
TRACED = 100


@dataclass(frozen=True, slots=True)
class Setting:
    """What a trial search differs in. `source`: the stage whose hits are taken, "final" being what a question
    gets; "weighed" adds meaning and words anew with `weight` (0 words only, 1 meaning only). `hits` passages
    are taken, sentences of up to `budget` tokens shown to the model."""

    source: Source = "final"
    weight: float = 0.5
    hits: int = HITS
    budget: int = TOKEN_BUDGET


USUAL = Setting()


@dataclass(frozen=True, slots=True)
class Looker:
    """What a trace looks with; see answer.Means. `span` is the embedder's, see fuse.Nearness."""

    neighbours: Neighbours
    similarity: Similarity | None
    scales: Callable[[], Scales]
    answer_from: Callable[[], float]
    span: float


@dataclass(frozen=True, slots=True)
class Trace:
    """A search and what came of it. `chance` (0 to 1) is how likely the evidence answers the question; below
    `answer_from` the answer is refused. `seconds` went into the evidence. `looked_in`: see viewing.View."""

    question: str
    setting: Setting
    retrieval: Retrieval
    hits: tuple[Hit, ...]
    gathered: Gathered
    signs: Signs
    chance: float
    answer_from: float
    seconds: float
    looked_in: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the question would be refused."""
        return self.chance < self.answer_from


def trace(question: str, retrieval: Retrieval, setting: Setting, looker: Looker) -> Trace:
    """What the setting makes of the search's stages."""
    hits = taken(retrieval, setting, looker.span)
    begun = perf_counter()
    scales = looker.scales()
    lift = scales.lift(question)
    gathered = gather(question, hits, looker.neighbours, looker.similarity, setting.budget, lift)
    seconds = perf_counter() - begun
    found = signs(gathered, hits, scales)
    return Trace(
        question, setting, retrieval, hits, gathered, found, answerable(found), looker.answer_from(), seconds
    )


def taken(retrieval: Retrieval, setting: Setting, span: float) -> tuple[Hit, ...]:
    """The hits that the setting takes, best first."""
    match setting.source:
        case "dense":
            hits = retrieval.dense
        case "lexical":
            hits = retrieval.lexical
        case "fused":
            hits = retrieval.fused
        case "weighed":
            hits = _weighed(retrieval, setting.weight, span)
        case _:
            hits = retrieval.hits
    return hits[: setting.hits]


def _weighed(retrieval: Retrieval, weight: float, span: float) -> tuple[Hit, ...]:
    """Meaning, as it stands out above the last found, in spans, and words, added anew."""
    known = {hit.passage.id: hit for hit in (*retrieval.lexical, *retrieval.dense)}
    lowest = min((hit.dense for hit in retrieval.dense), default=0.0)
    scores = {chunk: (1 - weight) * hit.lexical for chunk, hit in known.items()}
    for hit in retrieval.dense:
        scores[hit.passage.id] += weight * (hit.dense - lowest) / span
    order = ranked({chunk: score for chunk, score in scores.items() if score > 0})
    return tuple(
        replace(known[chunk], score=min(max(score, 0.0), 1.0))
        for chunk, score in zip(order[0].tolist(), order[1].tolist(), strict=True)
    )
