"""Chat through any server that speaks OpenAI's protocol: vLLM, llama.cpp, Ollama, FastChat, text-generation-webui."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from urllib.parse import urlsplit

from rag_core.errors import ModelUnavailable
from rag_core.protocols import Message

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 120.0
LOOK_SECONDS = 0.1
LIST_SECONDS = 5.0
DEFAULT_CONTEXT = 8192
AUTO = "auto"


class ServerChat:
    """A chat model on a server. `url` is the server's address with or without /v1; `model` is the model's name
    there, or "auto" for the first it offers. Nothing is asked of the server before it is needed."""

    def __init__(self, url: str, key: str, model: str) -> None:
        path = urlsplit(url).path.strip("/")
        self._url = url.rstrip("/") + ("" if path else "/v1")
        self._key = key
        self._model = model
        self._context = 0

    @property
    def id(self) -> str:
        """The model's name on the server; "auto" until it is known."""
        return self._model

    @property
    def context_tokens(self) -> int:
        """What the server says of the model (vLLM does), else 8192."""
        if not self._context:
            self._context = self._ask_context()
        return self._context

    def count_tokens(self, text: str) -> int:
        """An estimate on the safe side, since the server's tokenizer is not here: a token a CJK character, one
        for every three bytes of others."""
        wide = sum(character >= "\u2e80" for character in text)
        narrow = len("".join(character for character in text if character < "\u2e80").encode())
        return wide + (narrow + 2) // 3

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        """Pieces as the server sends them. Raises ModelUnavailable (code chat_server) when it can't be reached or
        does not answer as expected; the key is never part of it."""
        reading = _Reading(self._complete(messages, max_tokens))
        try:
            while not cancelled():
                try:
                    piece = reading.pieces.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    continue
                if piece is None:
                    break
                yield piece
        finally:
            reading.stop()
        if reading.failure is not None:
            raise self._translated(reading.failure) from self._safe(reading.failure)

    async def _complete(self, messages: Sequence[Message], max_tokens: int) -> AsyncIterator[str]:
        import httpx2
        from openai import AsyncOpenAI

        timeout = httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        async with AsyncOpenAI(
            base_url=self._url, api_key=self._key or "none", timeout=timeout, max_retries=0
        ) as client:
            if self._model == AUTO:
                self._model = (await client.models.list()).data[0].id
            replies = await client.chat.completions.create(
                model=self._model,
                messages=[{"role": message.role, "content": message.text} for message in messages],
                max_tokens=max_tokens,
                temperature=0.0,
                stream=True,
            )
            finished = False
            async for reply in replies:
                for choice in reply.choices[:1]:
                    finished = finished or choice.finish_reason is not None
                    if choice.delta.content:
                        yield choice.delta.content
        if not finished:
            raise ModelUnavailable("chat_server", "the reply broke off")

    def _ask_context(self) -> int:
        import openai

        try:
            with openai.OpenAI(
                base_url=self._url, api_key=self._key or "none", timeout=LIST_SECONDS, max_retries=0
            ) as client:
                offered = list(client.models.list().data)
        except (openai.OpenAIError, ValueError):
            return DEFAULT_CONTEXT
        named = [model for model in offered if model.id == self._model] or offered[:1]
        length = getattr(named[0], "max_model_len", None) if named else None
        return length if isinstance(length, int) and length > 0 else DEFAULT_CONTEXT

    def _translated(self, failure: Exception) -> ModelUnavailable:
        import httpx2
        import openai

        match failure:
            case ModelUnavailable():
                return failure
            case openai.APITimeoutError() | httpx2.TimeoutException():
                return ModelUnavailable("chat_server", "no answer in time")
            case openai.APIConnectionError():
                return ModelUnavailable("chat_server", "no connection")
            case httpx2.HTTPError():
                return ModelUnavailable("chat_server", "the connection broke off")
            case openai.APIStatusError():
                return ModelUnavailable("chat_server", f"HTTP {failure.status_code}")
            case _:
                return ModelUnavailable("chat_server", type(failure).__name__)

    def _safe(self, failure: Exception) -> Exception | None:
        """The failure as a cause, unless it repeats the key: causes end in logs."""
        return None if self._key and self._key in str(failure) else failure


class _Reading:
    """Reads a reply in a thread of its own, so that whoever waits for the next piece can stop at once."""

    def __init__(self, reply: AsyncIterator[str]) -> None:
        self.pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.failure: Exception | None = None
        self._reply = reply
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] = self._loop.create_task(self._read())
        self._thread = threading.Thread(target=self._run, name="chat-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        import httpx2
        import openai

        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            return
        except (
            ModelUnavailable,
            openai.OpenAIError,
            httpx2.HTTPError,
            OSError,
            ValueError,
            IndexError,
            KeyError,
            TypeError,
        ) as failure:
            self.failure = failure
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self.pieces.put(None)

    async def _read(self) -> None:
        async for piece in self._reply:
            self.pieces.put(piece)
