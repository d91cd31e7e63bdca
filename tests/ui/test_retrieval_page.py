"""The search test page and the prompts page, over the real search and quote mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from pages.parts import engine
from pages.parts.text import Voice
from pages.parts.traces import evidence_html, hits_html
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.words import rarity
from rag_core.ask.prompt import DEFAULTS
from rag_core.engine import Asking
from rag_core.models.defaults import QUOTE
from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.store.libraries import create_library
from rag_core.store.prompts import list_prompts, prompt_in_use
from rag_core.trying import trace_search
from rag_core.types import Evidence, Hit, Passage
from tests.fakes import FakeEmbedder
from tests.ui.conftest import EMBEDDER, Room, said

HOSTILE = '<img src=x onerror=alert(1)> [a](http://evil) "><b>'


@pytest.fixture
def real(room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """The room with the real search over words and a fake embedder's vectors, and no chat model."""

    def open_real(settings: Settings) -> Asking:
        asking = Asking(replace(settings, chat=QUOTE), open_database(settings.database))
        asking._models._embedders["multilingual-e5-small"] = FakeEmbedder()
        return asking

    monkeypatch.setattr(engine, "open_asking", open_real)
    engine.open_desk.clear()
    desk = engine.open_desk()
    yield Room(desk)
    desk.asking.close()


def search(app: AppTest, question: str) -> AppTest:
    app.text_input(key="trace-text").set_value(question)
    app.button[[each.label for each in app.button].index("Search")].click().run()
    assert not app.exception, app.exception
    return app


def test_a_question_is_followed_through_every_stage(real: Room) -> None:
    real.read(0)
    app = search(real.open(page="retrieval"), "What does a flashing amber light mean?")
    assert "Chance that the evidence answers it" in said(app) and "wenju-hits" in said(app)
    assert any("amber" in part for part in said(app).split("<mark>")[1:])
    labels = [tab.label for tab in app.tabs]
    assert labels[0].startswith("Meaning") and labels[1].startswith("Words") and labels[-1] == "Taken"


def test_a_question_that_points_to_a_document_is_followed_there(real: Room) -> None:
    real.read(0, 1)
    app = search(real.open(page="retrieval"), "What does a flashing amber light mean in the manual?")
    assert "Looked only in: Larkspur N2 manual.pdf" in said(app) and "amber" in said(app)
    assert "租赁合同.pdf" not in said(app)
    search(app, "What does a flashing amber light mean?")
    assert "Looked only in" not in said(app)


def test_two_settings_stand_side_by_side(real: Room) -> None:
    real.read(0)
    app = real.open(page="retrieval")
    app.toggle(key="trace-compare").set_value(True).run()
    app.selectbox(key="source-b").set_value("lexical").run()
    search(app, "What does a flashing amber light mean?")
    assert said(app).count("Chance that the evidence answers it") == 2
    assert [tab.label for tab in app.tabs].count("Taken") == 2


def test_without_a_library_chosen_the_page_says_so_once(real: Room) -> None:
    real.read(0)
    app = real.open(page="retrieval")
    app.toggle(key="trace-compare").set_value(True).run()
    app.button_group(key="trace-scope").set_value([]).run()
    search(app, "What is the deposit?")
    assert len(app.error) == 1


def test_a_library_without_documents_is_named_instead_of_a_refusal(real: Room) -> None:
    real.read(0)
    bare = create_library(real.desk.database, "Bare", EMBEDDER, 2.0)
    app = real.open(page="retrieval")
    app.button_group(key="trace-scope").set_value([bare.id]).run()
    search(app, "What is the deposit?")
    assert "Bare" in app.error[0].value and "Would be refused" not in said(app)


def test_a_question_that_is_too_long_is_refused_with_the_limit(real: Room) -> None:
    real.read(0)
    app = real.open(page="retrieval")
    search(app, "x" * 2001)
    assert "longer than 2000 characters" in app.error[0].value and "Chance that" not in said(app)
    app = real.open(page="prompts")
    app.text_input(key="prompt-question").set_value("x" * 2001)
    app.button[[each.label for each in app.button].index("Try")].click().run()
    assert "longer than 2000 characters" in app.error[0].value and not app.exception


def test_documents_stay_text_on_the_page() -> None:
    passage = Passage(1, 1, 1, HOSTILE, 0, 0, 9, HOSTILE, HOSTILE, 1, 1)
    hit = Hit(passage, 0.5, 0.5, 0.5, 1, 1)
    html = hits_html(Voice("en"), [hit], None)
    assert "<img" not in html and "<a " not in html and "&lt;img" in html
    empty = Gathered("q", (Evidence(1, hit, (passage,)),), (), rarity([HOSTILE]))

    class Traced:
        gathered = empty

    assert "<img" not in evidence_html(Voice("en"), Traced())  # type: ignore[arg-type]


def test_a_prompt_is_edited_tried_put_to_use_and_put_away(real: Room) -> None:
    real.read(0)
    app = real.open(page="prompts")
    assert "In use: the default" in said(app)
    area = next(one for one in app.text_area if one.label == "Role")
    area.set_value("You are a careful clerk.").run()
    app.text_input(key="prompt-question").set_value("What does a flashing amber light mean?")
    app.button[[each.label for each in app.button].index("Try")].click().run()
    assert not app.exception
    assert "You are a careful clerk. Use only" in said(app) and "flashing amber" in said(app)
    database = real.desk.database
    assert list_prompts(database, 1, "en") == ()
    app.button(key="prompt-save").click().run()
    (saved,) = list_prompts(database, 1, "en")
    assert saved.template == replace(DEFAULTS["en"], role="You are a careful clerk.")
    assert prompt_in_use(database, 1, "en") is None
    app.button(key="prompt-activate").click().run()
    assert prompt_in_use(database, 1, "en") is not None and "In use: version 1" in said(app)
    means = real.desk.asking.means([1])
    system = means.prompt(trace_search(real.desk.asking, "What is it?", [1]).gathered)[0]
    assert system.text.startswith("You are a careful clerk.")
    app.button(key="prompt-reset").click().run()
    assert prompt_in_use(database, 1, "en") is None and "In use: the default" in said(app)


def role(app: AppTest) -> TextArea:
    return next(one for one in app.text_area if one.label in ("Role", "角色"))


def test_what_was_typed_into_a_prompt_and_not_saved_is_still_there(real: Room) -> None:
    real.read(0)
    create_library(real.desk.database, "Archive", EMBEDDER, 2.0)
    app = real.open(page="prompts")
    role(app).set_value("You are a clerk.").run()
    assert "Not saved yet" in said(app)
    for leave, come_back in (("Archive", "Samples"), ("Archive", "Samples")):
        app.selectbox[0].select(leave).run()
        assert role(app).value == DEFAULTS["en"].role and "Not saved yet" not in said(app)
        app.selectbox[0].select(come_back).run()
        assert role(app).value == "You are a clerk."
    app.segmented_control(key="prompt-language").set_value("zh").run()
    assert role(app).value == DEFAULTS["zh"].role
    app.segmented_control(key="prompt-language").set_value("en").run()
    app.switch_page("pages/library.py").run()
    app.switch_page("pages/prompts.py").run()
    app.query_params["lang"] = "zh"
    app.run()
    app.segmented_control(key="prompt-language").set_value("en").run()
    assert role(app).value == "You are a clerk."
    app.button(key="prompt-discard").click().run()
    assert role(app).value == DEFAULTS["en"].role and not app.exception


def test_a_saved_version_is_begun_from_and_its_note_and_draft_are_put_away(real: Room) -> None:
    real.read(0)
    app = real.open(page="prompts")
    role(app).set_value("You are a clerk.").run()
    next(one for one in app.text_input if one.label == "Note to this version").set_value("clerk").run()
    app.button(key="prompt-save").click().run()
    assert [one.note for one in list_prompts(real.desk.database, 1, "en")] == ["clerk"]
    assert next(one for one in app.text_input if one.label == "Note to this version").value == ""
    assert role(app).value == "You are a clerk." and "Not saved yet" not in said(app)
    app.selectbox[0].select_index(0).run()
    assert role(app).value == DEFAULTS["en"].role
    app.selectbox[0].select_index(1).run()
    assert role(app).value == "You are a clerk."


def test_a_prompt_without_its_sources_is_refused_with_the_reason(real: Room) -> None:
    real.read(0)
    app = real.open("zh", page="prompts")
    area = next(one for one in app.text_area if one.label.startswith("消息"))
    area.set_value("{begin}{end} 问题：{question}").run()
    app.button(key="prompt-save").click().run()
    assert "{sources}" in app.error[0].value.replace("\\", "")
    assert list_prompts(real.desk.database, 1, "zh") == ()
