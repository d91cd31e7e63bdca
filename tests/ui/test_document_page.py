"""Document: pages, the lines pointed at, and what was read."""

from __future__ import annotations

import pytest

from rag_core.errors import Problem
from rag_core.store.chunks import document_passages
from rag_core.store.documents import delete_documents, get_document
from rag_core.store.pages import locate, save_page
from rag_core.types import PageRecord
from tests.ui.conftest import Room, components, said


def test_a_page_shows_its_image_its_text_and_how_it_was_read(room: Room) -> None:
    (document,) = room.read(0)
    app = room.open(page="document", document=document.id)
    shown = components(app, "wenju_page")
    assert len(shown) == 1 and shown[0]["src"].startswith("data:image/png;base64,")
    assert shown[0]["boxes"] == []
    assert "Operator&#x27;s Manual" in said(app) and "100%" in said(app)


def test_the_address_points_at_lines(room: Room) -> None:
    (document,) = room.read(0)
    wanted = next(
        one for one in document_passages(room.desk.database, document.id) if "flashing amber" in one.text
    )
    low = wanted.start + wanted.text.index("A flashing amber")
    high = low + len("A flashing amber light")
    regions = locate(room.desk.database, document.id, low, high)
    assert [region.page_number for region in regions] == [3]
    app = room.open(page="document", document=document.id, start=low, end=high, number=3)
    boxes = components(app, "wenju_page")[0]["boxes"]
    assert boxes == [[box.x0, box.y0, box.x1, box.y1] for box in regions[0].boxes]
    assert "<mark>" in said(app)


@pytest.mark.parametrize("wrong", ["", "0", "99", "-1", "1e9", "<script>", "9" * 40])
def test_an_address_that_leads_nowhere_says_so(room: Room, wrong: str) -> None:
    room.read(0)
    app = room.open(page="document", document=wrong)
    assert "Choose a document" in said(app) or "does not exist" in said(app)


def test_a_deleted_document_says_so(room: Room) -> None:
    (document,) = room.read(0)
    delete_documents(room.desk.database, [document.id], 1.0)
    assert "does not exist" in said(room.open(page="document", document=document.id))


def test_a_page_that_failed_says_why(room: Room) -> None:
    (document,) = room.read(0)
    failed = PageRecord(document.id, 1, "failed", "ocr", 120.0, 0.0, 0, Problem("page_time", "120"), "")
    save_page(room.desk.database, failed, None)
    app = room.open("zh", page="document", document=document.id)
    assert "读取该页超过 120 秒" in app.error[0].value
    app.button(key="retry-page").click().run()
    assert not app.exception and not app.error


def test_a_document_is_called_something_else(room: Room) -> None:
    (document,) = room.read(0)
    app = room.open(page="document", document=document.id)
    app.button(key="icon-rename").click().run()
    app.button(key="icon-rename").click()
    app.text_input[0].set_value("Printer manual")
    app.button(key="document-rename").click().run()
    assert not app.exception and not app.error
    assert get_document(room.desk.database, document.id).filename == "Printer manual.pdf"
    assert "Printer manual.pdf" in said(app.run())
    app.button(key="icon-rename").click().run()
    app.button(key="icon-rename").click()
    app.text_input[0].set_value(" ")
    app.button(key="document-rename").click().run()
    assert "needs a name" in app.error[0].value
