"""What a sentence announces: the entries of the list that stands below it, or behind its own colon, semicolons between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.lists import ANNOUNCES
from rag_core.ask.language.spans import SourceSentence
from rag_core.text import entry_mark, is_row

MOST_ENTRIES, MOST_CHARACTERS = 8, 900
# Entries stand a line, or an empty line, below what announces them; what goes on with an entry stands nearer.
_NEXT, _SAME = 3, 1
# "有下列情况之一时应检验：新产品定型时；": the first entry of a list in one sentence, cut where its second one begins.
_BEGINS_LIST = re.compile(r"(?:[下如][列述下]|以下|之一)[^：:；。]*[：:][^：:]*；$")


def announced(gathered: Gathered, sentence: SourceSentence) -> list[SourceSentence]:
    """The sentences that the one announces, in their order; none where it announces nothing, or a table. Of a list so
    long that it can't be quoted whole, its first entries. Of one whose entries semicolons part, those behind the first."""
    if begins_list(sentence):
        return _clauses(gathered, sentence)
    if not ANNOUNCES.search(sentence.text):
        return []
    found: list[SourceSentence] = []
    room = MOST_CHARACTERS
    for one in gathered.sentences[gathered.sentences.index(sentence) + 1 :]:
        room -= len(one.text)
        full = bool(found) and (len(found) == MOST_ENTRIES or room < 0)
        if full or not _goes_on(sentence, found, one):
            break
        found.append(one)
    return found


def begins_list(sentence: SourceSentence) -> bool:
    """Whether the sentence announces a list and holds its first entry, up to a semicolon."""
    return bool(_BEGINS_LIST.search(sentence.text)) and not is_row(sentence.raw)


def _clauses(gathered: Gathered, head: SourceSentence) -> list[SourceSentence]:
    """What follows the head in its paragraph, up to the end of the sentence."""
    found: list[SourceSentence] = []
    last = head
    for one in gathered.sentences[gathered.sentences.index(head) + 1 :]:
        apart = one.number != head.number or one.start - last.end > _SAME or is_row(one.raw)
        if apart or not last.text.endswith("；") or len(found) == MOST_ENTRIES:
            break
        found.append(one)
        last = one
    return found


def _goes_on(head: SourceSentence, found: Sequence[SourceSentence], one: SourceSentence) -> bool:
    """Whether the sentence belongs to the list that the head announces, of which those found stand above it."""
    gap = one.start - (found[-1] if found else head).end
    if one.number != head.number or is_row(one.raw) or one.title or gap > _NEXT:
        return False
    mark = entry_mark(one.text)
    if not found:
        # What is announced without a mark is one sentence, and the clauses of a contract are no list.
        return mark not in ("clause", entry_mark(head.text)) if mark else gap <= _SAME
    first = entry_mark(found[0].text)
    if mark:
        return mark == first and not ANNOUNCES.search(one.text)
    return bool(first) and gap <= _SAME
