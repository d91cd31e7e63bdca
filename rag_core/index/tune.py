"""How much a search must spend to find what it should: found by measuring, not by rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from rag_core.index.kind import Kind

TARGET = 0.95
# What is tuned to reach so much falls short by as much with other questions as it happened to gain with these: by
# up to half a hundredth with a thousand of them.
AIM = TARGET + 0.004
# Fewer would not be a list of ten; more would cost what comparing with every vector does.
_LEAST_CANDIDATES, _MOST_CANDIDATES, _MOST_PROBES = 10, 1024, 1024
_RERANKED = (10, 20, 40, 80, 160, 320, 640, 1280, 2560)

Measure = Callable[[Kind], float]


def tune(kind: Kind, measure: Measure, target: float = AIM) -> Kind:
    """The kind with the least search parameters at which `measure` (recall, 0 to 1) reaches the target; with
    the greatest, where none does. Parameters that are set already stay."""
    if kind.is_tuned:
        return kind
    free = kind.is_coded and not kind.reranked
    if free:
        kind = _with_enough_reranked(kind, measure, target)
    effort = kind.probes if kind.name == "ivfpq" else kind.search_candidates
    if not effort:
        kind = _with_least_effort(kind, measure, target)
    return _with_fewest_reranked(kind, measure, target) if free else kind


def _with_enough_reranked(kind: Kind, measure: Measure, target: float) -> Kind:
    """Codes lose what no effort brings back: so many are compared by their true vectors that at a great effort
    half of what may be missed is left for the effort to save."""
    generous = kind.with_effort(_most(kind) // 4)
    for reranked in _RERANKED:
        if measure(dataclasses.replace(generous, reranked=reranked)) >= (1 + target) / 2:
            break
    return dataclasses.replace(kind, reranked=reranked)


def _with_least_effort(kind: Kind, measure: Measure, target: float) -> Kind:
    most = _most(kind)
    low = 0 if kind.name == "ivfpq" else _LEAST_CANDIDATES - 1
    high = max(low + 1, 1)
    while high < most and measure(kind.with_effort(high)) < target:
        low, high = high, min(2 * high, most)
    if high == most and measure(kind.with_effort(most)) < target:
        return kind.with_effort(most)
    return kind.with_effort(_least(low, high, lambda effort: measure(kind.with_effort(effort)) >= target))


def _with_fewest_reranked(kind: Kind, measure: Measure, target: float) -> Kind:
    """One cell more may find far more than was asked for: what is too much is given back here, where the steps
    are finer."""

    def enough(reranked: int) -> bool:
        return measure(dataclasses.replace(kind, reranked=reranked)) >= target

    if kind.reranked == _RERANKED[0] or not enough(kind.reranked):
        return kind
    fewest = _least(_RERANKED[0] - 1, kind.reranked, enough)
    return dataclasses.replace(kind, reranked=fewest)


def _least(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """The least number that is enough, where `low` is not and `high` is."""
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _most(kind: Kind) -> int:
    return min(kind.cells, _MOST_PROBES) if kind.name == "ivfpq" else _MOST_CANDIDATES
