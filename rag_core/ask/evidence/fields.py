"""Lines of a list of facts: each leans on those above it ("Party B: …", "Address: …") and some only name their neighbour."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.words import ENDS, Rarity, Word, coverage, keys, words
from rag_core.text import begins_entry, is_row

LONGEST_LINE = 60
# So many lines above are looked at for what a line leans on; so many above a line in brackets may be what it names.
REACH, NAMED_ABOVE = 8, 3
# What a line leans on must hold this share more of what is asked.
LEANS_FROM = 0.2
# Words that weigh so much say something by themselves.
_TELLING = 0.6
_BRACKETED = re.compile(r"[(（].*[)）]")
_ATTRIBUTE = re.compile(
    r"['’]s? ([a-z][\w ]{1,40}?)\s*[?.]*$|\b(?:is|are|was|were) the ([a-z][\w ]{1,40}?) (?:of|for) "
    r"|的([^的，,？?]{1,12}?)(?:是|在|有|为|為|多|什|谁|誰|哪|几|幾|怎|[？?]|$)"
)
_LABEL = re.compile(r"[^:：]{1,28}[:：]")


def is_line(text: str) -> bool:
    """Whether the text may be a line of a list of facts: short, without an end, no table's row, no entry with a mark."""
    short = len(text) <= LONGEST_LINE and not ENDS.search(text)
    return short and not is_row(text) and not begins_entry(text)


def leaned_on(question: str, asked: Sequence[Word], texts: Sequence[str], rare: Rarity) -> int | None:
    """Of lines below one another, which one the last leans on: the nearest that holds most of what is asked beside what
    the last holds; None where none does. The names of two parties stand above what is said of each: what is asked of
    somebody must stand in the last line, if the question's form tells what that is, and in none above it."""
    *above, line = texts
    own, sought = keys(line), attribute(question)
    held = coverage(asked, own, rare)
    if not held or not is_line(line) or (sought and not sought & own):
        return None
    best, most = None, held + LEANS_FROM
    for at, text in reversed(list(enumerate(above))[-REACH:]):
        # A second telephone is somebody else's than the name above the first.
        if not is_line(text) or (_label(line) and _label(text) == _label(line)):
            break
        both = coverage(asked, own | keys(text), rare)
        if both > most and not sought & keys(text):
            best, most = at, both
    return best


def _label(line: str) -> str:
    found = _LABEL.match(line)
    return found.group() if found else ""


def attribute(question: str) -> frozenset[str]:
    """The words for what is asked of somebody or something ("the buyer's address": address); none where the question's
    form does not tell."""
    found = _ATTRIBUTE.search(question)
    return keys(next(one for one in found.groups() if one)) if found else frozenset()


def named_above(question: str, texts: Sequence[str]) -> range:
    """Of lines below one another, those above the last that it only names: "Title: Secretary" where the secretary is
    asked for, or a caption in brackets below what is written on a form. Empty where it says something itself."""
    *above, line = texts
    known = keys(question)
    bracketed = bool(_BRACKETED.fullmatch(line.strip()))
    told = {word.key for word in words(_LABEL.sub("", line, count=1)) if word.weight >= _TELLING}
    names = bool(told & known) if bracketed else bool(_LABEL.match(line) and told and told <= known)
    first = len(above)
    while names and is_line(line) and first and len(above) - first < (NAMED_ABOVE if bracketed else 1):
        if not is_line(above[first - 1]) or _BRACKETED.search(above[first - 1]):
            break
        if not bracketed and not _label(above[first - 1]):
            break
        first -= 1
    return range(first, len(above))
