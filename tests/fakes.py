"""Stand-ins for the models: honest about what they promise, and simple enough to know their answers."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from rag_core.index.lexical import terms
from rag_core.protocols import FloatArray


class FakeEmbedder:
    """Texts that share words lie near each other: each word of a text points in a direction of its own."""

    def __init__(self, model_id: str = "fake", dimension: int = 256) -> None:
        self.id = model_id
        self.dimension = dimension
        self.max_tokens = 512

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for term in terms(text) or ["?"]:
                row[crc32(term.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        return self.embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        return len(text)
