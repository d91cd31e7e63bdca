"""Words as questions, answers and sources share them: stems for Latin scripts, character pairs for Chinese."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import Stemmer

from rag_core.ask.language.figures import figures
from rag_core.simplified import simplify
from rag_core.text import CJK, normalise

# Where a passage or line is a whole sentence.
ENDS = re.compile(r"[。！？；.!?…][”’\"')）】》」』]*\s*$")
# The number of a clause or a version (5.3.2, 第十二条) is one word: of its parts, any page has some.
_HAN = "〇零一二三四五六七八九十百"
_OF_CLAUSE = rf"第\s?(?:[{_HAN}]{{1,6}}|\d{{1,3}})\s?[条條章]"
_RUN = re.compile(
    rf"(?P<clause>{_OF_CLAUSE})(?:\s?第\s?(?:[{_HAN}]{{1,4}}|\d{{1,3}})\s?[款项項])*"
    rf"|(?<![\d.,])\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\d,])|(?<![A-Za-z\d.])\d{{1,3}}(?:\.\d{{1,4}})+(?!\d)|(?:(?!{_OF_CLAUSE})[{CJK}])+|[^\W_{CJK}]+(?:['’][^\W_{CJK}]+)?"
)
# "HX-120", "T-1219", "LX-QM-2024-017", "KS 40". In a question only what is no prose (mid-1990s, a 5-year lease) counts.
_CODE = re.compile(
    r"(?<![A-Za-z0-9.-])[A-Za-z]{1,6}\d*(?:[-_‐‑–][A-Za-z]{1,6}\d*)*[-_‐‑–]\d+[A-Za-z]?(?:[-_‐‑–][A-Za-z0-9]+)*(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9.-])[A-Z]{1,6}\d* \d+(?![A-Za-z0-9-])"
)
_IDENTIFIER = re.compile(
    r"(?:\b(?:[Nn]umbers?|No\.?|no\.|Nr\.?|ID|id)|#|[号编編][号號]?)\s*[:：]?\s*(?P<number>\d{4,})(?![\d年]|\.\d)|(?<!\d)(?P<before>\d{4,})\s?[号號]"
)
_ASKED_CODE = re.compile(r"[A-Z][A-Z\d]*[-_‐‑–].*|[a-z]{1,2}[-_‐‑–].*")
_OF_YEAR = re.compile(r"(?:fy|q[1-4]|h[12])\W?\d{2,4}")
# What may stand between the parts of a code, whoever writes it.
_BETWEEN = r"[-_‐‑‒–—−/\s]{0,3}"
_HYPHENS = re.compile(r"[-_‐‑–\s]")
_NO_PARTS, _PERCENT = re.compile(r"(?<=\d)\.0+$"), re.compile(r"\s?[%％]")
# Sheets name their columns so.
_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july", "aug": "august",
    "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
_FISCAL_YEAR = re.compile(r"fy(?:20)?(\d\d)")
_IS_CJK = re.compile(f"[{CJK}]")
_LATIN_WORD = re.compile(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]")
_QUESTION_WORDS = re.compile(
    "请问|请告诉我|告诉我|请|一下|(?:是|在)?什么(?:时候|时间|地方|人|样|意思)?|何时|何地|何人|多久|多长|多大|多高|多远|多重|甚么|怎么样|怎么|怎样|如何|"
    "为什么|为何|哪一个|哪一|哪些|哪个|哪里|哪儿|哪|是谁|谁|多少|第几|几个|几|是否|吗|呢|吧|啊|么|有没有|能不能|可不可以|能否|可否|可以|允许|准许|允許|准許|简述|介绍|说明|"
    "分别|是指|指的是|請問|請告訴我|請|(?:是|在)?什麼(?:時候|地方|樣)?|怎麼|如何|為什麼|為何|哪裡|誰|幾個|幾|嗎|麼"
    r"|\bhow (?:often|long|far|old|big|large|high|deep|fast|tall|wide|heavy|soon)\b|\b(?:what|which) (?:kinds?|types?|sorts?) of\b"
    r"|(?<!\bthe )(?<!\bwhat )(?<!\ba )\b(?:means?|(?:stands?|short) for|called|named)(?=\W*$)",
    re.IGNORECASE,
)
_FUNCTION_CHARACTERS = frozenset(
    "的是在有和与於于被由及或也都就还了这那其之以为与把对从到將将並并而但則则個个該该此等所會会"
)
_FUNCTION_WEIGHT = 0.3
_COMMON = """
    a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its
    may me my of on or our she should so some such than that the their them then there these they this those to was we
    were what when where which who whom whose why will with would you your about also any did many much please tell give
    name s t according based allow allowed permitted possible okay ok
"""
_STOP = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text at text[start:end]; equal keys mean the same word. `weight` is 0 to 1: how much
    the word says by itself, before rarity."""

    key: str
    start: int
    end: int
    weight: float


@functools.cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@functools.lru_cache(maxsize=20_000)
def _key(token: str) -> str:
    plain = normalise(token).replace("’", "'").replace(",", "")
    plain = _MONTHS.get(plain, plain)
    if year := _FISCAL_YEAR.fullmatch(plain):
        return f"20{year[1]}"
    return str(_stemmer().stemWord(plain.removesuffix("'s")))


def words(text: str) -> tuple[Word, ...]:
    """The words of the text in order; Chinese runs give overlapping character pairs."""
    found: list[Word] = []
    for run in _RUN.finditer(text):
        token, start = run.group(), run.start()
        if run["clause"]:
            found.append(Word(_clause_key(run["clause"]), start, run.end(), 1.0))
        elif not _IS_CJK.match(token):
            weight = _FUNCTION_WEIGHT / 3 if normalise(token) in _STOP else 1.0
            # 95.0% is 95 percent.
            bare = _NO_PARTS.sub("", token) if _PERCENT.match(text, run.end()) else token
            found.append(Word(_key(bare), start, run.end(), weight))
        elif len(token) == 1:
            weight = _FUNCTION_WEIGHT / 3 if token in _FUNCTION_CHARACTERS else 0.6
            found.append(Word(simplify(normalise(token)), start, run.end(), weight))
        else:
            found += [_pair(token, i, start) for i in range(len(token) - 1)]
    return tuple(found)


def _clause_key(clause: str) -> str:
    """The word for a clause, however its number is written: 第12条 and 第十二条 are one."""
    return f"§{int(figures(clause)[0].value)}{'' if clause[-1] != '章' else 'c'}"


def _pair(run: str, index: int, offset: int) -> Word:
    pair = run[index : index + 2]
    functions = sum(character in _FUNCTION_CHARACTERS for character in pair)
    weight = (1.0, _FUNCTION_WEIGHT, _FUNCTION_WEIGHT / 3)[functions]
    return Word(simplify(normalise(pair)), offset + index, offset + index + 2, weight)


def joins(word: Word) -> bool:
    """Whether it is a pair of a character that says something and one that joins."""
    return (
        len(word.key) == 2 and not word.key.isascii() and any(one in _FUNCTION_CHARACTERS for one in word.key)
    )


def question_words(question: str) -> tuple[Word, ...]:
    """The words of a question that a passage could hold: asking words left out, codes (HX-120) whole."""
    bare = _QUESTION_WORDS.sub(lambda match: " " * len(match.group()), question)
    codes = _codes_asked(bare)
    kept = tuple(
        word
        for word in words(bare)
        if word.weight > _FUNCTION_WEIGHT / 3
        and not any(code.start <= word.start < code.end for code in codes)
    )
    return tuple(sorted((*kept, *codes), key=lambda word: word.start)) or words(question)


def _codes_asked(question: str) -> list[Word]:
    """The codes that the question names, each one word: what holds only their parts does not hold them."""
    return [
        Word(_code_key(found.group()), *found.span(), 1.0)
        for found in _CODE.finditer(question)
        if _ASKED_CODE.fullmatch(found.group())
    ]


def names_other_codes(question: str, texts: Sequence[str]) -> bool:
    """Whether the question names codes and the texts hold none of them, however they write them (HX120, HX - 120), or a number
    that something has (agreement number 10489) and they do not. A year or a part of one (FY2023-24) is no code."""
    held = normalise(" | ".join(texts))
    numbers = [found["number"] or found["before"] for found in _IDENTIFIER.finditer(question)]
    if any(not re.search(rf"(?<!\d){number}(?!\d)", held) for number in numbers):
        return True
    asked = [normalise(question[one.start : one.end]) for one in _codes_asked(question)]
    codes = [re.findall(r"[a-z]+|\d+", code) for code in asked if not _OF_YEAR.match(code)]
    return bool(codes) and not any(
        re.search(rf"(?<![a-z0-9]){_BETWEEN.join(code)}(?![0-9])", held) for code in codes
    )


def _code_key(code: str) -> str:
    return _key(_HYPHENS.sub("", code))


@functools.lru_cache(maxsize=4096)
def keys(text: str) -> frozenset[str]:
    """The distinct words of the text; a code of letters and digits (HX-120) is one word, and so are its parts."""
    codes = (_code_key(found.group()) for found in _CODE.finditer(text))
    return frozenset((*(word.key for word in words(text)), *codes))


# Among fewer texts than this a word that one of them lacks is hardly a rare one.
_TELLING_TEXTS = 3
_RARITY_UNKNOWN = 0.8


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare a word is among some texts, 0.3 (in every one) to 1.3 (in none); among very few texts nearer to what
    lies between."""

    counts: Mapping[str, int]
    texts: int

    def weight(self, key: str) -> float:
        total = self.texts + 1
        found = 0.3 + math.log(total / (self.counts.get(key, 0) + 0.5)) / math.log(total / 0.5)
        return _RARITY_UNKNOWN + (found - _RARITY_UNKNOWN) * min(self.texts / _TELLING_TEXTS, 1.0)


def rarity(texts: Iterable[str]) -> Rarity:
    """The rarity of words among the texts."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        counts.update(keys(text))
        total += 1
    return Rarity(counts, max(total, 1))


def coverage(wanted: Sequence[Word], present: frozenset[str], rare: Rarity) -> float:
    """The share (0 to 1) of the wanted words that are present, rare words counting more; 0 for none wanted."""
    whole = part = 0.0
    for key, weight in {word.key: word.weight for word in wanted}.items():
        value = weight * rare.weight(key)
        whole += value
        part += value if key in present else 0.0
    return part / whole if whole else 0.0


def file_words(filename: str) -> str:
    """The words of a file's name, without its ending."""
    return PurePath(filename).stem.replace("_", " ")


def rough_tokens(text: str) -> int:
    """About how many tokens a chat model makes of the text: two for three Chinese characters, one for a
    word of up to six letters or a sign."""
    wide = len(_IS_CJK.findall(text))
    rest = sum(1 + (len(word) - 1) // 6 for word in _LATIN_WORD.findall(_IS_CJK.sub(" ", text)))
    return (2 * wide + 2) // 3 + rest
