"""What every scorer promises, checked on a fake, on a small chat model in process and on a reranker."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag_core.ask.checking.doubt import ChatScorer, RerankScorer
from rag_core.models.chat_local import load_chat
from rag_core.models.own import read_own_card
from rag_core.models.resident import ResidentChat
from rag_core.protocols import Scorer
from rag_core.settings import Settings
from tests.fakes import FakeChat, FakeReranker, FakeScorer
from tests.tiny_models import write_tiny_chat

CLAIM, SOURCE = "今天天气好。", "你好，世界。今天的天气很好。"


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scorer") / "tiny"
    write_tiny_chat(folder)
    return folder


@pytest.fixture(params=["fake", "chat", "local", "resident", "reranker"])
def scorer(request: pytest.FixtureRequest, tiny: Path) -> Scorer:
    card = read_own_card(str(tiny))
    assert card
    match request.param:
        case "fake":
            return FakeScorer()
        case "chat":
            return ChatScorer(FakeChat(["是"]))
        case "local":
            return ChatScorer(load_chat(tiny, card, "cpu"))
        case "resident":
            return ChatScorer(ResidentChat(Settings(device="cpu"), card.id))
        case _:
            return RerankScorer(FakeReranker())


def test_it_gives_a_chance(scorer: Scorer) -> None:
    for claim, source in ((CLAIM, SOURCE), ("the cat sat", "hello world"), ("", "")):
        chance = scorer.score(claim, source, never)
        assert chance is not None
        assert 0 <= chance <= 1
    assert scorer.id


def test_the_same_pair_gets_the_same_chance(scorer: Scorer) -> None:
    assert scorer.score(CLAIM, SOURCE, never) == scorer.score(CLAIM, SOURCE, never)


def test_once_cancelled_it_says_nothing(scorer: Scorer) -> None:
    assert scorer.score(CLAIM, SOURCE, lambda: True) is None
