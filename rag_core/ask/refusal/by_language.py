"""Evidence in the question's language and in others, each judged by itself: their words and cosines can't be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.ask.evidence.gather import Gathered
from rag_core.text import shares_script
from rag_core.types import Hit


def by_language(
    gathered: Gathered, hits: Sequence[Hit], quoted: str = ""
) -> Sequence[tuple[Gathered, Sequence[Hit]]]:
    """The evidence with its hits; where passages in the question's language stand beside others, each by itself: what
    one of them lacks, the other may say. Not to a reader who is shown only what is `quoted`: then the side that it stands on
    decides alone."""
    asked = gathered.question
    own = [hit for hit in hits if shares_script(asked, hit.passage.text)]
    foreign = [hit for hit in hits if not shares_script(asked, hit.passage.text)]
    numbers = {item.number for item in gathered.evidence if shares_script(asked, item.hit.passage.text)}
    mine = tuple(one for one in gathered.sentences if one.number in numbers)
    others = tuple(one for one in gathered.sentences if one.number not in numbers)
    if not own or not foreign or not mine or not others:
        return [(gathered, hits)]
    sides = [(replace(gathered, sentences=mine), own), (replace(gathered, sentences=others), foreign)]
    if quoted:
        return sides[:1] if shares_script(asked, quoted) else sides[1:]
    return sides
