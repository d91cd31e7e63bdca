"""What every reranker promises, checked on a fake and on a small cross-encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag_core.models.own import read_own_card
from rag_core.models.rerank import load_reranker
from rag_core.protocols import Reranker
from tests.fakes import FakeReranker
from tests.tiny_models import write_tiny_reranker

PASSAGES = ("the cat sat on the mat", "你好，世界。今天的天气很好。" * 60, "world", "")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reranker") / "tiny"
    write_tiny_reranker(folder)
    return folder


@pytest.fixture(params=["fake", "cross-encoder"])
def reranker(request: pytest.FixtureRequest, tiny: Path) -> Reranker:
    if request.param == "fake":
        return FakeReranker()
    card = read_own_card(str(tiny))
    assert card
    assert card.role == "reranker"
    return load_reranker(tiny, card, "cpu")


def test_each_passage_gets_a_score_from_0_to_1(reranker: Reranker) -> None:
    scores = reranker.score("where is the cat?", PASSAGES)
    assert scores.shape == (len(PASSAGES),)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_no_passages_no_scores(reranker: Reranker) -> None:
    assert reranker.score("where is the cat?", ()).shape == (0,)


def test_the_order_of_the_passages_does_not_matter(reranker: Reranker) -> None:
    question = "cat, 世界 " * 300
    there = reranker.score(question, PASSAGES * 4)
    back = reranker.score(question, (PASSAGES * 4)[::-1])
    np.testing.assert_allclose(there, back[::-1], atol=1e-5)
    assert len(set(there.tolist())) > 1


def test_the_cross_encoder_agrees_with_flagembedding(tiny: Path) -> None:
    from FlagEmbedding import FlagReranker

    card = read_own_card(str(tiny))
    assert card
    ours = load_reranker(tiny, card, "cpu").score("where is the cat?", PASSAGES[:3])
    flag = FlagReranker(str(tiny), use_fp16=False, devices="cpu")
    theirs = flag.compute_score([("where is the cat?", passage) for passage in PASSAGES[:3]], normalize=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)
