"""Conversations and their turns. An answer is kept as a snapshot: it stays readable for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, insert, select, update

from rag_core.errors import NotFound
from rag_core.store.answer_json import decode_answer, encode_answer
from rag_core.store.db import write
from rag_core.store.schema import (
    conversation_libraries,
    conversations,
    libraries,
    turns as turn_rows,
    unanswered,
)
from rag_core.text import normalise, one_line
from rag_core.types import Turn

_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation over some libraries. Times are epoch seconds."""

    id: int
    title: str
    library_ids: tuple[int, ...]
    created_at: float
    updated_at: float


def create_conversation(engine: Engine, title: str, library_ids: Sequence[int], now: float) -> Conversation:
    """A new conversation without turns. Libraries that are gone are left out. Raises InputError for a title that
    is too long."""
    values = {"title": one_line(title, _TITLE_LENGTH), "created_at": now, "updated_at": now}
    with write(engine) as connection:
        new_id = connection.execute(insert(conversations).returning(conversations.c.id), values).scalar_one()
        _set_libraries(connection, new_id, library_ids)
    return get_conversation(engine, new_id)


def list_conversations(engine: Engine) -> tuple[Conversation, ...]:
    """All conversations that are not deleted, the latest used first."""
    return _list(engine, None)


def find_conversations(engine: Engine, words: str) -> tuple[Conversation, ...]:
    """The conversations in whose title or questions all of the words stand, in whatever case or width, the latest used
    first."""
    wanted = normalise(words).split()
    said: defaultdict[int, list[str]] = defaultdict(list)
    statement = select(turn_rows.c.conversation_id, turn_rows.c.question).where(
        turn_rows.c.dropped_at.is_(None)
    )
    with engine.connect() as connection:
        for row in connection.execute(statement):
            said[row.conversation_id].append(row.question)

    def holds(one: Conversation) -> bool:
        text = normalise("\n".join((one.title, *said[one.id])))
        return all(word in text for word in wanted)

    return tuple(one for one in list_conversations(engine) if holds(one))


def get_conversation(engine: Engine, conversation_id: int) -> Conversation:
    """The conversation. Raises NotFound, also when it is deleted."""
    found = _list(engine, conversation_id)
    if not found:
        raise NotFound("conversation_missing")
    return found[0]


def rename_conversation(engine: Engine, conversation_id: int, title: str) -> None:
    """Raises InputError for a title that is too long, NotFound."""
    with write(engine) as connection:
        _touch(connection, conversation_id, {"title": one_line(title, _TITLE_LENGTH)})


def choose_libraries(engine: Engine, conversation_id: int, library_ids: Sequence[int]) -> None:
    """Sets what the conversation searches; libraries that are gone are left out. Raises NotFound."""
    with write(engine) as connection:
        _touch(connection, conversation_id, {"deleted_at": None})
        _set_libraries(connection, conversation_id, library_ids)


def delete_conversation(engine: Engine, conversation_id: int, now: float) -> None:
    """Takes the conversation out of every list; restore_conversation undoes it."""
    with write(engine) as connection:
        connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(deleted_at=now)
        )


def restore_conversation(engine: Engine, conversation_id: int) -> None:
    """Brings a deleted conversation back. Raises NotFound when it is gone for good."""
    with write(engine) as connection:
        done = connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(deleted_at=None)
        )
        if done.rowcount == 0:
            raise NotFound("conversation_missing")


def purge_conversations(engine: Engine, before: float) -> int:
    """Removes for good the conversations deleted before that time; returns how many."""
    with write(engine) as connection:
        return connection.execute(delete(conversations).where(conversations.c.deleted_at < before)).rowcount


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as it is kept. `replaced`: it took the place of turns that can still come back."""

    id: int
    turn: Turn
    created_at: float
    replaced: bool


def add_turn(
    engine: Engine, conversation_id: int, turn: Turn, now: float, instead_of: int | None = None
) -> int:
    """Adds a question and its answer at the end and returns the turn's id; with `instead_of` in the place of
    that turn and all after it, which bring_back undoes. No question is unanswered then. Raises NotFound."""
    with write(engine) as connection:
        _touch(connection, conversation_id, {"updated_at": now})
        connection.execute(delete(unanswered).where(unanswered.c.conversation_id == conversation_id))
        if instead_of is not None:
            connection.execute(
                update(turn_rows)
                .where(_live(conversation_id), turn_rows.c.id >= instead_of)
                .values(dropped_at=now)
            )
        values = {
            "conversation_id": conversation_id,
            "question": turn.question,
            "answer": encode_answer(turn.answer),
            "created_at": now,
        }
        turn_id: int = connection.execute(insert(turn_rows).returning(turn_rows.c.id), values).scalar_one()
        return turn_id


def bring_back(engine: Engine, conversation_id: int, turn_id: int) -> None:
    """Puts the turns back whose place that turn took; it and all after it take the last place among those that can be
    brought back there, so that nothing is lost. Raises NotFound where there are none (any more)."""
    with write(engine) as connection:
        when = connection.execute(
            select(turn_rows.c.created_at).where(_live(conversation_id), turn_rows.c.id == turn_id)
        ).scalar()
        first = None if when is None else _first_replaced(connection, conversation_id, when)
        if first is None:
            raise NotFound("turn_missing")
        last, seen = first, {when}
        while last not in seen:
            seen.add(last)
            last = _first_replaced(connection, conversation_id, last) or last
        back = turn_rows.c.conversation_id == conversation_id, turn_rows.c.dropped_at == when
        returning = connection.scalars(select(turn_rows.c.id).where(*back)).all()
        connection.execute(
            update(turn_rows).where(_live(conversation_id), turn_rows.c.id >= turn_id).values(dropped_at=last)
        )
        connection.execute(update(turn_rows).where(turn_rows.c.id.in_(returning)).values(dropped_at=None))


def _first_replaced(connection: Connection, conversation_id: int, created_at: float) -> float | None:
    """When the first of the turns was added whose place was taken by the turn of that moment."""
    statement = (
        select(turn_rows.c.created_at)
        .where(turn_rows.c.conversation_id == conversation_id, turn_rows.c.dropped_at == created_at)
        .order_by(turn_rows.c.id)
    )
    return connection.scalars(statement).first()


def purge_turns(engine: Engine, before: float) -> int:
    """Removes for good the turns that were added, and that others took the place of, before that time; returns how
    many."""
    with write(engine) as connection:
        old = turn_rows.c.dropped_at < before, turn_rows.c.created_at < before
        return connection.execute(delete(turn_rows).where(*old)).rowcount


def turns(engine: Engine, conversation_id: int) -> tuple[Turn, ...]:
    """The conversation's turns in order."""
    return tuple(stored.turn for stored in stored_turns(engine, conversation_id))


def stored_turns(engine: Engine, conversation_id: int) -> tuple[StoredTurn, ...]:
    """The conversation's turns in order, each as it is kept."""
    before = turn_rows.alias()
    replaced = exists().where(
        before.c.conversation_id == conversation_id, before.c.dropped_at == turn_rows.c.created_at
    )
    columns = turn_rows.c.id, turn_rows.c.question, turn_rows.c.answer, turn_rows.c.created_at
    statement = (
        select(*columns, replaced.label("replaced")).where(_live(conversation_id)).order_by(turn_rows.c.id)
    )
    with engine.connect() as connection:
        return tuple(
            StoredTurn(
                row.id, Turn(row.question, decode_answer(row.answer)), row.created_at, bool(row.replaced)
            )
            for row in connection.execute(statement)
        )


def _live(conversation_id: int) -> ColumnElement[bool]:
    return and_(turn_rows.c.conversation_id == conversation_id, turn_rows.c.dropped_at.is_(None))


def _list(engine: Engine, conversation_id: int | None) -> tuple[Conversation, ...]:
    statement = (
        select(conversations)
        .where(conversations.c.deleted_at.is_(None))
        .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
    )
    chosen = select(conversation_libraries).order_by(conversation_libraries.c.library_id)
    if conversation_id is not None:
        statement = statement.where(conversations.c.id == conversation_id)
        chosen = chosen.where(conversation_libraries.c.conversation_id == conversation_id)
    with engine.connect() as connection:
        library_ids: defaultdict[int, list[int]] = defaultdict(list)
        for row in connection.execute(chosen):
            library_ids[row.conversation_id].append(row.library_id)
        return tuple(
            Conversation(row.id, row.title, tuple(library_ids[row.id]), row.created_at, row.updated_at)
            for row in connection.execute(statement)
        )


def _touch(connection: Connection, conversation_id: int, values: dict[str, object]) -> None:
    done = connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.deleted_at.is_(None))
        .values(**values)
    )
    if done.rowcount == 0:
        raise NotFound("conversation_missing")


def _set_libraries(connection: Connection, conversation_id: int, library_ids: Sequence[int]) -> None:
    connection.execute(
        delete(conversation_libraries).where(conversation_libraries.c.conversation_id == conversation_id)
    )
    here = connection.scalars(select(libraries.c.id).where(libraries.c.id.in_(library_ids))).all()
    if here:
        connection.execute(
            insert(conversation_libraries),
            [{"conversation_id": conversation_id, "library_id": library_id} for library_id in here],
        )
