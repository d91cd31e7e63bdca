"""Generations of a library's index: begun, built aside, checked, then published by one row."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from rag_core.errors import NotFound, WenjuError
from rag_core.store.census import count_unembedded
from rag_core.store.db import write
from rag_core.store.libraries import bump_revision
from rag_core.store.schema import chunks, documents, embeddings, generations, libraries


class EmbeddingsMissing(WenjuError):
    """Some searchable chunks have no embedding by the generation's embedder yet: it can't take over."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a new index was checked for. `wanted` and `found` are for reading: figures and units."""

    name: str
    wanted: str
    found: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rebuild is asked for. "" stands for what fits: the kind that the policy chooses, the library's
    embedder. `parameters` take the place of the kind's usual ones (names of index.kind.Kind's fields).
    Without `build` chunks are only given the embeddings they lack."""

    kind: str = ""
    parameters: tuple[tuple[str, int], ...] = ()
    embedder_id: str = ""
    build: bool = True


NO_DEMANDS = Wish()


@dataclass(frozen=True, slots=True)
class Generation:
    """A sealed index. `parameters` is JSON; `watermark` is the highest chunk id it could hold;
    `published_at` is None while it is being built, and for one that was refused."""

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
    checks: tuple[Check, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether it was checked and fell short; its files are gone, its figures stay."""
        return self.published_at is None and bool(self.shortcomings)

    @property
    def shortcomings(self) -> tuple[Check, ...]:
        """The checks it did not pass."""
        return tuple(check for check in self.checks if not check.passed)


def encode_wish(wish: Wish) -> str:
    """The wish as JSON text."""
    return json.dumps(dataclasses.asdict(wish))


def decode_wish(text: str) -> Wish:
    """The wish that encode_wish wrote; for "" one without demands."""
    values = json.loads(text or "{}")
    values["parameters"] = tuple((name, value) for name, value in values.get("parameters", ()))
    return Wish(**values)


def begin_generation(engine: Engine, library_id: int, embedder_id: str, kind: str, now: float) -> Generation:
    """A new generation's row; its id, never used before, names its folder. Readers don't see it yet."""
    blank = Generation(0, library_id, embedder_id, kind, "{}", 0, 0, 0, 0.0, 0.0, now, None)
    values = _values(blank)
    del values["id"]
    with write(engine) as connection:
        new_id = connection.execute(insert(generations).returning(generations.c.id), values).scalar_one()
    return dataclasses.replace(blank, id=new_id)


def save_generation(engine: Engine, generation: Generation) -> None:
    """Notes what is known of it. One whose row is gone is no error."""
    with write(engine) as connection:
        connection.execute(
            update(generations).where(generations.c.id == generation.id).values(**_values(generation))
        )


def publish_generation(engine: Engine, generation: Generation, now: float, whole: bool = False) -> Generation:
    """Makes this the generation that readers use, with these figures, and its embedder the library's; also how
    an earlier one is brought back.

    Raises NotFound when its row is gone; with `whole` EmbeddingsMissing, and nothing changes, when a
    searchable chunk lacks an embedding by its embedder.
    """
    published_one = dataclasses.replace(generation, published_at=now)
    mine = libraries.c.id == generation.library_id
    with write(engine) as connection:
        if whole and count_unembedded(connection, generation.library_id, generation.embedder_id):
            raise EmbeddingsMissing(generation.embedder_id)
        done = connection.execute(
            update(generations).where(generations.c.id == generation.id).values(**_values(published_one))
        )
        if done.rowcount == 0:
            raise NotFound("library_missing", str(generation.library_id))
        connection.execute(update(libraries).where(mine).values(embedder_id=generation.embedder_id))
        bump_revision(connection, generation.library_id)
    return published_one


def published(engine: Engine, library_id: int) -> Generation | None:
    """The generation that readers use now."""
    ready = [one for one in list_generations(engine, library_id) if one.published_at is not None]
    return ready[0] if ready else None


def get_generation(engine: Engine, generation_id: int) -> Generation:
    """The generation. Raises NotFound."""
    with engine.connect() as connection:
        row = connection.execute(select(generations).where(generations.c.id == generation_id)).first()
    if row is None:
        raise NotFound("generation_missing")
    return _generation(row)


def list_generations(engine: Engine, library_id: int) -> tuple[Generation, ...]:
    """The library's generations: the one in use first, then those published before it, then those that were
    never published: unfinished or refused."""
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


def forget_embeddings(engine: Engine, library_id: int, kept: Sequence[str]) -> int:
    """Removes the library's embeddings by all but these embedders; returns how many."""
    mine = select(chunks.c.id).select_from(chunks.join(documents)).where(documents.c.library_id == library_id)
    others = embeddings.c.embedder_id.not_in(kept) & embeddings.c.chunk_id.in_(mine)
    with engine.connect() as connection:
        if connection.execute(select(embeddings.c.chunk_id).where(others).limit(1)).first() is None:
            return 0
    with write(engine) as connection:
        return _delete(connection, others)


def _delete(connection: Connection, condition: Any) -> int:
    return connection.execute(delete(embeddings).where(condition)).rowcount


def _values(generation: Generation) -> dict[str, Any]:
    values = dataclasses.asdict(generation)
    return {**values, "checks": json.dumps(values["checks"], ensure_ascii=False)}


def _generation(row: Row[*tuple[Any, ...]]) -> Generation:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Generation)}
    return Generation(**{**values, "checks": tuple(Check(**check) for check in json.loads(row.checks))})
