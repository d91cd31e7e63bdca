"""Ask: questions, answers and conversations as the page shows them."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest_jobs.submit import add_file
from pages.parts import export as exporting
from pages.parts.asking import Wish, ask as start
from pages.parts.export import export
from pages.parts.text import Voice
from rag_core import sample
from rag_core.bundle.check import Shelf, check_bundle
from rag_core.bundle.read import open_bundle
from rag_core.errors import InputError, Problem, UserError
from rag_core.store import conversations
from rag_core.store.documents import set_state
from rag_core.store.exports import exports_of
from rag_core.store.feedback import Feedback, feedback_of
from rag_core.store.libraries import create_library
from rag_core.store.unanswered import Unanswered, keep_unanswered, unanswered
from rag_core.types import Answer, Document, Event, Turn
from tests.builders import digital_pdf
from tests.ui.conftest import EMBEDDER, Room, answers, components, said
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
    library = create_library(room.desk.database, "Tea", EMBEDDER, 1.0)
    document = wait_in(room, library.id)
    app = room.open("zh")
    assert "第一份就绪后即可提问" in said(app)
    app = ask(app, "茶馆的租期是多久？")
    assert not app.error and any("仍在读取" in one.value for one in app.info)
    assert conversations.list_conversations(room.desk.database) == ()
    set_state(room.desk.database, document.id, "rejected", Problem("file_damaged"))
    assert "说明了每份文档的原因" in said(room.open("zh"))


def test_an_answer_says_what_it_does_not_cover_yet(room: Room) -> None:
    (document,) = room.read(0)
    content = io.BytesIO(digital_pdf([["Later."]]))
    later, _ = add_file(room.desk.database, room.desk.settings, document.library_id, "later.pdf", content)
    app = ask(room.open(), "How long is the notice period?")
    assert "1 document is still being read" in said(app)
    set_state(room.desk.database, later.id, "indexed")
    assert "still being read" not in said(app.run())


def test_it_says_that_only_words_are_searched_where_the_embedder_is_not_here(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.read(0)
    folders: list[Path | None] = [None]
    monkeypatch.setattr("pages.parts.lacking.find", lambda settings, model_id: folders[0])
    app = room.open()
    assert "only the words themselves are searched" in said(app)
    folders[0] = room.desk.settings.models
    assert "only the words themselves are searched" not in said(app.run())


def test_a_question_that_could_not_be_kept_is_given_back(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.read(0)
    app = room.open()
    with monkeypatch.context() as full:
        full.setattr(conversations, "create_conversation", disk_full)
        app.chat_input[0].set_value("How long is the notice period?").run()
        assert "The disk is full" in app.error[0].value and "How long is the notice period?" in said(app)
    app.button(key="ask-unasked").click().run()
    assert not app.error and len(answers(app)) == 1


def disk_full(*_: object) -> None:
    raise UserError("disk_full")


def test_what_was_read_can_be_asked_while_it_is_read_again(room: Room) -> None:
    (document,) = room.read(1)
    set_state(room.desk.database, document.id, "reading")
    assert len(answers(ask(room.open("zh"), "茶馆的租期是多久？"))) == 1


def test_chosen_libraries_without_documents_are_named(room: Room) -> None:
    room.read(1)
    bare = create_library(room.desk.database, "Bare", EMBEDDER, 2.0)
    app = room.open()
    app.get("button_group")[0].set_value([bare.id]).run()
    app.button(key="suggestion-1").click().run()
    assert "can be searched yet in:\u2060 Bare" in app.error[0].value
    assert "Choose another library" in ask(app, "How long is the lease?").error[0].value
    wait_in(room, bare.id)
    app = ask(app, "How long is the lease?")
    assert not app.error and "still being read in:\u2060 Bare" in app.info[0].value
    app.get("button_group")[0].set_value([]).run()
    assert "No library is chosen" in app.error[0].value
    assert conversations.list_conversations(room.desk.database) == ()


def test_one_of_many_libraries_is_chosen_with_two_clicks(room: Room) -> None:
    (document,) = room.read(1)
    for number in range(4):
        create_library(room.desk.database, f"Shelf {number}", EMBEDDER, 2.0)
    app = room.open()
    assert len(app.get("button_group")[0].value) == 5
    app.button(key="scope-all").click().run()
    assert app.get("button_group")[0].value == []
    app.get("button_group")[0].set_value([document.library_id]).run()
    app = app.switch_page("pages/library.py").run().switch_page("pages/chat.py").run()
    assert app.get("button_group")[0].value == [document.library_id]
    wait_for(ask(app, "How long is the lease?"), room, 1)
    (conversation,) = conversations.list_conversations(room.desk.database)
    assert conversation.library_ids == (document.library_id,)
    for label, count in (("Select none", 0), ("Select all", 5)):
        assert app.button(key="scope-all").label == label
        app.button(key="scope-all").click().run()
        (conversation,) = conversations.list_conversations(room.desk.database)
        assert len(conversation.library_ids) == count
    app.button(key="conversation-new").click().run()
    assert len(app.get("button_group")[0].value) == 5


def test_a_question_that_could_not_be_asked_can_be_when_another_library_is_chosen(room: Room) -> None:
    (document,) = room.read(1)
    bare = create_library(room.desk.database, "Bare", EMBEDDER, 2.0)
    app = room.open("zh")
    app.get("button_group")[0].set_value([bare.id]).run()
    app = ask(app, "茶馆的租期是多久？")
    assert app.error and not any(one.key == "ask-unasked" for one in app.button)
    app.get("button_group")[0].set_value([document.library_id]).run()
    assert not app.error and "茶馆的租期是多久？" in said(app)
    app.button(key="ask-unasked").click().run()
    wait_for(app, room, 1)
    assert turns(room)[0].turn.question == "茶馆的租期是多久？" and said(app).count("茶馆的租期是多久？") == 1


def test_a_new_conversation_leaves_the_question_that_could_not_be_asked(room: Room) -> None:
    room.read(1)
    app = ask(room.open("zh"), "   ")
    assert "问题为空" in app.error[0].value and "不妨问问" not in said(app)
    assert not app.run().error and "不妨问问" in said(app)
    assert ask(app, "长" * 2001).run().error
    app.button(key="conversation-new").click().run()
    assert not app.error and "不妨问问" in said(app)


def test_after_a_question_that_failed_what_stands_above_can_still_be_used(room: Room) -> None:
    def refuses(cancelled: Callable[[], bool]) -> Iterator[Event]:
        raise InputError("no_documents")

    room.read(0)
    ask(room.open(), "What does a flashing amber light mean?")
    (kept,), (conversation,) = turns(room), conversations.list_conversations(room.desk.database)
    failed = room.desk.running.start(conversation.id, "And a green one?", refuses, lambda answer: None)
    while not failed.progress.finished:
        failed.wait(failed.progress.version, 1.0)
    app = room.open(conversation=conversation.id)
    assert "nothing to search yet" in app.error[0].value
    assert app.button(key="retry") and app.button(key=f"icon-again-{kept.id}")


def test_a_question_from_another_window_waits_for_the_answer_before_it(room: Room) -> None:
    room.read(0)
    ask(room.open(), "What does a flashing amber light mean?")
    (conversation,) = conversations.list_conversations(room.desk.database)
    first = "How often must the machine be descaled?"

    def slowly(cancelled: Callable[[], bool]) -> Iterator[Event]:
        time.sleep(1.5)
        yield from room.desk.asking.ask(first, (), conversation.library_ids, cancelled=cancelled)

    def keep(answer: Answer) -> None:
        conversations.add_turn(room.desk.database, conversation.id, Turn(first, answer), time.time())

    app = room.open(conversation=conversation.id)
    room.desk.running.start(conversation.id, first, slowly, keep)
    app = ask(app, "What does a green light mean?")
    wait_for(app, room, 3)
    assert [one.turn.question for one in turns(room)][1:] == [first, "What does a green light mean?"]


def test_a_question_whose_answer_was_cut_off_can_be_asked_again(room: Room) -> None:
    (document,) = room.read(0)
    question = "What does a flashing amber light mean?"
    left = conversations.create_conversation(
        room.desk.database, question, (document.library_id,), time.time()
    )
    app = room.open(conversation=left.id)
    assert question in said(app) and "was not answered" in said(app)
    app.button(key="retry").click().run()
    wait_for(app, room, 1)
    assert turns(room)[0].turn.question == question


def test_a_long_question_is_kept_whole_before_it_is_answered(room: Room) -> None:
    (document,) = room.read(0)
    question = "What does a flashing amber light mean? " + "Say it slowly, please. " * 10
    here = conversations.create_conversation(
        room.desk.database, question[:60], (document.library_id,), time.time()
    )
    start(room.desk, here, Wish(question))
    until = time.monotonic() + 10
    while unanswered(room.desk.database, here.id) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert unanswered(room.desk.database, here.id) == Unanswered(question.strip()) and turns(room) == ()
    running = room.desk.running.of(here.id)
    assert running is not None
    running.cancel()
    while not running.progress.finished:
        running.wait(running.progress.version, 1.0)
    assert unanswered(room.desk.database, here.id) is None and len(turns(room)) == 1


def test_an_edited_question_whose_answer_was_cut_off_takes_its_place_when_it_is_asked_again(
    room: Room,
) -> None:
    room.read(1)
    app = ask(ask(room.open("zh"), "茶馆的租期是多久？"), "押金呢？")
    _, second = turns(room)
    keep_unanswered(room.desk.database, 1, Unanswered("茶馆的押金是多少？", second.id))
    app = room.open("zh", conversation=1)
    assert "茶馆的押金是多少？" in said(app) and "没有得到回答" in said(app) and len(answers(app)) == 2
    app.button(key="retry").click().run()
    wait_for(app, room, 2)
    assert [one.turn.question for one in turns(room)] == ["茶馆的租期是多久？", "茶馆的押金是多少？"]
    assert "没有得到回答" not in said(app)


def test_a_question_of_signs_alone_is_not_answered(room: Room) -> None:
    room.read(0)
    app = ask(room.open("zh"), "？！👍")
    assert "没有文字" in app.error[0].value and answers(app) == []


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
    app.get("menu_button")[0].click("rename").run()
    app.text_input[0].set_value("x" * 201)
    submit(app, "Save")
    assert "longer than 200 characters" in app.error[0].value and app.text_input[0].value == "x" * 201
    app.text_input[0].set_value("Lights $x$")
    submit(app, "Save")
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


def test_a_question_is_edited_and_what_came_after_it_comes_back(room: Room) -> None:
    room.read(1)
    app = ask(ask(room.open("zh"), "茶馆的租期是多久？"), "押金呢？")
    first, _ = turns(room)
    app.button(key=f"icon-edit-{first.id}").click().run()
    assert "其后的 1 个问题也会被移除" in said(app)
    app.text_area[0].set_value("  ")
    submit(app, "提问")
    assert "问题为空" in app.error[0].value and len(turns(room)) == 2
    app.text_area[0].set_value("茶馆的押金是多少？")
    submit(app, "提问")
    wait_for(app, room, 1)
    (edited,) = turns(room)
    assert edited.turn.question == "茶馆的押金是多少？" and len(answers(app)) == 1
    assert "会先收起" not in said(app)
    assert "其后的 1 个问题会先收起" in said(ask(app, "装修费谁出？"))
    app.button(key=f"bring-back-{edited.id}").click().run()
    assert [one.turn.question for one in turns(room)] == ["茶馆的租期是多久？", "押金呢？"]
    assert len(answers(app)) == 2 and not app.exception
    app.button(key=f"bring-back-{turns(room)[0].id}").click().run()
    assert [one.turn.question for one in turns(room)] == ["茶馆的押金是多少？", "装修费谁出？"]


def test_leaving_the_edited_question_changes_nothing(room: Room) -> None:
    room.read(1)
    app = ask(room.open("zh"), "茶馆的租期是多久？")
    (only,) = turns(room)
    app.button(key=f"icon-edit-{only.id}").click().run()
    submit(app, "取消")
    assert turns(room) == (only,) and not app.text_area and "茶馆的租期是多久？" in said(app)


def test_the_last_question_is_asked_again(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "What does a flashing amber light mean?")
    (before,) = turns(room)
    app.button(key=f"icon-again-{before.id}").click().run()
    wait_for(app, room, 1)
    (after,) = turns(room)
    assert after.id > before.id and after.turn.question == before.turn.question and after.replaced
    assert "can be brought back" in said(app)


def test_what_was_searched_for_can_be_edited_and_searched_again(room: Room) -> None:
    room.read(1)
    app = ask(ask(room.open("zh"), "茶馆的租期是多久？"), "押金呢？")
    last = turns(room)[1]
    app.button(key=f"edit-searched-{last.id}").click().run()
    assert app.text_area[0].value == "茶馆的租期是多久？ 押金呢？"
    app.text_area[0].set_value("茶馆押金的数额")
    submit(app, "提问")
    wait_for(app, room, 2)
    assert turns(room)[1].turn.answer.searched == "茶馆押金的数额"


def test_a_refused_question_is_answered_anyway_and_marked(room: Room) -> None:
    room.read(1)
    app = ask(room.open("zh"), "火星上哪座火山喷发过几次岩浆？")
    (refused,) = turns(room)
    app.button(key=f"insist-{refused.id}").click().run()
    wait_for(app, room, 1)
    (answered,) = turns(room)
    assert answered.turn.answer.insisted and not answered.turn.answer.refused
    assert "wenju-insisted" in answers(app)[0]


def test_a_thumb_and_its_reason_are_kept_and_taken_back(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "What does a flashing amber light mean?")
    (turn,) = turns(room)

    def kept() -> Feedback | None:
        return feedback_of(room.desk.database, 1).get(turn.id)

    app.button(key=f"icon-good-{turn.id}").click().run()
    assert kept() == Feedback("good")
    app.button(key=f"icon-good-given-{turn.id}").click().run()
    assert kept() is None
    app.button(key=f"icon-bad-{turn.id}").click().run()
    app.button_group(key=f"reason-{turn.id}").set_value("wrong_place").run()
    app.selectbox(key=f"right-{turn.id}").select_index(1).run()
    app.text_input(key=f"note-{turn.id}").set_value("x" * 2001).run()
    assert "longer than 2000 characters" in app.error[0].value
    app.text_input(key=f"note-{turn.id}").set_value("See the table.").run()
    given = kept()
    assert given is not None and given.picked is not None
    second = turn.turn.answer.evidence[1].hit.passage
    assert (given.verdict, given.reason, given.note) == ("bad", "wrong_place", "See the table.")
    assert (given.picked.start, given.picked.text) == (second.start, second.text)
    app.button(key=f"told-close-{turn.id}").click().run()
    assert "Wrong place" in said(app) and not app.selectbox
    again = room.open(conversation=1)
    assert "Wrong place" in said(again)
    again.button(key=f"told-undo-{turn.id}").click().run()
    assert kept() is None and not again.exception


def test_two_tabs_do_not_take_back_what_the_other_says(room: Room) -> None:
    room.read(0)
    first = ask(room.open(), "What does a flashing amber light mean?")
    (turn,) = turns(room)
    second = room.open(conversation=1)
    first.button(key=f"icon-bad-{turn.id}").click().run()
    first.text_input(key=f"note-{turn.id}").set_value("See the table.").run()
    second.button(key=f"icon-bad-{turn.id}").click().run()
    first.text_input(key=f"note-{turn.id}").set_value("See the second table.").run()
    second.button_group(key=f"reason-{turn.id}").set_value("wrong").run()
    told = feedback_of(room.desk.database, 1)[turn.id]
    assert told == Feedback("bad", "wrong", "See the second table.")


@pytest.mark.parametrize("kind", ["html", "zip", "md"])
def test_a_conversation_is_exported_as_it_stands(room: Room, tmp_path: Path, kind: str) -> None:
    room.read(0)
    ask(room.open(), "What does a flashing amber light mean?")
    content = export(room.desk, Voice("zh"), 1, kind)
    path = tmp_path / "bundle"
    path.write_bytes(content)
    if kind == "md":
        assert content.startswith(b"# What does a flashing amber light mean") and b"[^1-1]:" in content
        return
    shelf = Shelf(room.desk.database, room.desk.files, room.desk.images.get)
    report = check_bundle(path, shelf)
    assert report.findings == () and len(report.documents) == 1
    assert any(name.startswith("pictures/") for name in open_bundle(path).parts)
    (kept,) = exports_of(room.desk.database, 1)
    assert report.export == kept and (kept.kind, kept.seal) == (kind, report.seal)


def test_the_export_is_offered_and_its_seal_shown(room: Room) -> None:
    room.read(0)
    app = ask(room.open(), "What does a flashing amber light mean?")
    app.button(key="icon-export").click().run()
    assert not app.exception and len(app.get("download_button")) == 3 and not app.code
    export(room.desk, Voice("en"), 1, "zip")
    app.button(key="icon-export").click().run()
    assert [one.value for one in app.code] == [exports_of(room.desk.database, 1)[0].seal]
    assert "ZIP, exported" in said(app)


def test_a_conversation_is_exported_where_nothing_can_be_written(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.read(0)
    ask(room.open(), "What does a flashing amber light mean?")
    monkeypatch.setattr(exporting, "keep_export", disk_full)
    assert export(room.desk, Voice("en"), 1, "zip").startswith(b"PK")


def wait_in(room: Room, library_id: int) -> Document:
    """A document of the library that nothing has read yet."""
    settings = room.desk.settings
    content = io.BytesIO(digital_pdf([["The tea house opens at nine."]]))
    return add_file(room.desk.database, settings, library_id, "tea.pdf", content)[0]


def turns(room: Room) -> tuple[conversations.StoredTurn, ...]:
    return conversations.stored_turns(room.desk.database, 1)


def submit(app: AppTest, label: str) -> None:
    app.button[[each.label for each in app.button].index(label)].click().run()
    assert not app.exception, app.exception


def wait_for(app: AppTest, room: Room, count: int) -> None:
    """Until no answer is being written and the page shows so many."""
    until = time.monotonic() + 20
    while room.desk.running.of(1) is not None and time.monotonic() < until:
        time.sleep(0.05)
    app.run()
    assert not app.exception and len(turns(room)) == count
