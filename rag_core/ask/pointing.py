"""A phrase of a question that points to files by their names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_NUMBER = re.compile(r"\d{3,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Pointing:
    """The stems of the file names that a phrase of a question fits, the phrase as it is said, and the question without it
    ("" where it can't be left out). `loose`: it says no more than a kind of document (the policy), or what may be a
    topic (covid-19), so that another may be meant."""

    stems: frozenset[str]
    said: str
    rest: str
    loose: bool = False


def of_age(stems: frozenset[str], older: bool) -> frozenset[str]:
    """Of names with a year each, the oldest or the newest; all where that can't be told."""
    years = {stem: _YEAR.findall(stem) for stem in stems}
    if len(stems) < 2 or not all(years.values()):
        return stems
    of = {stem: max(found) for stem, found in years.items()}
    wanted = (min if older else max)(of.values())
    return frozenset(stem for stem, year in of.items() if year == wanted)


def names_another(rest: str, stems: Iterable[str], meant: Collection[str]) -> bool:
    """Whether the rest of the question has a number (a year) that only other names have."""
    numbers = set(_NUMBER.findall(rest))
    own = {number for stem in meant for number in _NUMBER.findall(stem)}
    return any(numbers & (set(_NUMBER.findall(stem)) - own) for stem in stems if stem not in meant)
