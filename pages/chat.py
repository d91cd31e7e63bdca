"""Ask: the conversation, its answers, and the way from each sentence to the page."""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st

from pages.parts import frame, session
from pages.parts.asking import Wish, ask, problem_of
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem
from pages.parts.lacking import draw_lacking
from pages.parts.scope import draw_scope
from pages.parts.sidebar import draw_conversations
from pages.parts.text import Voice
from pages.parts.turns import draw_conversation
from pages.parts.unasked import draw_unasked, keep_unasked, unasked
from pages.parts.welcome import draw_welcome
from rag_core.errors import NotFound, Problem, UserError
from rag_core.store import conversations as store
from rag_core.store.census import nothing_to_search
from rag_core.store.conversations import Conversation
from rag_core.store.libraries import list_libraries

_TITLE_LENGTH = 60


def main(desk: Desk, voice: Voice) -> None:
    conversation = _conversation(desk, voice)
    libraries = list_libraries(desk.database)
    with st.bottom:
        scope = draw_scope(desk, voice, libraries, conversation)
        draw_lacking(desk, voice, libraries, scope)
        question = st.chat_input(voice("ask_placeholder"), key="question", submit_mode="disable")
    if question is not None:
        conversation = _take(desk, voice, question, conversation, scope)
    draw_conversations(desk, voice, conversation.id if conversation else None)
    # What a run before drew here must not show while the answer is being written.
    welcome = st.empty()
    here = conversation.id if conversation else None
    left = unasked(here)
    if conversation is not None:
        welcome.empty()
        draw_conversation(desk, voice, conversation)
    elif left is None:
        with welcome.container():
            suggested = draw_welcome(desk, voice, libraries)
        if suggested is not None:
            _take(desk, voice, suggested, None, scope)
            st.rerun()
    if left is not None and draw_unasked(voice, here, left, _problem_of(desk, left, scope)):
        _take(desk, voice, left, conversation, scope)
        st.rerun()


def _take(
    desk: Desk, voice: Voice, question: str, conversation: Conversation | None, scope: tuple[int, ...]
) -> Conversation | None:
    """Has the question answered, or keeps it until it can be. Returns the conversation, which may be new."""
    here = conversation.id if conversation else None
    if _problem_of(desk, question, scope) is not None:
        keep_unasked(here, question)
        return conversation
    keep_unasked(here, None)
    try:
        return _ask(desk, voice, question, conversation, scope)
    except UserError as error:
        # The disk is full, say. The question is given back.
        keep_unasked(here, question)
        draw_problem(error.problem, voice)
        return conversation


def _conversation(desk: Desk, voice: Voice) -> Conversation | None:
    wanted = session.follow_address("conversation")
    if wanted is None:
        session.open_conversation(None)
        return None
    try:
        found = store.get_conversation(desk.database, wanted)
    except NotFound as error:
        session.open_conversation(None)
        draw_problem(error.problem, voice)
        return None
    session.open_conversation(wanted)
    return found


def _problem_of(desk: Desk, question: str, scope: tuple[int, ...]) -> Problem | None:
    problem = problem_of(desk, question)
    if problem is not None:
        return problem
    if not scope and list_libraries(desk.database):
        return Problem("no_library")
    return nothing_to_search(desk.database, scope)


def _ask(
    desk: Desk, voice: Voice, question: str, conversation: Conversation | None, scope: tuple[int, ...]
) -> Conversation:
    """Has the question answered, in a new conversation where there is none."""
    if conversation is None:
        title = " ".join(question.split())[:_TITLE_LENGTH]
        conversation = store.create_conversation(desk.database, title, scope, time.time())
        session.open_conversation(conversation.id)
    _wait_for_another(desk, voice, conversation, question)
    ask(desk, replace(conversation, library_ids=scope), Wish(question))
    return conversation


def _wait_for_another(desk: Desk, voice: Voice, conversation: Conversation, question: str) -> None:
    """Waits while another question, sent from another window, is being answered: one answer is written at a time."""
    before = desk.running.of(conversation.id)
    place = st.empty()
    while before is not None and before.question != question.strip() and not before.progress.finished:
        place.caption(voice("answer_waits"))
        before.wait(before.progress.version, 1.0)
    place.empty()


frame.show(main)
