"""Documents that are still being read while questions are asked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import guarded
from pages.parts.text import Voice
from rag_core.store.census import nothing_to_search
from rag_core.store.documents import unfinished_documents

_LOOK_SECONDS = 2.0


def draw_still_reading(desk: Desk, voice: Voice, scope: Sequence[int]) -> None:
    """Says how many documents of these libraries no answer covers yet; the page is drawn anew when the first can be
    asked about, and when all can."""
    left = _left(desk, scope)
    if left:
        was = nothing_to_search(desk.database, scope) is None
        st.fragment(guarded(_draw, voice), run_every=_LOOK_SECONDS)(desk, voice, scope, was)


def _draw(desk: Desk, voice: Voice, scope: Sequence[int], was_asked: bool) -> None:
    left = _left(desk, scope)
    can_be_asked = nothing_to_search(desk.database, scope) is None
    if left and can_be_asked:
        st.caption(voice.count("ask_partly", left))
    if not left or can_be_asked != was_asked:
        st.rerun()


def _left(desk: Desk, scope: Sequence[int]) -> int:
    return sum(one.library_id in scope for one in unfinished_documents(desk.database))
