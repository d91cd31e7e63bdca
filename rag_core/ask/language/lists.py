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


def announcers(texts: Sequence[str], breaks: Sequence[bool]) -> list[str]:
    """Of each of some sentences below one another the one that announces the list of which it is an entry ("We do not pay
    for damage:"); "" where it is no entry, or nothing announces it. `breaks`: whether each begins a line."""
    return [_announcer(texts, breaks, place) for place in range(len(texts))]


def _announcer(texts: Sequence[str], breaks: Sequence[bool], place: int) -> str:
    mark = entry_mark(texts[place])
    if not mark or mark == "clause":
        return ""
    nested = False
    for at in range(place - 1, max(place - 1 - REACH, -1), -1):
        own = entry_mark(texts[at])
        if ANNOUNCES.search(texts[at]):
            if own != mark:
                return texts[at] if entry_mark(texts[at + 1]) == mark else ""
            # An entry beside it, above whose own list it stands.
            if not nested:
                return ""
            nested = False
        elif own and own not in (mark, "clause"):
            nested = True
        # An entry's second sentence stands on its line; what begins one may announce a list of its own.
        elif own != mark and (own or breaks[at]):
            return ""
    return ""
