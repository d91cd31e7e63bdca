"""From a question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sqlalchemy import Engine

from rag_core.ask.retrieval.closeness import Closeness
from rag_core.ask.retrieval.fuse import Nearness, Ranking, follow, fuse
from rag_core.ask.retrieval.retrieve import Retrieval, Retriever
from rag_core.errors import ModelUnavailable, NotFound
from rag_core.protocols import Embedder, FloatArray
from rag_core.store.documents import delete_documents
from rag_core.text import is_cjk
from tests.core.shelf import Shelf
from tests.fakes import FakeEmbedder


class LengthReranker:
    """Finds the longest passage best."""

    id = "length"

    def __init__(self) -> None:
        self.questions: list[str] = []

    def score(self, question: str, passages: Sequence[str]) -> FloatArray:
        self.questions.append(question)
        return np.array([min(len(passage) / 100, 1) for passage in passages], np.float32)


SAME_IN_ENGLISH = {
    "押金": "deposit", "租金": "rent", "防波堤": "wall", "陶艺": "pottery", "博物馆": "museum", "生锈": "rusts",
    "蓄水": "reservoir", "补贴": "allowance", "展览": "exhibition", "茶叶": "tea",
}  # fmt: skip


class TwoTongues(FakeEmbedder):
    """Knows a few words in both languages; texts in one language lie near each other whatever they say."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        rows = []
        for text in texts:
            told = [
                word for chinese, word in SAME_IN_ENGLISH.items() if chinese in text or word in text.lower()
            ]
            tongue = "中文" if is_cjk(text) else "english"
            rows.append(super().embed_passages([" ".join([tongue] * 2 + told * 2)])[0])
        return np.array(rows, np.float32)


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    shelf = Shelf(engine, home)
    shelf.add(
        "lease.pdf", "租赁合同的期限为三年。", "The rent is 4,151,000 yen a year, paid on the first of May."
    )
    shelf.add("pets.pdf", "The cat sat on the mat.", "The dog ran.")
    return shelf


def texts(found: Retrieval) -> list[str]:
    return [hit.passage.text for hit in found.hits]


def test_hits_tell_where_they_came_from(shelf: Shelf) -> None:
    found = shelf.retriever().search("what is the rent, 4151000?", [shelf.library_id], 10)
    best = found.hits[0]
    assert best.passage.text.startswith("The rent is 4,151,000")
    assert best.passage.filename == "lease.pdf"
    assert (best.dense_rank, best.lexical_rank) == (1, 1)
    assert 0 < best.dense <= 1 and best.lexical > 0
    assert 0 <= best.score <= 1
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert len(found.hits) == 4
    unfound = next(hit for hit in found.fused if "期限" in hit.passage.text)
    assert (unfound.lexical, unfound.lexical_rank) == (0.0, 0)
    assert not found.reranked and found.generations == () and found.problems == ()
    assert len(shelf.retriever().search("rent", [shelf.library_id], 2).hits) == 2


def test_only_the_documents_asked_for(shelf: Shelf) -> None:
    pets = shelf.add("more.pdf", "Another cat on another mat.")
    found = shelf.retriever().search("cat on the mat", [shelf.library_id], 10, [pets])
    assert texts(found) == ["Another cat on another mat."]
    assert shelf.retriever().search("cat", [shelf.library_id], 10, []).hits == ()


@pytest.mark.parametrize("apart", [False, True], ids=["one library", "two libraries"])
def test_what_answers_in_the_other_language_is_found_among_many_in_the_questions(
    engine: Engine, home: Path, apart: bool
) -> None:
    chinese = Shelf(engine, home, "zh", TwoTongues())
    english = Shelf(engine, home, "en", chinese.embedder) if apart else chinese
    for number in range(30):
        chinese.add(f"{number}.pdf", f"第{number}号楼的电梯每周检修一次。")
    english.add("lease.pdf", "The deposit is paid back after a month.")
    found = chinese.retriever().search("押金怎么办", [chinese.library_id, english.library_id], 5)
    assert texts(found)[0] == "The deposit is paid back after a month."
    assert found.hits[0].dense == pytest.approx(found.dense[0].dense)
    assert found.hits[0].dense < max(hit.dense for hit in found.dense)
    own = chinese.add("zh.pdf", "押金在一个月后退还。")
    found = chinese.retriever().search("押金怎么办", [chinese.library_id, english.library_id], 5)
    assert found.hits[0].passage.document_id == own


def test_deleted_documents_are_gone_from_a_retriever_in_use(shelf: Shelf) -> None:
    retriever = shelf.retriever()
    document = shelf.add("more.pdf", "Another cat on another mat.")
    assert "Another cat on another mat." in texts(retriever.search("cat", [shelf.library_id], 10))
    delete_documents(shelf.engine, [document], 1.0)
    assert "Another cat on another mat." not in texts(retriever.search("cat", [shelf.library_id], 10))


def test_several_libraries_each_with_its_own_embedder(shelf: Shelf, engine: Engine, home: Path) -> None:
    other = Shelf(engine, home, "other", FakeEmbedder("small", 64))
    other.add("birds.pdf", "The bird flew over the mat.")
    embedders = {"fake": shelf.embedder, "small": other.embedder}
    retriever = Retriever(engine, shelf.indexes, embedders.__getitem__)
    found = texts(retriever.search("the mat", [shelf.library_id, other.library_id], 10))
    assert {"The cat sat on the mat.", "The bird flew over the mat."} <= set(found)
    assert len(found) == len(set(found)) == 5


def test_without_its_embedder_a_library_is_searched_by_words(shelf: Shelf) -> None:
    def embedder_of(model_id: str) -> Embedder:
        raise ModelUnavailable("model_unavailable", model_id)

    found = Retriever(shelf.engine, shelf.indexes, embedder_of).search("cat", [shelf.library_id], 10)
    assert texts(found) == ["The cat sat on the mat."]
    assert [problem.code for problem in found.problems] == ["model_unavailable"]
    assert found.dense == ()


def test_the_reranker_has_the_last_word_on_the_question_as_asked(shelf: Shelf) -> None:
    reranker = LengthReranker()
    found = shelf.retriever(reranker).search(["and the cat?", "where sat the cat"], [shelf.library_id], 4)
    assert found.reranked
    assert texts(found)[0].startswith("The rent is")
    assert found.fused[0].passage.text == "The cat sat on the mat."
    assert reranker.questions == ["and the cat?"]
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_a_passage_counts_by_the_question_it_fits_best(shelf: Shelf) -> None:
    found = shelf.retriever().search(["租赁合同的期限", "where sat the cat"], [shelf.library_id], 2)
    assert set(texts(found)) == {"租赁合同的期限为三年。", "The cat sat on the mat."}


def test_a_question_of_no_words_finds_no_words(shelf: Shelf) -> None:
    found = shelf.retriever().search("？！", [shelf.library_id], 10)
    assert found.lexical == ()


def test_a_library_that_is_gone(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.retriever().search("cat", [999], 10)


def test_searches_in_parallel_agree(shelf: Shelf) -> None:
    retriever = shelf.retriever()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: texts(retriever.search("cat mat", [shelf.library_id], 4)), range(40)))
    assert all(one == found[0] for one in found)


def ranking(*scores: float) -> Ranking:
    return np.arange(1, len(scores) + 1, dtype=np.int64), np.array(scores, np.float32)


def near(*cosines: float, span: float = 0.2) -> Nearness:
    return Nearness(*ranking(*cosines), span)


def test_an_embedder_that_tells_nothing_apart_leaves_the_words_to_decide() -> None:
    dull = near(0.801, 0.8005, 0.8)
    words = (np.array([3, 2], np.int64), np.array([0.5, 0.4], np.float32))
    assert fuse([dull], words)[0].tolist()[:2] == [3, 2]


def test_common_words_alone_leave_the_meaning_to_decide() -> None:
    weak = (np.array([3, 2], np.int64), np.array([0.06, 0.05], np.float32))
    assert fuse([near(0.92, 0.84, 0.80)], weak)[0].tolist()[0] == 1


@given(
    cosines=st.lists(st.floats(-1, 1, width=32), max_size=150),
    scores=st.lists(st.floats(0, 2, width=32), max_size=150),
)
def test_fusion_keeps_everything_in_reach_once(cosines: list[float], scores: list[float]) -> None:
    dense = near(*sorted(cosines, reverse=True))
    words = ranking(*sorted(scores, reverse=True))
    ids, fused = fuse([dense], words)
    assert sorted(ids.tolist()) == sorted({*dense.ids[:100].tolist(), *words[0][:100].tolist()})
    assert np.all(np.diff(fused) <= 0)
    assert np.all(fused >= 0)


def test_a_search_tells_its_stages(shelf: Shelf) -> None:
    found = shelf.retriever().search("cat on the mat", [shelf.library_id], 3)
    dense, lexical, fused, followed = found.stages
    assert [stage.name for stage in found.stages] == ["dense", "lexical", "fused", "followed"]
    assert followed.hits == found.hits and dense.hits == found.dense
    assert [dense.score(hit) for hit in dense.hits] == [hit.dense for hit in found.dense]
    assert lexical.score(lexical.hits[0]) == found.lexical[0].lexical
    assert fused.score(fused.hits[0]) == found.fused[0].score
    assert sum(stage.seconds for stage in found.stages) <= sum(found.seconds)
    reranked = shelf.retriever(LengthReranker()).search("cat on the mat", [shelf.library_id], 3)
    assert [stage.name for stage in reranked.stages] == [
        "dense",
        "lexical",
        "fused",
        "followed",
        "reranked",
    ]
    assert reranked.stages[-1].hits == reranked.hits


def test_of_passages_with_the_same_words_the_one_that_says_them_together_is_first(shelf: Shelf) -> None:
    apart = "水库在山里。" + "这里没有别的东西可说。" * 8 + "大坝高三十米。"
    shelf.add("a.pdf", apart, "水库的大坝高三十米。" + "这里没有别的东西可说。" * 8 + "山里在。")
    assert texts(shelf.retriever().search("水库的大坝有多高", [shelf.library_id], 2))[0].startswith(
        "水库的大坝"
    )


def test_traditional_and_simplified_find_each_other(shelf: Shelf) -> None:
    shelf.add("a.pdf", "門檻分為三級。", "其他文字。")
    assert texts(shelf.retriever().search("门槛", [shelf.library_id], 1)) == ["門檻分為三級。"]


def test_words_shared_with_another_script_count_half() -> None:
    fused = np.array([1, 2, 3]), np.array([0.3, 0.3, 0.2], np.float32)
    lexical = np.array([1, 2]), np.array([0.4, 0.4], np.float32)
    close = {1: Closeness(1, 0.5, 0, 0, same_script=False), 2: Closeness(1, 0.5, 0, 0, same_script=True)}
    ids, scores = follow(fused, lexical, close)
    assert ids.tolist() == [2, 1, 3]
    assert scores.tolist() == pytest.approx([0.44, 0.32, 0.2])


def test_a_line_that_begins_with_the_number_asked_for_brings_its_passage_up() -> None:
    fused = np.array([1, 2]), np.array([0.3, 0.25], np.float32)
    lexical = np.array([1, 2]), np.array([0.4, 0.4], np.float32)
    same = Closeness(1, 0.5, 0, 0, same_script=True)
    assert follow(fused, lexical, {1: same, 2: same})[0].tolist() == [1, 2]
    assert follow(fused, lexical, {1: same, 2: replace(same, opened=True)})[0].tolist() == [2, 1]


def test_where_every_passage_repeats_the_question_meaning_decides() -> None:
    lexical = np.array([1, 2]), np.array([1.4, 1.0], np.float32)
    fused = fuse([Nearness(np.array([2, 1, 3]), np.array([0.9, 0.88, 0.8], np.float32), 0.2)], lexical)
    close = {1: Closeness(1, 1, 1, 0, same_script=True), 2: Closeness(1, 0.9, 0.9, 0, same_script=True)}
    assert fused[0].tolist() == [1, 2, 3]
    assert follow(fused, lexical, close)[0].tolist() == [2, 1, 3]
