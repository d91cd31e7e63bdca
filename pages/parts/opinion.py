"""What the reader says of an answer: good or bad, why, and which passage would have been right."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.frame import fits, guarded, plain
from pages.parts.text import Voice
from rag_core.errors import NotFound
from rag_core.store.conversations import StoredTurn
from rag_core.store.feedback import (
    NOTE_LENGTH,
    REASONS,
    Feedback,
    Picked,
    Reason,
    judge,
    remove_feedback,
    save_feedback,
)
from rag_core.text import flow, readable_rows
from rag_core.types import Evidence

_SHOWN_CHARACTERS = 90


def draw_thumbs(desk: Desk, voice: Voice, stored: StoredTurn, told: Feedback | None) -> None:
    """A thumb up, a thumb down; the one that was given is marked, and a second click takes it back."""
    for verdict, icon in (("good", "thumb_up"), ("bad", "thumb_down")):
        given = told is not None and told.verdict == verdict
        st.button(
            voice(f"thumb_{verdict}_back" if given else f"thumb_{verdict}"),
            key=f"icon-{verdict}{'-given' if given else ''}-{stored.id}",
            icon=f":material/{icon}:",
            type="tertiary",
            on_click=guarded(_press, voice),
            args=(desk, stored.id, verdict, given),
        )


def _press(desk: Desk, turn_id: int, verdict: str, given: bool) -> None:
    session.keep("telling", None if given or verdict == "good" else turn_id)
    session.keep_draft(_place_of(turn_id), None)
    # Where another tab has deleted the conversation, the page says so itself.
    with suppress(NotFound):
        if given:
            remove_feedback(desk.database, turn_id)
        else:
            judge(desk.database, turn_id, "good" if verdict == "good" else "bad", time.time())


def _save(desk: Desk, turn_id: int, told: Feedback, said: Feedback) -> None:
    """Keeps what was changed here since the form was last drawn: another tab may have said more meanwhile."""
    before = session.draft(_place_of(turn_id))
    before = before if isinstance(before, Feedback) else told
    names = ("reason", "note", "picked")
    changed = {name: getattr(said, name) for name in names if getattr(said, name) != getattr(before, name)}
    session.keep_draft(_place_of(turn_id), said)
    if changed:
        with suppress(NotFound):
            save_feedback(desk.database, turn_id, replace(told, **changed), time.time())


def _place_of(turn_id: int) -> str:
    return f"opinion-{turn_id}"


def draw_opinion(desk: Desk, voice: Voice, stored: StoredTurn, told: Feedback | None) -> None:
    """What was said of a bad answer, in a line; while it is being said, as a form that keeps each change."""
    if told is None or told.verdict == "good":
        return
    if session.recall("telling") != stored.id:
        with st.container(horizontal=True, vertical_alignment="center", key=f"told-{stored.id}"):
            st.caption(plain(_line(voice, told)), width="content")
            st.button(
                voice("tell_more"), key=f"tell-{stored.id}", type="tertiary", on_click=session.keep,
                args=("telling", stored.id),
            )  # fmt: skip
            _draw_undo(desk, voice, stored)
        return
    with st.container(border=True, key=f"telling-{stored.id}"):
        _draw_form(desk, voice, stored, told)


def _draw_form(desk: Desk, voice: Voice, stored: StoredTurn, told: Feedback) -> None:
    refused = stored.turn.answer.refused
    reasons = [one for one in REASONS if one and (one == "should_answer") == refused]
    reason: Reason = st.pills(
        voice("reason_label"), reasons, default=told.reason if told.reason in reasons else None,
        format_func=lambda one: voice(f"reason_{one}"), key=f"reason-{stored.id}",
    ) or ""  # fmt: skip
    passages = {number: one for number, one in enumerate(stored.turn.answer.evidence)}
    chosen = st.selectbox(
        voice("right_passage"), list(passages), index=_place(stored, told), placeholder=voice("right_none"),
        format_func=lambda number: _label(voice, passages[number]), key=f"right-{stored.id}",
        disabled=not passages,
    )  # fmt: skip
    note = st.text_input(voice("note"), told.note, key=f"note-{stored.id}").strip()
    note = note if fits(note, NOTE_LENGTH, voice) else told.note
    said = replace(
        told, reason=reason, note=note, picked=None if chosen is None else _picked(passages[chosen])
    )
    _save(desk, stored.id, told, said)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(voice("told_thanks"), width="content")
        with st.container(horizontal=True, width="content"):
            _draw_undo(desk, voice, stored)
            st.button(
                voice("close"), key=f"told-close-{stored.id}", type="tertiary", on_click=session.keep,
                args=("telling", None),
            )  # fmt: skip


def _draw_undo(desk: Desk, voice: Voice, stored: StoredTurn) -> None:
    st.button(
        voice("undo"), key=f"told-undo-{stored.id}", icon=":material/undo:", type="tertiary",
        on_click=guarded(_press, voice), args=(desk, stored.id, "bad", True),
    )  # fmt: skip


def _line(voice: Voice, told: Feedback) -> str:
    parts = [voice(f"reason_{told.reason}") if told.reason else voice("told_bad")]
    if told.picked is not None:
        parts.append(voice("told_right", filename=told.picked.filename, page=told.picked.page))
    return " · ".join([*parts, told.note] if told.note else parts)


def _label(voice: Voice, evidence: Evidence) -> str:
    passage = evidence.hit.passage
    text = flow(readable_rows(passage.text))
    short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return f"{passage.filename}, {voice('page', page=passage.first_page)}: {short}"


def _picked(evidence: Evidence) -> Picked:
    passage = evidence.hit.passage
    return Picked(
        passage.document_id, passage.filename, passage.first_page, passage.start, passage.end, passage.text
    )


def _place(stored: StoredTurn, told: Feedback) -> int | None:
    """Where the passage that was picked stands among the evidence."""
    for number, evidence in enumerate(stored.turn.answer.evidence):
        if told.picked is not None and _picked(evidence) == told.picked:
            return number
    return None
