"""The page ledger on screen, progress with the time left, older versions of a file, and the way back."""

from __future__ import annotations

import io

from streamlit.testing.v1 import AppTest

from ingest_jobs.submit import add_file
from rag_core.errors import Problem
from rag_core.store.documents import get_document, list_documents, set_state
from rag_core.store.pages import begin_pages, page_records, save_page
from rag_core.types import Document, PageRecord, PageState
from tests.builders import digital_pdf
from tests.ui.conftest import Room, said

LINE = (("Some line of text.", 0.99),)


def enter(room: Room, document: Document, number: int, state: PageState, seconds: float = 4.0) -> None:
    problem = Problem("page_time", "120") if state == "failed" else None
    by = "text-layer" if state == "needs_ocr" else "PP-OCR"
    save_page(
        room.desk.database, PageRecord(document.id, number, state, by, seconds, 0.0, 0, problem, ""), None
    )


def rows(app: AppTest, column: str = "Page") -> list[object]:
    return list(app.dataframe[0].value[column])


def test_what_is_wrong_stands_first(room: Room) -> None:
    document = room.read_scan(LINE, (), LINE, (("hardly legible", 0.4),), LINE)
    enter(room, document, 5, "failed")
    app = room.open(page="document", document=document.id)
    assert rows(app) == [5, 2, 4, 1, 3]
    assert rows(app, "State") == ["Failed", "No text", "Low confidence", "Read", "Read"]
    assert "took longer than 120 s" in str(rows(app, "Problem")[0])
    for text in ("1 page could not be read: 5", "1 page holds no text: 2", "low confidence: 4"):
        assert text in said(app)
    app.button_group(key=f"ledger-filter-{document.id}").set_value("empty").run()
    assert rows(app) == [2]
    assert "1 页没有文字：2" in said(room.open("zh", page="document", document=document.id))


def test_thousands_of_pages_are_listed_at_once(room: Room) -> None:
    document = room.read_scan(LINE)
    begin_pages(room.desk.database, document.id, 3000)
    app = room.open(page="document", document=document.id, number=1500)
    assert len(rows(app)) == 3000 and rows(app)[-1] == 1
    assert "2999 pages wait to be read: 2–3000" in said(app)


def test_a_page_is_read_again_as_a_scan(room: Room) -> None:
    (document,) = room.read(0)
    app = room.open(page="document", document=document.id, number=2)
    table = app.dataframe[0].proto.id
    app.button(key="scan-page").click().run()
    assert not app.exception
    # Rows change places then: what was ticked must not tick others.
    assert app.dataframe[0].proto.id != table
    states = {one.number: one.state for one in page_records(room.desk.database, document.id)}
    assert states[2] == "needs_ocr" and states[1] == "read"
    assert get_document(room.desk.database, document.id).state == "waiting"
    # While it is read there is nothing to ask for, only to cancel.
    assert not [one for one in app.button if one.key in ("scan-page", "retry-page")]
    app.button(key="cancel").click().run()
    assert get_document(room.desk.database, document.id).state == "cancelled"


def test_progress_tells_what_is_left_and_what_failed(room: Room) -> None:
    document = room.read_scan(*[LINE] * 3)
    begin_pages(room.desk.database, document.id, 40)
    for number in range(4, 41):
        enter(room, document, number, "needs_ocr")
    enter(room, document, 4, "failed", 9.5)
    set_state(room.desk.database, document.id, "reading")
    for app in (room.open(page="library"), room.open(page="document", document=document.id)):
        text = app.get("progress")[0].proto.text
        assert text.startswith("Page 4 of 40 · about ") and "left · PP\\-OCR 4" in text
        assert "Failed so far: 4" in said(app)
    assert "约剩" in room.open("zh", page="library").get("progress")[0].proto.text


def versions(room: Room) -> tuple[Document, Document]:
    """Two documents of one name, the older one read, the newer one waiting."""
    older = room.read_scan(LINE)
    newer, twin = add_file(
        room.desk.database,
        room.desk.settings,
        older.library_id,
        older.filename,
        io.BytesIO(digital_pdf([["Another line of text."]])),
    )
    assert not twin
    return older, newer


def ids(room: Room, document: Document) -> list[int]:
    return [one.id for one in list_documents(room.desk.database, document.library_id)]


def test_a_revised_file_replaces_the_older_version_when_it_is_ready(room: Room) -> None:
    older, newer = versions(room)
    app = room.open(page="library")
    assert "A file of this name with other content is here already" in said(app)
    app.button(key=f"replace-{newer.id}").click().run()
    assert "goes when this one is ready" in said(app) and ids(room, older) == [newer.id, older.id]
    set_state(room.desk.database, newer.id, "indexed")
    newest, _ = add_file(
        room.desk.database,
        room.desk.settings,
        older.library_id,
        older.filename,
        io.BytesIO(digital_pdf([["A third line."]])),
    )
    set_state(room.desk.database, newest.id, "indexed")
    app = room.open(page="library")
    app.button(key=f"replace-{newest.id}").click().run()
    assert ids(room, older) == [newest.id] and "Has replaced the version added" in said(app)
    app.button(key=f"keep-{newest.id}").click().run()
    assert ids(room, older) == [newest.id, newer.id]


def test_both_versions_stay_when_asked_to(room: Room) -> None:
    older, newer = versions(room)
    app = room.open("zh", page="library")
    app.button(key=f"keep-{newer.id}").click().run()
    set_state(room.desk.database, newer.id, "indexed")
    app.run()
    assert ids(room, older) == [newer.id, older.id] and "同名" not in said(app)
