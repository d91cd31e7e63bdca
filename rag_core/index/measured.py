"""What was measured of kinds of index on a library's vectors, kept beside its index."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.index.curve import Point
from rag_core.index.kind import KIND_NAMES

_FILE = "curve.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """Points of the kinds measured so far, of so many vectors by this embedder, and when (epoch seconds)."""

    embedder_id: str
    vectors: int
    measured_at: float
    points: tuple[Point, ...] = ()

    def with_points(self, some: Sequence[Point]) -> Measured:
        """With these in the place of earlier ones of the same kinds."""
        anew = {point.kind for point in some}
        kept = [point for point in self.points if point.kind not in anew]
        return dataclasses.replace(self, points=(*kept, *some))


def save_measured(folder: Path, library_id: int, measured: Measured) -> None:
    """Keeps it for the library in the place of what was kept; whole or not at all."""
    home = folder / str(library_id)
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{_FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(dataclasses.asdict(measured)), "utf-8")
    fresh.replace(home / _FILE)


def load_measured(folder: Path, library_id: int) -> Measured | None:
    """What was kept last; None where nothing was, or it can't be read."""
    try:
        values = json.loads((folder / str(library_id) / _FILE).read_text("utf-8"))
        points = tuple(Point(**point) for point in values.pop("points"))
        return Measured(**values, points=tuple(point for point in points if point.kind in KIND_NAMES))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
