"""What a rewritten question may not lose, and may not bring in from nowhere."""

from __future__ import annotations

import re

from rag_core.ask.language.figures import figures
from rag_core.ask.language.topic import names
from rag_core.simplified import simplify
from rag_core.text import CJK, normalise

# A verb beside its own negation asks whether; it denies nothing.
_WHETHER_ZH = re.compile(
    r"(.)[不没沒](?=\1)|(?:是|能|可|会|會)否|有没有|有沒有|不同|不久|不仅|不但|不断|不管|不论|不過|不过|差不多|无论|無論|"
    r"南非|北非|非洲|非常|未来|未來|没关系|不好意思"
)
_NEGATION_ZH = re.compile(r"[不没沒未无無非别別勿莫]")
_NEGATION_EN = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|except|excluding|unless)\b|n['’]t\b",
    re.IGNORECASE,
)
_NOT_DENYING_EN = re.compile(
    r"^\s*no\b[,.!]?|\bwhy not\b|\bif not\b|\bor not\b|\bnot only\b|\bno\.\s*\d|"
    r"^\s*(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should)n['’]t\b",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"n['’]t$")
# What a Chinese sentence writes on to a foreign name: E2呢, Priya的年假.
_WRITTEN_ON = re.compile(rf"(?<=\w)[{CJK}].*$")


def keeps(question: str, rewritten: str) -> bool:
    """Whether every name, number and negation of the question is still in the rewrite."""
    there = figures(rewritten)
    plain = _plain(rewritten)
    return (
        all(any(figure.agrees(other) for other in there) for figure in figures(question))
        and all(_plain(name) in plain for name in _named(question))
        and (denies(rewritten) or not denies(question))
    )


def grounded(rewritten: str, *said: str) -> bool:
    """Whether every name, number and negation of the rewrite was said somewhere before."""
    before = "\n".join(said)
    there = figures(before)
    plain = _plain(before)
    return (
        all(any(figure.agrees(other) for other in there) for figure in figures(rewritten))
        and all(_plain(name) in plain for name in names(rewritten))
        and (denies(before) or not denies(rewritten))
    )


def denies(text: str) -> bool:
    """Whether the text denies something. Asking whether ("isn't it", 是不是) does not."""
    asked = _NOT_DENYING_EN.sub(" ", _WHETHER_ZH.sub(" ", text))
    return bool(_NEGATION_ZH.search(asked) or _NEGATION_EN.search(asked))


def _named(question: str) -> list[str]:
    found = [name for name in names(question) if not _CONTRACTED.search(name)]
    return [_WRITTEN_ON.sub("", name) if name[0].isascii() and name[0].isalnum() else name for name in found]


def _plain(text: str) -> str:
    return simplify(normalise(text))
