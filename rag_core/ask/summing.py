"""What documents are about, told where no more is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from time import perf_counter

from rag_core.ask.asked import Work
from rag_core.ask.documents.overview import overview
from rag_core.ask.documents.overview_asked import (
    are_said_in,
    asks_for_all,
    asks_for_overview,
    left_of_overview,
)
from rag_core.ask.language.days import DAY, days
from rag_core.ask.pointing.pointed import pointed
from rag_core.ask.viewing import View, as_shown
from rag_core.store.census import File

# What more documents than this are about is not told at once.
MOST_DOCUMENTS = 12


def sum_up(work: Work, question: str) -> View | None:
    """The documents' titles and sentences spread over them, where the question asks for no more than what they are about;
    None where it asks something of them."""
    if left_of_overview(question) is None:
        return None
    files = work.means.files(work.asked)
    meant = _told_whole(work, question, files)
    return _overview(work, question, meant, len(files)) if meant else None


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
    return replace(as_shown(work, gathered), looked_in=names, whole=True)
