"""The search models that an evaluation runs on: the default ones unless named."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from rag_core.errors import ModelUnavailable
from rag_core.models.catalogue import find_card
from rag_core.models.defaults import default_ids
from rag_core.models.folders import require
from rag_core.protocols import Embedder, Reranker
from rag_core.settings import Settings


@dataclass(frozen=True, slots=True)
class EvaluationModels:
    """The embedder, and the reranker where there is one."""

    embedder: Embedder
    reranker: Reranker | None


def open_models(settings: Settings, embedder: str = "") -> EvaluationModels:
    """Loads them. Raises ModelUnavailable for a model that is not here."""
    if embedder:
        settings = dataclasses.replace(settings, embedder=embedder)
    chosen = default_ids(settings)
    return EvaluationModels(
        _embedder(settings, chosen.embedder),
        _reranker(settings, chosen.reranker) if chosen.reranker else None,
    )


def _embedder(settings: Settings, model_id: str) -> Embedder:
    from rag_core.models.embed import load_embedder  # noqa: PLC0415 (loads torch)

    card = find_card(model_id)
    if card is None:
        raise ModelUnavailable("model_unknown", model_id)
    path = require(settings, model_id)
    return load_embedder(path, card, settings.device)


def _reranker(settings: Settings, model_id: str) -> Reranker:
    from rag_core.models.rerank import load_reranker  # noqa: PLC0415 (loads torch)

    card = find_card(model_id)
    if card is None:
        raise ModelUnavailable("model_unknown", model_id)
    path = require(settings, model_id)
    return load_reranker(path, card, settings.device)
