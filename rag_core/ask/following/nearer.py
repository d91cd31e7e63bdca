"""Whether a follow-up is answered from the documents that the last answer quotes, rather than from wherever it is found best."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag_core.ask.asked import Work
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.bare import asked_of, bare
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.ask.pointing.pointed import lowered
from rag_core.ask.quoting.quote import QUOTES_LIMIT, WORTH_A_LOOK, rank
from rag_core.ask.rewriting.past import last_told
from rag_core.ask.rewriting.subject_zh import entity
from rag_core.store.census import File
from rag_core.text import CJK, is_cjk, shares_script

# A longer question stands by itself: in characters where it is Chinese, else in words.
_LONGEST_ZH, _LONGEST_EN = 24, 12
# How much less likely an answer from those documents may be than the one found elsewhere.
_MARGIN = 0.15
_TELLING = 0.6
# So many refused questions leave the conversation where it was.
REFUSED = 2
_MOST_OWN = 0.5
_MUCH_MORE = 0.2
# What a Chinese question writes on to a code is none of it: E1呢.
_CODE = re.compile(rf"[A-Z]{{1,2}}\d{{1,3}}[{CJK}]*")
# It stands for what the conversation named.
_ENDING_ZH = re.compile("呢\\W*$")
_FRAGMENT = re.compile(r"^\W*(?:and|but|or|what about|how about)\b|呢\W*$", re.IGNORECASE)
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
    if not leans(work):
        return None
    ids = tuple(one.document_id for one in files)
    there = found.answers and _stands_in(found.gathered, ids) and _own(work, found) > 0
    if there and found.text == work.asked.question:
        return None
    # E1呢 was put into words of another script: by itself it is of none.
    ending = _ENDING_ZH.search(work.asked.question) and not is_cjk(work.asked.question)
    texts = dict.fromkeys((found.text,) if ending else (found.text, work.asked.question))
    local = [one for one in (within(text, ids) for text in texts) if _sure(work, one)]
    if not local:
        return None
    best = max(local, key=lambda one: (round(_own(work, one), 2), one.chance))
    if not found.answers:
        return best, files
    if there:
        # Of one document's sentences, what the conversation put into the question must not hide what it asks itself.
        return (best, files) if _own(work, best) >= _own(work, found) + _MUCH_MORE else None
    # What is found in another language has none of the words, and a chance that compares with no other.
    comparable = _in_language(found) or not _in_language(best)
    likely = best.chance >= found.chance - _MARGIN or not comparable
    return (best, files) if likely and _own(work, best) >= _own(work, found) else None


def _in_language(found: Found) -> bool:
    ranked = rank(found.gathered)
    return bool(ranked) and shares_script(found.text, ranked[0][1].text)


def is_filled(work: Work, found: Found) -> bool:
    """Whether the best sentence holds nothing that the follow-up asks with words of its own, only what was put in from the
    conversation: what colour is it? In another language it has none of them anyway."""
    ranked = rank(found.gathered)
    if found.text == work.asked.question or not ranked or not _PRONOUN.search(work.asked.question):
        return False
    return shares_script(work.asked.question, ranked[0][1].text) and _own(work, found) == 0


def _sure(work: Work, found: Found) -> bool:
    """Whether it is answered from; what says most of the follow-up's own words may be less likely to, and what tells
    just what it asks for of what it names as unlikely as may be."""
    enough = lowered(found.answer_from) if _own(work, found) >= _MOST_OWN else found.answer_from
    return found.chance >= enough or _tells(work.asked.question, found.gathered)


def _tells(question: str, gathered: Gathered) -> bool:
    """Whether the best sentence holds such a thing as is asked for, and all words of what it is asked of."""
    asked, ranked = asked_of(question), rank(gathered)
    if asked is None or not ranked:
        return False
    holds, best = asked[0], ranked[0][1]
    own = {word.key for word in question_words(asked[1]) if word.weight >= _TELLING}
    return bool(own) and bool(holds.search(best.readable)) and own <= keys(f"{best.heading} {best.led}")


def _quoted(work: Work) -> tuple[File, ...]:
    """The documents that the last answer quotes; () where it quotes none, or all there are."""
    last, files = last_told(work.asked.turns, REFUSED), work.means.files(work.asked)
    cited = (
        {citation.document_id for citation in last.answer.citations}
        if last and not last.answer.overview
        else set()
    )
    meant = tuple(one for one in files if one.document_id in cited)
    return meant if len(meant) < len(files) else ()


def leans(work: Work) -> bool:
    """Whether it is a follow-up, to an answer that quotes some of the documents, that names nothing by itself."""
    return bool(_quoted(work)) and names_nothing(work.asked.question)


def asks_anew(work: Work) -> bool:
    """Whether it may ask something new, without a name in it: it has no pronoun, and is no fragment."""
    asked = work.asked.question
    return leans(work) and bare(asked) is None and not _PRONOUN.search(asked) and not _FRAGMENT.search(asked)


def names_nothing(question: str) -> bool:
    """Whether it is short and has no name; a code (E1) is none: tables of many documents have it."""
    if is_cjk(question):
        return len(question) <= _LONGEST_ZH and not entity(question)
    return len(question.split()) <= _LONGEST_EN and all(_CODE.fullmatch(one) for one in names(question))


def _stands_in(gathered: Gathered, ids: tuple[int, ...]) -> bool:
    ranked = rank(gathered)
    return bool(ranked) and ranked[0][1].document_id in ids


def _own(work: Work, found: Found) -> float:
    """The share of the follow-up's own words that the best sentence holds, or another nearly as good; 1 where it has none."""
    asked = _PRONOUN.sub(" ", work.asked.question)
    own = [word for word in question_words(asked) if word.weight >= _TELLING]
    ranked = rank(found.gathered)
    if not own or not ranked:
        return float(not own)
    good = [one for score, one in ranked[:QUOTES_LIMIT] if score >= WORTH_A_LOOK * ranked[0][0]]
    said = [f"{one.heading} {one.led}" for one in good or [ranked[0][1]]]
    # A verb of one character (它炖多久) makes no pair with what stands beside it.
    alone = {word.key for word in own if len(word.key) == 1 and is_cjk(word.key)}
    return max(
        coverage(own, keys(text) | {one for one in alone if one in text}, found.gathered.rare)
        for text in said
    )
