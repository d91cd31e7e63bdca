"""Whether a follow-up is answered from the documents that the last answer quotes, rather than from wherever it is found best."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag_core.ask.asked import Work
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.ask.pointing.pointed import lowered
from rag_core.ask.quoting.quote import QUOTES_LIMIT, WORTH_A_LOOK, rank
from rag_core.ask.rewriting.past import last_told
from rag_core.ask.rewriting.subject_zh import entity
from rag_core.store.census import File
from rag_core.text import is_cjk, shares_script

# A longer question stands by itself: in characters where it is Chinese, else in words.
_LONGEST_ZH, _LONGEST_EN = 24, 12
# How much less likely an answer from those documents may be than the one found elsewhere.
_MARGIN = 0.15
_TELLING = 0.6
# So many refused questions leave the conversation where it was.
_REFUSED = 2
_MOST_OWN = 0.5
# It stands for what the conversation named.
_PRONOUN = re.compile(r"\b(?:it|its|he|she|his|her|him|they|their|them)\b|[它他她]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave for a text: the evidence, the chance that it answers, and the chance from which on it is given."""

    text: str
    gathered: Gathered
    chance: float
    answer_from: float

    @property
    def answers(self) -> bool:
        """Whether it would be answered from."""
        return self.chance >= self.answer_from


def nearer(
    work: Work, found: Found, within: Callable[[str, tuple[int, ...]], Found]
) -> tuple[Found, tuple[File, ...]] | None:
    """What the documents that the last answer quotes say, and these documents, where a follow-up is rather answered from there;
    `within` searches a text in documents. None for a question that names something, and where what was found is better."""
    files = _quoted(work)
    if not files or not _leans(work.asked.question):
        return None
    ids = tuple(one.document_id for one in files)
    if found.answers and _stands_in(found.gathered, ids) and _own(work, found) > 0:
        return None
    texts = dict.fromkeys((found.text, work.asked.question))
    local = [one for one in (within(text, ids) for text in texts) if _sure(work, one)]
    if not local:
        return None
    best = max(local, key=lambda one: (round(_own(work, one), 2), one.chance))
    if not found.answers:
        return best, files
    better = _own(work, best) >= _own(work, found) and best.chance >= found.chance - _MARGIN
    return (best, files) if better else None


def is_filled(work: Work, found: Found) -> bool:
    """Whether the best sentence holds nothing that the follow-up asks with words of its own, only what was put in from the
    conversation: what colour is it? In another language it has none of them anyway."""
    ranked = rank(found.gathered)
    if found.text == work.asked.question or not ranked or not _PRONOUN.search(work.asked.question):
        return False
    return shares_script(work.asked.question, ranked[0][1].text) and _own(work, found) == 0


def _sure(work: Work, found: Found) -> bool:
    """Whether it is answered from; what says most of the follow-up's own words may be less likely to."""
    return found.chance >= (
        lowered(found.answer_from) if _own(work, found) >= _MOST_OWN else found.answer_from
    )


def _quoted(work: Work) -> tuple[File, ...]:
    """The documents that the last answer quotes; () where it quotes none, or all there are."""
    last, files = last_told(work.asked.turns, _REFUSED), work.means.files(work.asked)
    cited = (
        {citation.document_id for citation in last.answer.citations}
        if last and not last.answer.overview
        else set()
    )
    meant = tuple(one for one in files if one.document_id in cited)
    return meant if len(meant) < len(files) else ()


def _leans(question: str) -> bool:
    if is_cjk(question):
        return len(question) <= _LONGEST_ZH and not entity(question)
    return len(question.split()) <= _LONGEST_EN and not names(question)


def _stands_in(gathered: Gathered, ids: tuple[int, ...]) -> bool:
    ranked = rank(gathered)
    return bool(ranked) and ranked[0][1].document_id in ids


def _own(work: Work, found: Found) -> float:
    """The share of the follow-up's own words that the best sentence holds, or another nearly as good; 1 where it has none."""
    own = [word for word in question_words(work.asked.question) if word.weight >= _TELLING]
    ranked = rank(found.gathered)
    if not own or not ranked:
        return float(not own)
    good = [one for score, one in ranked[:QUOTES_LIMIT] if score >= WORTH_A_LOOK * ranked[0][0]]
    return max(
        coverage(own, keys(f"{one.heading} {one.led}"), found.gathered.rare) for one in good or [ranked[0][1]]
    )
