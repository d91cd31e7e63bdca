"""Follow-up questions made whole from the conversation, without losing a name, a number or a negation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.rewrite_en import propose_en
from rag_core.ask.rewrite_keep import keeps
from rag_core.ask.rewrite_past import Exchange
from rag_core.ask.rewrite_zh import propose_zh
from rag_core.text import CJK, is_cjk

# A question put in Chinese although a foreign word makes up most of it: WiFi呢？
_PUT_IN_CHINESE = re.compile(rf"[{CJK}][{CJK}\s]*[?？。]?\s*$")

# A question of which nothing is left to ask, or to put anything to.
_SAYS_NOTHING = re.compile(r"(?:[\W_]|\b(?:and|or|but|so|then)\b|[那么呢吗嘛啊呀吧])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question to search for beside the raw one. `certain`: the raw one can't stand alone; else retrieval
    decides. `searched` equals the raw question where there is nothing to add."""

    searched: str
    certain: bool


def propose(question: str, history: Sequence[Exchange]) -> Proposal:
    """Make the question whole from the conversation, by rule. Self-contained questions stay as they are."""
    if not history or _SAYS_NOTHING.fullmatch(question):
        return Proposal(question, False)
    searched, certain = (propose_zh if _in_chinese(question, history[-1].question) else propose_en)(
        question, history
    )
    if searched == question or not keeps(question, searched):
        return Proposal(question, False)
    return Proposal(searched, certain)


def _in_chinese(question: str, last: str) -> bool:
    """Whether the Chinese rules fit; after a Chinese question, a foreign word with a Chinese ending is Chinese."""
    return is_cjk(question) or (is_cjk(last) and bool(_PUT_IN_CHINESE.search(question)))
