"""Progress of downloads, told from how a folder grows: pip and the hub's client keep theirs to themselves."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag_core.errors import WenjuError

Progress = Callable[[str, float], None]
LOOK_SECONDS = 0.5


class SourceFailed(WenjuError):
    """This source can't give the model; the next one may."""


def folder_bytes(folder: Path) -> int:
    """Bytes of the files below the folder; what vanishes meanwhile counts as nothing."""
    total = 0
    for place, _, names in os.walk(folder):  # unlike rglob, it steps over folders that are gone
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total


@contextmanager
def watched(folder: Path, expected_bytes: int, what: str, progress: Progress) -> Iterator[None]:
    """Report `what` and the fraction of `expected_bytes` that lies in the folder, twice a second."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(LOOK_SECONDS):
            progress(what, min(folder_bytes(folder) / max(expected_bytes, 1), 0.99))

    watcher = threading.Thread(target=look, name="fetch-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
