"""What stands line by line below a title that the question names ("Which ingredients …?" below "Ingredients"): all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag_core.ask.evidence.clauses import openings
from rag_core.ask.evidence.fields import is_line
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.sought import sought
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.superlatives import compares
from rag_core.ask.language.words import Word, coverage, file_words, joins, keys, question_words, words
from rag_core.ask.quoting.procedures import FRAME, Procedure, in_order, is_titling, titled_so, titles_above
from rag_core.text import entry_mark, is_row

_ASKS = re.compile(
    r"\b(?:what|which|list|name|who|when|show|how)\b|哪些|怎|如何|什么|什麼|何|列出|有啥|要啥", re.IGNORECASE
)
# What asks for the list, and not whose it is.
_FRAME = re.compile(
    r"\b(?:need(?:ed)?|required?|must|may|should|have|list|buy|used?)\b|需要|要用|要|做|备|列出|用(?!料)",
    re.IGNORECASE,
)
# What asks for all that is told of something: what it is that one does, which side effects there are.
_WHOLE = re.compile(
    r"\bwhat (?:do|should|must|can|to do)\b[^?]*\b(?:if|when|after|for|about|against|with|in case|do)\b|\b(?:what|which) (?:are|\w+ are|side)\b|\bhow (?:do|can|should|must|to)\b"
    r"|怎么办|怎么做|怎么处理|如何处理|怎样处理|怎么救|如何急救|哪些",
    re.IGNORECASE,
)
FEWEST, MOST = 2, 15
# A section told in so many characters is quoted whole; its title has this share of the words asked about.
LONGEST_SECTION, NAMED = 500, 0.8
LONGEST_NAME = 40
_NEXT_LINE = 3
_TELLING = 0.6


def lines_asked(gathered: Gathered) -> list[SourceSentence]:
    """The lines below the title whose words the question has all, with those above it that say whose they are, or the few
    sentences of a section whose title is what the question asks about; none where it asks for a date, a figure, a person or
    a reason, which stand in one of them."""
    question = gathered.question
    if not _ASKS.search(question) or sought(question) != "other":
        return []
    # One line of several is asked for, by its number or as the greatest.
    if compares(question) or openings(gathered):
        return []
    wanted = question_words(_FRAME.sub(" ", question))
    best = titled_so(gathered, list(_lists(gathered)), wanted) or _section(gathered)
    return [one for line in best.steps[:MOST] for one in line] if best is not None else []


def _section(gathered: Gathered) -> Procedure | None:
    """The short section whose title says what the question asks about, where it asks what is told of that."""
    if not _WHOLE.search(gathered.question):
        return None
    wanted = question_words(FRAME.sub(" ", _FRAME.sub(" ", gathered.question)))
    named = [
        one
        for one in _sections(gathered)
        if coverage(_beyond_file(wanted, one), keys(one.title), gathered.rare) >= NAMED
    ]
    return titled_so(gathered, named, wanted)


def _beyond_file(wanted: Sequence[Word], told: Procedure) -> list[Word]:
    """The words that the file's name does not say, without those that only join two of them."""
    name = keys(file_words(told.first.filename))
    return [word for word in wanted if word.key not in name and not joins(word)]


def _sections(gathered: Gathered) -> Iterator[Procedure]:
    """What stands below a title up to the next one, where it is a few sentences of running text."""
    for sentences in in_order(gathered):
        places = [at for at, one in enumerate(sentences) if one.title]
        for at, end in pairwise((*places, len(sentences))):
            told = sentences[at + 1 : end]
            whole = bool(told) and sum(len(one.text) for one in told) <= LONGEST_SECTION
            if whole and not any(is_row(one.raw) for one in told) and _unbroken(sentences[at:end]):
                yield Procedure(tuple((one,) for one in told), (), *titles_above(sentences, at + 1))


def _unbroken(sentences: Sequence[SourceSentence]) -> bool:
    return all(after.start - before.end <= _NEXT_LINE for before, after in pairwise(sentences))


def _lists(gathered: Gathered) -> Iterator[Procedure]:
    known = keys(gathered.question)
    for sentences in in_order(gathered):
        for at, head in enumerate(sentences[:-1]):
            if not _is_named(head, known):
                continue
            lines = _lines(sentences, at + 1)
            if len(lines) >= FEWEST:
                yield Procedure(tuple((one,) for one in lines), (), *titles_above(sentences, at + 1))


def _is_named(head: SourceSentence, known: frozenset[str]) -> bool:
    """Whether the sentence is a short line all of whose words that say something the question has."""
    line = head.title or is_line(head.text)
    if not line or is_row(head.raw) or len(head.text) > LONGEST_NAME:
        return False
    told = {word.key for word in words(head.text) if word.weight >= _TELLING}
    return bool(told) and told <= known


def _lines(sentences: Sequence[SourceSentence], at: int) -> list[SourceSentence]:
    """The lines from the place on that make one list: entries with marks of one kind, or lines without any."""
    found: list[SourceSentence] = []
    mark = entry_mark(sentences[at].text)
    for place in range(at, len(sentences)):
        one = sentences[place]
        near = one.start - sentences[place - 1].end <= _NEXT_LINE
        last = place + 1 == len(sentences)
        if (
            not near
            or is_row(one.raw)
            or entry_mark(one.text) != mark
            or (not last and is_titling(sentences, place))
        ):
            break
        if not mark and not is_line(one.text):
            break
        found.append(one)
    return found
