"""The drawer that shows a source on its page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import citations
from rag_core.store.documents import delete_documents, get_document, purge_deleted
from tests.ui.conftest import Room, components, said


def viewer(document_id: int) -> None:
    from pages.parts.citations import Spot, open_viewer
    from pages.parts.engine import open_desk
    from pages.parts.text import Voice

    open_viewer(open_desk(), Voice("en"), (Spot(document_id, "a.pdf", "quoted words", 0, 9),), 0)


def test_a_document_that_was_deleted_is_restored_where_it_is_cited(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Here is no other page to lead to.
    monkeypatch.setattr(citations, "_draw_link", lambda *_: None)
    (document,) = room.read(0)
    delete_documents(room.desk.database, [document.id], 5.0)
    app = AppTest.from_function(viewer, args=(document.id,), default_timeout=30).run()
    assert "has been deleted since" in said(app) and "quoted words" in said(app)
    app.button(key=f"viewer-restore-{document.id}").click().run()
    assert get_document(room.desk.database, document.id).deleted_at is None
    assert "has been deleted since" not in said(app) and components(app, "wenju_page")
    delete_documents(room.desk.database, [document.id], 5.0)
    purge_deleted(room.desk.database, 6.0)
    app.run()
    assert "has been deleted since" in said(app) and not app.button
