"""What a question asks for, told by the words around its asking word ("which company", "由谁设计")."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from rag_core.ask.language.words import Word, question_words
from rag_core.text import is_cjk

ASKING_WORD = re.compile(
    r"什么|什麼|甚么|甚麼|何|哪|谁|誰|多少|几|幾|怎|如何|啥|多[大久长長远遠高重]|\b(?:how|what|when|where|which|who|whom|whose|why)\b",
    re.IGNORECASE,
)
_REACH_ZH, _REACH_EN = 6.0, 12.0
# What parts two questions in one sentence; what lists the things that one question asks about each.
_NEXT_QUESTION = re.compile(
    r"[，,；;。？?！!]\s*|\s(?=(?:and|or) (?:how|what|when|where|which|who|whom|whose|why)\b)", re.IGNORECASE
)
_ASKS = re.compile(rf"{ASKING_WORD.pattern}|是否|能否|[吗嗎呢]$", re.IGNORECASE)
_EACH = re.compile(
    r"^(?P<things>[^，,？?]*?(?:和|与|與|及|、)[^，,？?]*?)(?P<rest>(?:分别|分別|各自?)(?=[是为為有叫在由]).*)$"
)
_BETWEEN_THINGS = re.compile(r"以及|[和与與及、]")
_MEASURE = re.compile(r"^(?:[个個一些种種位名座条年样般的里裡儿重]|时候|地方)+|^ ")


@dataclass(frozen=True, slots=True)
class Around:
    """What the question says right before and right behind its asking word, "" where nothing or no such word."""

    before: str
    behind: str


def reach(text: str) -> float:
    """How far, in characters, a word still stands beside another."""
    return _REACH_ZH if is_cjk(text) else _REACH_EN


def beside(question: str) -> tuple[Word, ...]:
    """The question's words, each weighing less the further it stands from the asking word."""
    places = [match.span() for match in ASKING_WORD.finditer(question)]
    return tuple(
        replace(word, weight=word.weight * math.exp(-_gap(word, places) / reach(question)))
        for word in question_words(question)
    )


def _gap(word: Word, places: list[tuple[int, int]]) -> int:
    return min((max(low - word.end, word.start - high, 0) for low, high in places), default=0)


def around(question: str) -> Around:
    """What stands around the first asking word, up to the next comma."""
    found = ASKING_WORD.search(question)
    if found is None:
        return Around("", "")
    before = re.split(r"[，,、。]", question[: found.start()])[-1]
    behind = re.split(r"[，,、。？?！]", _MEASURE.sub("", question[found.end() :]))[0]
    return Around(before[-4:], behind[:6]) if is_cjk(question) else Around(before, behind[:40])


def parts(question: str) -> tuple[str, ...]:
    """The questions that this one asks in one sentence, each with the words that only introduce it ("A和B分别是多少",
    "who built it and when was it opened"); the question itself where it asks only one."""
    asked: list[str] = []
    lead = ""
    for clause in _NEXT_QUESTION.split(question):
        if not _ASKS.search(clause):
            lead += f"{clause}，" if is_cjk(clause) else f"{clause}, " if clause.strip() else ""
            continue
        each = _EACH.match(clause)
        things = _BETWEEN_THINGS.split(each["things"]) if each else [clause]
        asked += [f"{lead}{thing}{each['rest']}" if each else f"{lead}{clause}" for thing in things if thing]
        lead = ""
    if len(asked) < 2:
        return (question,)
    asked[-1] += lead
    return tuple(asked)
