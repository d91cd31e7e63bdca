"""A chat model that comes into memory when it is asked and leaves it after a while without work."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rag_core.errors import ModelUnavailable
from rag_core.models.catalogue import find_card
from rag_core.models.folders import require
from rag_core.protocols import Chooser, Message
from rag_core.settings import Settings

Load = Callable[[], Chooser]


class ResidentChat:
    """A Chooser that loads another on first use and lets it go when it has been idle. Safe for concurrent use."""

    def __init__(self, settings: Settings, model_id: str, load: Load | None = None) -> None:
        """`load` makes the model; without it, the one of the catalogue is loaded. Raises ModelUnavailable for a name
        the catalogue does not know."""
        card = find_card(model_id)
        if card is None and load is None:
            raise ModelUnavailable("model_unknown", model_id)
        self.id = model_id
        self.context_tokens = card.context_tokens if card else 0
        self._load = load or (lambda: _load(settings, model_id))
        self._idle_seconds = settings.chat_idle_minutes * 60.0
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._model: Chooser | None = None
        self._users = 0
        self._timer: threading.Timer | None = None

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def count_tokens(self, text: str) -> int:
        """As the model counts; loads it."""
        with self._borrowed() as model:
            return model.count_tokens(text)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        """As the model streams; loads it. Raises ModelUnavailable when it is not here."""
        with self._borrowed() as model:
            yield from model.stream(messages, max_tokens, cancelled)

    def choose(
        self, messages: Sequence[Message], words: Sequence[str], cancelled: Callable[[], bool]
    ) -> tuple[float, ...]:
        """As the model chooses; loads it. Raises ModelUnavailable when it is not here."""
        with self._borrowed() as model:
            return model.choose(messages, words, cancelled)

    def unload(self) -> None:
        """Let the model go now, unless it is at work: then it goes after its idle time, as ever."""
        with self._lock:
            if self._users:
                return
            self._stop_timer()
            self._model = None
        _give_memory_back()

    @contextmanager
    def _borrowed(self) -> Iterator[Chooser]:
        with self._lock:
            self._users += 1
            self._stop_timer()
        try:
            yield self._get()
        finally:
            with self._lock:
                self._users -= 1
                if not self._users and self._model is not None:
                    self._start_timer()

    def _get(self) -> Chooser:
        with self._loading:
            if self._model is None:
                self._model = self._load()
                self.context_tokens = self._model.context_tokens
            return self._model

    def _start_timer(self) -> None:
        self._timer = threading.Timer(self._idle_seconds, self.unload)
        self._timer.daemon = True
        self._timer.start()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def _load(settings: Settings, model_id: str) -> Chooser:
    from rag_core.models.chat_local import load_chat

    card = find_card(model_id)
    if card is None:
        raise ModelUnavailable("model_unknown", model_id)
    return load_chat(require(settings, model_id), card, settings.device)


def _give_memory_back() -> None:
    """Hand the freed weights back to the system: Python and the C library keep them otherwise."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own; others have none
        if trim is not None:
            trim(0)
