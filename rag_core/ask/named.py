"""Which documents a question names ("in the 2024 agreement"), told by what their file names do not share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from rag_core.ask.spans import SourceSentence
from rag_core.ask.words import Rarity, coverage, keys, question_words

# What a sentence gains by standing in the document that the question names, for each share of the question that names it:
# a year or number tells versions apart, while a word may stand in a file's name by chance.
BY_WORDS, BY_NUMBER = 0.3, 1.2


def named(question: str, sentences: Sequence[SourceSentence], rare: Rarity) -> Mapping[int, float]:
    """How far (0 to BY_NUMBER) the question names each of the sentences' documents: by the share of its words that the
    file's name holds and another's does not."""
    names = {one.document_id: keys(PurePath(one.filename).stem.replace("_", " ")) for one in sentences}
    shared = frozenset[str]().union(*names.values()).intersection(*names.values())
    asked = question_words(question)
    return {
        document_id: BY_WORDS * coverage(asked, own, rare)
        + (BY_NUMBER - BY_WORDS) * coverage(asked, _numbers(own), rare)
        for document_id, own in ((document_id, name - shared) for document_id, name in names.items())
    }


def by_name(question: str, sentences: Sequence[SourceSentence], rare: Rarity) -> list[SourceSentence]:
    """The sentences, those of documents that the question names scored higher."""
    gains = named(question, sentences, rare)
    return [replace(one, score=one.score + gains[one.document_id]) for one in sentences]


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(one.isdigit() for one in word))
