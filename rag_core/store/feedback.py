"""What people say of answers: good or bad, why, and which passage would have been the right one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Engine, delete, insert, select

from rag_core.errors import NotFound
from rag_core.store.answer_json import decode_answer
from rag_core.store.db import write
from rag_core.store.schema import conversation_libraries, conversations, feedback, turns
from rag_core.types import Answer

Verdict = Literal["good", "bad"]
# Why an answer is bad: what it says is wrong; half of it is missing; what it cites does not say so; it was found in
# the wrong place; it should have said that the documents don't hold it; they do, and it did not find it.
Reason = Literal["", "wrong", "incomplete", "unsupported", "wrong_place", "should_refuse", "should_answer"]
REASONS: tuple[Reason, ...] = get_args(Reason)
NOTE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Picked:
    """The passage that the user picked as the right one; a snapshot. Offsets are in the document's text."""

    document_id: int
    filename: str
    page: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of one answer."""

    verdict: Verdict
    reason: Reason = ""
    note: str = ""
    picked: Picked | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what was said of it. `question` is the user's own; answer.searched stands for itself."""

    turn_id: int
    conversation_id: int
    question: str
    answer: Answer
    feedback: Feedback
    created_at: float


def turn_ids(engine: Engine, conversation_id: int) -> tuple[int, ...]:
    """The ids of the conversation's turns, in the order of conversations.turns."""
    statement = (
        select(turns.c.id)
        .where(turns.c.conversation_id == conversation_id, turns.c.dropped_at.is_(None))
        .order_by(turns.c.id)
    )
    with engine.connect() as connection:
        return tuple(connection.scalars(statement).all())


def judge(engine: Engine, turn_id: int, verdict: Verdict, now: float) -> None:
    """Keeps the verdict. A note that was given before stays; why, and the right passage, stay with their verdict.
    Raises NotFound when the turn is gone."""
    with write(engine) as connection:
        row = connection.execute(select(feedback).where(feedback.c.turn_id == turn_id)).first()
        before = Feedback(verdict) if row is None else _feedback(row)
        given = before if before.verdict == verdict else Feedback(verdict, note=before.note)
        _save(connection, turn_id, given, now)


def save_feedback(engine: Engine, turn_id: int, given: Feedback, now: float) -> None:
    """Keeps it in the place of what was said of this answer before. Raises NotFound when the turn is gone."""
    with write(engine) as connection:
        _save(connection, turn_id, given, now)


def _save(connection: Connection, turn_id: int, given: Feedback, now: float) -> None:
    values = {
        "turn_id": turn_id,
        "verdict": given.verdict,
        "reason": given.reason,
        "note": given.note.strip()[:NOTE_LENGTH],
        "picked": json.dumps(dataclasses.asdict(given.picked), ensure_ascii=False) if given.picked else "",
        "created_at": now,
    }
    if connection.execute(select(turns.c.id).where(turns.c.id == turn_id)).first() is None:
        raise NotFound("conversation_missing")
    connection.execute(delete(feedback).where(feedback.c.turn_id == turn_id))
    connection.execute(insert(feedback), values)


def remove_feedback(engine: Engine, turn_id: int) -> None:
    """Takes back what was said of the answer; nothing is no error."""
    with write(engine) as connection:
        connection.execute(delete(feedback).where(feedback.c.turn_id == turn_id))


def feedback_of(engine: Engine, conversation_id: int) -> Mapping[int, Feedback]:
    """What was said of the conversation's answers, by turn id."""
    statement = select(feedback).join(turns).where(turns.c.conversation_id == conversation_id)
    with engine.connect() as connection:
        return {row.turn_id: _feedback(row) for row in connection.execute(statement)}


def list_feedback(engine: Engine, library_id: int | None = None) -> tuple[Judged, ...]:
    """All that was said of answers, of those from this library where one is given, newest first. Answers in
    deleted conversations are left out."""
    statement = (
        select(feedback, turns.c.conversation_id, turns.c.question, turns.c.answer)
        .select_from(feedback.join(turns).join(conversations))
        .where(conversations.c.deleted_at.is_(None))
        .order_by(feedback.c.created_at.desc(), feedback.c.turn_id.desc())
    )
    if library_id is not None:
        mine = select(conversation_libraries.c.conversation_id).where(
            conversation_libraries.c.library_id == library_id
        )
        statement = statement.where(turns.c.conversation_id.in_(mine))
    with engine.connect() as connection:
        return tuple(
            Judged(
                row.turn_id,
                row.conversation_id,
                row.question,
                decode_answer(row.answer),
                _feedback(row),
                row.created_at,
            )
            for row in connection.execute(statement)
        )


def _feedback(row: Any) -> Feedback:
    picked = Picked(**json.loads(row.picked)) if row.picked else None
    return Feedback(
        "good" if row.verdict == "good" else "bad",
        row.reason if row.reason in REASONS else "",
        row.note,
        picked,
    )
