"""What is quoted with a sentence: the list that it announces or is an entry of, and the lines that it leans on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag_core.ask.evidence.entries import MOST_ENTRIES, announced, begins_list
from rag_core.ask.evidence.fields import attribute, named_above
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.asking import beside
from rag_core.ask.language.lists import ANNOUNCES, REACH
from rag_core.ask.language.sought import EXACT_KINDS, sought
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import coverage, keys
from rag_core.ask.quoting.brought import brought

# The best one of several goes where it says no more than this share beyond the others.
NOTHING_MORE = 0.05
# An entry nearer in meaning than what announces it, whose score lies so far above all others of its list, answers by itself.
OUTSTANDS = 0.1
# Lines of a list stand so many characters apart: an empty line, a page's end.
NEXT_LINE = 3
LISTING = re.compile(
    r"哪些|哪几|列出|分别|有何|what are|which (?:are|of)|list|who are|name (?:the|all)", re.IGNORECASE
)
_CASES = re.compile(
    r"(?:什么|何种|哪种)(?:情况|情形|条件)|(?:in|under) (?:what|which) (?:cases|circumstances|conditions)|what conditions",
    re.IGNORECASE,
)


def asks_for_cases(question: str) -> bool:
    """Whether the question asks for several things, or for the cases in which something is so: what a list says."""
    return bool(LISTING.search(question) or _CASES.search(question))


def with_entries(gathered: Gathered, chosen: Mapping[SourceSentence, str]) -> dict[SourceSentence, str]:
    """With the lists that are announced, entry by entry: they are the answer. A date or a figure is in one entry, and so
    is what one of them answers better than the words that announce them."""
    if sought(gathered.question) in EXACT_KINDS:
        return dict(chosen)
    found: dict[SourceSentence, str] = {}
    listing = bool(LISTING.search(gathered.question))
    for sentence, question in chosen.items():
        head = _announcing(gathered, sentence)
        entries = announced(gathered, head)
        if not listing and not begins_list(head) and not found.keys().isdisjoint(entries):
            entries = []
        found[head] = "" if entries else question
        for entry in entries:
            found.setdefault(entry, "")
    return found


def with_lines(gathered: Gathered, chosen: Mapping[SourceSentence, str]) -> dict[SourceSentence, str]:
    """With the lines above that lines of a list lean on, or only name, and with what announces an entry: by itself it may
    say the opposite of what it means."""
    found = dict(chosen)
    for sentence in chosen:
        above = _above(gathered, sentence)
        texts = [one.text for one in above]
        at = next((i for i in range(len(texts) - 2, -1, -1) if texts[i] == sentence.above), None)
        named = named_above(gathered.question, texts)
        if len(named):
            found[sentence] = ""
            found.setdefault(above[named[-1]], gathered.question if len(named) == 1 else "")
        told = bool(attribute(gathered.question) or ANNOUNCES.search(sentence.above))
        leans = () if at is None or (not told and _says_more(gathered, above[at], sentence)) else (at,)
        for place in (*named, *leans):
            found.setdefault(above[place], "")
        for head in _heads(gathered, sentence):
            found.setdefault(head, "")
    return found


def _heads(gathered: Gathered, sentence: SourceSentence) -> Iterator[SourceSentence]:
    """What announces the list of which the sentence is an entry, and what announces the list in which that stands."""
    head = _led_by(gathered, sentence)
    while head is not None and ANNOUNCES.search(head.text):
        yield head
        head = _led_by(gathered, head)


def _led_by(gathered: Gathered, sentence: SourceSentence) -> SourceSentence | None:
    """The sentence above that it leans on."""
    place = gathered.sentences.index(sentence)
    above = reversed(gathered.sentences[max(place - REACH, 0) : place])
    return next((one for one in above if (one.number, one.text) == (sentence.number, sentence.above)), None)


def _says_more(gathered: Gathered, one: SourceSentence, other: SourceSentence) -> bool:
    """Whether one holds more than the other of what stands beside the asking word: a name does not lean on a line
    about another."""
    wanted = beside(gathered.question)
    mine, theirs = (coverage(wanted, keys(said.text), gathered.rare) for said in (one, other))
    return mine > theirs


def _above(gathered: Gathered, sentence: SourceSentence) -> list[SourceSentence]:
    """The sentences that stand above it, each right below the one before, and itself at the end."""
    place = gathered.sentences.index(sentence)
    found = [sentence]
    for one in reversed(gathered.sentences[max(place - REACH, 0) : place]):
        if one.number != sentence.number or found[0].start - one.end > NEXT_LINE:
            break
        found.insert(0, one)
    return found


def _announcing(gathered: Gathered, sentence: SourceSentence) -> SourceSentence:
    """What announces the list of which the sentence is an entry, where the entry brings nothing of what is asked for, in
    words or in meaning; else the sentence itself."""
    head = _head(gathered, sentence)
    if head is None:
        return sentence
    others = max(one.score for one in announced(gathered, head) if one is not sentence)
    nearer = sentence.cosine > head.cosine and sentence.score - others > OUTSTANDS
    alone = nearer and not asks_for_cases(gathered.question)
    return sentence if alone or brought(gathered, [head], [sentence]) > NOTHING_MORE else head


def _head(gathered: Gathered, sentence: SourceSentence) -> SourceSentence | None:
    """What announces the list of which the sentence is an entry; a title right above the first one does so, too."""
    place = gathered.sentences.index(sentence)
    before = gathered.sentences[place - 1] if place else sentence
    head = _led_by(gathered, sentence) or (before if before.title else None)
    entries = announced(gathered, head) if head is not None else []
    return head if sentence in entries[:MOST_ENTRIES] and len(entries) > 1 else None
