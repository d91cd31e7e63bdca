"""Chat through a server, in good and in bad days."""

from __future__ import annotations

import logging
import time
import traceback

import pytest

from rag_core.errors import ModelUnavailable
from rag_core.models.chat_api import ServerChat
from rag_core.protocols import Message
from tests.chat_server import PIECES, ChatServer

MESSAGES = (Message("system", "Be brief."), Message("user", "你好"))
KEY = "sk-secret-0123456789"


def never() -> bool:
    return False


def test_it_says_what_the_server_says() -> None:
    with ChatServer() as server:
        assert list(ServerChat(server.url, KEY, "tiny").stream(MESSAGES, 5, never)) == list(PIECES[:5])
        request = server.requests[0]
    assert request["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "你好"},
    ]
    assert (request["model"], request["temperature"], request["stream"]) == ("tiny", 0.0, True)
    assert server.keys == [f"Bearer {KEY}"]


def test_the_address_may_leave_out_v1_and_the_model_may_be_auto() -> None:
    with ChatServer(model="offered", context=4096) as server:
        chat = ServerChat(server.url.removesuffix("/v1"), "", "auto")
        assert chat.context_tokens == 4096
        assert "".join(chat.stream(MESSAGES, 2, never)) == "".join(PIECES[:2])
        assert chat.id == "offered"
        assert server.requests[0]["model"] == "offered"


def test_the_server_is_told_when_nobody_listens_any_more() -> None:
    with ChatServer() as server:
        stream = ServerChat(server.url, KEY, "tiny").stream(MESSAGES, 60, never)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert server.closed.wait(5)


def test_a_silent_server_can_be_cancelled() -> None:
    with ChatServer("silent") as server:
        started = time.monotonic()
        chat = ServerChat(server.url, KEY, "tiny")
        assert list(chat.stream(MESSAGES, 5, lambda: time.monotonic() > started + 0.5)) == []
        assert time.monotonic() - started < 10
        assert server.closed.wait(5)


def failure_of(chat: ServerChat) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as caught:
        list(chat.stream(MESSAGES, 5, never))
    assert caught.value.problem.code == "chat_server"
    return caught.value


def test_a_refused_key_is_said_but_never_repeated(caplog: pytest.LogCaptureFixture) -> None:
    with ChatServer("refuses") as server, caplog.at_level(logging.INFO):
        failure = failure_of(ServerChat(server.url, KEY, "tiny"))
    assert failure.problem.detail == "HTTP 401"
    assert KEY not in "".join(traceback.format_exception(failure))
    assert KEY not in caplog.text


def test_a_server_that_is_not_there() -> None:
    with ChatServer() as server:
        url = server.url
    chat = ServerChat(url, KEY, "tiny")
    assert failure_of(chat).problem.detail == "no connection"
    assert chat.context_tokens == 8192


def test_a_connection_that_breaks_off_is_an_error_after_what_came() -> None:
    with ChatServer("breaks") as server:
        pieces: list[str] = []
        with pytest.raises(ModelUnavailable) as caught:
            for piece in ServerChat(server.url, KEY, "tiny").stream(MESSAGES, 9, never):
                pieces.append(piece)
    assert pieces == list(PIECES[:3])
    assert caught.value.problem.code == "chat_server"


def test_a_page_that_is_no_stream_is_an_error() -> None:
    with ChatServer("garbage") as server:
        failure_of(ServerChat(server.url, KEY, "tiny"))
