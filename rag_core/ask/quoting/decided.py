"""What a meeting decided: minutes tell first what a matter is, then, in words of their own, what was decided on it."""

from __future__ import annotations

import re

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.spans import SourceSentence
from rag_core.text import is_row

# A decision stands at most so many sentences below the one that names its matter.
REACH = 6
_ASKED = re.compile(
    r"决定|决议|表决|(?:通过|同意|批准|采纳)了?[吗没么]|怎么定|结果(?:如何|怎样|怎么样|是什么)"
    r"|\b(?:decided|resolved|agreed|approved|decision|outcome)\b",
    re.IGNORECASE,
)
_DECIDES = re.compile(
    r"(?:会议|委员会|董事会|大会|与会人员)?(?:一致)?(?:决定|决议|同意|通过|否决|批准)[：:，]|不予(?:同意|通过|批准)|暂缓|搁置"
    r"|^Resolved\b|\b(?:it was|committee|board|council|meeting) (?:unanimously )?(?:agreed|decided|resolved)\b"
    r"|\b(?:was|were) (?:unanimously )?(?:approved|agreed|adopted|carried|deferred|postponed|rejected|put off|turned down)\b"
)


def decision(gathered: Gathered, matter: SourceSentence) -> SourceSentence | None:
    """Where the question asks what was decided: the sentence that says so of the matter which the one given names,
    below it and above the next title; None where it says so itself, or none does."""
    if not _ASKED.search(gathered.question) or _DECIDES.search(matter.text) or is_row(matter.raw):
        return None
    place = gathered.sentences.index(matter)
    for one in gathered.sentences[place + 1 : place + 1 + REACH]:
        if one.number != matter.number or one.title:
            return None
        if _DECIDES.search(one.text):
            return one
    return None
