"""Words that people ask with where documents use others: a kid and a pupil, 押金 and 保证金, to get fired and 解除劳动合同.

They only help to find and to rank. What answers must bear out is told by words of one meaning (`synonyms`); these speak of the same
matter, and no more.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.language import everyday_en, everyday_zh
from rag_core.ask.language.words import Rarity, Word, coverage, words
from rag_core.simplified import simplify
from rag_core.text import is_cjk

# What a text says in such words counts for so much of what it would count for in the question's own.
SHARE = 0.7


@dataclass(frozen=True, slots=True)
class OtherWords:
    """What a question's words may be called in documents: the keys of each, with the keys (English) or the words (Chinese)
    that may stand for it."""

    of: tuple[tuple[frozenset[str], frozenset[str]], ...]
    chinese: bool

    def said(self, text: str, held: frozenset[str]) -> frozenset[str]:
        """The keys of the question's words that the text says otherwise. `held`: the text's own keys."""
        if not self.of:
            return frozenset()
        plain = simplify(text) if self.chinese else ""
        found = (asked for asked, others in self.of if self._stands(others, plain, held))
        return frozenset[str]().union(*found)

    def _stands(self, others: frozenset[str], plain: str, held: frozenset[str]) -> bool:
        return any(one in plain for one in others) if self.chinese else not others.isdisjoint(held)


def share_said(
    asked: Sequence[Word], text: str, held: frozenset[str], rare: Rarity, others: OtherWords
) -> float:
    """The share (0 to 1) of what is asked that the text says, also in other words. `held`: the text's own keys, and those of
    what it stands under."""
    own = coverage(asked, held, rare)
    said = others.said(text, held) - held
    return own + SHARE * (coverage(asked, held | said, rare) - own) if said else own


@functools.lru_cache(maxsize=256)
def other_words(question: str) -> OtherWords:
    """What the question's words may be called in documents."""
    return _chinese(simplify(question)) if is_cjk(question) else _english(question)


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in text.strip().splitlines())


_HAN = _groups(everyday_zh.GROUPS)


@functools.cache
def _latin() -> dict[str, frozenset[str]]:
    """Of each word's key the keys of those that may stand for it; words that join say nothing."""
    found: dict[str, frozenset[str]] = {}
    for group in _groups(everyday_en.GROUPS):
        alike = frozenset(_telling(words(" ".join(group))))
        for key in alike:
            found[key] = found.get(key, frozenset()) | alike
    return found


def _telling(some: tuple[Word, ...]) -> list[str]:
    return [word.key for word in some if word.weight > 0.5]


def _english(question: str) -> OtherWords:
    known = _latin()
    asked = dict.fromkeys(_telling(words(question)))
    return OtherWords(tuple((frozenset((key,)), known[key] - {key}) for key in asked if key in known), False)


def _chinese(question: str) -> OtherWords:
    found: dict[str, frozenset[str]] = {}
    for group in _HAN:
        for word in group:
            if word in question:
                found[word] = found.get(word, frozenset()) | frozenset(group)
    pairs = ((frozenset(_telling(words(word))), others - {word}) for word, others in found.items())
    return OtherWords(tuple(pairs), True)
