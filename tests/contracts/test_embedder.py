"""What every embedder promises, checked on a fake, on a small model and on real weights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag_core.models.catalogue import find_card
from rag_core.models.embed import load_embedder
from rag_core.models.folders import find
from rag_core.models.own import read_own_card
from rag_core.protocols import Embedder, FloatArray
from rag_core.settings import read_settings
from tests.fakes import FakeEmbedder
from tests.tiny_models import write_tiny_embedder

TEXTS = ("the cat sat on the mat", "你好，世界", "今天的天气很好。" * 40, "x", "")
REAL = "multilingual-e5-small"


def assert_same(ours: FloatArray, theirs: FloatArray) -> None:
    """The same direction, as far as half precision goes."""
    assert ours.shape == theirs.shape
    assert (ours * theirs).sum(axis=1).min() > 0.9995


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedder") / "tiny"
    write_tiny_embedder(folder)
    return folder


@pytest.fixture(scope="module")
def real() -> Embedder:
    folder, card = find(read_settings(), REAL), find_card(REAL)
    if folder is None or card is None:
        pytest.skip(f"{REAL} is not here: python -m rag_core.models fetch {REAL}")
    return load_embedder(folder, card, "cpu")


@pytest.fixture(params=["fake", "tiny", pytest.param("real", marks=pytest.mark.weights)])
def embedder(request: pytest.FixtureRequest, tiny: Path) -> Embedder:
    match request.param:
        case "fake":
            return FakeEmbedder()
        case "tiny":
            card = read_own_card(str(tiny))
            assert card
            return load_embedder(tiny, card, "cpu")
        case _:
            real: Embedder = request.getfixturevalue("real")
            return real


def test_vectors_are_float32_of_length_one(embedder: Embedder) -> None:
    for vectors in (embedder.embed_passages(TEXTS), embedder.embed_questions(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_passages(()).shape == (0, embedder.dimension)


def test_a_text_gets_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS * 3)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert_same(together, np.tile(alone, (3, 1)))


def test_the_same_text_gets_the_same_bytes_again(embedder: Embedder) -> None:
    assert embedder.embed_passages(TEXTS).tobytes() == embedder.embed_passages(TEXTS).tobytes()


def test_threads_do_not_disturb_each_other(embedder: Embedder) -> None:
    expected = embedder.embed_questions(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(lambda _: embedder.embed_questions(TEXTS), range(8)):
            assert_same(vectors, expected)


def test_it_counts_tokens(embedder: Embedder) -> None:
    assert embedder.count_tokens("") == 0
    assert 0 < embedder.count_tokens("你好") < embedder.count_tokens("你好，世界，今天的天气很好")
    assert embedder.max_tokens > 0


@pytest.mark.weights
class TestRealWeights:
    """multilingual-e5-small, as it is used."""

    CHINESE = (
        "清炒南瓜丝：嫩南瓜半个切丝，热油快炒，加盐和白糖。",
        "成年女性每天平均需要 46 克蛋白质。",
        "该公司2023年营业收入同比增长12%，净利润下降3%。",
        "委员会于2019年选举王芳为主席。",
    )
    ENGLISH = (
        "Fry the shredded pumpkin quickly in hot oil, then add salt and sugar.",
        "A grown woman needs 46 grams of protein a day on average.",
        "The company's revenue rose by 12% in 2023 while its profit fell by 3%.",
        "The committee elected Maria Gonzalez as its chairwoman in 2019.",
    )
    CHINESE_QUESTIONS = (
        "南瓜怎么做好吃？",
        "女性每天要吃多少蛋白质？",
        "公司去年的利润怎么样？",
        "谁是委员会主席？",
    )
    ENGLISH_QUESTIONS = (
        "How is pumpkin cooked?",
        "How much protein should a woman eat?",
        "How did the company's profit change?",
        "Who leads the committee?",
    )

    @pytest.mark.parametrize("questions", [CHINESE_QUESTIONS, ENGLISH_QUESTIONS])
    @pytest.mark.parametrize("passages", [CHINESE, ENGLISH])
    def test_the_nearest_passage_is_the_one_that_answers(
        self, real: Embedder, questions: tuple[str, ...], passages: tuple[str, ...]
    ) -> None:
        cosines = real.embed_questions(questions) @ real.embed_passages(passages).T
        assert cosines.argmax(axis=1).tolist() == [0, 1, 2, 3]

    def test_questions_and_passages_are_told_apart(self, real: Embedder) -> None:
        as_question, as_passage = real.embed_questions(["水的沸点"])[0], real.embed_passages(["水的沸点"])[0]
        assert 0.5 < float(as_question @ as_passage) < 0.999

    def test_flagembedding_itself_gives_the_same_vectors(self, real: Embedder) -> None:
        from FlagEmbedding import FlagModel

        folder = find(read_settings(), REAL)
        flag = FlagModel(str(folder), pooling_method="mean", use_fp16=False, devices="cpu")
        theirs = flag.encode([f"passage: {text}" for text in TEXTS], max_length=512)
        assert_same(real.embed_passages(TEXTS), theirs)

    def test_text_beyond_the_limit_is_not_seen(self, real: Embedder) -> None:
        long = "今天的天气很好。" * 200
        assert real.count_tokens(long) > real.max_tokens
        cut, longer = real.embed_passages([long, long + "南瓜"])
        assert_same(cut[None], longer[None])
