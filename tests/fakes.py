"""Stand-ins for the models: honest about what they promise, and simple enough to know their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from zlib import crc32

import numpy as np

from rag_core.index.terms import terms
from rag_core.protocols import FloatArray, ImageArray, Message
from rag_core.types import Box, Line


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
        lengths: FloatArray = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
        return vectors / lengths

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        return self.embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        return len(text)


class FakeOcrEngine:
    """Sees where ink stands, row by row from the top, and is told what the rows say."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self.id = "fake-ocr"
        self._texts = texts

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        height, width = image.shape[:2]
        ink = image.min(axis=2) < 128
        rows = np.flatnonzero(np.diff(np.concatenate([[False], ink.any(axis=1), [False]]).astype(int)))
        found: list[Line] = []
        for index, (top, bottom) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
            columns = np.flatnonzero(ink[top:bottom].any(axis=0))
            text = self._texts[index] if index < len(self._texts) else "?"
            edges = np.linspace(columns[0], columns[-1] + 1, len(text) + 1) / width
            box = Box(edges[0].item(), top / height, edges[-1].item(), bottom / height)
            found.append(Line(text, box, "ocr", 0.9, tuple(edges.tolist())))
        return tuple(found)


class FakeReranker:
    """A passage scores the share of the question's words that it holds."""

    id = "fake-reranker"

    def score(self, question: str, passages: Sequence[str]) -> FloatArray:
        asked = set(terms(question))
        shares = [len(asked & set(terms(passage))) / max(len(asked), 1) for passage in passages]
        return np.array(shares, np.float32)


class FakeChat:
    """Says the given replies in turn, the last one for ever; a token is a character. Remembers what it was asked."""

    def __init__(self, replies: Sequence[str], model_id: str = "fake-chat") -> None:
        self.id = model_id
        self.context_tokens = 8192
        self.asked: list[tuple[Message, ...]] = []
        self._replies = tuple(replies)

    def count_tokens(self, text: str) -> int:
        return len(text)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        reply = self._replies[min(len(self.asked), len(self._replies) - 1)]
        self.asked.append(tuple(messages))
        for character in reply[:max_tokens]:
            if cancelled():
                return
            yield character

    def choose(
        self, messages: Sequence[Message], words: Sequence[str], cancelled: Callable[[], bool]
    ) -> tuple[float, ...]:
        """Sure of the word that its next reply begins with, at a loss where that is none of them."""
        if cancelled():
            return ()
        reply = self._replies[min(len(self.asked), len(self._replies) - 1)]
        self.asked.append(tuple(messages))
        begun = [float(reply.startswith(word)) for word in words]
        return tuple(one / sum(begun) if any(begun) else 1 / len(words) for one in begun)


class FakeScorer:
    """Gives each claim the chance it was told, others the share of the claim's words that the source holds. Remembers what
    it was asked."""

    id = "fake-scorer"

    def __init__(self, chances: Mapping[str, float] | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._chances = dict(chances or {})

    def score(self, claim: str, source: str, cancelled: Callable[[], bool]) -> float | None:
        if cancelled():
            return None
        self.asked.append((claim, source))
        said = set(terms(claim))
        share = len(said & set(terms(source))) / max(len(said), 1)
        return self._chances.get(claim, share)
