"""Having a question answered in a conversation: at its end, or in the place of what was asked before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pages.parts.engine import Desk
from rag_core.errors import Problem
from rag_core.store import conversations as store
from rag_core.store.conversations import Conversation
from rag_core.store.unanswered import Unanswered, keep_unanswered
from rag_core.text import has_words
from rag_core.types import Answer, Event, Turn


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be answered. `instead_of` is the id of the turn whose place it takes, and that of all after
    it; `insist`: also where the documents may not hold the answer."""

    question: str
    instead_of: int | None = None
    insist: bool = False


def ask(desk: Desk, conversation: Conversation, wish: Wish) -> None:
    """Has the question answered, beside the page; what it replaces goes when the answer is there. The question
    itself is kept before."""
    here = conversation.id
    question = wish.question.strip()
    stored = store.stored_turns(desk.database, here)
    turns = [one.turn for one in stored if wish.instead_of is None or one.id < wish.instead_of]

    def events(cancelled: Callable[[], bool]) -> Iterator[Event]:
        keep_unanswered(desk.database, here, Unanswered(question, wish.instead_of))
        return desk.asking.ask(
            question, turns, conversation.library_ids, cancelled=cancelled, insist=wish.insist
        )

    def keep(answer: Answer) -> None:
        store.add_turn(desk.database, here, Turn(question, answer), time.time(), wish.instead_of)

    desk.running.start(here, question, events, keep, wish.instead_of)


def problem_of(desk: Desk, question: str) -> Problem | None:
    """Why the question can't be asked; None where it can."""
    if not question.strip():
        return Problem("question_empty")
    if not has_words(question):
        return Problem("question_wordless")
    if len(question) > desk.settings.question_characters:
        return Problem("question_too_long", str(desk.settings.question_characters))
    return None
