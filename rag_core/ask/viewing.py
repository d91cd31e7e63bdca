"""What was found for a question, the evidence in it, and whether it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from rag_core.ask.asked import Searched, Work
from rag_core.ask.documents.overview import told
from rag_core.ask.evidence.gather import Gathered, also_shown, gather
from rag_core.ask.evidence.rows import names_nobody, with_rows
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.following.beside import Beside
from rag_core.ask.language.ranged import falls_in_range
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.quoting.extremes import is_compared
from rag_core.ask.quoting.lines_under import lines_asked
from rag_core.ask.quoting.owned import left_blank, names_row
from rag_core.ask.quoting.procedures import missing_step, steps_asked
from rag_core.ask.quoting.quote import quote, rank
from rag_core.ask.quoting.quoted import Quoted, written
from rag_core.ask.quoting.titled import LOOKED_AT
from rag_core.ask.refusal.members import missing_member
from rag_core.ask.refusal.owners import missing_of
from rag_core.ask.refusal.refuse import NO_SIGNS, Signs, answerable, signs
from rag_core.ask.refusal.siblings import missing_row
from rag_core.text import is_row, shares_script
from rag_core.types import Hit

# A row that is missing is looked for in the tables of so many documents, the best first, which have no more passages.
LOOKED_IN, MOST_PASSAGES = 3, 400


@dataclass(frozen=True, slots=True)
class View:
    """What was found for a question, the evidence in it, what speaks for an answer, its chance and the chance from which on
    it is given (0 to 1). `looked_in`: the files that alone were looked in, because the question points or leans back to them;
    () for all. `whole`: the evidence tells what documents are about, not what is asked of them; `shown`: all that is shown of
    it is quoted. `beside`: what is quoted of the evidence, where that stands beside what was quoted before;
    `instead`: what was searched instead of the question made whole, `missing`: what the question names and the documents
    are sure to lack; "" for nothing."""

    found: Searched
    gathered: Gathered
    held: Signs
    chance: float
    answer_from: float
    looked_in: tuple[str, ...] = ()
    whole: bool = False
    shown: bool = False
    beside: Beside | None = None
    instead: str = ""
    missing: str = ""

    def quote(self, similarity: Similarity | None) -> Quoted:
        """What is quoted where no chat model writes."""
        if self.whole:
            return told(self.gathered)
        if self.beside is not None:
            return written(self.gathered, dict.fromkeys(self.beside.answers, self.beside.asked))
        if not self.shown:
            return quote(self.gathered, similarity)
        # Rows that are shown are told whole, whichever of their columns the question names.
        whole = replace(self.gathered, question="")
        several = len({one.document_id for one in whole.shown}) > 1
        return told(whole) if several else written(whole, dict.fromkeys(whole.shown, ""))


def as_shown(work: Work, gathered: Gathered) -> View:
    """What is shown of the evidence as the answer; none where nothing is."""
    found = Searched(tuple(item.hit for item in gathered.evidence))
    chance = 1.0 if gathered.shown else 0.0
    return View(found, gathered, NO_SIGNS, chance, work.means.answer_from(), shown=True)


def search_in(work: Work, question: str, document_ids: Sequence[int]) -> Searched:
    begun = perf_counter()
    found = work.means.search(question, replace(work.asked, document_ids=document_ids))
    work.spent(search=perf_counter() - begun)
    return found


def view_of(work: Work, question: str, found: Searched) -> View:
    begun = perf_counter()
    scales = work.means.scales()
    hits = with_rows(question, found.hits, work.means.whole)
    gathered = gather(
        question, hits, work.means.neighbours, work.means.similarity, lift=scales.lift(question)
    )
    ranked = [sentence for _, sentence in rank(gathered)[:LOOKED_AT]]
    # A chat model reads all of the evidence; without one the best sentence is what is answered, and one in another language
    # is none where the best passage is in the question's.
    quoted = ""
    if work.means.chat is None and ranked:
        first = hits[0].passage.text
        quoted = first if shares_script(question, first) else ranked[0].text
    held = signs(gathered, hits, scales, quoted)
    chance, answer_from = answerable(held), work.means.answer_from()
    # What follows only looks at rows of tables, but for what is told line by line.
    rows = any(is_row(sentence.raw) for sentence in gathered.sentences)
    best = ranked if rows else []
    missing = _missing(work, gathered, hits, ranked)
    if missing or left_blank(question, best) or names_nobody(question, hits, work.means.whole):
        chance = 0.0
    told = steps_asked(gathered) or lines_asked(gathered)
    if chance and chance < answer_from and (told or _is_there(gathered, best)):
        chance = answer_from
    work.spent(evidence=perf_counter() - begun)
    return View(found, also_shown(gathered, told), held, chance, answer_from, missing=missing)


def _missing(work: Work, gathered: Gathered, hits: Sequence[Hit], ranked: Sequence[SourceSentence]) -> str:
    """What the question names and the documents are sure to lack, as it is written there; "" for nothing."""
    if not ranked:
        return ""
    question, whole = gathered.question, work.means.whole
    home = ranked[0].document_id
    found = dict.fromkeys((home, *(hit.passage.document_id for hit in hits)))
    others = (passage for each in list(found)[1:] for passage in whole(each))
    best = [
        one for each in list(found)[:LOOKED_IN] if len(whole(each)) <= MOST_PASSAGES for one in whole(each)
    ]
    return (
        missing_step(gathered)
        or missing_member(question, whole(home), others)
        or missing_of(question, hits, whole)
        or missing_row(question, best)
    )


def _is_there(gathered: Gathered, best: Sequence[SourceSentence]) -> bool:
    """Whether what is asked for is found by what it is, however few of the question's words it has: the row that is named or
    into whose range a figure falls, the greatest row."""
    question, rare = gathered.question, gathered.rare
    named = bool(best) and (
        names_row(question, best[0], rare) or falls_in_range(question, gathered.sentences, best[0])
    )
    return named or is_compared(gathered, best)
