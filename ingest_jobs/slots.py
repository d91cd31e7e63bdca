"""Worker slots: each worker on a machine holds one, and a slot's name outlives the process that held it.

A worker that starts in a dead worker's slot takes up its unfinished jobs; one that runs beside a slot
nobody holds can take them over.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag_core.settings import Settings

# The name under which a worker counts until it has a slot.
STARTING = "starting"
_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that this process holds as long as `lock` is open."""

    name: str
    lock: BinaryIO

    def is_there(self) -> bool:
        """Whether the lock's file still exists: it goes only with the whole data folder."""
        return os.fstat(self.lock.fileno()).st_nlink > 0


def take_slot(settings: Settings) -> Slot:
    """The first free slot. Raises OSError when a machine runs more workers than is sane."""
    for name in _names(settings):
        lock = _lock(settings, name)
        if lock is not None:
            return Slot(name, lock)
    raise OSError(f"more than {_MOST_WORKERS} workers in {settings.home}")


def free_slots(settings: Settings) -> Iterator[str]:
    """The slots on this machine that were used and that nobody holds. While the caller looks at one,
    nobody else can take it."""
    for name in _names(settings):
        if not _path(settings, name).exists():
            return
        with holding(settings, name) as held:
            if held:
                yield name


@contextmanager
def holding(settings: Settings, name: str) -> Iterator[bool]:
    """Holds a lock in the data folder by name; False, at once, when another process holds it."""
    lock = _lock(settings, name)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.close()


def _names(settings: Settings) -> Iterator[str]:
    # A SQLite file has one machine; its name may change between two starts (a laptop, a container).
    machine = "local" if settings.jobs_database.startswith("sqlite") else socket.gethostname()
    return (f"{machine}-{number}" for number in range(_MOST_WORKERS))


def _path(settings: Settings, name: str) -> Path:
    return settings.home / "workers" / f"{name}.lock"


def _lock(settings: Settings, name: str) -> BinaryIO | None:
    path = _path(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
