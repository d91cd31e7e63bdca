"""What the sentence behind the best one says of the same thing by a pronoun: "The dehumidifier arrived. It cost £189."."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.sought import EXACT_KINDS, offers, sought
from rag_core.ask.language.spans import SourceSentence

LEANS_BACK = re.compile(
    r"^(?:此|该|这|其(?!中)|他|她|它|牠|祂|后者|前者|同时|此外)|^(?:He|She|It|They|This|These|His|Her|Its|Their|Such)\b"
)


def told_next(
    gathered: Gathered, ranked: Sequence[tuple[float, SourceSentence]]
) -> dict[SourceSentence, str]:
    """The best sentence and the one right behind it, marked by the question, where that begins with a pronoun and gives a figure
    or a date of the kind asked for, which the best does not; else none."""
    question = gathered.question
    kind = sought(question)
    best = ranked[0][1] if ranked else None
    if best is None or kind not in EXACT_KINDS or best.title or offers(best.text, kind, question):
        return {}
    place = gathered.sentences.index(best)
    after = next(iter(gathered.sentences[place + 1 : place + 2]), None)
    if after is None or after.number != best.number or not 0 <= after.start - best.end <= 1:
        return {}
    told = LEANS_BACK.search(after.text) and offers(after.text, kind, question)
    return {best: "", after: question} if told else {}
