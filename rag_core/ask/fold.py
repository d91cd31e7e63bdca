"""Hits with their neighbours, what only repeats another left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag_core.ask.figures import beyond, figures
from rag_core.ask.lists import is_entry
from rag_core.ask.words import keys
from rag_core.types import Hit, Passage

Neighbours = Callable[[Passage, int, int], Sequence[Passage]]
"""(passage, before, after) → the neighbouring passages of the same document, the passage left out or not."""

EVIDENCE_LIMIT = 6
SHORT_CHARACTERS = 160
DUPLICATE_FROM = 0.85
# Where a passage or line is a whole sentence.
ENDS = re.compile(r"[。！？；.!?…][”’\"')）】》」』]*\s*$")
_STARTS_MIDWAY = re.compile(r"^[a-z，,、；;）)]")


def fold(hits: Sequence[Hit], neighbours: Neighbours) -> list[tuple[Hit, tuple[Passage, ...]]]:
    """Hits with their neighbours, best first; a hit already held or nearly the same as one is left out."""
    kept: list[tuple[Hit, tuple[Passage, ...]]] = []
    held: set[int] = set()
    for hit in hits:
        if len(kept) == EVIDENCE_LIMIT:
            break
        if hit.passage.id in held or any(_repeats(hit.passage, other.passage) for other, _ in kept):
            continue
        passages = tuple(p for p in _joined(hit.passage, neighbours) if p.id not in held)
        kept.append((hit, passages))
        held.update(passage.id for passage in passages)
    return kept


def _repeats(one: Passage, other: Passage) -> bool:
    """Whether they say nearly the same. Another document with other figures does not: it may be the newer one."""
    mine, theirs = keys(one.text), keys(other.text)
    union = len(mine | theirs)
    if not union or len(mine & theirs) / union < DUPLICATE_FROM:
        return False
    return one.document_id == other.document_id or not (
        beyond(figures(one.text), figures(other.text)) or beyond(figures(other.text), figures(one.text))
    )


def _joined(passage: Passage, neighbours: Neighbours) -> tuple[Passage, ...]:
    short = len(passage.text) < SHORT_CHARACTERS
    before = int(short or is_entry(passage.text) or bool(_STARTS_MIDWAY.match(passage.text)))
    after = int(short or not ENDS.search(passage.text))
    if not before and not after:
        return (passage,)
    around = {p.ordinal: p for p in neighbours(passage, before, after)} | {passage.ordinal: passage}
    return tuple(around[ordinal] for ordinal in sorted(around))
