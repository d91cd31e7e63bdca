"""Sentences that say nothing themselves and lead to what follows: "To clean the filters, follow these steps:"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag_core.ask.language.words import keys, question_words

_ENDS = re.compile(r"[:：]\**\s*$")
_DENIES = re.compile(
    r"\b(?:not|never|no|cannot|without|only)\b|n['’]t\b|[不勿禁无無没沒只仅僅]", re.IGNORECASE
)
_FRAME = re.compile(
    r"\b(?:follow(?:s|ing|ed)?|steps?|here|list(?:ed)?|below|these|this|according|based|provided|documents?|manuals?|guides?|sources?|instructions|answer|you|your|need|can|should|please)\b"
    r"|以下|如下|下列|下面|步骤|步驟|方法|具体|操作|按照|根据|文档|资料|手册|说明书?|请|按|需要|可以|应该?|包括|分别|这些|的|是|为|有|，",
    re.IGNORECASE,
)
_TELLING = 0.6


def only_leads(claim: str, question: str, contexts: Iterable[str]) -> bool:
    """Whether the claim ends on a colon and holds nothing but words of the question, of the names and titles of the sources
    (`contexts`), and those that lead on. A figure or a denial that the question lacks is said by itself."""
    if not _ENDS.search(claim) or (_DENIES.search(claim) and not _DENIES.search(question)):
        return False
    known = keys(question).union(*(keys(context) for context in contexts))
    own = question_words(_FRAME.sub(" ", claim))
    return all(word.key in known for word in own if word.weight >= _TELLING)
