"""Choosing the library that a page is about."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import session
from pages.parts.text import Voice
from rag_core.types import Library


def choose_library(voice: Voice, libraries: Sequence[Library]) -> Library:
    """The library to show, the same one on every page; of one there is nothing to choose."""
    ids = {library.id: library for library in libraries}
    kept = session.recall("library")
    at = list(ids).index(kept) if kept in ids else 0
    if len(libraries) == 1:
        return libraries[0]
    chosen = st.selectbox(
        voice("library_label"), list(ids), index=at, format_func=lambda each: ids[each].name
    )
    session.keep("library", chosen)
    return ids[chosen]
