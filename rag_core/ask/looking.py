"""Where an answer is looked for: in the documents that the question points to alone, or in all that was searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

from rag_core.ask.asked import Searched, Work
from rag_core.ask.calibration import chance_of, log_odds
from rag_core.ask.evidence import Gathered, gather
from rag_core.ask.pointed import Pointed, pointed
from rag_core.ask.refuse import Signs, answerable, signs

# Who names a document takes it to hold the answer: the odds (as a logarithm) from which on it is answered are so much less.
_NAMED_ODDS = 0.5


@dataclass(frozen=True, slots=True)
class View:
    """What was found for a question, the evidence in it, what speaks for an answer and its chance (0 to 1). `looked_in`: the
    files that alone were looked in, because the question points to them; () for all."""

    found: Searched
    gathered: Gathered
    held: Signs
    chance: float
    looked_in: tuple[str, ...] = ()

    def is_weak(self, answer_from: float) -> bool:
        """Whether its chance is too small for an answer, which is given from the chance `answer_from` on."""
        least = chance_of(log_odds(answer_from) - _NAMED_ODDS) if self.looked_in else answer_from
        return self.chance < least


def look(work: Work, searched: str, found: Searched) -> View:
    """The evidence in what was `found`; where the question points to documents, in these and nowhere else: what another
    one says is no answer to what the 2026 agreement says."""
    place = pointed(searched, work.means.files(work.asked))
    if place is None:
        return _view(work, searched, found)
    files = tuple(dict.fromkeys(one.filename for one in place.files))
    return replace(_view(work, place.question, _there(work, place)), looked_in=files)


def _there(work: Work, place: Pointed) -> Searched:
    begun = perf_counter()
    ids = tuple(one.document_id for one in place.files)
    found = work.means.search(place.question, replace(work.asked, document_ids=ids))
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
    return View(found, gathered, held, answerable(held))
