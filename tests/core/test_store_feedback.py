"""What people say of answers, and what is made of it for training."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from rag_core.errors import NotFound
from rag_core.store import conversations, libraries
from rag_core.store.feedback import (
    Feedback,
    Judged,
    Picked,
    feedback_of,
    judge,
    list_feedback,
    remove_feedback,
    save_feedback,
    turn_ids,
)
from rag_core.store.golden import Golden, Wanted
from rag_core.store.lessons import answer_lines, passage_lines, ranked_lines
from rag_core.types import Answer, Evidence, Hit, Passage, Timings, Turn

PICKED = Picked(3, "文据.pdf", 4, 100, 120, "正确的段落")


def passage(start: int, text: str) -> Passage:
    return Passage(start, 3, 1, "文据.pdf", 0, start, start + len(text), text, "", 4, 4)


def answer(question: str, text: str, *found: Passage) -> Answer:
    evidence = tuple(Evidence(n, Hit(one, 0.5, 0.5, 0.5, n, n), (one,)) for n, one in enumerate(found, 1))
    return Answer(question, question, text, (), (), evidence, False, False, "quote", (), Timings())


def said(turn_id: int, text: str, feedback: Feedback, *found: Passage) -> Judged:
    return Judged(turn_id, 1, "和它呢?", answer("借几本书?", text, *found), feedback, float(turn_id))


@pytest.fixture
def conversation_id(engine: Engine) -> int:
    library = libraries.create_library(engine, "l", "e", 0.0)
    made = conversations.create_conversation(engine, "c", [library.id], 1.0)
    for number, text in enumerate(("one", "two")):
        conversations.add_turn(engine, made.id, Turn(f"q{number}", answer(f"q{number}", text)), 2.0)
    return made.id


def test_a_thumb_keeps_the_note_that_was_given(engine: Engine, conversation_id: int) -> None:
    turn_id, _ = turn_ids(engine, conversation_id)
    judge(engine, turn_id, "bad", 3.0)
    assert feedback_of(engine, conversation_id)[turn_id] == Feedback("bad")
    noted = Feedback("bad", "wrong", "see page 4", PICKED)
    save_feedback(engine, turn_id, noted, 4.0)
    judge(engine, turn_id, "bad", 5.0)
    assert feedback_of(engine, conversation_id)[turn_id] == noted
    judge(engine, turn_id, "good", 6.0)
    assert feedback_of(engine, conversation_id)[turn_id] == Feedback("good", note="see page 4")
    with pytest.raises(NotFound):
        judge(engine, 99, "good", 7.0)


def test_the_last_word_on_an_answer_counts(engine: Engine, conversation_id: int) -> None:
    first, second = turn_ids(engine, conversation_id)
    save_feedback(engine, first, Feedback("good"), 3.0)
    better = Feedback("bad", "wrong_place", "see page 4", PICKED)
    save_feedback(engine, first, replace(better, note="  see page 4\n"), 4.0)
    assert feedback_of(engine, conversation_id) == {first: better}
    save_feedback(engine, second, Feedback("good"), 5.0)
    assert [(one.turn_id, one.question, one.answer.text) for one in list_feedback(engine)] == [
        (second, "q1", "two"),
        (first, "q0", "one"),
    ]
    assert list_feedback(engine, library_id=99) == ()
    remove_feedback(engine, second)
    remove_feedback(engine, second)
    assert set(feedback_of(engine, conversation_id)) == {first}


def test_what_was_said_goes_with_its_conversation(engine: Engine, conversation_id: int) -> None:
    turn = turn_ids(engine, conversation_id)[0]
    save_feedback(engine, turn, Feedback("good"), 3.0)
    conversations.delete_conversation(engine, conversation_id, 4.0)
    assert list_feedback(engine) == ()
    conversations.restore_conversation(engine, conversation_id)
    assert len(list_feedback(engine)) == 1
    conversations.delete_conversation(engine, conversation_id, 4.0)
    conversations.purge_conversations(engine, 5.0)
    assert feedback_of(engine, conversation_id) == {}
    with pytest.raises(NotFound):
        save_feedback(engine, turn, Feedback("good"), 6.0)


def test_answers_that_were_good_are_lessons() -> None:
    judged = [
        said(3, "二本", Feedback("good")),
        said(2, "十二本", Feedback("good")),
        said(1, "不知道", Feedback("bad")),
    ]
    lines = [json.loads(line) for line in answer_lines(judged, ())]
    assert lines == [{"prompt": "借几本书?", "completion": "二本"}]
    golden = [
        Golden(1, 1, Wanted("借几本书?", "十二本"), "written", 0.0),
        Golden(2, 1, Wanted("无?"), "written", 0.0),
    ]
    lines = [json.loads(line) for line in answer_lines(judged, golden)]
    assert lines == [{"prompt": "借几本书?", "completion": "十二本"}]


def test_a_better_answer_is_ranked_before_a_worse_one() -> None:
    judged = [
        said(3, "二本", Feedback("bad", "wrong")),
        said(2, "十二本", Feedback("good")),
        said(1, "", Feedback("bad")),
    ]
    golden = [Golden(1, 1, Wanted("借几本书?", "十二本。"), "written", 0.0)]
    lines = [json.loads(line) for line in ranked_lines(judged, golden)]
    assert lines == [
        {"prompt": "借几本书?", "chosen": "十二本。", "rejected": "二本"},
        {"prompt": "借几本书?", "chosen": "十二本", "rejected": "二本"},
    ]


def test_the_picked_passage_is_ranked_before_those_that_were_found() -> None:
    right, other = passage(95, "含有正确的段落在内"), passage(300, "别的")
    judged = [
        said(2, "二本", Feedback("bad", "wrong_place", "", PICKED), other, right, other),
        said(1, "二本", Feedback("bad"), other),
    ]
    assert [json.loads(line) for line in passage_lines(judged)] == [
        {"query": "借几本书?", "pos": ["正确的段落"], "neg": ["别的"]}
    ]
