"""The chat model comes when it is asked and goes when it is idle."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from rag_core.errors import ModelUnavailable
from rag_core.models.resident import ResidentChat
from rag_core.protocols import Chooser, Message
from rag_core.settings import Settings
from tests.fakes import FakeChat

MESSAGES = (Message("user", "hello"),)
AT_ONCE = Settings(chat_idle_minutes=0)


def never() -> bool:
    return False


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


class Loads:
    """Makes a FakeChat each time, slowly, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Chooser:
        self.count += 1
        time.sleep(0.05)
        return FakeChat(["the reply"])


def test_it_loads_on_first_use_and_keeps_the_model() -> None:
    loads = Loads()
    chat = ResidentChat(Settings(), "any", loads)
    assert (loads.count, chat.loaded) == (0, False)
    for _ in range(3):
        assert "".join(chat.stream(MESSAGES, 100, never)) == "the reply"
    assert (loads.count, chat.loaded, chat.context_tokens) == (1, True, 8192)
    chat.unload()
    assert not chat.loaded


def test_many_threads_load_it_once() -> None:
    loads = Loads()
    chat = ResidentChat(Settings(), "any", loads)
    threads = [threading.Thread(target=chat.count_tokens, args=("text",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads.count == 1
    chat.unload()


def test_it_goes_when_idle_and_comes_again() -> None:
    loads = Loads()
    chat = ResidentChat(AT_ONCE, "any", loads)
    assert chat.count_tokens("text") == 4
    assert wait_until(lambda: not chat.loaded)
    assert chat.count_tokens("text") == 4
    assert loads.count == 2


def test_it_stays_while_it_is_at_work() -> None:
    chat = ResidentChat(AT_ONCE, "any", Loads())
    stream = chat.stream(MESSAGES, 100, never)
    assert next(stream) == "t"
    chat.count_tokens("another user")
    chat.unload()
    time.sleep(0.1)
    assert chat.loaded
    assert "".join(stream) == "he reply"
    assert wait_until(lambda: not chat.loaded)


def test_a_model_that_fails_to_load_can_be_asked_again() -> None:
    def fail() -> Chooser:
        raise ModelUnavailable("model_damaged", "any")

    chat = ResidentChat(AT_ONCE, "any", fail)
    for _ in range(2):
        with pytest.raises(ModelUnavailable):
            list(chat.stream(MESSAGES, 5, never))
    assert not chat.loaded


def test_an_error_in_the_reply_is_the_askers_to_see() -> None:
    class Breaking(FakeChat):
        def stream(
            self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
        ) -> Iterator[str]:
            yield "half"
            raise ModelUnavailable("chat_server", "gone")

    chat = ResidentChat(AT_ONCE, "any", lambda: Breaking(["x"]))
    with pytest.raises(ModelUnavailable):
        list(chat.stream(MESSAGES, 5, never))
    assert wait_until(lambda: not chat.loaded)


def test_names_are_checked_before_anything_is_loaded(settings: Settings) -> None:
    with pytest.raises(ModelUnavailable):
        ResidentChat(settings, "no-such-model")
    missing = ResidentChat(dataclasses.replace(settings, models_dir=settings.home), "Qwen2.5-7B-Instruct")
    assert missing.context_tokens == 32768
    with pytest.raises(ModelUnavailable) as caught:
        missing.count_tokens("text")
    assert caught.value.problem.code == "model_unavailable"
