"""The question of a conversation whose answer has not come: kept before it is answered, so that it outlives
whatever cuts the answer off. conversations.add_turn puts it away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from rag_core.errors import NotFound
from rag_core.store.db import write
from rag_core.store.schema import conversations, unanswered as rows


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer. `instead_of` is the id of the turn whose place its answer was to take."""

    question: str
    instead_of: int | None = None


def keep_unanswered(engine: Engine, conversation_id: int, asked: Unanswered) -> None:
    """Keeps it as the conversation's one, in the place of any before. Raises NotFound."""
    with write(engine) as connection:
        here = conversations.c.id == conversation_id, conversations.c.deleted_at.is_(None)
        if connection.execute(select(conversations.c.id).where(*here)).first() is None:
            raise NotFound("conversation_missing")
        connection.execute(delete(rows).where(rows.c.conversation_id == conversation_id))
        values = {
            "conversation_id": conversation_id,
            "question": asked.question,
            "instead_of": asked.instead_of,
        }
        connection.execute(insert(rows), values)


def unanswered(engine: Engine, conversation_id: int) -> Unanswered | None:
    """The conversation's question that is being answered, or never was; None where all are."""
    statement = select(rows.c.question, rows.c.instead_of).where(rows.c.conversation_id == conversation_id)
    with engine.connect() as connection:
        row = connection.execute(statement).first()
    return None if row is None else Unanswered(row.question, row.instead_of)
