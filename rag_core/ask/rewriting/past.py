"""What was said before a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.types import Turn

# The last exchanges that a follow-up may lean on.
REACH = 4
WHO = re.compile(r"谁|哪位|何人|\bwhom?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question, made whole, and what was answered, "" where it was `refused`."""

    question: str
    answer: str
    refused: bool = False


def exchanges(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """What the conversation held, the oldest first; a refusal answers nothing, and a polite word asks nothing."""
    return tuple(
        Exchange(
            turn.answer.searched or turn.question,
            "" if turn.answer.refused else turn.answer.text,
            turn.answer.refused,
        )
        for turn in turns
        if not turn.answer.courtesy
    )


def last_told(turns: Sequence[Turn], refused: int = 0) -> Turn | None:
    """The last turn that was more than a polite word, if it quotes documents; None where it does not. As many refusals as
    `refused` are passed over."""
    asked = [turn for turn in turns if not turn.answer.courtesy][: -refused - 2 : -1]
    told = next((turn for turn in asked if not turn.answer.refused), None)
    return told if told is not None and told.answer.citations else None
