"""Of which year, month, stage or round a figure is told: a claim that gives the third year the first year's rent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.figures import NTH, figures
from rag_core.ask.language.periods import is_of_dates

_NTH_EN = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\\d{1,2}(?:st|nd|rd|th)"
_NOUN_EN = (
    "year|month|week|day|stage|phase|round|instalment|installment|place|prize|floor|attempt|offence|child"
)
_NAMED = re.compile(
    r"(?P<zh>第[一二三四五六七八九十\d]{1,3})(?:个)?(?P<noun_zh>年|月|周|天|次|期|阶段|轮|档|名|层|胎|批)(?!度|级)"
    rf"|\b(?P<en>{_NTH_EN}) (?P<noun>{_NOUN_EN})\b(?!['’-])"
    r"|\b(?P<noun_before>year|month|week|day|stage|phase|round|floor) (?P<no>\d{1,2})\b(?![.,]?\d)",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[;；。！？!?\n]|\.\s")
# What begins with one goes on with those behind it, and a range holds what lies between.
_ON = re.compile(
    r"起|以后|之后|及以上|\b(?:from|after|since|onwards?|later|every|each|following)\b|至|到|[-–—~]|\b(?:to|through|until)\b",
    re.IGNORECASE,
)


def of_another_ordinal(claim: str, sources: Sequence[str]) -> str:
    """The first figure of the claim that the clauses which hold it tell of other years (stages, rounds, …) than the claim names
    by their numbers; "" for none."""
    asked = _named(claim)
    for figure in figures(_NAMED.sub(" ", claim)) if asked else ():
        if figure.unit == NTH or is_of_dates(figure):
            continue
        clauses = [clause for source in sources for clause in _CLAUSES.split(source)]
        holding = [
            one for one in clauses if any(figure.agrees(other) for other in figures(_NAMED.sub(" ", one)))
        ]
        if holding and all(_is_of_others(asked, one) for one in holding):
            return figure.written
    return ""


def _is_of_others(asked: frozenset[tuple[str, float]], clause: str) -> bool:
    """Whether the clause names members of the same kinds, and none of those asked."""
    kinds = {noun for noun, _ in asked}
    told = {one for one in _named(clause) if one[0] in kinds}
    return bool(told) and told.isdisjoint(asked) and not _ON.search(clause)


def _named(text: str) -> frozenset[tuple[str, float]]:
    return frozenset(
        (
            (one["noun_zh"] or one["noun"] or one["noun_before"]).lower(),
            _value(one["zh"] or one["en"] or one["no"]),
        )
        for one in _NAMED.finditer(text)
    )


def _value(written: str) -> float:
    return next((figure.value for figure in figures(written)), 0.0)
