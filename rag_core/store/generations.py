"""Generations of a library's index: begun, built aside, then published by one row."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from rag_core.errors import NotFound
from rag_core.store.db import write
from rag_core.store.libraries import bump_revision
from rag_core.store.schema import generations


@dataclass(frozen=True, slots=True)
class Generation:
    """A sealed index. `parameters` is JSON; `watermark` is the highest chunk id it could hold;
    `published_at` is None while it is being built."""

    id: int
    library_id: int
    embedder_id: str
    kind: str
    parameters: str
    vectors: int
    watermark: int
    bytes: int
    build_seconds: float
    recall: float
    created_at: float
    published_at: float | None


def begin_generation(engine: Engine, library_id: int, embedder_id: str, kind: str, now: float) -> Generation:
    """A new generation's row; its id, never used before, names its folder. Readers don't see it yet."""
    blank = Generation(0, library_id, embedder_id, kind, "{}", 0, 0, 0, 0.0, 0.0, now, None)
    values = dataclasses.asdict(blank)
    del values["id"]
    with write(engine) as connection:
        new_id = connection.execute(insert(generations).returning(generations.c.id), values).scalar_one()
    return dataclasses.replace(blank, id=new_id)


def publish_generation(engine: Engine, generation: Generation, now: float) -> Generation:
    """Makes this the generation that readers use, with these figures; also how an earlier one is brought
    back. Raises NotFound when its row is gone."""
    published_one = dataclasses.replace(generation, published_at=now)
    values = dataclasses.asdict(published_one)
    with write(engine) as connection:
        done = connection.execute(
            update(generations).where(generations.c.id == generation.id).values(**values)
        )
        if done.rowcount == 0:
            raise NotFound("library_missing", str(generation.library_id))
        bump_revision(connection, generation.library_id)
    return published_one


def published(engine: Engine, library_id: int) -> Generation | None:
    """The generation that readers use now."""
    ready = [one for one in list_generations(engine, library_id) if one.published_at is not None]
    return ready[0] if ready else None


def list_generations(engine: Engine, library_id: int) -> tuple[Generation, ...]:
    """The library's generations: the one in use first, then those published before it, then unfinished."""
    statement = (
        select(generations)
        .where(generations.c.library_id == library_id)
        .order_by(
            generations.c.published_at.is_(None),
            generations.c.published_at.desc(),
            generations.c.id.desc(),
        )
    )
    with engine.connect() as connection:
        return tuple(_generation(row) for row in connection.execute(statement))


def discard_generation(engine: Engine, generation_id: int) -> None:
    """Forgets a generation; remove its folder after that. Gone already is no error."""
    with write(engine) as connection:
        connection.execute(delete(generations).where(generations.c.id == generation_id))


def _generation(row: Row[*tuple[Any, ...]]) -> Generation:
    return Generation(*(getattr(row, field.name) for field in dataclasses.fields(Generation)))
