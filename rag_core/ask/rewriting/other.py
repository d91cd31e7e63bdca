"""One of the two things that the conversation asked the same of: the other one, the first one, the cheaper one, 另一个."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.figures import figures
from rag_core.ask.rewriting.past import REACH, Exchange
from rag_core.ask.rewriting.two import two_named
from rag_core.text import is_cjk, normalise

_CHEAPER, _DEARER = "cheaper|cheapest|less expensive", "dearer|dearest|more expensive|most expensive|pricier"
_ONE_EN = re.compile(
    rf"\bthe (?:(?P<other>other)|(?P<first>first|former)|(?P<second>second|latter)|(?P<cheaper>{_CHEAPER})|(?P<dearer>{_DEARER}))"
    r"(?: one\b|(?=\W*$))",
    re.IGNORECASE,
)
_KIND_ZH = "[个款种台份家张项位]"
_ONE_ZH = re.compile(
    f"(?:(?P<other>另外?一?{_KIND_ZH})|(?P<first>第[一1]{_KIND_ZH}|前者)|(?P<second>第[二2]{_KIND_ZH}|后者)"
    f"|(?P<cheaper>(?:更|比较|最)?便宜(?:一?[点些])?的)|(?P<dearer>(?:更|比较|最)?贵(?:一?[点些])?的))(?:[那这]?一?{_KIND_ZH})?(?![月年季星小学阶周])"
)
# Nothing but the thing is asked for: and the other one?
_ADDS_NOTHING = re.compile(
    r"(?:[\W_]|\b(?:and|but|or|so|then|what|how|about|for|of|with)\b|[那么的呢])*", re.IGNORECASE
)
_PRICED = frozenset({"yuan", "dollar", "euro", "pound", "hkd", "yen"})


def fill_one(question: str, history: Sequence[Exchange]) -> str:
    """The question with the thing in the place of "the other one"; "" where it speaks of none, or of none that is known:
    which is cheaper the answers must tell, with a price each."""
    found = (_ONE_ZH if is_cjk(question) else _ONE_EN).search(question)
    pair = _pair(history) if found else None
    if found is None or pair is None:
        return ""
    named, told, later = pair
    meant = _meant(found, named, told, later)
    if not meant:
        return ""
    last, rest = history[-1].question, question[: found.start()] + question[found.end() :]
    unmeant = named[0] if meant == named[1] else named[1]
    if _ADDS_NOTHING.fullmatch(rest) and unmeant in last:
        return last.replace(unmeant, meant, 1)
    return f"{question[: found.start()]}{meant}{question[found.end() :]}"


def _pair(
    history: Sequence[Exchange],
) -> tuple[tuple[str, str], Sequence[Exchange], Sequence[Exchange]] | None:
    """The latest two things that the same was asked of, the exchanges that did, and those after them."""
    recent = list(history)[-REACH - 1 :]
    for end in range(len(recent), 1, -1):
        if found := two_named(recent[:end]):
            asked = recent[end - 2 : end]
            one, other = (_unclipped(thing, past.question) for thing, past in zip(found, asked, strict=True))
            return (one, other), asked, recent[end:]
    return None


def _unclipped(thing: str, question: str) -> str:
    """月卡 for 月, which alone differed from 年."""
    at = question.find(thing) + len(thing)
    return thing + question[at : at + 1] if len(thing) == 1 and is_cjk(thing) else thing


def _meant(
    found: re.Match[str], named: tuple[str, str], told: Sequence[Exchange], later: Sequence[Exchange]
) -> str:
    if found["first"] or found["second"]:
        return named[0] if found["first"] else named[1]
    if found["other"]:
        said = [one for past in later for one in named if normalise(one) in normalise(past.question)]
        return named[0] if (said or [named[1]])[-1] == named[1] else named[1]
    prices = [_price(past.answer) for past in told]
    if None in prices or prices[0] == prices[1]:
        return ""
    cheaper = (prices[0] or 0.0) < (prices[1] or 0.0)
    return named[0] if cheaper == bool(found["cheaper"]) else named[1]


def _price(answer: str) -> float | None:
    """The only price that the answer tells; None where it tells none, or several."""
    told = {float(figure.value) for figure in figures(answer) if figure.unit in _PRICED}
    return told.pop() if len(told) == 1 else None
