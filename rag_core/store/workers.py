"""Workers and their heartbeats: whether anybody reads documents at the moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from rag_core.store.db import write
from rag_core.store.schema import workers

# How far the clock of another machine may be ahead.
_AHEAD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process, as it last reported. Times are epoch seconds."""

    id: str
    process_id: int
    host: str
    started_at: float
    seen_at: float


def beat(engine: Engine, worker_id: str, process_id: int, host: str, now: float) -> None:
    """Reports that the worker is alive. A new process under a known id counts as a new start."""
    with write(engine) as connection:
        mine = workers.c.id == worker_id
        done = connection.execute(
            update(workers)
            .where(mine, workers.c.process_id == process_id, workers.c.host == host)
            .values(seen_at=now)
        )
        if done.rowcount:
            return
        connection.execute(delete(workers).where(mine))
        values = {"id": worker_id, "process_id": process_id, "host": host}
        connection.execute(insert(workers), {**values, "started_at": now, "seen_at": now})


def alive(engine: Engine, now: float, within_seconds: float = 15) -> tuple[Worker, ...]:
    """The workers heard of lately, longest running first. What was heard in times to come counts for nothing: the
    clock has been set back."""
    statement = (
        select(workers)
        .where(workers.c.seen_at.between(now - within_seconds, now + _AHEAD_SECONDS))
        .order_by(workers.c.started_at, workers.c.id)
    )
    with engine.connect() as connection:
        return tuple(
            Worker(row.id, row.process_id, row.host, row.started_at, row.seen_at)
            for row in connection.execute(statement)
        )


def leave(engine: Engine, worker_id: str) -> None:
    """Reports that the worker ended in good order."""
    with write(engine) as connection:
        connection.execute(delete(workers).where(workers.c.id == worker_id))
