"""Which models are chosen when nobody says which."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path

import pytest

from rag_core.models.catalogue import CARDS
from rag_core.models.defaults import Defaults, Facts, choose_defaults, default_ids
from rag_core.settings import Settings

EVERYTHING = frozenset(card.id for card in CARDS)
WHEELS = frozenset(
    {
        "multilingual-e5-small",
        "m3e-small",
        "Qwen2.5-Coder-0.5B-Instruct",
        "Qwen2.5-Coder-1.5B-Instruct",
        "PP-OCRv6-small",
        "PicoDet-CDLA",
    }
)
LAPTOP = Facts(memory_mb=16000, gpu_memory_mb=0, cores=4, available=EVERYTHING)


def test_nothing_here_still_names_what_to_fetch() -> None:
    chosen = choose_defaults(dataclasses.replace(LAPTOP, available=frozenset()))
    assert chosen == Defaults("multilingual-e5-small", "", "", "PP-OCRv6-small")


def test_wheels_alone() -> None:
    chosen = choose_defaults(dataclasses.replace(LAPTOP, available=WHEELS))
    assert chosen == Defaults(
        "multilingual-e5-small", "", "Qwen2.5-Coder-1.5B-Instruct", "PP-OCRv6-small", "PicoDet-CDLA"
    )


@pytest.mark.parametrize(
    ("memory_mb", "chat"),
    [(2000, ""), (4000, "Qwen2.5-Coder-0.5B-Instruct"), (6000, "Qwen2.5-Coder-1.5B-Instruct")],
)
def test_the_chat_model_fits_the_memory(memory_mb: int, chat: str) -> None:
    facts = dataclasses.replace(LAPTOP, memory_mb=memory_mb, available=WHEELS)
    assert choose_defaults(facts).chat == chat


@pytest.mark.parametrize(
    ("gpu_memory_mb", "chat"),
    [
        (4000, "Qwen2.5-1.5B-Instruct"),
        (12000, "Qwen3-4B-Instruct-2507"),
        (24000, "Qwen2.5-7B-Instruct"),
        (80000, "Qwen2.5-14B-Instruct"),
    ],
)
def test_a_gpu_carries_larger_models(gpu_memory_mb: int, chat: str) -> None:
    assert choose_defaults(dataclasses.replace(LAPTOP, gpu_memory_mb=gpu_memory_mb)).chat == chat


def test_strong_machines_rerank_and_weak_ones_do_not() -> None:
    assert choose_defaults(LAPTOP).reranker == ""
    assert choose_defaults(LAPTOP).embedder == "multilingual-e5-small"
    strong = choose_defaults(dataclasses.replace(LAPTOP, cores=16, memory_mb=32000))
    assert strong == Defaults(
        "bge-m3", "bge-reranker-v2-m3", "Qwen3-4B-Instruct-2507", "PP-OCRv6-small", "PP-DocLayout_plus-L"
    )


def test_settings_win(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path, embedder="m3e-small", reranker="none", chat="quote")
    assert default_ids(settings) == Defaults("m3e-small", "", "", "PP-OCRv6-small")


def test_a_chat_server_keeps_its_model_name() -> None:
    assert default_ids(Settings(chat_url="http://server/v1", chat="some-model")).chat == "some-model"
    assert default_ids(Settings(chat_url="http://server/v1")).chat == "auto"


def test_asking_never_touches_the_network(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    default_ids(settings)
