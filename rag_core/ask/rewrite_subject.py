"""What a conversation in either language is about."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.ask.rewrite_past import REACH, Exchange
from rag_core.ask.rewrite_subject_en import person_en, subject_en
from rag_core.ask.rewrite_subject_zh import person_zh, subject_zh
from rag_core.text import is_cjk


def subject(history: Sequence[Exchange]) -> str:
    """What the conversation is about now, "" where nothing is seen: of the latest questions, the first one to
    name something."""
    recent = list(history)[-REACH:]
    for at in range(len(recent), 0, -1):
        question = recent[at - 1].question
        found = subject_zh(question) if is_cjk(question) else subject_en(recent[:at])
        if found:
            return found
    return ""


def person(history: Sequence[Exchange]) -> str:
    """Whom "he", "she", 他 or 她 means: who was asked for last, else the subject."""
    found = (person_zh if is_cjk(history[-1].question) else person_en)(history) if history else ""
    return found or subject(history)
