"""Conversations, answers as JSON, workers, generations."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from rag_core.errors import NotFound
from rag_core.store import conversations, generations, libraries, workers
from rag_core.store.answer_json import decode_answer, encode_answer
from rag_core.store.unanswered import Unanswered, keep_unanswered, unanswered
from rag_core.types import Answer, Box, Citation, Evidence, Hit, Passage, Region, Sentence, Timings, Turn

PASSAGE = Passage(7, 3, 1, "文据.pdf", 2, 10, 20, "原文", "标题", 4, 5)
ANSWER = Answer(
    question="什么?",
    searched="什么 是",
    text="答 $x$ <b>",
    sentences=(Sentence(0, 1, (1,), "partly", "a number differs"),),
    citations=(
        Citation(1, 3, "文据.pdf", "原文", 10, 12, (Region(4, (Box(0.1, 0.2, 0.3, 0.4),)),), "supported", ""),
    ),
    evidence=(Evidence(1, Hit(PASSAGE, 0.5, 0.4, 0.3, 1, 0), (PASSAGE, PASSAGE)),),
    refused=False,
    stopped=True,
    model_id="quote",
    generations=(4, 5),
    timings=Timings(search=0.5, total=1.0),
)


def test_an_answer_comes_back_as_it_was() -> None:
    assert decode_answer(encode_answer(ANSWER)) == ANSWER


def test_an_older_or_newer_answer_can_still_be_read() -> None:
    outer = json.loads(encode_answer(ANSWER))
    del outer["answer"]["timings"], outer["answer"]["citations"][0]["why"], outer["answer"]["generations"]
    outer["answer"]["mood"] = "new"
    outer["answer"]["sentences"][0]["support"] = "a word of a newer version"
    outer["version"] = 99
    read = decode_answer(json.dumps(outer))
    doubted = (replace(ANSWER.sentences[0], support="unsupported"),)
    assert read == replace(ANSWER, timings=Timings(), generations=(), sentences=doubted)


@pytest.mark.parametrize("written", ["[]", "{}", '{"answer": 3}', "nonsense"])
def test_rubbish_is_not_an_answer(written: str) -> None:
    with pytest.raises(ValueError):
        decode_answer(written)


def test_conversations_are_listed_by_last_use_and_can_come_back(engine: Engine) -> None:
    library = libraries.create_library(engine, "l", "e", 0.0)
    first = conversations.create_conversation(engine, " first  one ", [library.id, 99], 1.0)
    second = conversations.create_conversation(engine, "second", [], 2.0)
    assert first == conversations.Conversation(first.id, "first one", (library.id,), 1.0, 1.0)
    conversations.add_turn(engine, first.id, Turn("什么?", ANSWER), 3.0)
    assert [one.id for one in conversations.list_conversations(engine)] == [first.id, second.id]
    assert conversations.turns(engine, first.id) == (Turn("什么?", ANSWER),)
    conversations.rename_conversation(engine, second.id, "2nd")
    conversations.choose_libraries(engine, second.id, [library.id])
    assert conversations.get_conversation(engine, second.id).library_ids == (library.id,)
    conversations.delete_conversation(engine, first.id, 4.0)
    assert [one.title for one in conversations.list_conversations(engine)] == ["2nd"]
    with pytest.raises(NotFound):
        conversations.add_turn(engine, first.id, Turn("q", ANSWER), 5.0)
    conversations.restore_conversation(engine, first.id)
    assert len(conversations.turns(engine, first.id)) == 1
    conversations.delete_conversation(engine, first.id, 6.0)
    assert conversations.purge_conversations(engine, 7.0) == 1
    assert conversations.turns(engine, first.id) == ()
    with pytest.raises(NotFound):
        conversations.restore_conversation(engine, first.id)


def test_a_question_is_kept_until_it_is_answered(engine: Engine) -> None:
    here = conversations.create_conversation(engine, "t", [], 1.0).id
    other = conversations.create_conversation(engine, "o", [], 1.0).id
    assert unanswered(engine, here) is None
    keep_unanswered(engine, other, Unanswered("o"))
    keep_unanswered(engine, here, Unanswered("什么?" * 600))
    keep_unanswered(engine, here, Unanswered("Why?", 7))
    assert unanswered(engine, here) == Unanswered("Why?", 7)
    conversations.add_turn(engine, here, Turn("Why?", ANSWER), 2.0)
    assert unanswered(engine, here) is None and unanswered(engine, other) == Unanswered("o")
    conversations.delete_conversation(engine, other, 3.0)
    with pytest.raises(NotFound):
        keep_unanswered(engine, other, Unanswered("o"))
    conversations.purge_conversations(engine, 4.0)
    assert unanswered(engine, other) is None


def test_a_conversation_outlives_its_library(engine: Engine) -> None:
    library = libraries.create_library(engine, "l", "e", 0.0)
    one = conversations.create_conversation(engine, "t", [library.id], 1.0)
    conversations.add_turn(engine, one.id, Turn("q", ANSWER), 3.0)
    libraries.delete_library(engine, library.id)
    assert conversations.get_conversation(engine, one.id).library_ids == ()
    assert conversations.turns(engine, one.id)[0].answer == ANSWER


def test_a_worker_is_alive_as_long_as_it_beats(engine: Engine) -> None:
    workers.beat(engine, "w", 1, "host", 100.0)
    workers.beat(engine, "w", 1, "host", 110.0)
    assert workers.alive(engine, 120.0) == (workers.Worker("w", 1, "host", 100.0, 110.0),)
    assert workers.alive(engine, 130.0) == ()
    # The clock was set back.
    assert workers.alive(engine, 40.0) == ()
    workers.beat(engine, "w", 2, "host", 131.0)
    assert workers.alive(engine, 132.0)[0].started_at == 131.0
    workers.leave(engine, "w")
    assert workers.alive(engine, 132.0) == ()


def test_the_latest_published_generation_counts(engine: Engine) -> None:
    library = libraries.create_library(engine, "l", "e", 0.0)
    first = generations.begin_generation(engine, library.id, "e", "flat", 1.0)
    assert generations.published(engine, library.id) is None
    first = generations.publish_generation(engine, replace(first, vectors=5, watermark=9), 2.0)
    second = generations.begin_generation(engine, library.id, "e", "hnsw", 3.0)
    assert generations.published(engine, library.id) == first
    second = generations.publish_generation(engine, second, 4.0)
    assert generations.list_generations(engine, library.id) == (second, first)
    assert libraries.get_library(engine, library.id).revision == 2
    back = generations.publish_generation(engine, first, 5.0)
    assert generations.published(engine, library.id) == back
    generations.discard_generation(engine, second.id)
    assert generations.begin_generation(engine, library.id, "e", "flat", 6.0).id > second.id
    with pytest.raises(NotFound):
        generations.publish_generation(engine, second, 7.0)


def asked(engine: Engine, conversation_id: int) -> list[str]:
    return [turn.question for turn in conversations.turns(engine, conversation_id)]


def test_a_turn_takes_the_place_of_others_and_they_come_back(engine: Engine) -> None:
    here = conversations.create_conversation(engine, "t", (), 1.0).id
    other = conversations.create_conversation(engine, "o", (), 1.0).id
    conversations.add_turn(engine, other, Turn("elsewhere", ANSWER), 4.0)
    for number in (1, 2, 3):
        conversations.add_turn(engine, here, Turn(f"q{number}", ANSWER), float(number))
    second = conversations.stored_turns(engine, here)[1]
    assert not second.replaced
    edited = conversations.add_turn(engine, here, Turn("q2, edited", ANSWER), 4.0, instead_of=second.id)
    assert asked(engine, here) == ["q1", "q2, edited"]
    assert [turn.replaced for turn in conversations.stored_turns(engine, here)] == [False, True]
    conversations.add_turn(engine, here, Turn("q4", ANSWER), 5.0)
    again = conversations.add_turn(engine, here, Turn("q2, again", ANSWER), 6.0, instead_of=edited)
    conversations.bring_back(engine, here, again)
    assert asked(engine, here) == ["q1", "q2, edited", "q4"]
    conversations.bring_back(engine, here, edited)
    assert asked(engine, here) == ["q1", "q2", "q3"] and asked(engine, other) == ["elsewhere"]
    for gone in (edited, again, 99):
        with pytest.raises(NotFound):
            conversations.bring_back(engine, here, gone)
    # Nothing is lost: what was asked meanwhile comes back in turn.
    for turn_id, there in ((second.id, ["q2, again"]), (again, ["q2, edited", "q4"]), (edited, ["q2", "q3"])):
        conversations.bring_back(engine, here, turn_id)
        assert asked(engine, here) == ["q1", *there]


def test_what_an_undo_took_away_is_kept_as_long_as_any(engine: Engine) -> None:
    here = conversations.create_conversation(engine, "t", (), 1.0).id
    first = conversations.add_turn(engine, here, Turn("q", ANSWER), 2.0)
    edited = conversations.add_turn(engine, here, Turn("q, edited", ANSWER), 9.0, instead_of=first)
    conversations.add_turn(engine, here, Turn("later", ANSWER), 10.0)
    conversations.bring_back(engine, here, edited)
    assert conversations.purge_turns(engine, 8.0) == 0
    conversations.bring_back(engine, here, first)
    assert asked(engine, here) == ["q, edited", "later"]
    conversations.bring_back(engine, here, edited)
    assert conversations.purge_turns(engine, 11.0) == 2 and asked(engine, here) == ["q"]


def test_turns_that_others_replaced_are_purged_after_a_while(engine: Engine) -> None:
    here = conversations.create_conversation(engine, "t", (), 1.0).id
    first = conversations.add_turn(engine, here, Turn("q", ANSWER), 2.0)
    conversations.add_turn(engine, here, Turn("q, edited", ANSWER), 3.0, instead_of=first)
    assert conversations.purge_turns(engine, 3.0) == 0
    assert conversations.purge_turns(engine, 3.5) == 1
    (left,) = conversations.stored_turns(engine, here)
    assert left.turn.question == "q, edited" and not left.replaced
