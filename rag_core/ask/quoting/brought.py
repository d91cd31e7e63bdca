"""What sentences say of the question that others do not."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import Word, coverage, joins, keys, question_words
from rag_core.text import is_cjk


def brought(gathered: Gathered, held: Sequence[SourceSentence], more: Sequence[SourceSentence]) -> float:
    """The share of what is asked for that the further sentences say beyond those held, a row by the names of its columns,
    too. What the documents' names and headings say already is not asked for."""
    asked = beyond(gathered.question, frozenset().union(*(context(sentence) for sentence in held)))
    said = keys(" ".join(sentence.led for sentence in held))
    both = said | keys(" ".join(sentence.led for sentence in more))
    return coverage(asked, both, gathered.rare) - coverage(asked, said, gathered.rare)


def beyond(question: str, known: frozenset[str]) -> list[Word]:
    """The words of the question that are not known, pairs that only join a known one to the next left out."""
    characters = frozenset("".join(key for key in known if is_cjk(key)))
    return [
        word
        for word in question_words(question)
        if word.key not in known and not (joins(word) and not characters.isdisjoint(word.key))
    ]


def context(sentence: SourceSentence) -> frozenset[str]:
    return keys(context_of(sentence.filename, sentence.heading))
