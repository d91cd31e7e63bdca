"""A conversation: its questions and answers, the one being written, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.parts import session
from pages.parts.answers import draw_answer, question_html, scroll_here
from pages.parts.asking import Wish, ask, problem_of
from pages.parts.citations import open_viewer, spots_of
from pages.parts.engine import Desk
from pages.parts.export import open_export
from pages.parts.frame import draw_problem
from pages.parts.opinion import draw_opinion, draw_thumbs
from pages.parts.stream import watch
from pages.parts.text import Voice
from rag_core.errors import NotFound
from rag_core.store import conversations as store
from rag_core.store.conversations import Conversation, StoredTurn
from rag_core.store.doubts import doubtful_citations
from rag_core.store.feedback import Feedback, feedback_of
from rag_core.store.unanswered import Unanswered, unanswered
from rag_core.types import Answer

# A long conversation is drawn in part: the browser takes a tenth of a second a turn, with every click.
_SHOWN = 12
_EARLIER = 24


@dataclass(slots=True)
class _Round:
    """What one drawing of a conversation has to know, and what was clicked in it: a citation, or what is to
    be asked."""

    desk: Desk
    voice: Voice
    conversation: Conversation
    told: Mapping[int, Feedback]
    running: bool
    opened: tuple[Answer, str] | None = None
    wish: Wish | None = None


def draw_conversation(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    """All turns, the last in view."""
    running = desk.running.of(conversation.id)
    # Looked up after what is running: of an answer that comes in between, the question is not left over.
    left = unanswered(desk.database, conversation.id)
    turns = store.stored_turns(desk.database, conversation.id)
    writing = running if running is not None and not running.progress.finished else None
    if writing is not None and writing.instead_of is not None:
        turns = tuple(one for one in turns if one.id < writing.instead_of)
    hidden = _draw_earlier(voice, conversation, len(turns))
    drawn = _Round(
        desk, voice, conversation, feedback_of(desk.database, conversation.id), writing is not None
    )
    for place, stored in enumerate(turns):
        if place < hidden:
            continue
        _draw_turn(drawn, stored, len(turns) - place - 1)
    if drawn.wish is not None:
        ask(desk, conversation, drawn.wish)
        st.rerun()
    if running is not None:
        last = turns[-1].id if turns else 0
        watch(running, voice, key=f"live-{conversation.id}-{last}")
        # It failed: what was to be answered can be asked once more.
        if st.button(voice("again"), key="retry", icon=":material/refresh:", type="tertiary"):
            ask(desk, conversation, Wish(running.question, running.instead_of))
            st.rerun()
    elif left is not None or not turns:
        asked = left or Unanswered(conversation.title)
        known = any(one.id == asked.instead_of for one in turns)
        _draw_unanswered(drawn, Wish(asked.question, asked.instead_of if known else None))
    if drawn.opened is not None and writing is None:
        open_viewer(desk, voice, *spots_of(*drawn.opened))


def _draw_earlier(voice: Voice, conversation: Conversation, count: int) -> int:
    """Returns how many of the turns stay folded away, and offers some of them: as many at a time as are shown at least,
    so that not every question moves those before it."""
    name = f"turns-{conversation.id}"
    shown = session.recall(name) or _SHOWN
    hidden = max(count - shown, 0) // _SHOWN * _SHOWN
    if hidden:
        st.button(
            voice("earlier", count=hidden),
            key="earlier",
            icon=":material/expand_less:",
            type="tertiary",
            on_click=session.keep,
            args=(name, shown + _EARLIER),
        )
    return hidden


def _draw_unanswered(drawn: _Round, wish: Wish) -> None:
    """A question without an answer, as one is left by an app that was killed while it answered."""
    st.html(question_html(wish.question))
    st.caption(drawn.voice("unanswered"))
    if st.button(drawn.voice("again"), key="retry", icon=":material/refresh:", type="tertiary"):
        ask(drawn.desk, drawn.conversation, wish)
        st.rerun()


def _draw_turn(drawn: _Round, stored: StoredTurn, after: int) -> None:
    desk, voice, answer = drawn.desk, drawn.voice, stored.turn.answer
    last = after == 0 and not drawn.running
    if last:
        # A conversation opens where it was left.
        scroll_here(f"last-{drawn.conversation.id}-{stored.id}")
    if session.recall("editing") == stored.id and not drawn.running:
        drawn.wish = _draw_editing(desk, voice, stored, after) or drawn.wish
    else:
        st.html(question_html(stored.turn.question))
    doubtful = doubtful_citations(desk.database, answer.citations)
    opened = draw_answer(answer, voice, f"answer-{drawn.conversation.id}-{stored.id}", doubtful)
    if opened:
        drawn.opened = answer, opened
    if drawn.running:
        return
    told = drawn.told.get(stored.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"acts-{stored.id}"):
        drawn.wish = _draw_acts(voice, stored, last) or drawn.wish
        if not answer.courtesy:
            draw_thumbs(desk, voice, stored, told)
        if last and st.button(
            voice("export"), key="icon-export", icon=":material/ios_share:", type="tertiary"
        ):
            open_export(desk, voice, drawn.conversation)
    draw_opinion(desk, voice, stored, told)
    # Behind the answer: before it, what was live would show through while the page is drawn anew.
    _draw_replaced(drawn, stored, after)


def _draw_replaced(drawn: _Round, stored: StoredTurn, after: int) -> None:
    """Says that other turns stood here, and offers to bring them back: this one, and those asked since, take their place
    among what can be brought back."""
    if not stored.replaced:
        return
    desk, voice, conversation = drawn.desk, drawn.voice, drawn.conversation
    with st.container(horizontal=True, vertical_alignment="center", key=f"replaced-{stored.id}"):
        st.caption(voice.count("replaced_after", after) if after else voice("replaced"), width="content")
        if st.button(voice("undo"), key=f"bring-back-{stored.id}", icon=":material/undo:", type="tertiary"):
            try:
                store.bring_back(desk.database, conversation.id, stored.id)
            except NotFound as error:
                draw_problem(error.problem, voice)
            else:
                st.rerun()


def _draw_editing(desk: Desk, voice: Voice, stored: StoredTurn, after: int) -> Wish | None:
    """The question as a field. Returns what is to be asked in its place."""
    searched = session.recall("editing-searched") is not None
    given = stored.turn.answer.searched if searched else stored.turn.question
    # The pencil stands below the answer, the field above it: out of sight, perhaps.
    scroll_here(f"edit-{stored.id}-{searched}", to_type=True)
    with st.form(f"edit-{stored.id}-{searched}", border=True):
        question = st.text_area(
            voice("edit"), given, key=f"edited-{stored.id}-{searched}", label_visibility="collapsed"
        )
        if after:
            st.caption(voice.count("edit_drops", after))
        # Ctrl+Enter in the field presses the first button; look.css draws them the other way round.
        with st.container(horizontal=True, key="edit-acts"):
            sent = st.form_submit_button(voice("edit_ask"), type="primary")
            left = st.form_submit_button(voice("cancel"), type="tertiary")
    if not left and not sent:
        return None
    problem = problem_of(desk, question) if sent else None
    if problem is not None:
        draw_problem(problem, voice)
        return None
    _edit(None)
    if left:
        st.rerun()
    return Wish(question, stored.id)


def _edit(turn_id: int | None, searched: bool = False) -> None:
    session.keep("editing", turn_id)
    session.keep("editing-searched", 1 if searched else None)


def _draw_acts(voice: Voice, stored: StoredTurn, last: bool) -> Wish | None:
    """What can be done with the turn. Returns what is to be asked in its place."""
    turn = stored.turn
    insist = turn.answer.refused and st.button(
        voice("insist"), key=f"insist-{stored.id}", icon=":material/edit_note:", help=voice("insist_why")
    )
    again = last and st.button(
        voice("again"), key=f"icon-again-{stored.id}", icon=":material/refresh:", type="tertiary"
    )
    st.button(
        voice("edit"),
        key=f"icon-edit-{stored.id}",
        icon=":material/edit:",
        type="tertiary",
        on_click=_edit,
        args=(stored.id,),
    )
    if turn.answer.searched.strip() not in ("", turn.question.strip()):
        st.button(
            voice("edit_searched"),
            key=f"edit-searched-{stored.id}",
            icon=":material/manage_search:",
            type="tertiary",
            on_click=_edit,
            args=(stored.id, True),
        )
    if insist:
        return Wish(turn.question, stored.id, insist=True)
    return Wish(turn.question, stored.id, turn.answer.insisted) if again else None
