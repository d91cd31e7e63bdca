"""Golden questions: questions whose answers are known, or known not to be in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from rag_core.errors import InputError, NotFound
from rag_core.store.db import write
from rag_core.store.quality_schema import golden_questions

Origin = Literal["written", "imported", "approved", "feedback"]
_QUESTION_LENGTH, _ANSWER_LENGTH, _QUOTE_LENGTH = 2000, 5000, 5000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question and what is known of its answer. `filename` names the document that holds it, "" where nobody
    said; `page` counts from 1, 0 is anywhere; `quote` is what stands there, "" for the page as a whole. Where it
    is not `answerable`, the documents don't hold it, and the rest is blank."""

    question: str
    answer: str = ""
    answerable: bool = True
    filename: str = ""
    page: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden question of a library. Times are epoch seconds."""

    id: int
    library_id: int
    wanted: Wanted
    origin: Origin
    created_at: float
    deleted_at: float | None = None


def check_golden(wanted: Wanted) -> Wanted:
    """What is kept of it: without white space around, and blank where it is not answerable. Raises InputError
    golden_empty, golden_long, golden_nowhere."""
    question = " ".join(wanted.question.split())
    answer, quote = wanted.answer.strip(), wanted.quote.strip()
    if not question:
        raise InputError("golden_empty")
    for text, most in ((question, _QUESTION_LENGTH), (answer, _ANSWER_LENGTH), (quote, _QUOTE_LENGTH)):
        if len(text) > most:
            raise InputError("golden_long", str(most))
    if not wanted.answerable:
        return Wanted(question, answerable=False)
    filename = wanted.filename.strip()
    if (wanted.page or quote) and not filename:
        raise InputError("golden_nowhere")
    return replace(
        wanted, question=question, answer=answer, filename=filename, page=max(wanted.page, 0), quote=quote
    )


def add_golden(
    engine: Engine, library_id: int, some: Sequence[Wanted], origin: Origin, now: float
) -> tuple[int, ...]:
    """Adds questions that the library does not have yet; the ids of those that are new, in order. One that is
    there already takes over what is said now.

    Raises InputError golden_empty, golden_long, golden_nowhere (a page or a quote of no document),
    NotFound for a library that is gone.
    """
    checked = [check_golden(one) for one in some]
    fresh: list[int] = []
    try:
        with write(engine) as connection:
            known = {
                row.question: row.id
                for row in connection.execute(
                    select(golden_questions.c.id, golden_questions.c.question).where(
                        _mine(library_id), golden_questions.c.deleted_at.is_(None)
                    )
                )
            }
            for one in checked:
                values = {**_values(one), "origin": origin}
                if one.question in known:
                    same = golden_questions.c.id == known[one.question]
                    connection.execute(update(golden_questions).where(same).values(**values))
                    continue
                values |= {"library_id": library_id, "created_at": now}
                added = insert(golden_questions).returning(golden_questions.c.id)
                known[one.question] = connection.execute(added, values).scalar_one()
                fresh.append(known[one.question])
    except IntegrityError as error:
        raise NotFound("library_missing", str(library_id)) from error
    return tuple(fresh)


def change_golden(engine: Engine, golden_id: int, wanted: Wanted) -> None:
    """Says it anew. Raises as add_golden; NotFound golden_missing; InputError golden_twice for a question that
    the library has in another place."""
    wanted = check_golden(wanted)
    with write(engine) as connection:
        mine = golden_questions.c.id == golden_id
        library_id = connection.execute(select(golden_questions.c.library_id).where(mine)).scalar()
        if library_id is None:
            raise NotFound("golden_missing")
        twin = select(golden_questions.c.id).where(
            _mine(library_id),
            golden_questions.c.question == wanted.question,
            golden_questions.c.id != golden_id,
            golden_questions.c.deleted_at.is_(None),
        )
        if connection.execute(twin).first() is not None:
            raise InputError("golden_twice")
        connection.execute(update(golden_questions).where(mine).values(**_values(wanted)))


def delete_golden(engine: Engine, ids: Sequence[int], now: float) -> None:
    """Takes them out of every list; restore_golden undoes it."""
    with write(engine) as connection:
        mine = golden_questions.c.id.in_(ids)
        connection.execute(update(golden_questions).where(mine).values(deleted_at=now))


def restore_golden(engine: Engine, ids: Sequence[int]) -> None:
    """Brings deleted ones back, but for those whose question was written again meanwhile."""
    with write(engine) as connection:
        twins = golden_questions.alias()
        again = (
            select(twins.c.id)
            .where(
                twins.c.library_id == golden_questions.c.library_id,
                twins.c.question == golden_questions.c.question,
                twins.c.deleted_at.is_(None),
            )
            .exists()
        )
        connection.execute(
            update(golden_questions)
            .where(golden_questions.c.id.in_(ids), golden_questions.c.deleted_at.is_not(None), ~again)
            .values(deleted_at=None)
        )


def purge_golden(engine: Engine, before: float) -> int:
    """Removes for good what was deleted before that time; returns how many."""
    with write(engine) as connection:
        gone = delete(golden_questions).where(golden_questions.c.deleted_at < before)
        return connection.execute(gone).rowcount


def get_golden(engine: Engine, golden_id: int) -> Golden:
    """The golden question, also a deleted one. Raises NotFound."""
    with engine.connect() as connection:
        row = connection.execute(select(golden_questions).where(golden_questions.c.id == golden_id)).first()
    if row is None:
        raise NotFound("golden_missing")
    return _golden(row)


def list_golden(engine: Engine, library_id: int) -> tuple[Golden, ...]:
    """The library's golden questions, in the order they came."""
    statement = (
        select(golden_questions)
        .where(_mine(library_id), golden_questions.c.deleted_at.is_(None))
        .order_by(golden_questions.c.id)
    )
    with engine.connect() as connection:
        return tuple(_golden(row) for row in connection.execute(statement))


def count_golden(engine: Engine, library_id: int) -> int:
    """How many golden questions the library has."""
    statement = select(func.count()).where(_mine(library_id), golden_questions.c.deleted_at.is_(None))
    with engine.connect() as connection:
        return int(connection.execute(statement).scalar_one())


def _mine(library_id: int) -> Any:
    return golden_questions.c.library_id == library_id


def _values(wanted: Wanted) -> dict[str, Any]:
    return {
        "question": wanted.question,
        "answer": wanted.answer,
        "answerable": wanted.answerable,
        "filename": wanted.filename,
        "page": wanted.page,
        "quote": wanted.quote,
    }


def _golden(row: Row[*tuple[Any, ...]]) -> Golden:
    wanted = Wanted(row.question, row.answer, row.answerable, row.filename, row.page, row.quote)
    return Golden(row.id, row.library_id, wanted, row.origin, row.created_at, row.deleted_at)
