"""How closely passages follow a question's words, beyond how many they hold: how near to each other they
stand, whether in the same order, whether its numbers are there. Pure arithmetic over the best hits' texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag_core.ask.language.numbered import opened
from rag_core.index.terms import is_single, placed_terms
from rag_core.text import is_cjk

# About a clause: so many Chinese characters or English words.
WINDOW = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question and its terms: what each weighs, all that they weigh, their order in the question with their
    places (without single characters, where there is anything else), its numbers, and its script."""

    question: str
    weights: Mapping[str, float]
    whole: float
    order: Sequence[tuple[str, int]]
    numbers: frozenset[str]
    cjk: bool


@dataclass(frozen=True, slots=True)
class Closeness:
    """Shares, each 0 to 1: of the terms' weight, how much the passage holds (`held`), how much of it stands
    in one window (`together`), how much as far from its neighbour as in the question (`in_order`); of the
    question's numbers, how many are there. `same_script`: whether the passage is written as the question is;
    `opened`: whether one of its lines begins with the number of what the question asks for."""

    held: float
    together: float
    in_order: float
    numbers: float
    same_script: bool
    opened: bool = False


def wanted(question: str, weights: Mapping[str, float]) -> Wanted:
    """The question's terms, with what each weighs by itself and by how rare it is."""
    placed = list(placed_terms(question))
    order = [one for one in placed if not is_single(one[0])] or placed
    numbers = frozenset(term for term in weights if term[0].isdecimal())
    return Wanted(question, weights, sum(weights.values()) or 1.0, order, numbers, is_cjk(question))


def closeness(question: Wanted, text: str) -> Closeness:
    """How closely the text, a passage under its heading, follows the question."""
    found = sorted((place, term) for term, place in placed_terms(text) if term in question.weights)
    held = {term for _, term in found}
    return Closeness(
        sum(question.weights[term] for term in held) / question.whole,
        _together(question, found) / question.whole,
        _in_order(question, found),
        len(question.numbers & held) / len(question.numbers) if question.numbers else 0.0,
        is_cjk(text) == question.cjk,
        any(opened(question.question, line) for line in text.splitlines()),
    )


def _together(question: Wanted, found: Sequence[tuple[int, str]]) -> float:
    """The most that distinct terms within one window weigh."""
    inside: defaultdict[str, int] = defaultdict(int)
    best = weight = 0.0
    first = 0
    for place, term in found:
        weight += 0.0 if inside[term] else question.weights[term]
        inside[term] += 1
        while found[first][0] <= place - WINDOW:
            gone = found[first][1]
            inside[gone] -= 1
            weight -= 0.0 if inside[gone] else question.weights[gone]
            first += 1
        best = max(best, weight)
    return best


def _in_order(question: Wanted, found: Sequence[tuple[int, str]]) -> float:
    """The share, by weight, of neighbouring terms of the question that are as far apart here."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for place, term in found:
        places[term].add(place)
    kept = whole = 0.0
    for (one, at), (other, behind) in pairwise(question.order):
        weight = question.weights[one] + question.weights[other]
        whole += weight
        apart = behind - at
        if one in places and other in places and any(place + apart in places[other] for place in places[one]):
            kept += weight
    return kept / whole if whole else 0.0
