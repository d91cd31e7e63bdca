"""What "which of the two" means: the two things that the last two questions asked the same of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.rewriting.past import Exchange
from rag_core.text import is_cjk

_WHICH_EN = re.compile(
    r"\b(?:which|what)(?: one)?(?P<two> of (?:(?:the|these|those) two|them|these|those)| of both)\b",
    re.IGNORECASE,
)
_WHICH_ZH = re.compile(
    "^(?:那么?|请问)?[，,]?(?P<two>(?:它们|这|那)?(?:两|二)(?:个|款|种|者|家|项|台|门)(?:产品)?(?:里面?|之?中|之间)?[，,]?)(?=.{0,6}(?:哪|谁))"
)
# Both questions have so many words, or characters, in common, and each thing at most so many of its own.
_SHARED_EN, _LONGEST_EN = 2, 5
_SHARED_ZH, _LONGEST_ZH = 2, 12
_AROUND = " ,，。?？.!！"


def two_named(history: Sequence[Exchange]) -> tuple[str, str] | None:
    """The two things of which the last two questions ask the same; None where they ask it of no two."""
    if len(history) < 2:
        return None
    first, second = (past.question.strip(_AROUND) for past in history[-2:])
    if is_cjk(first) != is_cjk(second):
        return None
    return _two_zh(first, second) if is_cjk(first) else _two_en(first, second)


def fill_two(question: str, history: Sequence[Exchange]) -> str:
    """The question with the two things in the place of "the two"; "" where it speaks of none, or none were named."""
    found = _WHICH_ZH.search(question) if is_cjk(question) else _WHICH_EN.search(question)
    two = two_named(history) if found else None
    if found is None or two is None:
        return ""
    named = f"{two[0]}和{two[1]}" if is_cjk(question) else f" of {two[0]} and {two[1]}"
    return question[: found.start("two")] + named + question[found.end("two") :]


def _two_en(first: str, second: str) -> tuple[str, str] | None:
    one, other = first.split(), second.split()
    head, tail = _alike([word.lower() for word in one], [word.lower() for word in other])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    if head + tail < _SHARED_EN or not mine or not theirs or max(len(mine), len(theirs)) > _LONGEST_EN:
        return None
    return " ".join(mine).strip(_AROUND), " ".join(theirs).strip(_AROUND)


def _two_zh(first: str, second: str) -> tuple[str, str] | None:
    head, tail = _alike(first, second)
    # A model's name is not cut: 速沸X1.
    while head and all(
        one[head - 1 : head + 1].isascii() and one[head : head + 1].isalnum() for one in (first, second)
    ):
        head -= 1
    mine, theirs = (one[head : len(one) - tail].strip(_AROUND) for one in (first, second))
    if head + tail < _SHARED_ZH or not mine or not theirs or max(len(mine), len(theirs)) > _LONGEST_ZH:
        return None
    return mine, theirs


def _alike(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many pieces both begin with alike, and how many of the rest both end with."""
    most = min(len(one), len(other))
    head = next((at for at in range(most) if one[at] != other[at]), most)
    tail = next((at for at in range(most - head) if one[-1 - at] != other[-1 - at]), most - head)
    return head, tail
