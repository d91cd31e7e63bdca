"""A phrase of a question that points to files by their names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Run:
    """What the question says at question[start:end], all of it in the names of these stems; `loose` as Pointing has it."""

    start: int
    end: int
    stems: frozenset[str]
    loose: bool = False


def one_place(
    question: str, runs: Sequence[Run], aged: re.Pattern[str], stems: Iterable[str]
) -> tuple[Run, bool] | None:
    """The first run with the stems that it means, and whether its age was said (`aged`, right before it, its group "older"
    for the older one); None for no run, for several that differ, and where the rest of the question has another's number."""
    if not runs or len({run.stems for run in runs}) > 1:
        return None
    run = runs[0]
    age = aged.search(question, 0, run.start)
    meant = of_age(run.stems, older=bool(age["older"])) if age else run.stems
    if names_another(question[: run.start] + question[run.end :], stems, meant):
        return None
    return replace(run, stems=meant), age is not None


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
