"""Hits with their neighbours, what only repeats another left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag_core.ask.language.figures import beyond, figures
from rag_core.ask.language.lists import is_entry
from rag_core.ask.language.words import ENDS, keys
from rag_core.outline import split_heading
from rag_core.types import Hit, Passage

Neighbours = Callable[[Passage, int, int], Sequence[Passage]]
"""(passage, before, after) → the neighbouring passages of the same document, the passage left out or not."""

EVIDENCE_LIMIT = 6
SHORT_CHARACTERS = 160
DUPLICATE_FROM = 0.85
# A table of more passages than this to either side is not looked at as a whole.
TABLE_REACH = 15
_STARTS_MIDWAY = re.compile(r"^[a-z，,、；;）)]")


def fold(
    hits: Sequence[Hit], neighbours: Neighbours, whole_table: bool = False
) -> list[tuple[Hit, tuple[Passage, ...]]]:
    """Hits with their neighbours, best first; a hit already held or nearly the same as one is left out. `whole_table`:
    with a hit in a table comes the rest of it."""
    kept: list[tuple[Hit, tuple[Passage, ...]]] = []
    held: set[int] = set()
    for hit in hits:
        if len(kept) == EVIDENCE_LIMIT:
            break
        if hit.passage.id in held or any(_repeats(hit.passage, other.passage) for other, _ in kept):
            continue
        joined = _table if whole_table and split_heading(hit.passage.heading)[1] else _joined
        passages = tuple(p for p in joined(hit.passage, neighbours) if p.id not in held)
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


def _table(passage: Passage, neighbours: Neighbours) -> tuple[Passage, ...]:
    """The passages of the passage's table: those beside it under the same names of columns."""
    header = split_heading(passage.heading)[1]
    around = {p.ordinal: p for p in neighbours(passage, TABLE_REACH, TABLE_REACH)} | {
        passage.ordinal: passage
    }
    first = last = passage.ordinal
    while first - 1 in around and split_heading(around[first - 1].heading)[1] == header:
        first -= 1
    while last + 1 in around and split_heading(around[last + 1].heading)[1] == header:
        last += 1
    # What stands right below tells that the table ends there.
    return tuple(around[at] for at in range(first, last + 2) if at in around)


def _joined(passage: Passage, neighbours: Neighbours) -> tuple[Passage, ...]:
    short = len(passage.text) < SHORT_CHARACTERS
    before = int(short or is_entry(passage.text) or bool(_STARTS_MIDWAY.match(passage.text)))
    after = int(short or not ENDS.search(passage.text))
    if not before and not after:
        return (passage,)
    around = {p.ordinal: p for p in neighbours(passage, before, after)} | {passage.ordinal: passage}
    return tuple(around[ordinal] for ordinal in sorted(around))
