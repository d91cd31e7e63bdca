"""What "it" means after an English question for when, where or how much: the whole thing that this was asked of."""

from __future__ import annotations

import re
from itertools import pairwise

from rag_core.ask.rewriting.phrases_en import phrases

# Of the capital of France something new is France; what is asked when, or how long, is the thing itself.
_ASKED_OF_THING = re.compile(
    r"^(?:(?:and|so|then|ok|but)[,\s]+)*(?:by |until |since |from )?(?:when|where|what time|how (?!many))\b",
    re.IGNORECASE,
)
_JOINED = frozenset({"of", "for", "in", "at"})
_THING = frozenset({"the", "my", "our", "your"})


def whole_thing(question: str) -> str:
    """The deposit for the flat, of when is the deposit for the flat due; "" for a question of another kind, or one
    that names its thing by one phrase."""
    if not _ASKED_OF_THING.match(question.strip()):
        return ""
    found = phrases(question)
    for one, then in pairwise(found):
        joined = then.preposition in _JOINED and then.start - one.end == 1
        if joined and not one.preposition and one.determiner in _THING:
            return f"{one.determiner} {question[one.named : then.end]}"
    return ""
