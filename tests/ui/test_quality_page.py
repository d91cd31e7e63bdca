"""Quality: golden questions written, imported, approved and run; feedback and what is learned from it."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.trials import run_name
from rag_core.ask.refusal.calibration import Calibration, Rate, save_calibration
from rag_core.store.chunks import passages, searchable_ids
from rag_core.store.conversations import add_turn, create_conversation
from rag_core.store.documents import delete_documents, list_documents
from rag_core.store.feedback import Feedback, Picked, save_feedback, turn_ids
from rag_core.store.golden import Wanted, add_golden, list_golden
from rag_core.store.libraries import create_library
from rag_core.store.trials import Mark, Trial, Tried, begin_trial, list_trials, marks, save_mark
from rag_core.types import Answer, Citation, Passage, Region, Timings, Turn
from tests.ui.conftest import EMBEDDER, Room, said

LIBRARY = 1
PATIENCE = 30.0


@pytest.fixture
def passage(room: Room) -> Passage:
    """A passage of the sample library, which is read."""
    room.read(0)
    ids = searchable_ids(room.desk.database, LIBRARY)
    return passages(room.desk.database, ids.tolist())[0]


def press(app: AppTest, key: str, opener: str = "") -> None:
    """Presses a button; one in a dialog together with what opens it, for a dialog is open for one run."""
    if opener:
        app.button(key=opener).click()
    app.button(key=key).click().run()
    assert not app.exception, app.exception


def keys(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button]


def wanted(room: Room) -> list[Wanted]:
    return [one.wanted for one in list_golden(room.desk.database, LIBRARY)]


def converse(room: Room, *turns: tuple[str, Passage | None]) -> tuple[int, ...]:
    """Past questions, each answered with the passage or refused; the turns' ids."""
    database = room.desk.database
    conversation = create_conversation(database, "c", [LIBRARY], 1.0)
    for question, found in turns:
        cited = () if found is None else (citation(found),)
        answer = Answer(
            *(question, question, "It says so.", (), cited, (), found is None, False),
            *("quote", (), Timings()),
        )
        add_turn(database, conversation.id, Turn(question, answer), 2.0)
    return turn_ids(database, conversation.id)


def citation(found: Passage) -> Citation:
    regions = (Region(found.first_page, ()),)
    place = found.document_id, found.filename, found.text, found.start, found.end
    return Citation(1, *place, regions, "supported", "")


def test_empty_places_say_what_to_do(room: Room) -> None:
    assert "There is nothing to ask about yet" in said(room.open(page="quality"))
    create_library(room.desk.database, "Empty", EMBEDDER, 1.0)
    told = said(room.open(page="quality", language="zh"))
    assert "还没有标准问题" in told and "没有可采纳的已答问题" in told and "还没有反馈" in told


def test_a_question_is_written_with_where_its_answer_stands(room: Room, passage: Passage) -> None:
    app = room.open(page="quality")
    press(app, "golden-add")
    app.button(key="golden-add").click()
    app.text_area(key="golden-question").set_value("What is it for?")
    app.selectbox(key="golden-document").set_value(passage.filename).run()
    app.number_input(key="golden-page").set_value(2)
    press(app, "golden-save", "golden-add")
    assert wanted(room) == [Wanted("What is it for?", filename=passage.filename, page=2)]
    assert f"{passage.filename}, p. 2" in list(app.dataframe[0].value["Where"])
    press(app, "golden-add")
    press(app, "golden-save", "golden-add")
    assert "The question is empty" in app.error[0].value
    press(app, "golden-add")
    app.text_area(key="golden-question").set_value("Is there a vaccine?")
    app.toggle(key="golden-answerable").set_value(False)
    press(app, "golden-save", "golden-add")
    assert wanted(room)[1] == Wanted("Is there a vaccine?", answerable=False)


def test_questions_are_imported_or_the_lines_that_are_wrong_are_named(room: Room, passage: Passage) -> None:
    add_golden(room.desk.database, LIBRARY, [Wanted("one?")], "written", 1.0)
    app = room.open(page="quality")

    def upload(name: str, content: bytes) -> None:
        app.button(key="golden-import").click().run()
        app.button(key="golden-import").click()
        app.file_uploader(key="golden-file").upload(name, content).run()
        assert not app.exception, app.exception

    upload("list.csv", b"question,page\none?,\ntwo?,3\n")
    assert "put right line 3" in app.error[0].value and len(wanted(room)) == 1
    upload("list.jsonl", b'{"question": "one?", "answer": "1"}\n{"question": "two?"}\n')
    assert wanted(room) == [Wanted("one?", "1"), Wanted("two?")]


def test_a_question_of_a_conversation_is_approved(room: Room, passage: Passage) -> None:
    asked, refused, judged = converse(
        room, ("What stands there?", passage), ("Is there a vaccine?", None), ("Which one?", passage)
    )
    picked = Picked(passage.document_id, passage.filename, 1, 5, 9, "the right words")
    save_feedback(room.desk.database, judged, Feedback("bad", "wrong_place", "", picked), 3.0)
    app = room.open(page="quality")
    shown = [key for key in keys(app) if key.startswith("approve-")]
    assert shown == [f"approve-{one}" for one in (judged, refused, asked)]
    for one in (judged, refused, asked):
        press(app, f"approve-{one}")
    page = passage.first_page
    assert wanted(room) == [
        Wanted("Which one?", filename=passage.filename, page=1, quote="the right words"),
        Wanted("Is there a vaccine?", answerable=False),
        Wanted("What stands there?", "It says so.", True, passage.filename, page, passage.text.strip()),
    ]
    assert not [key for key in keys(app) if key.startswith("approve-")]


def wait_for_trial(room: Room) -> None:
    running = room.desk.trials.of(LIBRARY)
    assert running is not None
    until = time.monotonic() + PATIENCE
    while not running.finished:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_trial_runs_and_its_scores_are_shown(room: Room, passage: Passage) -> None:
    words = passage.text.split("\n")[0]
    questions = [
        Wanted(words, filename=passage.filename, page=passage.first_page, quote=passage.text),
        Wanted("Zebras jumping quietly?", answerable=False),
    ]
    add_golden(room.desk.database, LIBRARY, questions, "written", 1.0)
    app = room.open(page="quality")
    assert "Nothing run yet" in said(app)
    press(app, "trial-run")
    wait_for_trial(room)
    app = room.open(page="quality")
    told = said(app)
    assert "<dt>Found first</dt><dd>100%<small>1 of 1" in told
    assert "<dt>Refused rightly</dt><dd>100%<small>1 of 1" in told
    app.segmented_control(key="trial-what").set_value("trial_search").run()
    press(app, "trial-run")
    wait_for_trial(room)
    app = room.open(page="quality")
    assert "<dt>Answered</dt><dd>–<small>not tried" in said(app)
    assert [one.tried.chat_id for one in list_trials(room.desk.database, LIBRARY)] == ["", "quote"]
    assert list(app.dataframe[1].value["Questions"]) == ["2", "2"]


def test_a_trial_that_was_cut_off_goes_on_or_is_discarded(room: Room, passage: Passage) -> None:
    database = room.desk.database
    first, _ = add_golden(database, LIBRARY, [Wanted("one?"), Wanted("two?")], "written", 1.0)
    trial = begin_trial(database, LIBRARY, Tried(0, EMBEDDER, "", ""), 2, 5.0)
    save_mark(database, trial.id, Mark(first, True, None, None, None, "", 0.1))
    app = room.open(page="quality")
    assert "Cut off after question 1 of 2" in said(app) and "trial-run" not in keys(app)
    press(app, "trial-resume")
    wait_for_trial(room)
    assert len(marks(database, [trial.id])[trial.id]) == 2
    begin_trial(database, LIBRARY, Tried(0, EMBEDDER, "", ""), 2, 6.0)
    app = room.open(page="quality")
    press(app, "trial-drop")
    assert [one.id for one in list_trials(database, LIBRARY)] == [trial.id]
    assert "trial-run" in keys(app)


def test_feedback_is_listed_and_made_into_lessons(room: Room, passage: Passage) -> None:
    good, bad = converse(room, ("What stands there?", passage), ("And there?", passage))
    save_feedback(room.desk.database, good, Feedback("good"), 3.0)
    save_feedback(room.desk.database, bad, Feedback("bad", "incomplete", "half of it"), 4.0)
    app = room.open(page="quality")
    assert "1 good, 1 bad" in said(app)
    table = app.dataframe[-1].value
    assert list(table["Reason"]) == ["Incomplete", ""] and list(table["Note"]) == ["half of it", ""]
    labels = [one.proto.label for one in app.get("download_button")]
    assert "Questions and answers (1)" in labels and "Ranked answers (0)" in labels


def test_a_document_that_is_gone_is_named(room: Room, passage: Passage) -> None:
    add_golden(room.desk.database, LIBRARY, [Wanted("q?", filename="gone.pdf", page=3)], "imported", 1.0)
    assert [one.filename for one in list_documents(room.desk.database, LIBRARY)] == [passage.filename]
    app = room.open(page="quality")
    assert list(app.dataframe[0].value["Where"]) == ["gone.pdf (not in the library)"]
    # It never was there: only the question can go.
    assert "golden-restore-0" not in keys(app)
    press(app, "golden-gone-delete-0")
    assert wanted(room) == [] and "undo-golden" in keys(app)


def test_the_document_of_a_golden_question_is_restored(room: Room, passage: Passage) -> None:
    some = [Wanted("one?", filename=passage.filename), Wanted("two?", filename=passage.filename)]
    add_golden(room.desk.database, LIBRARY, some, "written", 1.0)
    delete_documents(room.desk.database, [passage.document_id], time.time())
    app = room.open(page="quality")
    assert "2 golden questions are left out of runs" in said(app)
    assert "2 questions are left out of every run" in said(app)
    press(app, "golden-restore-0")
    assert "left out" not in said(app) and "golden-gone-delete-0" not in keys(app)
    assert [one.id for one in list_documents(room.desk.database, LIBRARY)] == [passage.document_id]


def test_the_errors_of_refusal_are_shown_with_their_intervals(room: Room) -> None:
    room.read(0)
    app = room.open(page="quality")
    assert "Not measured yet" in said(app)
    kept = Calibration(LIBRARY, EMBEDDER, 30, 0.62, Rate(5, 40), Rate(0, 0), 5.0)
    save_calibration(room.desk.settings.indexes, kept)
    app = room.open(page="quality")
    assert "5 of 40 · 95%: 5% to 26%" in said(app)
    assert r"0\.62" in said(app)


def test_few_questions_make_no_rate_of_refusal(room: Room) -> None:
    room.read(0)
    kept = Calibration(LIBRARY, EMBEDDER, 30, 0.5, Rate(4, 6), Rate(1, 10), 5.0)
    save_calibration(room.desk.settings.indexes, kept)
    app = room.open(page="quality")
    assert "4 of 6: too few questions to tell" in said(app) and "67%" not in said(app)
    assert "1 of 10 · 95%" in said(app)


@pytest.mark.parametrize(
    ("tried", "name"),
    [
        (Tried(0, "e5", "", "quote"), "#4 · quote"),
        (Tried(3, "e5", "", "quote"), "#4 · 3 · quote"),
        (Tried(3, "e5", "", ""), "#4 · 3 · e5"),
    ],
)
def test_a_run_is_named_on_the_chart_by_what_there_was(tried: Tried, name: str) -> None:
    assert run_name(Trial(4, LIBRARY, tried, 1, 1.0, 2.0)) == name
