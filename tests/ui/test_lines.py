"""Correcting recognised lines, and what is said of those that are to be doubted."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import lines
from pages.parts.answers import answer_html
from pages.parts.page_text import text_html
from pages.parts.text import Voice
from rag_core.store.conversations import add_turn, create_conversation
from rag_core.store.corrections import page_corrections
from rag_core.store.documents import set_state
from rag_core.store.pages import load_page
from rag_core.types import Answer, Done, Turn
from tests.ui.conftest import Room, answers, components, said

PAGE = (("Rent is payable monthly.", 0.99), ("The deposlt is 900 euro.", 0.71))


def correcting(room: Room, document_id: int, language: str = "en") -> AppTest:
    app = room.open(language, page="document", document=document_id)
    app.button_group(key="view").set_value("lines").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> dict[str, Any]:
    (data,) = components(app, "wenju_lines")
    return data


def answered(room: Room, question: str) -> Answer:
    events = list(room.desk.asking.ask(question, (), [1]))
    done = events[-1]
    assert isinstance(done, Done)
    return done.answer


def test_lines_to_be_doubted_are_marked(room: Room) -> None:
    document = room.read_scan(PAGE)
    app = correcting(room, document.id)
    data = shown(app)
    assert [line["kind"] for line in data["lines"]] == ["ocr", "doubt"]
    assert data["lines"][1]["note"] == "71% sure" and "deposlt" in data["lines"][1]["label"]
    assert data["said"]["to_check"].startswith("1 line to check") and not data["locked"]
    (picture,) = components(app, "wenju_page")
    spots: Any = picture["lines"]
    assert [spot["kind"] for spot in spots] == ["ocr", "doubt"]


def test_the_pages_text_marks_them_too(room: Room) -> None:
    document = room.read_scan((("<b>Rent</b>", 0.5), ("sure", 0.99)))
    page = load_page(room.desk.database, document.id, 1)
    assert page is not None
    html = text_html(page, (), "check")
    assert '<span class="wenju-doubt-line" title="check">&lt;b&gt;Rent&lt;/b&gt;</span> sure' in html


def test_a_page_with_a_text_layer_has_nothing_to_correct(room: Room) -> None:
    (document,) = room.read(0)
    app = room.open(page="document", document=document.id)
    assert not app.button_group and not components(app, "wenju_lines")


def save(room: Room, document_id: int, saved: object) -> None:
    lines.save(room.desk, Voice("en"), document_id, 1, saved)


def test_a_saved_line_is_corrected_and_can_be_taken_back(room: Room) -> None:
    document = room.read_scan(PAGE)
    line = shown(correcting(room, document.id))["lines"][1]
    assert answered(room, "deposlt euro 900").citations
    told = {"index": 1, "box": line["box"], "now": line["text"], "then": "The deposit is 900 euro."}
    save(room, document.id, told)
    line = shown(correcting(room, document.id))["lines"][1]
    assert (line["kind"], line["text"], line["was"]) == ("corrected", "The deposit is 900 euro.", PAGE[1][0])
    assert "deposit" in answered(room, "deposit euro 900").citations[0].quote
    save(room, document.id, {**told, "now": line["text"], "then": line["was"]})
    line = shown(correcting(room, document.id))["lines"][1]
    assert (line["kind"], line["text"]) == ("doubt", PAGE[1][0])
    assert page_corrections(room.desk.database, document.id, 1) == ()


@pytest.mark.parametrize("told", [None, "x", {}, {"index": 1, "box": [1], "now": "a", "then": "b"}])
def test_nonsense_is_not_saved(room: Room, told: object) -> None:
    document = room.read_scan(PAGE)
    save(room, document.id, told)
    assert page_corrections(room.desk.database, document.id, 1) == ()


def test_while_the_document_is_read_nothing_can_be_saved(room: Room) -> None:
    document = room.read_scan(PAGE)
    set_state(room.desk.database, document.id, "reading")
    data = shown(correcting(room, document.id, "zh"))
    assert data["locked"] and "读取完成后" in data["said"]["to_check"]


def test_an_answer_says_that_it_rests_on_a_doubtful_line(room: Room) -> None:
    document = room.read_scan(PAGE)
    answer = answered(room, "deposlt euro 900")
    plain = answer_html(answer, Voice("en"))
    assert "low confidence" not in plain and "check the picture" not in plain
    html = answer_html(answer, Voice("zh"), {1})
    assert "wenju-doubt" in html and "识别置信度较低" in html and "请核对图像" in html
    conversation = create_conversation(room.desk.database, "Deposit", [1], 1.0)
    add_turn(room.desk.database, conversation.id, Turn("deposlt?", answer), time.time())
    (drawn,) = answers(room.open(conversation=conversation.id))
    assert "wenju-doubt" in drawn and "check the picture" in drawn
    save(
        room,
        document.id,
        {
            "index": 1,
            "box": shown(correcting(room, document.id))["lines"][1]["box"],
            "now": PAGE[1][0],
            "then": PAGE[1][0],
        },
    )
    (drawn,) = answers(room.open(conversation=conversation.id))
    assert "wenju-doubt" not in drawn


def test_a_page_without_text_is_said(room: Room) -> None:
    document = room.read_scan(PAGE, (), ())
    app = room.open(page="document", document=document.id)
    assert "2 pages hold no text: 2–3" in said(app)
    assert "2 页没有文字：2–3" in said(room.open("zh", page="library"))
