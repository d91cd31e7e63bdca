"""How near a rewritten question comes to the one people wrote: shared words, and whether it holds their names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rag_core.ask.language.figures import figures
from rag_core.ask.language.topic import names
from rag_core.simplified import simplify
from rag_core.text import CJK, normalise

_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
_LONGEST = 4
_LINKING = frozenset("的是了在有和与")


def rouge_1(ours: str, theirs: str) -> float:
    """F1 of the shared words (characters in Chinese)."""
    first, second = Counter(_tokens(ours)), Counter(_tokens(theirs))
    shared = (first & second).total()
    return 2 * shared / (first.total() + second.total()) if shared else 0.0


def bleu(pairs: Sequence[tuple[str, str]]) -> float:
    """Corpus BLEU (1 to 4 words, or characters in Chinese, without smoothing) of (ours, theirs)."""
    matched, total = [0] * _LONGEST, [0] * _LONGEST
    ours_length = theirs_length = 0
    for ours, theirs in pairs:
        first, second = _tokens(ours), _tokens(theirs)
        ours_length += len(first)
        theirs_length += len(second)
        for size in range(1, _LONGEST + 1):
            grams, wanted = _grams(first, size), _grams(second, size)
            matched[size - 1] += (grams & wanted).total()
            total[size - 1] += grams.total()
    if not all(matched) or not ours_length:
        return 0.0
    precision = math.exp(sum(math.log(m / t) for m, t in zip(matched, total, strict=True)) / _LONGEST)
    return precision * min(1.0, math.exp(1 - theirs_length / ours_length))


def kept_entities(ours: str, theirs: str, question: str) -> tuple[int, int]:
    """(held by ours, all) of the names and figures of people's rewrite; in Chinese, where names bear no mark,
    each run of characters that it has over the question counts as one."""
    plain = _plain(ours)
    there = figures(ours)
    wanted = {_plain(name) for name in names(theirs)} | _added_runs(_plain(theirs), _plain(question))
    held = sum(one in plain for one in wanted)
    counted = figures(theirs)
    held += sum(any(figure.agrees(other) for other in there) for figure in counted)
    return held, len(wanted) + len(counted)


def _added_runs(theirs: str, question: str) -> set[str]:
    """The runs of two or more Chinese characters that the question has nowhere."""
    old = frozenset(question) | _LINKING
    return {
        "".join(run)
        for match in re.finditer(f"[{CJK}]+", theirs)
        for new, run in groupby(match.group(), lambda character: character not in old)
        if new
    } - frozenset(theirs)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_plain(text))


def _grams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def _plain(text: str) -> str:
    return simplify(normalise(text))
