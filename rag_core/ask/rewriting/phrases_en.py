"""The phrases of an English question: what it names, and what its prepositions bring in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag_core.ask.rewriting.like import ORDINAL
from rag_core.ask.rewriting.words_en import naming

_BRINGING = """
    in for on at of by from to with without within during after before under over per about into outside inside near
    between among until since through against
"""
_POINTING = "the a an my your our their its his her this that these those any some each every no"
_DOING = "do does did can could will would should may might must don't doesn't didn't can't"
PREPOSITIONS = frozenset(_BRINGING.split())
DETERMINERS = frozenset(_POINTING.split())
_BARE_PLACES = frozenset({"abroad", "overseas", "upstairs", "downstairs", "outdoors", "indoors"})
_SUBJECTS = frozenset({"i", "you", "we", "they", "it", "he", "she", "who"})
_PARTICLES = frozenset({"out", "up", "off", "down", "away"})
_AUXILIARY = frozenset(_DOING.split())
_WORD = re.compile(r"[\w'’$£€%.&-]*[\w%](?:['’](?=\s))?")
# What is said of a thing, at the end of what names it.
_SAID_OF = re.compile(
    r"(?:\w+(?:ed|able|ible)|paid|sold|bought|built|sent|lost|held|kept|made|done|given|taken|written|broken|chosen|shown|due|free|"
    r"open|closed|full|legal|safe|valid|too)$",
    re.IGNORECASE,
)

# What is done, as one word by itself: founded, sold; no seed and no shed.
_DONE = re.compile(
    r"(?:\w{2,}[^\We]ed|paid|sold|bought|built|sent|lost|held|kept|made|done|given|taken|written|broken|chosen|shown)$",
    re.IGNORECASE,
)
# Before a name: does the, does the filter of the.
_ASKS_DOING = re.compile(
    rf"\b(?:{'|'.join(sorted(_AUXILIARY))}) (?:(?:the|my|our|your) )?(?:[a-z-]+ of (?:(?:the|my|our|your) )?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at text[start:end]: its preposition ("" for none), its article or the like, and what it names, which
    begins at `named`."""

    start: int
    named: int
    end: int
    preposition: str
    determiner: str


def phrases(text: str) -> list[Phrase]:
    """What the question names, in its order, without what may be a verb or is said of a thing (founded)."""
    tokens = list(_WORD.finditer(text))
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        phrase, after = _phrase(text, tokens, at)
        may_be = phrase and not _is_one(text, phrase) and _may_be_verb(text, tokens, at, after)
        if phrase and not _said_of(text, phrase) and not may_be:
            found.append(phrase)
        at = max(after, at + 1)
    return found


def does_last(text: str, start: int, end: int) -> bool:
    """Whether the last word of what stands there is what a name before it does, at the end of the question: does the P200
    weigh, how long does the filter of the P200 last."""
    *named, last = text[start:end].split() or [""]
    led = _ASKS_DOING.search(text[:start])
    name = any(letter.isupper() or letter.isdigit() for letter in "".join(named))
    return bool(led) and name and last.islower() and not text[end:].strip(" ?!.")


def preposition(text: str) -> str:
    """The preposition that the text begins with, "" for none; "abroad" counts as one."""
    found = _WORD.search(text)
    first = found.group().lower() if found else ""
    return first if first in PREPOSITIONS or first in _BARE_PLACES else ""


def _phrase(text: str, tokens: list[re.Match[str]], begin: int) -> tuple[Phrase | None, int]:
    at = begin
    brings = tokens[at].group().lower() if tokens[at].group().lower() in PREPOSITIONS else ""
    at += bool(brings)
    determiner = tokens[at].group().lower() if at < len(tokens) else ""
    determiner = determiner if determiner in DETERMINERS else ""
    first = at + bool(determiner)
    at = first
    while at < len(tokens) and _names(text, tokens, at, first):
        at += 1
    while at - first > 1 and _SAID_OF.search(tokens[at - 1].group()):
        at -= 1
    after = at
    at -= at - first > 1 and does_last(text, tokens[first].start(), tokens[at - 1].end())
    if at == first:
        return None, max(first - bool(determiner), begin + 1)
    start = tokens[begin].start()
    if brings and text[:start].lower().endswith("according "):
        start -= len("according ")
    end = tokens[at - 1].end()
    # The point of an abbreviation is its own.
    end += "." in tokens[at - 1].group() and text[end : end + 1] == "."
    return Phrase(start, tokens[first].start(), end, brings, determiner), after


def _names(text: str, tokens: list[re.Match[str]], at: int, first: int) -> bool:
    word = tokens[at].group()
    if word.lower() in PREPOSITIONS or word.lower() in _BARE_PLACES:
        return False
    if at > first and text[tokens[at - 1].end() : tokens[at].start()].strip():
        return False
    return bool(naming(word)) or bool(ORDINAL.fullmatch(word)) or word in ("old", "new") or word[0].isdigit()


def _said_of(text: str, phrase: Phrase) -> bool:
    # "Is that covered" speaks of that.
    alone = not phrase.preposition and phrase.determiner.lower() in ("", "this", "that")
    return alone and bool(_DONE.match(text[phrase.named : phrase.end]))


def _is_one(text: str, phrase: Phrase) -> bool:
    """Whether it is an article with one word: the filter, of which nothing is done."""
    return bool(phrase.determiner) and " " not in text[phrase.named : phrase.end]


def _may_be_verb(text: str, tokens: list[re.Match[str]], begin: int, after: int) -> bool:
    """Whether its first word may be what is done, or its last: who pays, can I park, check out, does the policy cover rust."""
    before = tokens[begin - 1].group().lower() if begin else ""
    if tokens[begin].group().lower() in PREPOSITIONS:
        return False
    if after < len(tokens) and tokens[after].group().lower() in _PARTICLES:
        return True
    if not begin or before in _SUBJECTS or before == "how":
        return True
    asked = before in _AUXILIARY and not tokens[begin].group()[0].isupper()
    ends = after >= len(tokens) or tokens[after].group().lower() in PREPOSITIONS | DETERMINERS
    return asked and ends
