"""What differs between two versions of a document, or two documents of one kind: the lines of both that do not say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import PurePath

from rag_core.ask.asked import Work
from rag_core.ask.documents.opened import laid_open, showing
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import Rarity, Word, coverage, file_words, keys, question_words, rarity
from rag_core.store.census import File

_ASKS = re.compile(
    r"\bwhat(?:['’]s| has| have| is| was)? (?:changed|new|different)\b|\b(?:what|which|list|show|any)\b.*\b(?:changes?|changed|differences?|differs?)\b|\bhow (?:do|does|did)\b.*\b(?:differ|change)\b|\bcompare\b"
    r"|(?:有|做|作)(?:了|什么|哪些|啥)*(?:变化|變化|改动|改動|不同|区别|區別|差别|修改|更新)|(?:哪些|什么|啥)(?:地方)?.*(?:变了|改了|不同|变化|改动|不一样)|(?:变|改)了(?:什么|哪些|啥)|(?:比较|对比)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:two|both|versions?|old|new|earlier|later|last year|this year|previous)\b|[两兩二]个?(?:版|份|封|个)|版本|新旧|旧版|新版|前后|(?:19|20)\d\d.*(?:19|20)\d\d|\bv ?\d.*\bv ?\d",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:what|which|how|has|have|had|is|are|was|were|do|does|did|changed?|changes|new|different|differences?|differs?|compare[d]?|compared|list|show|any|there|between|from|to|in|of|and|with|the|a|two|both|"
    r"versions?|old|newer|older|earlier|later|last|this|previous|year|years?|me|my|our|letters?|documents?|files?|v?\d+)\b"
    r"|有|做|作|了|什么|哪些|啥|变化|改动|不同|区别|差别|修改|更新|地方|变|改|比较|对比|一下|[两兩二]个?[版份封个]?|版本?|新旧|旧|新|前后|之间|[的和与跟在上里]|\d+年?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:(?<![A-Za-z])v(?:er(?:sion)?)?[ ._-]?|第)?(?:\d+|[一二三四五六七八九十]+)(?:[版稿年]本?)?",
    re.IGNORECASE,
)
# A line of the other version that is so much alike is the same line, changed; of so many lines and passages no more is compared.
_ALIKE, _NAMED = 0.55, 0.6
_TELLING, _MOST_SENTENCES, _PASSAGES, _MOST_PAIRS = 0.6, 400, 100, 12


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two files whose names differ in figures alone."""

    older: File
    newer: File


def compared(work: Work, question: str) -> Gathered | None:
    """The lines in which two versions differ, each with the line of the other that it replaced; of these, where the question
    names something, those that speak of it. None where something else is asked, or no two documents are meant."""
    if not _ASKS.search(question) or not _BETWEEN.search(question):
        return None
    pair = _pair(work, question)
    if pair is None:
        return None
    versions = [work.means.whole(one.document_id) for one in (pair.older, pair.newer)]
    if not all(versions) or any(len(one) > _PASSAGES for one in versions):
        return None
    gathered = laid_open(question, versions)
    first, second = ([one for one in gathered.sentences if one.number == number] for number in (1, 2))
    if max(len(first), len(second)) > _MOST_SENTENCES:
        return None
    changed = _of_matter(gathered, differing(first, second), _rest(question, pair))
    shown = [one for two in changed[:_MOST_PAIRS] for one in two if one is not None]
    return showing(gathered, shown) if shown else None


def differing(
    first: Sequence[SourceSentence], second: Sequence[SourceSentence]
) -> list[tuple[SourceSentence | None, SourceSentence | None]]:
    """The sentences that differ, in pairs where one replaced the other, in their order; None beside what only one has."""
    found: list[tuple[SourceSentence | None, SourceSentence | None]] = []
    matcher = SequenceMatcher(None, [one.text for one in first], [one.text for one in second], autojunk=False)
    for kind, low, high, low_2, high_2 in matcher.get_opcodes():
        if kind != "equal":
            found += _paired(first[low:high], second[low_2:high_2])
    return found


def _paired(
    gone: Sequence[SourceSentence], come: Sequence[SourceSentence]
) -> list[tuple[SourceSentence | None, SourceSentence | None]]:
    found: list[tuple[SourceSentence | None, SourceSentence | None]] = []
    left = list(come)
    for one in gone:
        best = max(left, key=lambda other: _alike(one, other), default=None)
        if best is not None and _alike(one, best) >= _ALIKE:
            left.remove(best)
            found.append((one, best))
        else:
            found.append((one, None))
    return [*found, *((None, one) for one in left)]


def _alike(one: SourceSentence, other: SourceSentence) -> float:
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()


def _pair(work: Work, question: str) -> _Pair | None:
    """The two files that the question means: of names that differ in a figure alone, those of which it names the rest, else
    the only two whose figures it names; of several versions the last two, unless it names others."""
    files = list(work.means.files(work.asked))
    words = _about(question)
    rare = rarity(file_words(one.filename) for one in files)
    alike: dict[str, list[File]] = {}
    for one in sorted(files, key=_numbers):
        alike.setdefault(_bare(one), []).append(one)
    pairs = [
        _Pair(one, other)
        for same in alike.values()
        for one, other in pairwise(same)
        if _numbers(one) != _numbers(other)
    ]
    numbered = [one for one in pairs if _names_both(question, one)]
    named = [one for one in pairs if _is_named(question, words, one.newer, rare)]
    both = [one for one in named if one in numbered]
    best = both or named[-1:] or numbered
    return best[0] if len(best) == 1 else None


def _bare(file: File) -> str:
    return re.sub(r"[\W_]+", " ", _NUMBER.sub("", PurePath(file.filename).stem)).casefold().strip()


def _numbers(file: File) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", PurePath(file.filename).stem)]


def _names_both(question: str, pair: _Pair) -> bool:
    """Whether it names of each file a number that the other one's name lacks."""
    asked = {int(number) for number in re.findall(r"\d+", question)}
    older, newer = set(_numbers(pair.older)), set(_numbers(pair.newer))
    return bool(asked & (older - newer)) and bool(asked & (newer - older))


def _is_named(question: str, words: Sequence[Word], file: File, rare: Rarity) -> bool:
    """Whether the question has most of what the file is called, or that most of what the question says."""
    name = file_words(file.filename)
    own = [word for word in question_words(_bare(file)) if word.weight >= _TELLING]
    said = coverage(own, keys(question), rare) if own else 0.0
    return bool(words) and max(said, coverage(words, keys(name), rare)) >= _NAMED


def _about(question: str) -> list[Word]:
    return [word for word in question_words(_FRAME.sub(" ", question)) if word.weight >= _TELLING]


def _rest(question: str, pair: _Pair) -> list[Word]:
    """What the question says beside the files' names."""
    known = keys(file_words(pair.newer.filename))
    return [word for word in _about(question) if word.key not in known]


def _of_matter(
    gathered: Gathered,
    pairs: Sequence[tuple[SourceSentence | None, SourceSentence | None]],
    matter: Sequence[Word],
) -> list[tuple[SourceSentence | None, SourceSentence | None]]:
    """The pairs that speak of the matter, in themselves or by the title above; all where none is named."""
    if not matter:
        return list(pairs)
    return [pair for pair in pairs if any(one and _speaks_of(gathered, one, matter) for one in pair)]


def _speaks_of(gathered: Gathered, one: SourceSentence, matter: Sequence[Word]) -> bool:
    """Whether the sentence, with the title above it, says most of the matter."""
    at = gathered.sentences.index(one)
    above = (other for other in reversed(gathered.sentences[:at]) if other.number == one.number)
    title = next((other.text for other in above if other.title), "")
    return coverage(matter, keys(f"{title}\n{one.text}"), gathered.rare) >= _NAMED
