"""Which documents a question names ("in the 2024 agreement"), told by what their file names do not share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import Rarity, coverage, file_words, keys, question_words

# What a sentence gains by standing in the document that the question names, for each share of the question that names it:
# a year or number beside a word of the name tells versions apart, while either alone may stand there by chance.
BY_WORDS, BY_NUMBER = 0.3, 1.2
_FEWEST_DIGITS = 3


def named(question: str, sentences: Sequence[SourceSentence], rare: Rarity) -> Mapping[int, float]:
    """How far (0 to BY_NUMBER) the question names each of the sentences' documents: by the share of its words that the
    file's name holds and another's does not."""
    names = {one.document_id: keys(file_words(one.filename)) for one in sentences}
    shared = frozenset[str]().union(*names.values()).intersection(*names.values())
    asked = question_words(question)
    said = {word.key for word in asked}
    return {
        document_id: BY_WORDS * coverage(asked, name - shared, rare)
        + (BY_NUMBER - BY_WORDS) * coverage(asked, _numbers_beside(name, said) - shared, rare)
        for document_id, name in names.items()
    }


def by_name(question: str, sentences: Sequence[SourceSentence], rare: Rarity) -> list[SourceSentence]:
    """The sentences, those of documents that the question names scored higher."""
    gains = named(question, sentences, rare)
    return [replace(one, score=one.score + gains[one.document_id]) for one in sentences]


def _numbers_beside(name: frozenset[str], said: Collection[str]) -> frozenset[str]:
    """The numbers of a file's name, where one of its other words is said, too."""
    numbers = frozenset(word for word in name if sum(map(str.isdigit, word)) >= _FEWEST_DIGITS)
    return numbers if any(word in said for word in name - numbers) else frozenset()
