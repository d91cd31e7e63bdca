"""What answers lack for now, said above the field for questions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.reading import draw_still_reading
from pages.parts.text import Voice
from rag_core.models.folders import find
from rag_core.types import Library


def draw_lacking(desk: Desk, voice: Voice, libraries: Sequence[Library], scope: Sequence[int]) -> None:
    """Says how many documents of these libraries are still being read, and that only words are searched where the model
    that compares meanings is not there."""
    embedders = {one.embedder_id for one in libraries if one.id in scope}
    if any(find(desk.settings, one) is None for one in embedders):
        st.caption(voice("ask_words_only"))
    draw_still_reading(desk, voice, scope)
