"""Vectors for measuring indexes: of 512 numbers, made from real embeddings. Sentences made here are embedded with the
default embedder, turned into the larger space, mixed and given noise."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from rag_core.protocols import FloatArray
from rag_core.settings import read_settings

DIMENSION = 512
SEEDS = 1200

WHO = [
    "engineer",
    "tenant",
    "nurse",
    "鲸鱼",
    "律师",
    "carpenter",
    "图书馆",
    "committee",
    "river",
    "工程师",
    "teacher",
    "bank",
]
DOES = [
    "repairs",
    "signs",
    "measures",
    "描述",
    "检查",
    "delivers",
    "拒绝",
    "paints",
    "计算",
    "forgets",
    "保管",
    "sells",
]
WHAT = [
    "the contract",
    "a turbine",
    "新的合同",
    "the garden",
    "古代地图",
    "three invoices",
    "the vaccine",
    "一台发动机",
    "a bridge",
    "预算表",
]
WHERE = [
    "in Lisbon",
    "at night",
    "在上海",
    "before the audit",
    "during winter",
    "每个星期一",
    "under water",
    "in the annex",
]


def real_embeddings(cache: Path) -> FloatArray:
    """Embeddings of sentences made here, kept in the file for the next time."""
    if cache.exists():
        found: FloatArray = np.load(cache)
        return found
    from rag_core.models.catalogue import find_card
    from rag_core.models.defaults import default_ids
    from rag_core.models.embed import load_embedder
    from rag_core.models.folders import require

    settings = read_settings()
    model_id = default_ids(settings).embedder
    card = find_card(model_id)
    assert card is not None
    embedder = load_embedder(require(settings, model_id), card, settings.device)
    draw = np.random.default_rng(0)
    every = [" ".join(words) for words in itertools.product(WHO, DOES, WHAT, WHERE)]
    rows = embedder.embed_passages([every[at] for at in draw.choice(len(every), SEEDS, replace=False)])
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.save(cache, rows)
    return rows


def make_vectors(seeds: FloatArray, count: int, seed: int) -> FloatArray:
    """Unit vectors: three embeddings mixed, mostly one of them, with noise half as wide as they are spread."""
    turn, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((DIMENSION, seeds.shape[1])))
    wide = (seeds @ turn.T).astype(np.float32)
    spread = float(wide.std(axis=0).mean())
    draw = np.random.default_rng(seed)
    made = np.empty((count, DIMENSION), np.float32)
    for low in range(0, count, 50_000):
        size = min(50_000, count - low)
        shares = draw.dirichlet((4, 2, 1), size).astype(np.float32)
        mixed = sum(
            shares[:, [part]] * wide[draw.integers(0, len(wide), size)] for part in range(shares.shape[1])
        )
        mixed = mixed + 0.5 * spread * draw.standard_normal((size, DIMENSION), np.float32)
        made[low : low + size] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made
