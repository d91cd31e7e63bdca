"""The gate: an index that falls short is refused with the reason, and readers never see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.errors import NotFound, UserError
from rag_core.index.build import build_generation, draft_generation, release_generation, roll_back
from rag_core.index.exam import Truth, examine_with, make_exam, sit
from rag_core.index.faiss_store import FaissStore
from rag_core.index.generations import EmbedderChanged, LibraryIndex
from rag_core.index.judge import check_generation, found_before
from rag_core.index.kind import FLAT, HNSW, HNSW_SQ8, Kind, ivfpq
from rag_core.index.tune import tune
from rag_core.protocols import FloatArray
from rag_core.store.chunks import pending_in_library, save_embeddings, searchable_ids, vectors
from rag_core.store.conversations import add_turn, create_conversation
from rag_core.store.documents import delete_documents
from rag_core.store.generations import (
    EmbeddingsMissing,
    Wish,
    decode_wish,
    encode_wish,
    list_generations,
    published,
)
from rag_core.store.golden import Wanted, add_golden
from rag_core.store.libraries import get_library
from rag_core.types import Answer, Citation, Timings, Turn
from tests.core.shelf import Shelf
from tests.fakes import FakeEmbedder
from tests.jobs.paper import PaperEmbedder

ANIMALS = ("cat", "dog", "bird", "horse", "cow", "sheep", "pig", "goat", "hen", "duck")
DOINGS = ("sat", "ran", "flew", "slept", "ate", "sang", "fell", "swam")


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    shelf = Shelf(engine, home)
    for animal in ANIMALS:
        shelf.add(f"{animal}.pdf", *(f"the {animal} {doing} near the {doing}ing place" for doing in DOINGS))
    return shelf


def draft(shelf: Shelf, wish: Wish | Kind = FLAT, now: float = 1.0) -> int:
    return draft_generation(shelf.engine, shelf.library_id, shelf.indexes, now, wish, shelf.embedder).id


def refusal(shelf: Shelf, generation_id: int) -> str:
    """Why it is refused; readers go on with what they had."""
    before = published(shelf.engine, shelf.library_id)
    with pytest.raises(UserError) as caught:
        check_generation(shelf.engine, generation_id, shelf.indexes, shelf.embedder)
    assert caught.value.problem.code == "index_check"
    assert published(shelf.engine, shelf.library_id) == before
    assert not (shelf.indexes / str(shelf.library_id) / str(generation_id)).exists()
    kept = next(one for one in list_generations(shelf.engine, shelf.library_id) if one.id == generation_id)
    assert kept.is_refused
    return ", ".join(check.name for check in kept.shortcomings)


def tamper(shelf: Shelf, generation_id: int, change: Callable[[Truth], Truth]) -> None:
    """Writes the draft's files anew with other vectors or ids."""
    folder = shelf.indexes / str(shelf.library_id) / str(generation_id)
    found = FaissStore.from_persist_path(str(folder))
    changed = change(Truth(found.keys, found.take(found.keys)))
    store = FaissStore(found.client.d, found.kind)
    store.add_vectors(changed.ids, changed.vectors)
    store.persist(str(folder))


def test_a_good_index_passes_every_check(shelf: Shelf) -> None:
    generation = check_generation(shelf.engine, draft(shelf, HNSW), shelf.indexes, shelf.embedder)
    names = [check.name for check in generation.checks]
    assert names == ["kind", "documents", "vectors", "embedder", "recall", "latency", "size"]
    assert all(check.passed and check.wanted and check.found for check in generation.checks)
    assert not generation.is_refused
    release_generation(shelf.engine, generation, shelf.indexes, 2.0)
    current = published(shelf.engine, shelf.library_id)
    assert current is not None
    assert current.checks == generation.checks
    again = check_generation(shelf.engine, generation.id, shelf.indexes, shelf.embedder)
    assert release_generation(shelf.engine, again, shelf.indexes, 3.0).published_at == 2.0


@pytest.mark.parametrize("kind", [FLAT, HNSW], ids=lambda kind: kind.name)
def test_five_in_a_hundred_vectors_sabotaged(shelf: Shelf, kind: Kind) -> None:
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)

    def sabotage(truth: Truth) -> Truth:
        changed = truth.vectors.copy()
        changed[::20] = np.roll(changed[::20], 7, axis=1)
        return Truth(truth.ids, changed)

    new = draft(shelf, kind)
    tamper(shelf, new, sabotage)
    assert "vectors" in refusal(shelf, new)


def test_a_document_is_missing(shelf: Shelf) -> None:
    new = draft(shelf)
    tamper(shelf, new, lambda truth: Truth(truth.ids[8:], truth.vectors[8:]))
    assert "documents" in refusal(shelf, new)
    # Asked again, it gives the same reason, though the files are gone.
    assert "documents" in refusal(shelf, new)
    with pytest.raises(NotFound):
        roll_back(shelf.engine, new, shelf.indexes, 3.0)
    [kept] = list_generations(shelf.engine, shelf.library_id)
    [short] = [check for check in kept.shortcomings if check.name == "documents"]
    assert short.wanted == "10 documents, 80 chunks"
    assert short.found == "9 documents, 72 chunks; short: 1 documents, such as 1 (0 of 8)"


def test_vectors_of_no_document(shelf: Shelf) -> None:
    def add(truth: Truth) -> Truth:
        return Truth(np.append(truth.ids, 10**6), np.concatenate([truth.vectors, truth.vectors[:1]]))

    new = draft(shelf)
    tamper(shelf, new, add)
    assert refusal(shelf, new) == "vectors"


def test_a_chunk_without_an_embedding(shelf: Shelf) -> None:
    bare = shelf.add("bare.pdf", "no vector for this", publish=False)
    own = [int(one) for one in searchable_ids(shelf.engine, shelf.library_id)]
    shelf.publish(bare)
    [extra] = set(searchable_ids(shelf.engine, shelf.library_id).tolist()) - set(own)
    with shelf.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM embeddings WHERE chunk_id = {extra}")
    assert refusal(shelf, draft(shelf)) == "documents"


def test_a_wrong_embedder(shelf: Shelf) -> None:
    """Its vectors are whole, and all agree with the database: only the words tell."""
    ids, rows = vectors(shelf.engine, shelf.library_id, shelf.embedder.id, 0)
    save_embeddings(shelf.engine, shelf.embedder.id, ids.tolist(), np.roll(rows, 1, axis=1))
    assert refusal(shelf, draft(shelf)) == "embedder"
    save_embeddings(shelf.engine, shelf.embedder.id, ids.tolist(), rows[:, :128].copy())
    assert refusal(shelf, draft(shelf)) == "embedder"


def test_an_index_that_does_not_find(shelf: Shelf) -> None:
    """The vectors are all there, under each other's ids."""
    new = draft(shelf)
    tamper(shelf, new, lambda truth: Truth(np.roll(truth.ids, 5), truth.vectors))
    assert "recall" in refusal(shelf, new)


def test_damaged_files(shelf: Shelf) -> None:
    new = draft(shelf)
    (shelf.indexes / str(shelf.library_id) / str(new) / "vectors.faiss").write_bytes(b"IxFI")
    assert refusal(shelf, new) == "files"


def test_what_comes_and_goes_meanwhile_is_no_shortcoming(shelf: Shelf) -> None:
    slow = shelf.add("slow.pdf", "the slow one", publish=False)
    first = shelf.add("first.pdf", "gone before the check")
    new = draft(shelf)
    shelf.publish(slow)
    shelf.add("late.pdf", "the late one")
    delete_documents(shelf.engine, [first], 1.0)
    checked = check_generation(shelf.engine, new, shelf.indexes, shelf.embedder)
    release_generation(shelf.engine, checked, shelf.indexes, 2.0)
    index = LibraryIndex(shelf.engine, shelf.library_id, shelf.indexes)
    ids, _ = index.search(shelf.embedder.embed_questions(["the late one"])[0], 100)
    assert sorted(ids.tolist()) == searchable_ids(shelf.engine, shelf.library_id).tolist()


def test_refused_ones_are_remembered_a_while(shelf: Shelf) -> None:
    for _ in range(7):
        new = draft(shelf)
        tamper(shelf, new, lambda truth: Truth(truth.ids[1:], truth.vectors[1:]))
        refusal(shelf, new)
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 2.0)
    found = list_generations(shelf.engine, shelf.library_id)
    assert [one.is_refused for one in found] == [False] + [True] * 5


def ask(shelf: Shelf, question: str, document_id: int) -> None:
    """A past question whose answer cited the document's first words."""
    conversation = create_conversation(shelf.engine, "past", [shelf.library_id], 1.0)
    citation = Citation(1, document_id, "x.pdf", "the", 0, 3, (), "supported", "")
    answer = Answer(question, question, "It did.", (), (citation,), (), False, False, "quote", (), Timings())
    add_turn(shelf.engine, conversation.id, Turn(question, answer), 1.0)


def test_past_questions_must_find_what_they_found(shelf: Shelf) -> None:
    ask(shelf, "the cat sat", 1)
    ask(shelf, "where did the dog sit", 2)
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    generation = check_generation(shelf.engine, draft(shelf, HNSW), shelf.indexes, shelf.embedder)
    [golden] = [check for check in generation.checks if check.name == "golden"]
    assert (golden.passed, golden.found) == (True, "1.000 over 2 questions")


def embed_with(shelf: Shelf, embedder: FakeEmbedder) -> None:
    while pending := pending_in_library(shelf.engine, shelf.library_id, embedder.id, 50):
        rows = embedder.embed_passages([text for _, text in pending])
        save_embeddings(shelf.engine, embedder.id, [one for one, _ in pending], rows)


def test_another_embedder_takes_over_and_goes_back(shelf: Shelf) -> None:
    index = LibraryIndex(shelf.engine, shelf.library_id, shelf.indexes)
    first = build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    ask(shelf, "the cat sat near the sating place", 1)
    other = FakeEmbedder("other", 64)
    embed_with(shelf, other)
    new = draft(shelf, Wish(embedder_id="other"))
    old_question = shelf.embedder.embed_questions(["the cat sat"])[0]
    new_question = other.embed_questions(["the cat sat"])[0]
    index.search(old_question, 5, embedder_id=shelf.embedder.id)
    checked = check_generation(shelf.engine, new, shelf.indexes, other)
    assert [check.name for check in checked.checks][-1] == "golden"
    shelf.add("late.pdf", "the cat sat late")
    with pytest.raises(EmbeddingsMissing):
        release_generation(shelf.engine, checked, shelf.indexes, 2.0, whole=True)
    assert get_library(shelf.engine, shelf.library_id).embedder_id == "fake"
    embed_with(shelf, other)
    release_generation(shelf.engine, checked, shelf.indexes, 2.0, whole=True)
    assert get_library(shelf.engine, shelf.library_id).embedder_id == "other"
    with pytest.raises(EmbedderChanged):
        index.search(old_question, 5, embedder_id=shelf.embedder.id)
    ids, _ = index.search(new_question, 100, embedder_id="other")
    assert sorted(ids.tolist()) == searchable_ids(shelf.engine, shelf.library_id).tolist()
    assert (index.generation_id, index.tail_share() > 0) == (new, True)
    roll_back(shelf.engine, first.id, shelf.indexes, 3.0)
    assert get_library(shelf.engine, shelf.library_id).embedder_id == "fake"
    ids, _ = index.search(old_question, 100, embedder_id="fake")
    assert sorted(ids.tolist()) == searchable_ids(shelf.engine, shelf.library_id).tolist()
    assert index.generation_id == first.id


class Forgetful(FakeEmbedder):
    """Knows nothing of some questions."""

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        return super().embed_questions(["" if "hen" in text or "duck" in text else text for text in texts])


def test_another_embedder_must_find_what_the_one_in_use_finds(shelf: Shelf) -> None:
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    said = {animal: f"the {animal} sat near the sating place" for animal in ANIMALS}
    golden = [Wanted(text, filename=f"{animal}.pdf", quote=text) for animal, text in said.items()]
    add_golden(shelf.engine, shelf.library_id, golden, "written", 1.0)
    before = found_before(shelf.engine, shelf.library_id, shelf.indexes, shelf.embedder)
    assert before == 1.0
    good, bad = FakeEmbedder("good", 64), Forgetful("bad", 64)
    embed_with(shelf, good)
    drafted = draft(shelf, Wish(embedder_id="good"))
    last = check_generation(shelf.engine, drafted, shelf.indexes, good, before).checks[-1]
    assert (last.name, last.found) == ("golden", "1.000 over 10 questions, before 1.000")
    embed_with(shelf, bad)
    drafted = draft(shelf, Wish(embedder_id="bad"))
    with pytest.raises(UserError) as caught:
        check_generation(shelf.engine, drafted, shelf.indexes, bad, before)
    assert "golden: 0.800 over 10 questions, before 1.000" in str(caught.value)


def test_a_question_put_in_the_moment_of_the_switch(shelf: Shelf) -> None:
    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    other = FakeEmbedder("other", 64)
    embed_with(shelf, other)
    new = draft(shelf, Wish(embedder_id="other"))
    checked = check_generation(shelf.engine, new, shelf.indexes, other)

    def embedder_of(embedder_id: str) -> FakeEmbedder:
        if embedder_id == "other":
            return other
        # The question is embedded for the old index while the new one takes over.
        release_generation(shelf.engine, checked, shelf.indexes, 2.0)
        return FakeEmbedder()

    retriever = Retriever(shelf.engine, shelf.indexes, embedder_of)
    assert retriever.index(shelf.library_id).generation_id != new
    found = retriever.search("the cat sat near the sating place", [shelf.library_id], 3)
    assert (found.problems, found.generations) == ((), (new,))
    assert found.dense[0].passage.text == "the cat sat near the sating place"


def test_embeddings_nobody_needs_are_forgotten(shelf: Shelf) -> None:
    other = FakeEmbedder("other", 64)
    embed_with(shelf, other)
    count = len(searchable_ids(shelf.engine, shelf.library_id))

    def held(embedder_id: str) -> int:
        return len(vectors(shelf.engine, shelf.library_id, embedder_id, 0)[0])

    build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    assert (held("fake"), held("other")) == (count, 0)
    embed_with(shelf, other)
    for now in (2.0, 3.0):
        new = draft(shelf, Wish(embedder_id="other"))
        release_generation(
            shelf.engine, check_generation(shelf.engine, new, shelf.indexes, other), shelf.indexes, now
        )
        # As long as there is something to go back to, what that needs is kept.
        assert (held("fake"), held("other")) == (count if now == 2.0 else 0, count)


def test_a_rollback_to_what_is_gone_changes_nothing(shelf: Shelf) -> None:
    first = build_generation(shelf.engine, shelf.library_id, shelf.indexes, 1.0)
    second = build_generation(shelf.engine, shelf.library_id, shelf.indexes, 2.0)
    (shelf.indexes / str(shelf.library_id) / str(first.id) / "keys.npy").unlink()
    with pytest.raises(UserError) as caught:
        roll_back(shelf.engine, first.id, shelf.indexes, 3.0)
    assert caught.value.problem.code == "generation_damaged"
    assert published(shelf.engine, shelf.library_id) == second


def test_a_wish_that_can_not_be_met_says_so(shelf: Shelf) -> None:
    wish = decode_wish(encode_wish(Wish(kind="ivfpq", parameters=(("probes", 4),))))
    generation = check_generation(shelf.engine, draft(shelf, wish), shelf.indexes, shelf.embedder)
    assert generation.kind == "flat"
    assert (generation.checks[0].wanted, generation.checks[0].found) == (
        "ivfpq",
        "flat: ivfpq needs 9984 vectors, there are 80",
    )
    assert json.loads(generation.parameters)["name"] == "flat"


def test_a_graph_that_does_not_find_gives_way_to_exact_search(engine: Engine, home: Path) -> None:
    """Of hundreds of equal vectors each is linked to nothing but the others."""
    shelf = Shelf(engine, home, embedder=PaperEmbedder())
    pairs = ((f"number {number}", "the very same words") for number in range(155))
    shelf.add("a.pdf", *(words for pair in pairs for words in pair))
    new = draft(shelf, Wish(kind="hnsw"))
    checked = check_generation(shelf.engine, new, shelf.indexes, shelf.embedder)
    assert (checked.kind, checked.recall) == ("flat", 1.0)
    assert checked.checks[0].found.startswith("flat: hnsw finds 0.")


def clusters(count: int, dimension: int = 32) -> FloatArray:
    draw = np.random.default_rng(1)
    rows = draw.standard_normal((300, dimension))[draw.integers(0, 300, count)]
    rows = rows + 0.8 * draw.standard_normal(rows.shape)
    unit: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [HNSW, HNSW_SQ8, ivfpq(20_000, 32)],
    ids=lambda kind: kind.name,
)
def test_the_target_is_met_on_questions_not_used_for_tuning(kind: Kind) -> None:
    rows = clusters(20_000)
    truth = Truth(np.arange(len(rows), dtype=np.int64), rows)
    store = FaissStore(32, kind)
    store.add_vectors(truth.ids, rows)
    real = clusters(24_000)[20_000:]
    tuning, checking = examine_with(kind, rows, real)
    exam = make_exam(rows, tuning)

    def measure(some: Kind) -> float:
        store.retune(some)
        return sit(store, truth, exam).recall

    store.retune(tune(kind, measure, 0.95))
    found = sit(store, truth, make_exam(rows, checking)).recall
    assert found == pytest.approx(0.95, abs=0.01)
