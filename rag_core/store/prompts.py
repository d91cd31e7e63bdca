"""Prompts that a library has of its own, in versions; one of them, or the default, is in use."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, and_, func, insert, select, update

from rag_core.errors import NotFound
from rag_core.messages import Language
from rag_core.store.answer_json import decode_value
from rag_core.store.db import write
from rag_core.store.schema import libraries, prompts
from rag_core.text import one_line
from rag_core.types import Template

_NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Prompt:
    """A version of a library's prompt for questions in one language. Times are epoch seconds; `activated_at`
    is None while it has not been put to use, or has been put away."""

    id: int
    library_id: int
    language: Language
    version: int
    template: Template
    note: str
    created_at: float
    activated_at: float | None


def add_prompt(
    engine: Engine, library_id: int, language: Language, template: Template, note: str, now: float
) -> Prompt:
    """A new version, not in use yet. Raises InputError for a note that is too long, NotFound for a library that
    is gone."""
    mine = _mine(library_id, language)
    with write(engine) as connection:
        if connection.execute(select(libraries.c.id).where(libraries.c.id == library_id)).first() is None:
            raise NotFound("library_missing", str(library_id))
        last = connection.execute(select(func.max(prompts.c.version)).where(mine)).scalar() or 0
        values = {
            "library_id": library_id,
            "language": language,
            "version": last + 1,
            "template": json.dumps(dataclasses.asdict(template), ensure_ascii=False),
            "note": one_line(note, _NOTE_LENGTH),
            "created_at": now,
        }
        row = connection.execute(insert(prompts).returning(*prompts.c), values).one()
        return _prompt(row)


def activate_prompt(engine: Engine, prompt_id: int, now: float) -> None:
    """Puts the version to use. Raises NotFound."""
    with write(engine) as connection:
        done = connection.execute(update(prompts).where(prompts.c.id == prompt_id).values(activated_at=now))
        if done.rowcount == 0:
            raise NotFound("prompt_missing")


def put_prompts_away(engine: Engine, library_id: int, language: Language) -> None:
    """From now on the default is in use; the versions stay."""
    with write(engine) as connection:
        connection.execute(update(prompts).where(_mine(library_id, language)).values(activated_at=None))


def list_prompts(engine: Engine, library_id: int, language: Language) -> tuple[Prompt, ...]:
    """All versions, the latest first."""
    statement = select(prompts).where(_mine(library_id, language)).order_by(prompts.c.version.desc())
    with engine.connect() as connection:
        return tuple(_prompt(row) for row in connection.execute(statement))


def prompt_in_use(engine: Engine, library_id: int, language: Language) -> Prompt | None:
    """The version in use; None for the default."""
    statement = (
        select(prompts)
        .where(_mine(library_id, language), prompts.c.activated_at.is_not(None))
        .order_by(prompts.c.activated_at.desc(), prompts.c.id.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        row = connection.execute(statement).first()
    return None if row is None else _prompt(row)


def _mine(library_id: int, language: Language) -> ColumnElement[bool]:
    return and_(prompts.c.library_id == library_id, prompts.c.language == language)


def _prompt(row: Row[*tuple[Any, ...]]) -> Prompt:
    template = decode_value(Template, json.loads(row.template))
    assert isinstance(template, Template)  # noqa: S101  (for the type checker)
    return Prompt(
        row.id,
        row.library_id,
        "zh" if row.language == "zh" else "en",
        row.version,
        template,
        row.note,
        row.created_at,
        row.activated_at,
    )
