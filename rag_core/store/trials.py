"""Trials: golden questions asked of one generation with one set of models, and how each went."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from rag_core.errors import NotFound
from rag_core.store.db import write
from rag_core.store.quality_schema import trial_marks, trials


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial is of: the generation that searches used (0: none, the database's own vectors), and the models.
    `chat_id` is "" where only the search was tried; "quote" in quote mode."""

    generation_id: int
    embedder_id: str
    reranker_id: str
    chat_id: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of a library. `finished_at` is None while it goes on, and for one that was cut off. One that was
    stopped has fewer marks than `total`. Times are epoch seconds."""

    id: int
    library_id: int
    tried: Tried
    total: int
    created_at: float
    finished_at: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How one question went. `place`: where the right passage was found, from 1; 0: not among those found; None:
    nobody said which it is. `refused`: None where no answer was asked for. `cited`: whether a citation stands in
    the right passage; None where there is nothing to tell it by."""

    golden_id: int
    answerable: bool
    place: int | None
    refused: bool | None
    cited: bool | None
    answer: str
    seconds: float


def begin_trial(engine: Engine, library_id: int, tried: Tried, total: int, now: float) -> Trial:
    """A new trial without marks. Raises NotFound for a library that is gone."""
    values = {**dataclasses.asdict(tried), "library_id": library_id, "total": total, "created_at": now}
    try:
        with write(engine) as connection:
            new_id = connection.execute(insert(trials).returning(trials.c.id), values).scalar_one()
    except IntegrityError as error:
        raise NotFound("library_missing", str(library_id)) from error
    return Trial(new_id, library_id, tried, total, now, None)


def save_mark(engine: Engine, trial_id: int, mark: Mark) -> None:
    """Keeps the mark, in the place of an earlier one of the same question; of a trial that is gone none."""
    with write(engine) as connection:
        if connection.execute(select(trials.c.id).where(trials.c.id == trial_id)).first() is None:
            return
        same = (trial_marks.c.trial_id == trial_id) & (trial_marks.c.golden_id == mark.golden_id)
        connection.execute(delete(trial_marks).where(same))
        connection.execute(insert(trial_marks), {**dataclasses.asdict(mark), "trial_id": trial_id})


def finish_trial(engine: Engine, trial_id: int, now: float) -> None:
    """Ends it: all is done, or somebody stopped it."""
    with write(engine) as connection:
        connection.execute(update(trials).where(trials.c.id == trial_id).values(finished_at=now))


def forget_trial(engine: Engine, trial_id: int) -> None:
    """Removes the trial with its marks; gone already is no error."""
    with write(engine) as connection:
        connection.execute(delete(trials).where(trials.c.id == trial_id))


def list_trials(engine: Engine, library_id: int) -> tuple[Trial, ...]:
    """The library's trials, the latest first."""
    statement = select(trials).where(trials.c.library_id == library_id).order_by(trials.c.id.desc())
    with engine.connect() as connection:
        return tuple(
            Trial(
                row.id,
                row.library_id,
                Tried(row.generation_id, row.embedder_id, row.reranker_id, row.chat_id),
                row.total,
                row.created_at,
                row.finished_at,
            )
            for row in connection.execute(statement)
        )


def marks(engine: Engine, trial_ids: Sequence[int]) -> Mapping[int, tuple[Mark, ...]]:
    """The marks of each trial, by question; none for one without."""
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    names = [field.name for field in dataclasses.fields(Mark)]
    statement = (
        select(trial_marks).where(trial_marks.c.trial_id.in_(trial_ids)).order_by(trial_marks.c.golden_id)
    )
    with engine.connect() as connection:
        for row in connection.execute(statement):
            found[row.trial_id].append(Mark(**{name: getattr(row, name) for name in names}))
    return {one: tuple(found[one]) for one in trial_ids}
