"""Where an answer is looked for: in the documents that the question points to alone, or in all that was searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from time import perf_counter

from rag_core.ask.asked import Searched, Work
from rag_core.ask.authored import authored
from rag_core.ask.evidence import Gathered, gather
from rag_core.ask.extremes import is_compared
from rag_core.ask.overview import overview, told
from rag_core.ask.overview_asked import are_said_in, asks_for_all, asks_for_overview, left_of_overview
from rag_core.ask.owned import left_blank
from rag_core.ask.pointed import Pointed, lowered, pointed
from rag_core.ask.quote import quote, rank
from rag_core.ask.quoted import Quoted, written
from rag_core.ask.refuse import NO_SIGNS, Signs, answerable, signs
from rag_core.ask.sectioned import sectioned
from rag_core.ask.similar import Similarity
from rag_core.ask.titled import LOOKED_AT
from rag_core.store.census import File

# What more documents than this are about is not told at once.
MOST_DOCUMENTS = 12


@dataclass(frozen=True, slots=True)
class View:
    """What was found for a question, the evidence in it, what speaks for an answer, its chance and the chance from which on
    it is given (0 to 1). `looked_in`: the files that alone were looked in, because the question points or leans back to them;
    () for all. `whole`: the evidence tells what documents are about, not what is asked of them; `shown`: all that is shown of
    it is quoted."""

    found: Searched
    gathered: Gathered
    held: Signs
    chance: float
    answer_from: float
    looked_in: tuple[str, ...] = ()
    whole: bool = False
    shown: bool = False

    def quote(self, similarity: Similarity | None) -> Quoted:
        """What is quoted where no chat model writes."""
        if self.whole:
            return told(self.gathered)
        shown = dict.fromkeys(self.gathered.shown, "")
        return written(self.gathered, shown) if self.shown else quote(self.gathered, similarity)


def sum_up(work: Work, question: str) -> View | None:
    """The documents' titles and sentences spread over them, where the question asks for no more than what they are about;
    None where it asks something of them."""
    if left_of_overview(question) is None:
        return None
    files = work.means.files(work.asked)
    meant = _told_whole(work, question, files)
    return _overview(work, question, meant, len(files)) if meant else None


def look(work: Work, searched: str, found: Searched) -> View:
    """The evidence in what was `found`; where the question points to documents, in these and nowhere else: what another
    one says is no answer to what the 2026 agreement says. Where another may be meant (see Pointing), all are looked in after
    all, when that one is unlikely to answer it."""
    named = authored(work, searched) or sectioned(work, searched)
    if named is not None:
        return _as_shown(work, named)
    place = pointed(searched, work.means.files(work.asked))
    if place is None or work.cancelled():
        return _view(work, searched, found)
    view = _view(work, place.question, _there(work, place))
    view = replace(view, answer_from=lowered(view.answer_from), looked_in=place.filenames)
    return _view(work, searched, found) if place.loose and view.chance < view.answer_from else view


def _told_whole(work: Work, question: str, files: Sequence[File]) -> tuple[File, ...]:
    """The documents that the question asks to sum up: those it points to, else those that the last answer cites, else
    all; () where it asks something of them, or of too many."""
    place = pointed(question, files)
    left = left_of_overview(question)
    if place is not None and asks_for_overview(question, place.said):
        meant = place.files
    elif left:
        meant = tuple(one for one in files if are_said_in(left, PurePath(one.filename).stem))
    else:
        last = next((turn.answer.citations for turn in work.asked.turns[::-1] if turn.answer.citations), ())
        cited = set() if asks_for_all(question) else {citation.document_id for citation in last}
        meant = tuple(one for one in files if one.document_id in cited) or tuple(files)
    return meant if len(meant) <= MOST_DOCUMENTS else ()


def _overview(work: Work, question: str, files: Sequence[File], among: int) -> View:
    begun = perf_counter()
    documents = {
        tuple(passage.text for passage in whole): whole
        for whole in (work.means.whole(one.document_id) for one in files)
        if whole
    }
    gathered = overview(question, list(documents.values()), work.means.similarity)
    work.spent(evidence=perf_counter() - begun)
    names = tuple(dict.fromkeys(one.filename for one in files)) if len(files) < among else ()
    return replace(_as_shown(work, gathered), looked_in=names, whole=True)


def _as_shown(work: Work, gathered: Gathered) -> View:
    """What is shown of the evidence as the answer; none where nothing is."""
    found = Searched(tuple(item.hit for item in gathered.evidence))
    chance = 1.0 if gathered.shown else 0.0
    return View(found, gathered, NO_SIGNS, chance, work.means.answer_from(), shown=True)


def _there(work: Work, place: Pointed) -> Searched:
    begun = perf_counter()
    found = work.means.search(place.question, replace(work.asked, document_ids=place.document_ids))
    work.spent(search=perf_counter() - begun)
    return found


def _view(work: Work, question: str, found: Searched) -> View:
    begun = perf_counter()
    scales = work.means.scales()
    gathered = gather(
        question, found.hits, work.means.neighbours, work.means.similarity, lift=scales.lift(question)
    )
    held = signs(gathered, found.hits, scales)
    chance, answer_from = answerable(held), work.means.answer_from()
    # Both only look at rows of tables.
    rows = any(sentence.header for sentence in gathered.sentences)
    best = [sentence for _, sentence in rank(gathered)[:LOOKED_AT]] if rows else []
    if left_blank(question, best):
        chance = 0.0
    elif chance < answer_from and is_compared(gathered, best):
        chance = answer_from
    work.spent(evidence=perf_counter() - begun)
    return View(found, gathered, held, chance, answer_from)
