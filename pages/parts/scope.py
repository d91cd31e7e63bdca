"""The libraries that a conversation searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.frame import guarded, plain
from pages.parts.text import Voice
from rag_core.store import conversations as store
from rag_core.store.conversations import Conversation
from rag_core.types import Library

# To choose one of so many by putting the others away takes too many clicks.
_MANY = 4
_NEW = "scope-new"


def draw_scope(
    desk: Desk, voice: Voice, libraries: Sequence[Library], conversation: Conversation | None
) -> tuple[int, ...]:
    """The libraries to search. The choice belongs to the conversation; a new one begins with all, or with what was chosen
    for it before."""
    ids = [library.id for library in libraries]
    if len(libraries) < 2:
        return tuple(ids)
    names = {library.id: plain(library.name) for library in libraries}
    place = f"scope-{conversation.id}" if conversation else _NEW
    if conversation is not None:
        given: Sequence[int] = conversation.library_ids
        session.keep_draft(_NEW, None)
    else:
        put = cast("tuple[int, ...] | None", session.draft(_NEW))
        given = ids if put is None else put
    chosen = [each for each in given if each in names]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scope"):
        st.caption(voice("scope_label"), width="content")
        if len(libraries) >= _MANY:
            rest = () if chosen else tuple(ids)
            st.button(
                voice("scope_none" if chosen else "scope_all"),
                key="scope-all",
                type="tertiary",
                on_click=guarded(_put, voice),
                args=(desk, conversation, place, rest),
            )
        picked = st.pills(
            voice("scope_label"),
            ids,
            selection_mode="multi",
            default=chosen,
            format_func=names.__getitem__,
            key=session.fresh_key(place),
            label_visibility="collapsed",
        )
    if conversation is None:
        # A choice outlives a look at another page; where there is none, libraries that come meanwhile are searched, too.
        session.keep_draft(_NEW, tuple(picked) if len(picked) < len(ids) else None)
    elif set(picked) != set(chosen):
        store.choose_libraries(desk.database, conversation.id, picked)
    return tuple(picked)


def _put(desk: Desk, conversation: Conversation | None, place: str, ids: tuple[int, ...]) -> None:
    """Chooses these, in a field made anew."""
    if conversation is not None:
        store.choose_libraries(desk.database, conversation.id, ids)
    else:
        session.keep_draft(place, ids)
    session.renew(place)
