"""Where an answer is looked for: in the documents that the question points to alone, or in all that was searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

from rag_core.ask.asked import Searched, Work
from rag_core.ask.evidence import Gathered, gather
from rag_core.ask.pointed import Pointed, lowered, pointed
from rag_core.ask.refuse import Signs, answerable, signs


@dataclass(frozen=True, slots=True)
class View:
    """What was found for a question, the evidence in it, what speaks for an answer, its chance and the chance from which on
    it is given (0 to 1). `looked_in`: the files that alone were looked in, because the question points to them; () for all."""

    found: Searched
    gathered: Gathered
    held: Signs
    chance: float
    answer_from: float
    looked_in: tuple[str, ...] = ()


def look(work: Work, searched: str, found: Searched) -> View:
    """The evidence in what was `found`; where the question points to documents, in these and nowhere else: what another
    one says is no answer to what the 2026 agreement says."""
    place = pointed(searched, work.means.files(work.asked))
    if place is None:
        return _view(work, searched, found)
    view = _view(work, place.question, _there(work, place))
    return replace(view, answer_from=lowered(view.answer_from), looked_in=place.filenames)


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
    work.spent(evidence=perf_counter() - begun)
    return View(found, gathered, held, answerable(held), work.means.answer_from())
