"""What a layout model sees on a page."""

from __future__ import annotations

from dataclasses import dataclass

from rag_core.types import BlockKind, Box


@dataclass(frozen=True, slots=True)
class LayoutRegion:
    """A part of the page of one kind, as a model sees it. `score` is 0 to 1."""

    kind: BlockKind
    box: Box
    score: float
