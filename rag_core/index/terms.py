"""The terms that passages are found by, and how much each term of a question says by itself."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import Stemmer

from rag_core.simplified import simplify
from rag_core.text import CJK, flow, normalise, without_raised

# A single character says less than a pair, yet 年 must find 年度, and a question may be one character.
SINGLE_WEIGHT = 0.6
# What asks (什么时候) is seldom said in the answer; what joins (的, of) is said everywhere. Measured on twelve
# public sets: each of these raises or keeps recall and nDCG on every one.
ASKING_WEIGHT = 0.2
JOINING_WEIGHT = 0.3
JOINING_PAIR_WEIGHT = 0.5
_LONGEST_TERM = 64
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)*"
_TERM = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<number>{_NUMBER})|(?P<word>(?:(?![{CJK}\d_])[\w\u0300-\u036f])+)")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_ASKING = re.compile(
    "请问|请告诉我|告诉我|请|一下|(?:是|在)?什么(?:时候|时间|地方|人|样|意思)?|何时|何地|何人|多久|多长|多大|多高|多远|多重|甚么|怎么样|怎么|怎样|如何|"
    "为什么|为何|哪一个|哪一|哪些|哪个|哪里|哪儿|哪|是谁|谁|多少|第几|几个|几|是否|吗|呢|吧|啊|么|有没有|能不能|可不可以|可以|简述|介绍|说明|"
    "分别|是指|指的是"
    r"|\bhow (?:often|long|far|old|big|large|high|deep|fast|tall|wide|heavy|soon)\b|\b(?:what|which) (?:kinds?|types?|sorts?) of\b",
    re.IGNORECASE,
)
_JOINING_CHARACTERS = frozenset("的是在有和与于被由及或也都就还了这那其之以为把对从到将并而但则个该此等所会")
_JOINING_WORDS = """
    a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its
    may me my of on or our she should so some such than that the their them then there these they this those to was we
    were what when where which who whom whose why will with would you your
"""


@functools.lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@functools.cache
def _stemmer() -> Stemmer.Stemmer:
    # Without its own cache it keeps no state that threads could spoil.
    return Stemmer.Stemmer("english", 0)


@functools.cache
def _joining() -> frozenset[str]:
    return frozenset(_stem(word) for word in _JOINING_WORDS.split())


def placed_terms(text: str) -> Iterator[tuple[str, int]]:
    """The terms of a text with their places, repeats kept; the same for a question and a passage. A character
    of a run of CJK takes one place, and so does any word or number; a pair stands where its first one does.

    Compared in simplified characters, after NFKC and case folding; a line break between two Chinese characters
    separates nothing. A run of CJK characters gives its pairs, then its characters; a number stays whole,
    without its thousands separators; any other word is stemmed as English, without accents.
    """
    place = 0
    for match in _TERM.finditer(simplify(normalise(flow(without_raised(text))))):
        piece = match.group()
        if match.lastgroup == "cjk":
            yield from ((a + b, place + at) for at, (a, b) in enumerate(pairwise(piece)))
            yield from ((character, place + at) for at, character in enumerate(piece))
            place += len(piece)
            continue
        word = piece.replace(",", "") if match.lastgroup == "number" else _without_accents(piece)
        word = word[:_LONGEST_TERM]
        yield word if match.lastgroup == "number" else _stem(word), place
        place += 1


def terms(text: str) -> list[str]:
    """The terms of a text in order, as placed_terms() has them."""
    return [term for term, _ in placed_terms(text)]


def asked_terms(question: str) -> dict[str, float]:
    """The distinct terms of a question in order, each with what it says by itself, 0 to 1, before its rarity:
    words that ask or join say little, single characters less than pairs."""
    every = dict.fromkeys(terms(question))
    told = set(terms(_ASKING.sub(" ", simplify(question)))) or every.keys()
    alone = all(map(is_single, every))
    return {
        term: _weight(term, alone) * (1.0 if term in told or term in _joining() else ASKING_WEIGHT)
        for term in every
    }


def is_single(term: str) -> bool:
    """Whether the term is one character of a run of CJK (or of another script that is not ASCII)."""
    return len(term) == 1 and not term.isascii()


def _weight(term: str, alone: bool) -> float:
    if term.isascii():
        return JOINING_WEIGHT if term in _joining() else 1.0
    joins = len(term) <= 2 and not _JOINING_CHARACTERS.isdisjoint(term)
    return (SINGLE_WEIGHT if is_single(term) and not alone else 1.0) * (JOINING_PAIR_WEIGHT if joins else 1.0)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return _COMBINING.sub("", unicodedata.normalize("NFKD", word)) or word
