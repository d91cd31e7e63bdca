"""Questions of past conversations that could become golden ones, with the answer and passage that were given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, select

from rag_core.store.answer_json import decode_answer
from rag_core.store.feedback import Feedback, list_feedback
from rag_core.store.golden import Wanted, list_golden
from rag_core.store.schema import conversation_libraries, conversations, documents, turns
from rag_core.types import Answer

Verdict = Literal["", "good", "bad"]
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question as it would be golden; `verdict` is what was said of its answer, `picked` whether a person picked
    the passage."""

    turn_id: int
    wanted: Wanted
    verdict: Verdict
    picked: bool


def candidates(engine: Engine, library_id: int) -> tuple[Candidate, ...]:
    """What the latest conversations over the library hold, each question once, those that people said something of
    first, then the newest. Answers without a source in the library and golden questions are left out."""
    told = {one.turn_id: one.feedback for one in list_feedback(engine, library_id)}
    known = {one.wanted.question for one in list_golden(engine, library_id)}
    statement = (
        select(turns.c.id, turns.c.answer)
        .select_from(turns.join(conversations).join(conversation_libraries))
        .where(
            conversation_libraries.c.library_id == library_id,
            conversations.c.deleted_at.is_(None),
            turns.c.dropped_at.is_(None),
        )
        .order_by(turns.c.id.desc())
        .limit(_LOOKED_AT)
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
        mine = frozenset(
            connection.scalars(
                select(documents.c.id).where(
                    documents.c.library_id == library_id, documents.c.deleted_at.is_(None)
                )
            )
        )
    found: dict[str, Candidate] = {}
    for row in rows:
        try:
            answer = decode_answer(row.answer)
        except (ValueError, json.JSONDecodeError):
            continue
        wanted = _wanted(answer, told.get(row.id), mine)
        if wanted is None or wanted.question in known or wanted.question in found:
            continue
        given = told.get(row.id)
        found[wanted.question] = Candidate(
            row.id,
            wanted,
            given.verdict if given else "",
            bool(given and given.picked and given.picked.document_id in mine),
        )
    return tuple(sorted(found.values(), key=lambda one: (not one.picked, not one.verdict, -one.turn_id)))


def _wanted(answer: Answer, told: Feedback | None, mine: frozenset[int]) -> Wanted | None:
    question = " ".join((answer.searched or answer.question).split())
    if not question or answer.stopped or answer.overview:
        return None
    if told is not None and told.picked is not None and told.picked.document_id in mine:
        picked = told.picked
        return Wanted(question, "", True, picked.filename, picked.page, picked.text)
    if answer.refused or (told is not None and told.reason == "should_refuse"):
        return Wanted(question, answerable=False)
    cited = [one for one in answer.citations if one.document_id in mine and one.support != "unsupported"]
    if not cited:
        return None
    first = min(cited, key=lambda one: (one.support != "supported", one.number))
    page = first.regions[0].page_number if first.regions else 0
    return Wanted(question, answer.text, True, first.filename, page, first.quote)
