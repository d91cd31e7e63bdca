"""What a search found for a follow-up, without what only chance puts there."""

from __future__ import annotations

import re
from dataclasses import replace

from rag_core.ask.asked import Searched, Work
from rag_core.ask.following.nearer import REFUSED, leans
from rag_core.ask.rewriting.past import last_told
from rag_core.text import shares_script
from rag_core.types import Hit

_LATIN = re.compile(r"[A-Z](?:[A-Za-z]|\d|-\d)+")


def of_conversation(work: Work, found: Searched) -> Searched:
    """The hits; in a conversation about documents in the language of the follow-up, which names nothing by itself, without
    those in another language: across languages a few words lie near to much, and a follow-up has no more than a few. What
    the last answer quotes stays, and what has a code of the question's."""
    asked = work.asked.question
    last = last_told(work.asked.turns, REFUSED) if leans(work) else None
    if last is None or not any(shares_script(asked, one.quote) for one in last.answer.citations):
        return found
    told, named = {one.document_id for one in last.answer.citations}, _LATIN.findall(asked)

    def stays(hit: Hit) -> bool:
        said = f"{hit.passage.filename} {hit.passage.text}"
        known = hit.passage.document_id in told or any(name in said for name in named)
        return known or shares_script(asked, said)

    return replace(found, hits=tuple(filter(stays, found.hits)))
