"""An answer without the sentences that no source bears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.types import Sentence


def only_borne(text: str, sentences: Sequence[Sentence]) -> tuple[str, tuple[Sentence, ...]]:
    """The answer's text without its unsupported sentences, and the others at their new places. What stands before a
    sentence that is left out (the mark of a list, a blank) goes with it."""
    kept = ""
    places: list[Sentence] = []
    end = 0
    for one in sentences:
        before, said = text[end : one.start], text[one.start : one.end]
        end = one.end
        if one.support == "unsupported":
            continue
        kept += before if kept else before.lstrip()
        shift = len(kept) - one.start
        marked = (one.marked[0] + shift, one.marked[1] + shift) if one.marked else None
        places.append(replace(one, start=len(kept), end=len(kept) + len(said), marked=marked))
        kept += said
    return kept, tuple(places)
