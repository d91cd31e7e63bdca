"""Where an answer is looked for: in the documents that the question points to alone, or in all that was searched."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from time import perf_counter

from rag_core.ask.asked import Searched, Work
from rag_core.ask.documents.authored import authored
from rag_core.ask.documents.compared import compared
from rag_core.ask.documents.entered import entered, timetabled
from rag_core.ask.documents.mailed import mailed
from rag_core.ask.documents.mentioned import mentioned
from rag_core.ask.documents.minuted import attended, decided_on
from rag_core.ask.documents.overview import overview, told
from rag_core.ask.documents.overview_asked import (
    are_said_in,
    asks_for_all,
    asks_for_overview,
    left_of_overview,
)
from rag_core.ask.documents.picked import picked
from rag_core.ask.documents.sectioned import sectioned
from rag_core.ask.documents.worded import worded
from rag_core.ask.evidence.gather import Gathered, also_shown, gather
from rag_core.ask.evidence.rows import names_nobody, with_rows
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.following.again import again
from rag_core.ask.following.beside import Beside
from rag_core.ask.following.followed import asks_for_more, followed
from rag_core.ask.following.nearer import Found, asks_anew, is_filled, nearer
from rag_core.ask.language.days import DAY, days
from rag_core.ask.language.ranged import falls_in_range
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.pointing.party import parties_named
from rag_core.ask.pointing.pointed import lowered, pointed
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
from rag_core.store.census import File
from rag_core.text import is_row, shares_script
from rag_core.types import Hit

# What is asked of a document as such, or of its entries, each told by a function of its own.
_TOLD = (
    mailed,
    authored,
    sectioned,
    worded,
    entered,
    attended,
    decided_on,
    compared,
    picked,
    mentioned,
    timetabled,
)
# What more documents than this are about is not told at once.
MOST_DOCUMENTS = 12
# A row that is missing is looked for in the tables of so many documents, the best first, which have no more passages.
LOOKED_IN, MOST_PASSAGES = 3, 400
# A short question lies so near to hardly any sentence of another language that does not answer it.
_SURE_ACROSS = 1.3


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
    near = again(work) or followed(work, searched)
    if near is not None:
        return replace(_as_shown(work, near.gathered), shown=False, beside=near)
    named = next((shown for told in _TOLD if (shown := told(work, searched)) is not None), None)
    if named is not None:
        return _as_shown(work, named)
    place = pointed(searched, work.means.files(work.asked))
    if place is None or work.cancelled():
        view = _of_party(work, searched, found, _view(work, searched, found))
        return view if view.looked_in else _nearer(work, searched, view)
    view = _view(work, place.question, _in(work, place.question, place.document_ids))
    view = replace(view, answer_from=lowered(view.answer_from), looked_in=place.filenames)
    return _view(work, searched, found) if place.loose and view.chance < view.answer_from else view


def _of_party(work: Work, searched: str, found: Searched, view: View) -> View:
    """The likeliest view of the contracts of a party whom the question names, asked for by what they call them; `view`,
    that of the question as it is, where it is likelier and the best of it stands elsewhere or only it answers."""
    named = () if work.cancelled() else parties_named(searched, found.hits, work.means.whole)
    if not named:
        return view
    views = [
        replace(
            _view(work, one.question, _in(work, one.question, (one.document_id,))), looked_in=(one.filename,)
        )
        for one in named
    ]
    best = max(views, key=lambda one: one.chance)
    first = view.gathered.evidence[0].hit.passage.document_id
    at_home = first in {one.document_id for one in named}
    return likelier(view, best, at_home)


def likelier(view: View, best: View, at_home: bool) -> View:
    """`best`, what is found for a party's role, unless `view`, what is found for its name, is likelier. Where that stands in
    the party's contract (`at_home`), the role goes first as long as it is answered."""
    answers = at_home and best.chance >= best.answer_from
    return best if best.chance >= view.chance or answers else view


def _nearer(work: Work, searched: str, view: View) -> View:
    """The view, or that of the documents that the last answer quotes, where a follow-up is rather answered from there."""
    if asks_for_more(work, rank(view.gathered)):
        return replace(view, chance=0.0)
    views: dict[str, View] = {}

    def within(text: str, ids: tuple[int, ...]) -> Found:
        there = _in(work, text, ids)
        views[text] = _view(work, text, there)
        return _found(text, views[text])

    near = None if work.cancelled() else nearer(work, _found(searched, view), within)
    if near is None:
        return _across(work, _as_asked(work, searched, view))
    found, files = near
    answer_from = lowered(view.answer_from)
    there = replace(
        views[found.text],
        chance=max(found.chance, answer_from),
        answer_from=answer_from,
        looked_in=tuple(dict.fromkeys(one.filename for one in files)),
        instead=found.text,
    )
    return _as_asked(work, found.text, there)


def _across(work: Work, view: View) -> View:
    """The view; of a follow-up that would be refused, what another language than the conversation's tells it surely."""
    if view.chance >= view.answer_from or work.cancelled() or not asks_anew(work):
        return view
    other = _view(work, work.asked.question, work.means.search(work.asked.question, work.asked))
    return (
        replace(other, instead=work.asked.question)
        if other.held.foreign and other.held.near >= _SURE_ACROSS
        else view
    )


def _as_asked(work: Work, searched: str, view: View) -> View:
    """The view; where it holds only what the conversation put into a follow-up, with the chance of the question as it was
    asked, in the document that it was found in."""
    if view.chance < view.answer_from or not is_filled(work, _found(searched, view)):
        return view
    document_id = rank(view.gathered)[0][1].document_id
    asked = work.asked.question
    return replace(view, chance=_view(work, asked, _in(work, asked, (document_id,))).chance)


def _found(text: str, view: View) -> Found:
    return Found(text, view.gathered, view.chance, view.answer_from)


def _told_whole(work: Work, question: str, files: Sequence[File]) -> tuple[File, ...]:
    """The documents that the question asks to sum up: those it points to, else those that the last answer cites, else
    all; () where it asks something of them, or of too many."""
    asked = days(question)
    if asked:
        # The minutes of 5 March may be called minutes_2025-03-05.
        of_day = tuple(
            one for one in files if any(day.may_be(other) for day in asked for other in days(one.filename))
        )
        question, files = (DAY.sub(" ", question), of_day) if of_day else (question, files)
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


def _in(work: Work, question: str, document_ids: Sequence[int]) -> Searched:
    begun = perf_counter()
    found = work.means.search(question, replace(work.asked, document_ids=document_ids))
    work.spent(search=perf_counter() - begun)
    return found


def _view(work: Work, question: str, found: Searched) -> View:
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
    question, whole = gathered.question, functools.cache(work.means.whole)
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
