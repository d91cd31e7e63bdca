"""A recogniser that knows small pictures again: a banner stands on every page of a document."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from rag_core.protocols import ImageArray, OcrEngine
from rag_core.types import Line

# Pixels; a whole page is larger, and seldom comes twice.
_LARGEST = 2_000_000
_MOST = 32


class RememberedEngine:
    """Reads as `engine` does, see protocols.OcrEngine; of a small picture that it has lately read, it says the
    same again."""

    def __init__(self, engine: OcrEngine) -> None:
        self.id = engine.id
        self._engine = engine
        self._known: OrderedDict[bytes, tuple[Line, ...]] = OrderedDict()

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        """The lines in reading order."""
        if image.shape[0] * image.shape[1] > _LARGEST:
            return self._engine.read(image)
        key = blake2b(repr(image.shape).encode() + image.tobytes()).digest()
        if key not in self._known:
            self._known[key] = self._engine.read(image)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return self._known[key]
