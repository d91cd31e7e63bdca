"""Choosing the library that a page is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.text import Voice
from rag_core.store.libraries import latest_library
from rag_core.types import Library

_KEY = "library-choice"


def choose_library(desk: Desk, voice: Voice, libraries: Sequence[Library], named: bool = False) -> Library:
    """The library to show, the same one on every page, also after a reload: the one chosen last, else the one
    used last. Of one there is nothing to choose; `named`: it is shown all the same."""
    ids = {library.id: library for library in libraries}
    if len(libraries) == 1 and not named:
        return libraries[0]
    session.show_in(_KEY, _first(desk, ids))
    chosen: int = st.selectbox(
        voice("library_label"),
        list(ids),
        format_func=lambda each: ids[each].name,
        key=_KEY,
        on_change=session.keep_from,
        args=(_KEY, "library"),
    )
    session.keep("library", chosen)
    session.set_address(library=chosen)
    return ids[chosen]


def _first(desk: Desk, ids: Mapping[int, Library]) -> int:
    for known in (session.recall("library"), session.address("library"), latest_library(desk.database)):
        if known is not None and known in ids:
            return known
    return next(iter(ids))
