"""Golden questions asked for real: whether the right passage is found, the answer given or refused rightly, and
the citation right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag_core.errors import InputError, NotFound, Problem, UserError
from rag_core.store.db import Database
from rag_core.store.golden import Golden, list_golden
from rag_core.store.places import places, without_document
from rag_core.store.trials import Mark, Trial, Tried, begin_trial, finish_trial, list_trials, marks, save_mark
from rag_core.types import Answer, Citation, Done, Event, Hit, Passage, Turn

# So many passages are looked at for the right one.
DEPTH = 10


class Found(Protocol):
    """ask.retrieve.Retrieval, as far as a trial looks at it."""

    @property
    def hits(self) -> tuple[Hit, ...]: ...
    @property
    def generations(self) -> tuple[int, ...]: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...


class Asks(Protocol):
    """engine.Asking, as far as a trial needs it."""

    def search(self, question: str, library_ids: Sequence[int], limit: int) -> Found: ...
    def ask(self, question: str, turns: Sequence[Turn], library_ids: Sequence[int]) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Score:
    """How the questions of a trial went. `first` and `five`: the right passage was found first, or among five;
    `mrr`: the mean of 1/place, None without questions whose passage is known. `answered`: answerable ones that were
    answered; `refused`: others that were refused; `cited`: answers with a citation in the right passage. `seconds`
    is the median of a question."""

    first: Share
    five: Share
    mrr: float | None
    answered: Share
    refused: Share
    cited: Share
    seconds: float


def start_trial(database: Database, library_id: int, tried: Tried, now: float) -> Trial:
    """A trial of the library's golden questions, but those whose document is gone: nothing here could answer them.
    Raises InputError trial_none, trial_gone where that is all of them, NotFound."""
    total = len(_askable(database, library_id))
    if not total:
        raise InputError("trial_gone" if list_golden(database, library_id) else "trial_none")
    return begin_trial(database, library_id, tried, total, now)


def _askable(database: Database, library_id: int) -> list[Golden]:
    gone = {one.id for one in without_document(database, library_id)}
    return [one for one in list_golden(database, library_id) if one.id not in gone]


def run_trial(
    database: Database,
    asks: Asks,
    trial: Trial,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Asks the trial's questions that have no mark yet, keeps a mark after each, and ends the trial, also when it
    is cancelled.

    Raises UserError trial_moved when the library got another index meanwhile, NotFound for a trial that is gone,
    and as asking does; the trial is unfinished then.
    """
    if trial.id not in {one.id for one in list_trials(database, trial.library_id)}:
        raise NotFound("golden_missing")
    done = {mark.golden_id for mark in marks(database, [trial.id])[trial.id]}
    for golden in _askable(database, trial.library_id):
        if cancelled():
            break
        if golden.id not in done:
            save_mark(database, trial.id, _ask(database, asks, trial, golden))
    finish_trial(database, trial.id, time.time())


def score(some: Sequence[Mark]) -> Score:
    """What the marks come to."""
    found = [mark.place for mark in some if mark.place is not None]
    answered = [not mark.refused for mark in some if mark.refused is not None and mark.answerable]
    refused = [mark.refused for mark in some if mark.refused is not None and not mark.answerable]
    cited = [mark.cited for mark in some if mark.cited is not None]
    seconds = sorted(mark.seconds for mark in some)
    return Score(
        Share(sum(place == 1 for place in found), len(found)),
        Share(sum(1 <= place <= 5 for place in found), len(found)),
        sum(1 / place for place in found if place) / len(found) if found else None,
        Share(sum(answered), len(answered)),
        Share(sum(refused), len(refused)),
        Share(sum(cited), len(cited)),
        seconds[len(seconds) // 2] if seconds else 0.0,
    )


def _ask(database: Database, asks: Asks, trial: Trial, golden: Golden) -> Mark:
    started = time.monotonic()
    wanted, library = golden.wanted, [trial.library_id]
    found = asks.search(wanted.question, library, DEPTH)
    if found.problems:
        # Half a search would be measured.
        raise UserError(found.problems[0].code, found.problems[0].detail)
    if (found.generations or (0,)) != (trial.tried.generation_id,):
        raise UserError("trial_moved")
    (right,) = places(database, trial.library_id, [wanted])
    ids = {one.id for one in right}
    place = next((rank for rank, hit in enumerate(found.hits, 1) if hit.passage.id in ids), 0)
    answer = _answer(asks, wanted.question, library) if trial.tried.chat_id else None
    return Mark(
        golden.id,
        wanted.answerable,
        place if right else None,
        answer.refused if answer else None,
        _cited(answer, right),
        answer.text if answer else "",
        time.monotonic() - started,
    )


def _answer(asks: Asks, question: str, library_ids: Sequence[int]) -> Answer | None:
    for event in asks.ask(question, (), library_ids):
        if isinstance(event, Done):
            return event.answer
    return None


def _cited(answer: Answer | None, right: Sequence[Passage]) -> bool | None:
    if answer is None or answer.refused or not right:
        return None
    return any(_stands_in(citation, passage) for citation in answer.citations for passage in right)


def _stands_in(citation: Citation, passage: Passage) -> bool:
    return (
        citation.document_id == passage.document_id
        and citation.start < passage.end
        and citation.end > passage.start
    )
