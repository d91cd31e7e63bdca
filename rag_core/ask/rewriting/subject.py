"""What a conversation in either language is about."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.language.topic import names
from rag_core.ask.rewriting.past import REACH, Exchange
from rag_core.ask.rewriting.subject_en import subject_en
from rag_core.ask.rewriting.subject_zh import entity, subject_zh
from rag_core.text import is_cjk


def subject(history: Sequence[Exchange]) -> str:
    """What the conversation is about now, "" where nothing is seen: of the latest questions, the first one to
    name something. What the documents were found not to tell of, and has no name, is asked about no more, if anything else is."""
    recent = list(history)[-REACH:]
    passed = ""
    for at in range(len(recent), 0, -1):
        question = recent[at - 1].question
        found = subject_zh(question) if is_cjk(question) else subject_en(recent[:at])
        if found and (not recent[at - 1].refused or names(question) or entity(question)):
            return found
        passed = passed or found
    return passed
