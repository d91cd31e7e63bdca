"""What a sentence that ends in a colon announces: the entries of the list that stands below it."""

from __future__ import annotations

import re

from rag_core.ask.evidence import Gathered
from rag_core.ask.spans import SourceSentence
from rag_core.text import begins_entry, is_row

MOST_ENTRIES, MOST_CHARACTERS = 8, 900
_ANNOUNCES = re.compile(r"[:：]\s*$")
# Entries stand a line, or an empty line, below what announces them; what goes on with an entry stands nearer.
_NEXT, _SAME = 3, 1


def announced(gathered: Gathered, sentence: SourceSentence) -> list[SourceSentence]:
    """The sentences that the one announces, in their order; none where it announces nothing, or a table. Of a list so
    long that it can't be quoted whole, its first entries."""
    if not _ANNOUNCES.search(sentence.text):
        return []
    found: list[SourceSentence] = []
    before, room = sentence, MOST_CHARACTERS
    for one in gathered.sentences[gathered.sentences.index(sentence) + 1 :]:
        gap = one.start - before.end
        below = gap <= _NEXT if not found or begins_entry(one.text) else gap <= _SAME
        room -= len(one.text)
        if one.number != sentence.number or not below or is_row(one.raw) or one.title:
            break
        if found and (len(found) == MOST_ENTRIES or room < 0):
            break
        found.append(one)
        before = one
    return found if found and (begins_entry(found[0].text) or len(found) == 1) else found[:1]
