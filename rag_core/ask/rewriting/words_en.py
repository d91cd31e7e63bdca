"""Which words of an English question name something."""

from __future__ import annotations

import functools
import re

from rag_core.ask.language.words import keys, words
from rag_core.text import normalise

# Words that ask, do and point, but name nothing; most of them verbs.
_PLAIN = """
    get gets got getting come comes came coming go goes going went gone make makes made making take takes took taking give
    given gives use used uses using work works working find found know known see seen say said says mean means meant want
    wants need needs needed like liked look looks try tried help helps happen happens happened become became begin began
    start starts started end ended ends keep keeps kept let put set show shows shown call called calls ask asked think
    believe talk talks talking speak speaking tell told explain describe summarize list name learn hear heard understand
    interested interesting curious first last next new old many much more most less least other others another different
    same several various certain possible available able good bad better best big large small long short high low main
    major important popular common general typical usually often always never still yet already ever even only just really
    very quite too besides instead except between after before during while since until within without through across
    against about above below under over into onto out off up down again once here there now then today currently example
    examples kind kinds type types sort sorts way ways thing things part parts lot number amount bit one ones something
    anything everything someone anyone people person information details detail question questions reason reasons purpose
    difference differences advantage advantages disadvantages benefit benefits procedure procedures step steps time times soon late early must may might shall ought able
    year years day days month months week weeks i'm i'd i'll i've don't doesn't didn't isn't can't won't let's sorry thank
    thanks please hello help yes no ok okay sure wow great fine nice sound sounds appear seem seems not never although though however whenever
    together back also wonder wondering mention mentioned mean view choose chosen hire idea ideas else well cost costs price prices
"""
_NAMING_NOTHING = frozenset(_PLAIN.split())
_WORD = re.compile(r"[\w'’.+#-]*\w")
_LONGEST_RUN = 4
_CONTENT = 0.6


def naming(text: str) -> list[str]:
    """The words of an English text that name something."""
    telling = {word.start for word in words(text) if word.weight >= _CONTENT}
    return [
        match.group()
        for match in _WORD.finditer(text)
        if match.start() in telling and _names_something(match.group())
    ]


def content_keys(text: str) -> frozenset[str]:
    """The words of a text that say something by themselves."""
    return frozenset(word.key for word in words(text) if word.weight >= _CONTENT) - _nothing()


@functools.cache
def _nothing() -> frozenset[str]:
    return keys(_PLAIN)


def _names_something(word: str) -> bool:
    return normalise(word).replace("’", "'") not in _NAMING_NOTHING


def runs(question: str) -> list[str]:
    """The runs of words that name something in an English question, without what is done to it."""
    telling = {word.start for word in words(question) if word.weight >= _CONTENT}
    found: list[list[tuple[int, int]]] = [[]]
    for match in _WORD.finditer(question):
        if match.start() in telling and _names_something(match.group()):
            gap = question[found[-1][-1][1] : match.start()] if found[-1] else ""
            if gap.strip():
                found.append([])
            found[-1].append(match.span())
        elif found[-1]:
            found.append([])
    spans = [_trimmed(question, one)[-_LONGEST_RUN:] for one in found if one]
    return [question[run[0][0] : run[-1][1]] for run in spans]


def _trimmed(question: str, run: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the verbs at its ends: stairs invented, producing citrus."""
    while len(run) > 1 and question[slice(*run[-1])].endswith(("ed", "ing")):
        run = run[:-1]
    while len(run) > 1 and question[slice(*run[0])].endswith("ing"):
        run = run[1:]
    return run
