"""Many documents in a list: found by name and by how they are, and leafed through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from pages.parts.text import Voice
from rag_core.store.documents import UNFINISHED
from rag_core.text import normalise
from rag_core.types import Document

# What a page draws, and draws again each second while something is being read.
LEAF = 25
_PAGER_PIXELS = 400
_STATES: Mapping[str, Callable[[Document], bool]] = {
    "all": lambda _: True,
    "reading": lambda one: one.state in UNFINISHED,
    "ready": lambda one: one.state in ("indexed", "partly"),
    "problem": lambda one: one.state in ("partly", "needs_password", "rejected", "cancelled"),
}

_ORDER_PIXELS = 170
_NUMBERS = re.compile(r"(\d+)")


def _by_name(document: Document) -> tuple[tuple[bool, int, str], ...]:
    """Numbers in a name count as such: page 2 stands before page 10."""
    parts = _NUMBERS.split(normalise(document.filename))
    return tuple((not one.isdecimal(), int(one) if one.isdecimal() else 0, one) for one in parts if one)


_ORDERS: Mapping[str, Callable[[Document], tuple[Any, ...]]] = {
    "newest": lambda one: (-one.created_at, -one.id),
    "name": lambda one: (_by_name(one), -one.id),
    "largest": lambda one: (-one.bytes, -one.id),
}

Item = TypeVar("Item")


def draw_order(
    voice: Voice, library_id: int, documents: Sequence[Document], facts: str
) -> Callable[[Document], tuple[Any, ...]]:
    """The facts about the documents, and the order in which they are listed, to be chosen where they don't fit on a
    leaf. Returns what to sort by."""
    with st.container(horizontal=True, vertical_alignment="center", key="order"):
        st.caption(facts, width="stretch")
        if len(documents) <= LEAF:
            return _ORDERS["newest"]
        chosen = st.selectbox(
            voice("order"),
            list(_ORDERS),
            format_func=lambda one: voice(f"order_{one}"),
            key=f"order-{library_id}",
            width=_ORDER_PIXELS,
            label_visibility="collapsed",
        )
    return _ORDERS[chosen]


def draw_sieve(voice: Voice, library_id: int, documents: Sequence[Document]) -> tuple[str, list[Document]]:
    """What is sought ("" for all), and those of the library's documents that are so: all where they fit on a leaf."""
    if len(documents) <= LEAF:
        return "", list(documents)
    with st.container(horizontal=True, vertical_alignment="center", key="sieve"):
        name = st.text_input(
            voice("find_name"),
            key=f"find-{library_id}",
            icon=":material/search:",
            placeholder=voice("find_name"),
            label_visibility="collapsed",
        )
        state = st.pills(
            voice("find_state"),
            list(_STATES),
            default="all",
            required=True,
            format_func=lambda one: voice(f"find_{one}"),
            key=f"find-state-{library_id}",
            label_visibility="collapsed",
        )
    wanted = normalise(name).strip()
    found = [one for one in documents if wanted in normalise(one.filename) and _STATES[state](one)]
    return f"{state}-{wanted}" if wanted or state != "all" else "", found


def draw_leaf(key: str, items: Sequence[Item]) -> Sequence[Item]:
    """The items of the leaf that is open, and the way to the others."""
    leaves = -(-len(items) // LEAF)
    if leaves < 2:
        return items
    number = st.pagination(leaves, width=_PAGER_PIXELS, key=f"leaf-{key}")
    return items[(number - 1) * LEAF : number * LEAF]
