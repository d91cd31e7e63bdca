"""Ask: conversations of many turns, and many conversations."""

from __future__ import annotations

from rag_core.store import conversations
from rag_core.types import Answer, Timings, Turn
from tests.ui.conftest import Room, answers, said
from tests.ui.test_chat_page import ask


def said_before(room: Room, count: int) -> int:
    """A conversation of so many turns; returns its id."""
    (document,) = room.read(0)
    database = room.desk.database
    kept = conversations.create_conversation(database, "Long", (document.library_id,), 1.0)
    for number in range(count):
        answer = Answer("q", "", f"No. {number}.", (), (), (), False, False, "quote", (), Timings())
        conversations.add_turn(database, kept.id, Turn(f"Question {number}?", answer), 2.0 + number)
    return kept.id


def test_of_a_long_conversation_the_last_turns_are_drawn_and_the_rest_on_demand(room: Room) -> None:
    app = room.open(conversation=said_before(room, 40))
    assert len(answers(app)) == 16 and "No. 24." in answers(app)[0]
    app.button(key="earlier").click().run()
    assert len(answers(app)) == 40 and "earlier" not in [one.key for one in app.button]


def test_a_question_more_moves_nothing_that_was_drawn(room: Room) -> None:
    app = room.open(conversation=said_before(room, 30))
    before = answers(app)[0]
    app = ask(app, "What does a flashing amber light mean?")
    assert answers(app)[0] == before


def test_older_conversations_are_a_click_away(room: Room) -> None:
    room.read(0)
    for number in range(65):
        conversations.create_conversation(room.desk.database, f"Talk {number}", (1,), float(number))
    app = room.open()

    def listed() -> int:
        return sum(one.key.startswith("open-conversation-") for one in app.button)

    assert listed() == 30
    app.button(key="conversations-more").click().run()
    app.button(key="conversations-more").click().run()
    assert listed() == 65 and "conversations-more" not in [one.key for one in app.button]


def test_one_of_many_conversations_is_found_by_what_was_asked(room: Room) -> None:
    room.read(0)
    database = room.desk.database
    made = [
        conversations.create_conversation(database, f"Talk {number}", (1,), float(number)).id
        for number in range(40)
    ]
    answer = Answer("q", "", "No.", (), (), (), False, False, "quote", (), Timings())
    conversations.add_turn(database, made[0], Turn("Was kostet die ＬＥＡＳＥ?", answer), 1.0)
    app = room.open()

    def listed() -> list[str]:
        return [one.key for one in app.button if one.key.startswith("open-conversation-")]

    app.text_input(key="conversation-find").set_value("lease kostet").run()
    assert listed() == [f"open-conversation-{made[0]}"]
    app.text_input(key="conversation-find").set_value("talk 39").run()
    assert listed() == [f"open-conversation-{made[39]}"]
    app.text_input(key="conversation-find").set_value("boiler").run()
    assert "No conversation is like that" in said(app)
