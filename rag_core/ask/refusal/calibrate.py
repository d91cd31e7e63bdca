"""Measures refusal on a library's own text: questions made from it are asked with and without what answers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.ask.evidence.gather import gather
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.refusal.calibration import Calibration, Rate, chance_of, log_odds
from rag_core.ask.refusal.made_questions import MadeQuestion, hold_out, make_questions, swap
from rag_core.ask.refusal.refuse import ANSWER_FROM, answerable, signs
from rag_core.ask.retrieval.scale import USUAL_SCALES, Scales
from rag_core.store.chunks import neighbours, passages, searchable_ids
from rag_core.store.db import Database
from rag_core.text import normalise
from rag_core.types import Hit, Passage

HITS = 10
# Passages looked at, and questions asked of each kind: bounded, as each question costs a search.
SAMPLED, ASKED = 160, 40
# With fewer questions of a kind than this, chance decides and not the library.
FEWEST = 10
# So many questions weigh as much as what was found on other texts.
WEIGHT_OF_USUAL = 40
# Made questions have their text's own words, so that nearly all seem to be answered: on nine libraries (notes, contracts,
# encyclopaedias, news, in two languages) both kinds of error on them were even at log odds of 1.6 to 3.8, where people's
# questions would all be refused. What lies off the middle of these tells one library from another.
USUAL_EVEN = 2.8
# Made questions are not what people ask: they move the odds (as a logarithm) by no more than this.
FARTHEST_SHIFT = 0.7
# A library is measured anew when it has grown or shrunk so many times.
GROWN = 1.5


@dataclass(frozen=True, slots=True)
class Ground:
    """A library to ask questions of: `search` gives at most so many hits, best first."""

    database: Database
    library_id: int
    embedder_id: str
    search: Callable[[str, int], tuple[Hit, ...]]
    similarity: Similarity
    scales: Scales = USUAL_SCALES


@dataclass(frozen=True, slots=True)
class Trial:
    """The chance that a made question was given, and whether its evidence held the answer."""

    chance: float
    answerable: bool


def is_due(kept: Calibration | None, embedder_id: str, chunks: int) -> bool:
    """Whether a library of so many chunks is to be measured (anew)."""
    if not chunks or kept is None or kept.embedder_id != embedder_id:
        return bool(chunks)
    return not kept.chunks / GROWN <= chunks <= kept.chunks * GROWN


def calibrate(ground: Ground, now: float) -> Calibration:
    """What refusal does on the library. Where its text yields too few questions, the usual chance stays and
    the rates tell how few there were."""
    ids = searchable_ids(ground.database, ground.library_id)
    step = max(1, len(ids) // SAMPLED)
    sample = passages(ground.database, [int(one) for one in ids[::step][:SAMPLED]])
    made = make_questions(sample)[:ASKED]
    asked = [*made, *hold_out(made), *swap(made, [one.text for one in sample])]
    found = [trial for one in asked if (trial := _try(ground, one)) is not None]
    false_answers, false_refusals = rates(found)
    return Calibration(
        library_id=ground.library_id,
        embedder_id=ground.embedder_id,
        chunks=len(ids),
        answer_from=choose(found),
        false_answers=false_answers,
        false_refusals=false_refusals,
        made_at=now,
    )


def choose(trials: Sequence[Trial]) -> float:
    """The chance from which on to answer: the usual one, moved as far as the point where both kinds of error are even on
    the trials lies off that of other libraries; the less, the fewer trials there are, and never far."""
    right = [log_odds(one.chance) for one in trials if one.answerable]
    wrong = [log_odds(one.chance) for one in trials if not one.answerable]
    fewer = min(len(right), len(wrong))
    if fewer < FEWEST:
        return ANSWER_FROM
    shift = fewer / (fewer + WEIGHT_OF_USUAL) * (even_point(right, wrong) - USUAL_EVEN)
    return chance_of(log_odds(ANSWER_FROM) + min(max(shift, -FARTHEST_SHIFT), FARTHEST_SHIFT))


def even_point(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The point at which as large a share of `right` lies below as of `wrong` lies at or above; the middle of
    all such points."""
    points = np.unique(np.concatenate([right, wrong]))
    points = np.concatenate([[points[0] - 0.5], (points[1:] + points[:-1]) / 2, [points[-1] + 0.5]])
    lost = np.searchsorted(np.sort(right), points) / len(right)
    let_in = 1 - np.searchsorted(np.sort(wrong), points) / len(wrong)
    apart = np.abs(lost - let_in)
    best = points[apart <= apart.min() + 1e-9]
    return float((best[0] + best[-1]) / 2)


def rates(trials: Sequence[Trial]) -> tuple[Rate, Rate]:
    """(false answers, false refusals): each half of the trials is judged by the chance chosen on the other."""
    halves = [_every_other(trials, 0), _every_other(trials, 1)]
    answered = lost = 0
    for own, other in (halves, halves[::-1]):
        threshold = choose(other)
        answered += sum(one.chance >= threshold for one in own if not one.answerable)
        lost += sum(one.chance < threshold for one in own if one.answerable)
    right = sum(one.answerable for one in trials)
    return Rate(answered, len(trials) - right), Rate(lost, right)


def _every_other(trials: Sequence[Trial], first: int) -> list[Trial]:
    """Half of the trials of each kind."""
    return [one for kind in (True, False) for one in [t for t in trials if t.answerable is kind][first::2]]


def _try(ground: Ground, asked: MadeQuestion) -> Trial | None:
    """None where a question that should have no answer may have one."""
    hits = ground.search(asked.question, 2 * HITS)
    held_out = frozenset[int]()
    if asked.origin == "held out":
        source = passages(ground.database, [asked.chunk_id])
        held_out = frozenset(
            one.id for own in source for one in (own, *neighbours(ground.database, own, 1, 1))
        )
        hits = tuple(hit for hit in hits if hit.passage.id not in held_out)
        if any(_tells(hit.passage, asked.answer) for hit in hits[:HITS]):
            return None

    def near(passage: Passage, before: int, after: int) -> list[Passage]:
        around = neighbours(ground.database, passage, before, after)
        return [one for one in around if one.id not in held_out]

    hits = hits[:HITS]
    gathered = gather(asked.question, hits, near, ground.similarity, lift=ground.scales.lift(asked.question))
    return Trial(answerable(signs(gathered, hits, ground.scales)), asked.answerable)


def _tells(passage: Passage, answer: str) -> bool:
    return normalise(answer) in normalise(passage.text)
