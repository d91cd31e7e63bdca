"""When something happened that a diary or a chat tells: the line above that says of which day its entry is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.stamped import stamped
from rag_core.ask.language.days import DAY
from rag_core.ask.language.sought import sought
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.quoting.procedures import in_order
from rag_core.text import is_cjk

# What is still to come is not told by the day on which it was written down.
_PAST_EN = re.compile(r"\b(?:did|was|were|had|has|have)\b", re.IGNORECASE)
_TO_COME_ZH = re.compile("[会會要将將]|截止|到期|应该|可以|能|下次|何时开|召开|举行")


def days_above(gathered: Gathered, question: str) -> dict[SourceSentence, SourceSentence]:
    """Of each sentence of an entry the one that says of which day it is, where the question asks when something was."""
    past = not _TO_COME_ZH.search(question) if is_cjk(question) else _PAST_EN.search(question)
    if sought(question) != "date" or not past:
        return {}
    found: dict[SourceSentence, SourceSentence] = {}
    for sentences in in_order(gathered):
        for entry in stamped([one.text for one in sentences]):
            head = next((sentences[at] for at in entry.heads if DAY.search(sentences[at].text)), None)
            told = (sentences[at] for at in entry.told) if head is not None else ()
            found.update((one, head) for one in told if head is not None and one is not head)
    return found


def with_days(gathered: Gathered, chosen: Mapping[SourceSentence, str]) -> dict[SourceSentence, str]:
    """With the line above that says of which day it is, where what is quoted first names none itself."""
    above = days_above(gathered, gathered.question)
    first = next(iter(chosen))
    head = above.get(first)
    if head is None or DAY.search(first.text):
        return dict(chosen)
    return {head: gathered.question, first: ""}
