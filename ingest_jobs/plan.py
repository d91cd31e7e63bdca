"""What a rebuild would do and cost, before it is asked for. Light: for the app."""

from __future__ import annotations

from dataclasses import dataclass

from rag_core.errors import InputError
from rag_core.index.estimate import Estimate, estimate
from rag_core.index.kind import Kind, choose_kind, kind_named
from rag_core.models.catalogue import CARDS, find_card
from rag_core.models.folders import find
from rag_core.settings import Settings
from rag_core.store.census import count_searchable, dimension_of, embedded_texts, unembedded
from rag_core.store.chunks import searchable_ids
from rag_core.store.db import Database
from rag_core.store.generations import Wish
from rag_core.store.libraries import get_library

# The passages by which an embedder's pace is measured.
_SAMPLE = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wish comes to: the kind that would be built, and why it is not the one asked for ("" when it is); of how
    many chunks, how many of them to be embedded first."""

    kind: Kind
    instead: str
    chunks: int
    to_embed: int
    dimension: int


def plan(database: Database, library_id: int, wish: Wish) -> Plan:
    """What a rebuild as wished would build. Raises NotFound, InputError no_documents for a library without
    passages, InputError index_parameter."""
    embedder_id = wish.embedder_id or get_library(database, library_id).embedder_id
    count = count_searchable(database, library_id)
    if not count:
        raise InputError("no_documents")
    card = find_card(embedder_id)
    known = card.embedder.dimension if card and card.embedder else 0
    dimension = dimension_of(database, library_id, embedder_id) or known
    name = wish.kind or choose_kind(count, dimension).name
    kind, instead = kind_named(name, count, dimension, dict(wish.parameters))
    return Plan(kind, instead, count, unembedded(database, library_id, embedder_id), dimension)


def cost(planned: Plan, passages_per_second: float) -> Estimate:
    """What that takes where the embedder does so many passages a second; 0: not known, and left out."""
    shape = planned.chunks, planned.dimension
    everything = estimate(shape, planned.kind, planned.to_embed > 0)
    if not planned.to_embed or passages_per_second <= 0:
        return everything
    seconds = planned.to_embed / passages_per_second
    return Estimate(
        seconds,
        everything.building_seconds,
        everything.building_memory,
        everything.memory,
        everything.disk,
    )


def embedders_here(settings: Settings) -> tuple[str, ...]:
    """The embedders whose weights are here, in the catalogue's order."""
    return tuple(card.id for card in CARDS if card.role == "embedder" and find(settings, card.id))


def sample_passages(database: Database, library_id: int) -> tuple[str, ...]:
    """Some of the library's passages, drawn evenly, as they are given to an embedder."""
    ids = searchable_ids(database, library_id)
    step = max(1, len(ids) // _SAMPLE)
    return embedded_texts(database, ids[::step][:_SAMPLE].tolist())


def free_memory() -> int:
    """Bytes of memory that are free on this machine."""
    import psutil  # noqa: PLC0415

    return int(psutil.virtual_memory().available)
