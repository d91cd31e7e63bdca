"""The conversations in the sidebar: open, start, rename, delete and bring back."""

from __future__ import annotations

import time

import streamlit as st

from pages.parts import session
from pages.parts.answers import scroll_here
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, plain
from pages.parts.text import Voice
from pages.parts.unasked import keep_unasked
from rag_core.errors import InputError, NotFound
from rag_core.store import conversations as store
from rag_core.store.conversations import Conversation

_SHOWN = 30


def draw_conversations(desk: Desk, voice: Voice, current: int | None) -> None:
    """The list, the latest first, with the current one marked."""
    with st.sidebar:
        st.button(
            voice("conversation_new"),
            key="conversation-new",
            icon=":material/add:",
            width="stretch",
            on_click=_begin,
        )
        _draw_undo(desk, voice)
        conversations = store.list_conversations(desk.database)
        if len(conversations) > _SHOWN:
            conversations = _find(desk, voice) or conversations
        shown = session.recall("conversations-shown") or _SHOWN
        for conversation in conversations[:shown]:
            if session.recall("renaming") == conversation.id:
                _draw_rename(desk, voice, conversation)
            else:
                _draw_one(desk, voice, conversation, conversation.id == current)
        if len(conversations) > shown:
            st.button(
                voice("more"),
                key="conversations-more",
                icon=":material/expand_more:",
                type="tertiary",
                on_click=session.keep,
                args=("conversations-shown", shown + _SHOWN),
            )


def _find(desk: Desk, voice: Voice) -> tuple[Conversation, ...]:
    """Those of the many conversations that are sought; none where nothing is, or nothing is like it, which is said."""
    words = st.text_input(
        voice("conversation_find"),
        key="conversation-find",
        icon=":material/search:",
        placeholder=voice("conversation_find"),
        label_visibility="collapsed",
    )
    found = store.find_conversations(desk.database, words) if words.strip() else ()
    if words.strip() and not found:
        st.caption(voice("conversation_find_none"))
    return found


def _begin() -> None:
    session.open_conversation(None)
    keep_unasked(None, None)


def _draw_one(desk: Desk, voice: Voice, conversation: Conversation, current: bool) -> None:
    style = "conversation-current" if current else "conversation"
    with st.container(
        horizontal=True, wrap=False, gap=None, vertical_alignment="center", key=f"{style}-{conversation.id}"
    ):
        st.button(
            plain(conversation.title),
            key=f"open-conversation-{conversation.id}",
            type="tertiary",
            width="stretch",
            on_click=session.open_conversation,
            args=(conversation.id,),
        )
        wish = st.menu_button(
            plain(voice("conversation_menu", name=conversation.title)),
            ("rename", "delete"),
            key=f"icon-conversation-{conversation.id}",
            type="tertiary",
            icon=":material/more_horiz:",
            format_func=voice,
        )
    if wish == "rename":
        session.keep("renaming", conversation.id)
        st.rerun()
    if wish == "delete":
        _delete(desk, conversation.id, current)
        st.rerun()


def _delete(desk: Desk, conversation_id: int, current: bool) -> None:
    running = desk.running.of(conversation_id)
    if running is not None:
        running.cancel()
    store.delete_conversation(desk.database, conversation_id, time.time())
    session.keep("deleted-conversation", conversation_id)
    if current:
        session.open_conversation(None)


def _draw_rename(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    scroll_here(f"rename-{conversation.id}", to_type=True)
    with st.form(f"rename-{conversation.id}", border=False):
        title = st.text_input(voice("conversation_title"), conversation.title)
        with st.container(horizontal=True):
            saved = st.form_submit_button(voice("save"))
            left = st.form_submit_button(voice("cancel"), type="tertiary")
        if not saved and not left:
            return
        try:
            if saved and title.strip():
                store.rename_conversation(desk.database, conversation.id, title)
        except InputError as error:
            draw_problem(error.problem, voice)
        else:
            session.keep("renaming", None)
            st.rerun()


def _draw_undo(desk: Desk, voice: Voice) -> None:
    deleted = session.recall("deleted-conversation")
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="conversation-undo"):
        st.caption(voice("conversation_deleted"), width="stretch")
        if st.button(voice("undo"), key="undo-conversation", icon=":material/undo:", type="tertiary"):
            session.keep("deleted-conversation", None)
            try:
                store.restore_conversation(desk.database, deleted)
                session.open_conversation(deleted)
            except NotFound:
                pass
            st.rerun()
