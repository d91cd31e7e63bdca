"""Ask: questions, answers and conversations as the page shows them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rag_core import sample
from rag_core.store import conversations
from rag_core.store.documents import set_state
from tests.ui.conftest import Room, answers, components, said
from tests.ui.test_library_page import in_dialog


def ask(app: AppTest, question: str) -> AppTest:
    app.chat_input[0].set_value(question).run()
    assert not app.exception, app.exception
    return app


def test_with_nothing_to_ask_about_the_sample_is_one_click_away(room: Room) -> None:
    app = room.open()
    assert "There is nothing to ask about yet" in said(app)
    app.button(key="sample").click().run()
    assert not app.exception
    assert [button for button in app.button if button.key.startswith("icon-delete-")]
    assert "Added 3 files." in said(app)


def test_an_answer_is_kept_and_shown_with_its_sources(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "What does a flashing amber light mean?")
    assert 'data-open="cite-1"' in answers(app)[0] and "no support found" in answers(app)[0]
    assert "What does a flashing amber light mean?" in said(app)
    kept = conversations.list_conversations(room.desk.database)
    assert [one.title for one in kept] == ["What does a flashing amber light mean?"]
    again = room.open(conversation=kept[0].id)
    assert answers(again) == answers(app)


def test_a_follow_up_shows_what_was_searched(room: Room) -> None:
    room.read(1)
    app = ask(ask(room.open("zh"), "茶馆的租期是多久？"), "押金呢？")
    assert len(answers(app)) == 2
    assert "实际检索：茶馆的租期是多久？ 押金呢？" in answers(app)[1]


def test_a_refusal_shows_what_came_closest(room: Room) -> None:
    room.read(1)
    app = ask(room.open("zh"), "火星上哪座火山喷发过几次岩浆？")
    assert "文档中未找到答案" in answers(app)[0] and "最接近的段落" in answers(app)[0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("   ", "问题为空。请输入您想了解的内容。"),
        ("长" * 20_000, "问题超过 2000 个字符"),
    ],
)
def test_a_question_that_cannot_be_asked_is_answered_with_a_sentence(
    room: Room, question: str, sentence: str
) -> None:
    room.read(1)
    app = ask(room.open("zh"), question)
    assert sentence in app.error[0].value
    assert conversations.list_conversations(room.desk.database) == ()


def test_without_documents_a_question_says_so(room: Room) -> None:
    app = ask(room.open(), "What is the deposit?")
    assert "nothing to search yet" in app.error[0].value


def test_while_the_first_document_is_read_a_question_is_told_to_wait(room: Room) -> None:
    (document,) = room.read(1)
    set_state(room.desk.database, document.id, "reading")
    app = ask(room.open("zh"), "茶馆的租期是多久？")
    assert "仍在读取" in app.error[0].value
    assert conversations.list_conversations(room.desk.database) == ()


def test_a_question_that_is_too_long_is_given_back_whole(room: Room) -> None:
    room.read(1)
    question = "长" * 20_000
    assert ask(room.open("zh"), question).code[0].value == question


def test_a_suggested_question_is_asked_with_one_click(room: Room) -> None:
    room.read(0)
    app = room.open()
    question = sample.questions("en")[1]
    app.button(key="suggestion-1").click().run()
    assert not app.exception and question in said(app) and len(answers(app)) == 1


def test_a_conversation_is_renamed_deleted_and_brought_back(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "What does a flashing amber light mean?")
    app.get("menu_button")[0].click("rename").run()
    app.text_input[0].set_value("Lights $x$")
    app.button[[each.label for each in app.button].index("Save")].click().run()
    assert conversations.list_conversations(room.desk.database)[0].title == "Lights $x$"
    app.get("menu_button")[0].click("delete").run()
    assert conversations.list_conversations(room.desk.database) == () and answers(app) == []
    app.button(key="undo-conversation").click().run()
    assert not app.exception and len(answers(app)) == 1


def test_a_conversation_that_is_gone_says_so(room: Room) -> None:
    room.read(0)
    app = room.open(conversation=99)
    assert "conversation does not exist" in app.error[0].value
    assert "conversation" not in app.query_params


def test_a_conversation_remembers_its_libraries(room: Room) -> None:
    room.read(0)
    app = room.open(page="library")
    in_dialog(app, "library_new", "Empty")
    app = room.open()
    app.get("button_group")[0].set_value([1]).run()
    ask(app, "What does a flashing amber light mean?")
    assert conversations.list_conversations(room.desk.database)[0].library_ids == (1,)


def test_document_text_is_inert(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "<img src=x onerror=alert(1)> What does a $flashing$ amber light mean?")
    assert "<img" not in said(app)
    assert all("<img" not in part["html"] for part in components(app, "wenju_answer"))


def test_the_language_can_be_switched_and_is_remembered(room: Room) -> None:
    app = room.open()
    app.button(key="language-zh").click().run()
    assert "还没有可以提问的文档" in said(app) and app.query_params["lang"] == "zh"
    assert "还没有可以提问的文档" in said(room.open(lang="zh"))
