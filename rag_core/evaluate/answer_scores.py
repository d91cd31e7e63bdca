"""How near a text is to the right answers, as CMRC 2018 (Chinese) and SQuAD (English) measure it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from rag_core.text import is_cjk, normalise

_PUNCTUATION = re.compile(r"[^\w\s]|_")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def plain(text: str) -> str:
    """The text as it is compared: NFKC, lower case, no white space, no punctuation."""
    return re.sub(r"\s+", "", _PUNCTUATION.sub("", normalise(text)))


def units(text: str) -> list[str]:
    """Characters of a Chinese text, words of another, articles left out."""
    if is_cjk(text):
        return list(plain(text))
    return _ARTICLES.sub(" ", _PUNCTUATION.sub(" ", normalise(text))).split()


def exact(text: str, answers: Sequence[str]) -> float:
    """1 when the text is one of the answers."""
    return float(any(units(text) == units(answer) for answer in answers))


def f1(text: str, answers: Sequence[str]) -> float:
    """The best F1 against the answers: of the longest common substring for Chinese, of common words otherwise."""
    return max((_f1(text, answer) for answer in answers), default=0.0)


def _f1(text: str, answer: str) -> float:
    said, right = (list(plain(text)), list(plain(answer))) if is_cjk(answer) else (units(text), units(answer))
    if is_cjk(answer):
        match = SequenceMatcher(None, said, right, autojunk=False).find_longest_match()
        return f_measure(match.size, len(said), len(right))
    return f_measure(sum((Counter(said) & Counter(right)).values()), len(said), len(right))


def f_measure(common: float, said: float, right: float) -> float:
    """F1 from counts; 0 when nothing is common."""
    return 2 * common / (said + right) if common else 0.0


def contains(text: str, wanted: Sequence[Sequence[str]]) -> float:
    """1 when the text holds one answer of each group."""
    said = plain(text)
    return float(bool(wanted) and all(any(plain(answer) in said for answer in group) for group in wanted))


def rouge_l(text: str, answers: Sequence[str]) -> float:
    """The best F-measure of the longest common subsequence."""
    return max((_rouge_l(units(text), units(answer)) for answer in answers), default=0.0)


def _rouge_l(said: Sequence[str], right: Sequence[str]) -> float:
    row = [0] * (len(right) + 1)
    for unit in said:
        before = 0
        for i, other in enumerate(right, start=1):
            before, row[i] = row[i], before + 1 if unit == other else max(row[i], row[i - 1])
    return f_measure(row[-1], len(said), len(right))


def evidence_f1(quotes: Sequence[str], evidences: Sequence[str]) -> float:
    """The best F1 of what is quoted, in its order, against the evidences: each is one annotator's, as ExpMRC gives them."""
    return f1(" ".join(quotes), evidences)
