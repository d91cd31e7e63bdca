"""Trials of golden questions: where the right passage is, what is measured, and what an interruption costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rag_core.ask.retrieval.retrieve import Retrieval
from rag_core.errors import InputError, NotFound, Problem, UserError
from rag_core.evaluate.trial import Share, run_trial, score, start_trial
from rag_core.index.build import build_generation
from rag_core.store.conversations import add_turn, create_conversation
from rag_core.store.documents import delete_documents, list_documents, restore_documents
from rag_core.store.golden import Wanted, add_golden, delete_golden
from rag_core.store.places import known_questions, places, without_document
from rag_core.store.trials import Mark, Tried, forget_trial, list_trials, marks
from rag_core.types import Answer, Citation, Done, Event, Searching, Timings, Turn
from tests.core.shelf import Shelf

FEE, LOAN, SHUT = (
    "the annual membership fee is 84 euros",
    "members borrow a cargo bike for three days",
    "the workshop is shut on sundays",
)
TRIED = Tried(0, "fake", "", "quote")


@dataclass
class Asks:
    """Searches for real; answers with the first hit, cited, and refuses what asks for a vaccine."""

    shelf: Shelf
    asked: list[str] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    def search(self, question: str, library_ids: Sequence[int], limit: int) -> Retrieval:
        self.asked.append(question)
        found = self.shelf.retriever().search(question, library_ids, limit)
        return replace(found, problems=self.problems)

    def ask(self, question: str, turns: Sequence[Turn], library_ids: Sequence[int]) -> Iterator[Event]:
        yield Searching(question)
        best = self.search(question, library_ids, 1).hits[0].passage
        cited = Citation(
            1, best.document_id, best.filename, best.text, best.start, best.end, (), "supported", ""
        )
        refused = "vaccine" in question
        yield Done(
            Answer(
                *(question, question, best.text, (), (cited,), (), refused, False),
                *("quote", (), Timings()),
            )
        )


@pytest.fixture
def shelf(engine: Engine, home: Path) -> Shelf:
    made = Shelf(engine, home)
    made.add("club.pdf", FEE, LOAN)
    made.add("shop.pdf", SHUT)
    return made


def test_the_right_passage_is_the_one_with_the_quoted_words(shelf: Shelf) -> None:
    wanted = [
        Wanted("q", filename="club.pdf", page=1, quote="The annual  membership fee"),
        Wanted("q", filename="club.pdf", page=1, quote="words that have gone from the page"),
        Wanted("q", filename="club.pdf"),
        Wanted("q", filename="club.pdf", page=2),
        Wanted("q", filename="club.pdf", quote="84"),
        Wanted("q", filename="other.pdf"),
        Wanted("q"),
        Wanted("q", answerable=False),
    ]
    held = places(shelf.engine, shelf.library_id, wanted)
    assert [[one.text for one in some] for some in held] == [
        [FEE],
        [FEE, LOAN],
        [FEE, LOAN],
        [],
        [FEE],
        [],
        [],
        [],
    ]
    document_id = held[0][0].document_id
    delete_documents(shelf.engine, [document_id], 2.0)
    assert places(shelf.engine, shelf.library_id, wanted[:1]) == ((),)


def test_golden_questions_are_known_before_those_that_were_asked(shelf: Shelf) -> None:
    wanted = Wanted("what is the fee?", filename="club.pdf", quote=FEE)
    add_golden(shelf.engine, shelf.library_id, [wanted, Wanted("vaccine?", answerable=False)], "written", 1.0)
    conversation = create_conversation(shelf.engine, "c", [shelf.library_id], 1.0)
    for question in ("what is the fee?", "when is it shut?"):
        answer = Answer(question, question, "…", (), (), (), False, False, "quote", (), Timings())
        add_turn(shelf.engine, conversation.id, Turn(question, answer), 2.0)
    known = known_questions(shelf.engine, shelf.library_id, 10)
    assert [one.question for one in known] == ["what is the fee?", "when is it shut?"]
    assert known[0].chunk_ids == (
        places(shelf.engine, shelf.library_id, [wanted])[0][0].id,
    )  # not those of the answer
    assert len(known_questions(shelf.engine, shelf.library_id, 1)) == 1


def ask_all(shelf: Shelf, *wanted: Wanted) -> None:
    add_golden(shelf.engine, shelf.library_id, wanted, "written", 1.0)


def test_a_trial_measures_search_answers_and_refusals(shelf: Shelf) -> None:
    ask_all(
        shelf,
        Wanted("annual membership fee", "84 euros", filename="club.pdf", quote=FEE),
        Wanted("cargo bike days", filename="shop.pdf"),
        Wanted("workshop sundays"),
        Wanted("annual vaccine", answerable=False),
        Wanted("which bike", answerable=False),
    )
    trial = start_trial(shelf.engine, shelf.library_id, TRIED, 5.0)
    run_trial(shelf.engine, Asks(shelf), trial)
    found = marks(shelf.engine, [trial.id])[trial.id]
    assert [(one.place, one.refused, one.cited) for one in found] == [
        (1, False, True),
        (found[1].place, False, False),
        (None, False, None),
        (None, True, None),
        (None, False, None),
    ]
    assert found[1].place is not None and found[1].place > 1
    told = score(found)
    assert (told.first, told.five) == (Share(1, 2), Share(2, 2))
    assert told.mrr == pytest.approx((1 + 1 / found[1].place) / 2)
    assert (told.answered, told.refused, told.cited) == (Share(3, 3), Share(1, 2), Share(1, 2))
    (kept,) = list_trials(shelf.engine, shelf.library_id)
    assert kept.tried == TRIED and kept.total == 5 and kept.finished_at is not None


def test_a_trial_of_the_search_alone_asks_for_no_answers(shelf: Shelf) -> None:
    ask_all(shelf, Wanted("annual fee", filename="club.pdf"), Wanted("vaccine", answerable=False))
    trial = start_trial(shelf.engine, shelf.library_id, replace(TRIED, chat_id=""), 5.0)
    asks = Asks(shelf)
    run_trial(shelf.engine, asks, trial)
    found = marks(shelf.engine, [trial.id])[trial.id]
    assert asks.asked == ["annual fee", "vaccine"]
    assert [(one.place, one.refused) for one in found] == [(1, None), (None, None)]
    assert score(found).answered == Share(0, 0) and score(found).answered.value is None


def test_a_trial_that_was_cut_off_goes_on_where_it_stopped(shelf: Shelf) -> None:
    ask_all(shelf, Wanted("annual fee"), Wanted("cargo bike"), Wanted("workshop"))
    trial = start_trial(shelf.engine, shelf.library_id, replace(TRIED, chat_id=""), 5.0)
    asks = Asks(shelf, problems=(Problem("model_unavailable", "fake"),))
    with pytest.raises(UserError) as caught:
        run_trial(shelf.engine, asks, trial)
    assert caught.value.problem == Problem("model_unavailable", "fake")
    assert list_trials(shelf.engine, shelf.library_id)[0].finished_at is None
    asks = Asks(shelf)
    run_trial(shelf.engine, asks, trial, cancelled=lambda: len(asks.asked) == 2)
    assert len(marks(shelf.engine, [trial.id])[trial.id]) == 2
    assert list_trials(shelf.engine, shelf.library_id)[0].finished_at is not None
    run_trial(shelf.engine, asks, trial)
    assert asks.asked == ["annual fee", "cargo bike", "workshop"]


def test_a_trial_is_of_one_index(shelf: Shelf) -> None:
    ask_all(shelf, Wanted("annual fee"))
    trial = start_trial(shelf.engine, shelf.library_id, TRIED, 5.0)
    generation = build_generation(shelf.engine, shelf.library_id, shelf.indexes, 6.0)
    with pytest.raises(UserError) as caught:
        run_trial(shelf.engine, Asks(shelf), trial)
    assert caught.value.problem.code == "trial_moved"
    anew = start_trial(
        shelf.engine, shelf.library_id, replace(TRIED, generation_id=generation.id, chat_id=""), 7.0
    )
    run_trial(shelf.engine, Asks(shelf), anew)
    assert len(marks(shelf.engine, [anew.id])[anew.id]) == 1
    forget_trial(shelf.engine, anew.id)
    assert marks(shelf.engine, [anew.id]) == {anew.id: ()}
    with pytest.raises(NotFound):
        run_trial(shelf.engine, Asks(shelf), anew)


def test_a_question_whose_document_is_gone_is_left_out(shelf: Shelf) -> None:
    ask_all(
        shelf,
        Wanted("annual membership fee", filename="club.pdf", quote=FEE),
        Wanted("workshop sundays", filename="shop.pdf"),
        Wanted("annual vaccine", answerable=False),
    )
    names = {one.filename: one.id for one in list_documents(shelf.engine, shelf.library_id)}
    delete_documents(shelf.engine, [names["club.pdf"]], 2.0)
    gone = without_document(shelf.engine, shelf.library_id)
    assert [one.wanted.question for one in gone] == ["annual membership fee"]
    trial = start_trial(shelf.engine, shelf.library_id, replace(TRIED, chat_id=""), 5.0)
    asks = Asks(shelf)
    run_trial(shelf.engine, asks, trial)
    assert trial.total == 2 and asks.asked == ["workshop sundays", "annual vaccine"]
    delete_golden(shelf.engine, [one.golden_id for one in marks(shelf.engine, [trial.id])[trial.id]], 6.0)
    with pytest.raises(InputError) as caught:
        start_trial(shelf.engine, shelf.library_id, TRIED, 7.0)
    assert caught.value.problem.code == "trial_gone"
    restore_documents(shelf.engine, [names["club.pdf"]])
    assert start_trial(shelf.engine, shelf.library_id, TRIED, 8.0).total == 1


def test_without_questions_there_is_nothing_to_try(shelf: Shelf) -> None:
    (one,) = add_golden(shelf.engine, shelf.library_id, [Wanted("annual fee")], "written", 1.0)
    delete_golden(shelf.engine, [one], 2.0)
    with pytest.raises(InputError) as caught:
        start_trial(shelf.engine, shelf.library_id, TRIED, 5.0)
    assert caught.value.problem.code == "trial_none"


def test_nothing_measured_is_no_score() -> None:
    told = score(())
    assert told.mrr is None and told.first.value is None
    assert score([Mark(1, True, 0, None, None, "", 1.0)]).mrr == 0.0
