"""Whether a claim exchanges the ends of a range, or who does something, with others of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag_core.text import CJK

_END = r"[^,，.。;；\n]{1,24}?"
_FROM_TO = re.compile(
    rf"\b(?:between|from)\s(?P<low>{_END}\d{_END}|\d{_END})\s(?:and|to|until|till|through)\s(?P<high>{_END}\d[^,，.。;；\n]{{0,12}}|\d[^,，.。;；\n]{{0,16}})"
    r"|(?P<first>(?:[上下]午|[早晚]上?)?\d[\d:年月日号点时分]{1,11})(?:起|开始)?(?:至|到|—|-|~|～)(?P<last>(?:次日)?(?:[上下]午|[早晚]上?)?\d[\d:年月日号点时分]{1,11})"
)
_PART = re.compile(r"\d+(?::\d+)?[年月日号点时分]?|[上下]午|[a-z]{2,}")
_BY = re.compile(rf"[由被](?P<run>[{CJK}·]{{4,12}})")
# Who is called by what he is in a contract may be named otherwise there (卖方, 乙方).
_ROLE = re.compile("[方人]$")
# What anybody may do of several things by turns.
_GENERAL = frozenset(("负责", "承担", "进行", "组织", "实施", "执行", "完成"))
_NAMES = range(2, 7)


def ends_exchanged(said: str, held: str) -> str:
    """The range of what is said whose ends the source has the other way round; "" for none. Both in the form in which
    texts are compared."""
    for text, low, high in _ranges(said):
        for _, other_low, other_high in _ranges(held):
            across = len(low & other_high), len(high & other_low)
            if min(across) and sum(across) > len(low & other_low) + len(high & other_high):
                return text
    return ""


def _ranges(text: str) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    for match in _FROM_TO.finditer(text):
        low, high = match["low"] or match["first"], match["high"] or match["last"]
        yield match.group(), frozenset(_PART.findall(low)), frozenset(_PART.findall(high))


def other_agent(said: str, held: str) -> str:
    """By whom (由, 被) something is said to be done, where the source has it done by somebody else; "" for none."""
    there = [match["run"] for match in _BY.finditer(held)]
    for own in _BY.finditer(said):
        run = own["run"]
        found = {pair for other in there for pair in _agents(run, other)}
        if found and not any(_same(*pair) for pair in found):
            return min(found, key=lambda pair: len(pair[0]))[0]
    return ""


def _agents(run: str, other: str) -> Iterator[tuple[str, str]]:
    """Who does the same in both: what stands before the first two characters that both have."""
    for at in _NAMES:
        verb = run[at : at + 2]
        place = other.find(verb, 2) if len(verb) == 2 and verb not in _GENERAL else -1
        if place >= 0:
            yield run[:at], other[:place]
            return


def _same(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one) or one[0] == other[0] or bool(_ROLE.search(one))
