"""Whether documents speak of something at all: "Is there anything about a barometer?", 有没有提到搬家."""

from __future__ import annotations

import re

from rag_core.ask.asked import Work
from rag_core.ask.documents.opened import laid_open, showing
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.text import is_cjk, shares_script

_ASKS_EN = re.compile(
    r"\b(?:is|are) there (?:anything|something|any(?: mention| note| information)?|a (?:mention|note|document)|documents?|notes)(?: in .{1,40}?)? (?:about|on|of|mentioning|regarding)\s+(?P<what>.+)"
    r"|\b(?:do|does|did) .{1,40}? (?:mention|speak of|talk about|say anything about)\s+(?P<what2>.+)",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    r"(?:有没有|有沒有|是否)(?:任何|什么)?(?:提到|提及|说到|說到|写到|寫到|讲到|谈到|关于|關於)(?:过|了)?(?P<what>.+?)(?:的(?:内容|事|文件|记录))?[吗嗎？?。]*$"
)
# Every word is said in a sentence; hardly any is in all that was found.
_SAID, _UNSAID = 0.95, 0.3
_MOST = 3


def mentioned(work: Work, question: str) -> Gathered | None:
    """Sentences that have all words of what the question asks whether it is mentioned; none shown where what was found in
    its script has hardly any of them. None where something else is asked, or only meaning can tell."""
    found = (_ASKS_ZH if is_cjk(question) else _ASKS_EN).search(question)
    hits = work.means.search(question, work.asked).hits if found else ()
    if found is None or not hits:
        return None
    wanted = question_words(next(said for said in found.groupdict().values() if said))
    gathered = laid_open(question, [(hit.passage,) for hit in hits])
    said = {one: coverage(wanted, keys(one.text), gathered.rare) for one in gathered.sentences}
    best = max(said.values(), default=0.0)
    if best >= _SAID:
        return showing(gathered, [one for one, share in said.items() if share >= _SAID][:_MOST])
    told = any(shares_script(question, hit.passage.text) for hit in hits)
    return showing(gathered, []) if wanted and told and best < _UNSAID else None
