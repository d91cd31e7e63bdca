"""Seals of exported answer bundles, kept with their conversations: who keeps a seal can tell the file that was
exported from one that was changed and sealed anew."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, insert, select

from rag_core.errors import NotFound
from rag_core.store.db import write
from rag_core.store.schema import conversations, exports as rows


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was exported. `kind`: html or zip; `exported_at` in epoch seconds, as the file itself records it."""

    conversation_id: int
    title: str
    kind: str
    seal: str
    exported_at: float


def keep_export(engine: Engine, conversation_id: int, kind: str, seal: str, exported_at: float) -> None:
    """Keeps the seal with the conversation. Raises NotFound."""
    with write(engine) as connection:
        here = select(conversations.c.id).where(conversations.c.id == conversation_id)
        if connection.execute(here).first() is None:
            raise NotFound("conversation_missing")
        values = {
            "conversation_id": conversation_id,
            "kind": kind,
            "seal": seal,
            "created_at": exported_at,
        }
        connection.execute(insert(rows), values)


def exports_of(engine: Engine, conversation_id: int) -> tuple[Export, ...]:
    """What was exported of the conversation, the latest first."""
    return _list(engine, rows.c.conversation_id == conversation_id)


def exports_at(engine: Engine, exported_at: float) -> tuple[Export, ...]:
    """What was exported at that very moment: one file, or none that is known here."""
    return _list(engine, rows.c.created_at == exported_at)


def _list(engine: Engine, which: ColumnElement[bool]) -> tuple[Export, ...]:
    statement = (
        select(rows, conversations.c.title)
        .select_from(rows.join(conversations))
        .where(which)
        .order_by(rows.c.id.desc())
    )
    with engine.connect() as connection:
        return tuple(
            Export(row.conversation_id, row.title, row.kind, row.seal, row.created_at)
            for row in connection.execute(statement)
        )
