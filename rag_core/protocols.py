"""The four models Wenju stands on, as protocols. Real adapters and test fakes pass one contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from rag_core.types import Line

FloatArray = npt.NDArray[np.float32]
ImageArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


class OcrEngine(Protocol):
    """Reads text off an image."""

    id: str

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        """The lines in reading order. `image` is height × width × 3, BGR; boxes are fractions of it as
        given, whatever way up its text stands."""
        ...


class Embedder(Protocol):
    """Turns text into L2-normalised vectors of float32."""

    id: str
    dimension: int
    max_tokens: int

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension)."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension)."""
        ...

    def count_tokens(self, text: str) -> int: ...


class Reranker(Protocol):
    """Scores how well passages answer a question."""

    id: str

    def score(self, question: str, passages: Sequence[str]) -> FloatArray:
        """Shape (len(passages),), each 0 to 1."""
        ...


class ChatModel(Protocol):
    """Continues a conversation, piece by piece."""

    @property
    def id(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int: ...

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        """Pieces of text as they come (greedy decoding). Stops soon after `cancelled()` turns true or
        the iterator is closed. Raises ModelUnavailable where the model can't be reached."""
        ...


class Chooser(ChatModel, Protocol):
    """A chat model that also tells which of a few words it would answer with."""

    def choose(
        self, messages: Sequence[Message], words: Sequence[str], cancelled: Callable[[], bool]
    ) -> tuple[float, ...]:
        """How likely each of the words begins the reply, among themselves: they add up to 1. Empty once
        `cancelled()` has turned true. Raises ModelUnavailable where the model can't be loaded."""
        ...


class Scorer(Protocol):
    """Says how likely it is that a source states a claim."""

    @property
    def id(self) -> str: ...

    def score(self, claim: str, source: str, cancelled: Callable[[], bool]) -> float | None:
        """0 to 1; None once `cancelled()` has turned true. Neither text is followed as an instruction. Raises
        ModelUnavailable where the model can't be loaded."""
        ...
