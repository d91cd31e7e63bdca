"""A quote with the words in it that answer the question."""

from __future__ import annotations

from html import escape

from rag_core.text import flow
from rag_core.types import Answer


def answering_words(answer: Answer, number: int) -> str:
    """The very words that answer, in a sentence that rests on the citation; "" where they are not told apart."""
    for sentence in answer.sentences:
        if sentence.marked is not None and number in sentence.citations:
            low, high = sentence.marked
            return answer.text[max(low, 0) : max(high, 0)]
    return ""


def quote_html(quote: str, words: str) -> str:
    """The quote as HTML, escaped, the words marked where they stand in it first."""
    text = flow(quote)
    place = text.find(words) if words else -1
    if place < 0:
        return escape(text)
    before, after = text[:place], text[place + len(words) :]
    return f"{escape(before)}<mark>{escape(words)}</mark>{escape(after)}"
