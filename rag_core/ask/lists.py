"""Lists in running text: what announces them, and which lines are their entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.text import entry_mark

ANNOUNCES = re.compile(r"[:：]\s*$")
# So many sentences above an entry are looked at for what announces its list.
REACH = 12
# Marks that number a document's clauses and sections as often as the entries of a list.
_NUMBERS_CLAUSES = frozenset({"clause", "一", "1."})


def is_entry(text: str) -> bool:
    """Whether the text begins with a mark that only an entry of a list has: it may not say by itself what it means."""
    mark = entry_mark(text)
    return bool(mark) and mark not in _NUMBERS_CLAUSES


def announcer(texts: Sequence[str]) -> int | None:
    """Of sentences below one another, the place of the one that announces the list of which the last is an entry ("We do
    not pay for damage:"); None where the last is no entry, or nothing announces it."""
    mark = entry_mark(texts[-1])
    if not mark or mark == "clause":
        return None
    for at in range(len(texts) - 2, max(len(texts) - 2 - REACH, -1), -1):
        own = entry_mark(texts[at])
        if ANNOUNCES.search(texts[at]):
            return at if own != mark and entry_mark(texts[at + 1]) == mark else None
        if own not in ("", mark):
            return None
    return None
