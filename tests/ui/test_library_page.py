"""Library: adding, watching, unlocking, deleting and bringing back."""

from __future__ import annotations

import io
import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from ingest_jobs import submit
from ingest_jobs.submit import add_file
from pages.parts.shelf import LEAF
from rag_core.errors import Problem, UserError
from rag_core.store.documents import delete_documents, get_document, list_documents, set_state
from rag_core.store.libraries import create_library, delete_library, list_libraries
from rag_core.store.pages import begin_pages
from rag_core.store.versions import replace_older, retire_replaced
from rag_core.types import Document, DocumentState
from tests.builders import digital_pdf, encrypted_pdf
from tests.ui.conftest import EMBEDDER, Room, said
from tests.ui.room import read_in

PDF = digital_pdf([["The deposit is 900 euros."]])


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files])
    app.run()
    assert not app.exception, app.exception
    return app


def in_dialog(app: AppTest, wish: str, name: str = "") -> None:
    """Opens the dialog, fills it in and says yes: in one run, for a dialog is open for one."""
    app.get("menu_button")[0].click(wish).run()
    app.get("menu_button")[0].click(wish)
    if name:
        app.text_input[0].set_value(name)
    yes = {"library_new": "library-create", "rename": "library-rename", "library_delete": "library-delete"}
    app.button(key=yes[wish]).click().run()
    assert not app.exception


def documents(room: Room) -> tuple[Document, ...]:
    found = [list_documents(room.desk.database, one.id) for one in list_libraries(room.desk.database)]
    return tuple(document for some in found for document in some)


def test_the_first_upload_makes_a_library(room: Room) -> None:
    app = upload(room.open(page="library"), ("lease.pdf", PDF), ("notes.png", b"\x89PNG"))
    assert [one.name for one in list_libraries(room.desk.database)] == ["My documents"]
    assert {one.filename for one in documents(room)} == {"lease.pdf", "notes.png"}
    assert "Added 2 files." in said(app) and "Waiting" in said(app)


def test_what_cannot_be_taken_and_what_is_here_already_is_said_by_name(room: Room) -> None:
    app = upload(room.open("zh", page="library"), ("租约.pdf", PDF))
    app = upload(app, ("空.pdf", b""), ("again.pdf", PDF))
    assert "“空.pdf”：文件为空" in said(app) and "“again.pdf”已在库中，名为“租约.pdf”" in said(app)
    app = upload(app, ("租约.pdf", PDF))
    assert "“租约.pdf”已在库中：" in said(app)
    assert len(documents(room)) == 1
    app.button(key="icon-close-notes").click().run()
    assert "已在库中" not in said(app)


def test_a_file_over_the_limit_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    app = room.open(page="library")
    assert app.file_uploader[0].proto.max_upload_size_mb == room.desk.settings.upload_limit_mb == 200


@pytest.mark.parametrize(
    ("state", "problem", "shown"),
    [
        ("waiting", None, "排队中"),
        ("indexing", None, "正在准备检索"),
        ("indexed", None, "就绪"),
        ("partly", Problem("pages_failed", "2, 5"), "部分页面无法读取：2, 5"),
        ("rejected", Problem("file_damaged"), "文件已损坏或不完整"),
        ("cancelled", None, "已取消"),
        ("needs_password", Problem("password_needed"), "文件已加密"),
    ],
)
def test_each_state_is_said(room: Room, state: DocumentState, problem: Problem | None, shown: str) -> None:
    app = upload(room.open("zh", page="library"), ("租约.pdf", PDF))
    set_state(room.desk.database, documents(room)[0].id, state, problem)
    app.run()
    progress = " ".join(str(element.proto.text) for element in app.get("progress"))
    assert shown in said(app) + progress


def test_reading_shows_its_pages(room: Room) -> None:
    app = upload(room.open(page="library"), ("lease.pdf", PDF))
    begin_pages(room.desk.database, documents(room)[0].id, 12)
    set_state(room.desk.database, documents(room)[0].id, "reading")
    app.run()
    assert app.get("progress")[0].proto.text == "Page 0 of 12"


def test_deleting_can_be_undone(room: Room) -> None:
    (document,) = room.read(0)
    app = room.open(page="library")
    app.button(key=f"icon-delete-{document.id}").click().run()
    assert documents(room) == () and "Deleted" in said(app)
    app.button(key="undo-document").click().run()
    assert [one.id for one in documents(room)] == [document.id]
    assert get_document(room.desk.database, document.id).state == "indexed"


def test_reading_is_cancelled_and_tried_again(room: Room) -> None:
    app = upload(room.open(page="library"), ("lease.pdf", PDF))
    (document,) = documents(room)
    app.button(key=f"cancel-{document.id}").click().run()
    assert documents(room)[0].state == "cancelled"
    app.button(key=f"retry-{document.id}").click().run()
    assert documents(room)[0].state == "waiting" and documents(room)[0].attempt == 2


def test_a_password_opens_an_encrypted_file(room: Room) -> None:
    app = room.open(page="library")
    upload(app, ("secret.pdf", encrypted_pdf([["Inside."]], user="open sesame")))
    (document,) = documents(room)
    set_state(room.desk.database, document.id, "needs_password", Problem("password_needed"))
    app.run()
    app.text_input[0].set_value("wrong")
    app.button[[one.label for one in app.button].index("Unlock")].click().run()
    assert "does not open this file" in app.error[0].value
    app.text_input[0].set_value("open sesame")
    app.button[[one.label for one in app.button].index("Unlock")].click().run()
    assert documents(room)[0].state == "waiting"
    assert documents(room)[0].readable_sha256 != document.sha256


def test_without_a_worker_the_page_says_how_to_start_one(room: Room) -> None:
    (document,) = room.read(0)
    set_state(room.desk.database, document.id, "waiting")
    assert "python \\-m ingest\\_jobs" in said(room.open(page="library"))


def test_libraries_are_made_renamed_and_deleted(room: Room) -> None:
    room.read(0)
    app = room.open(page="library")
    for wish, name in (("library_new", "Second"), ("rename", "Renamed")):
        in_dialog(app, wish, name)
    assert {one.name for one in list_libraries(room.desk.database)} == {"Samples", "Renamed"}
    in_dialog(app, "library_new", "Renamed")
    assert "already exists" in app.error[0].value
    app = room.open(page="library")
    in_dialog(app, "library_delete")
    assert len(list_libraries(room.desk.database)) == 1


def test_a_name_that_is_too_long_is_refused_with_the_limit(room: Room) -> None:
    room.read(0)
    app = room.open(page="library")
    in_dialog(app, "library_new", "n" * 201)
    assert "longer than 200 characters" in app.error[0].value
    app = room.open("zh", page="library")
    in_dialog(app, "rename", "长" * 201)
    assert "超过 200 个字符" in app.error[0].value
    assert [one.name for one in list_libraries(room.desk.database)] == ["Samples"]
    assert not any(one.proto.max_chars for one in app.text_input)


def test_the_library_that_was_used_last_is_shown_until_another_is_chosen(room: Room) -> None:
    (document,) = room.read(0)
    create_library(room.desk.database, "Archive", EMBEDDER, 2.0)
    app = room.open(page="library")
    assert app.selectbox[0].value == document.library_id and document.filename in said(app)
    app.selectbox[0].select("Archive").run()
    assert "No documents yet" in said(app)
    for page in ("prompts", "quality", "library"):
        app.switch_page(f"pages/{page}.py").run()
        assert app.selectbox[0].options == ["Archive", "Samples"] and app.selectbox[0].index == 0
    reloaded = room.open(page="library", **app.query_params)
    assert reloaded.selectbox[0].index == 0


def test_what_was_added_is_told_in_its_library_only(room: Room) -> None:
    room.read(0)
    create_library(room.desk.database, "Archive", EMBEDDER, 2.0)
    app = upload(room.open(page="library"), ("lease.pdf", PDF))
    assert "Added 1 file." in said(app)
    app.selectbox[0].select("Archive").run()
    assert "Added 1 file." not in said(app)
    app.selectbox[0].select("Samples").run()
    app.button(key="icon-close-notes").click().run()
    assert "Added 1 file." not in said(app)


def test_nothing_goes_into_another_library_when_the_one_shown_was_deleted_elsewhere(room: Room) -> None:
    room.read(0)
    app = room.open(page="library")
    in_dialog(app, "library_new", "Zebra")
    zebra = next(one for one in list_libraries(room.desk.database) if one.name == "Zebra")
    app.run()
    delete_library(room.desk.database, zebra.id)
    app = upload(app, ("lease.pdf", PDF))
    assert "has been deleted" in said(app)
    assert "lease.pdf" not in {one.filename for one in documents(room)}
    app = upload(app, ("lease.pdf", PDF))
    assert "lease.pdf" in {one.filename for one in documents(room)}


def test_a_worker_that_is_gone_is_started_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (document,) = room.read(0)
    started: list[int] = []
    monkeypatch.setattr(submit, "ensure_worker", lambda *_: started.append(1))
    room.open(page="library")
    assert not started
    set_state(room.desk.database, document.id, "reading")
    room.open(page="library")
    assert started


def test_a_filename_is_only_text(room: Room) -> None:
    room.read(0)
    library = list_libraries(room.desk.database)[0]
    add_file(room.desk.database, room.desk.settings, library.id, "<b>$x$ *y*.pdf", io.BytesIO(PDF))
    app = room.open(page="library")
    assert "&lt;b&gt;$x$ *y*.pdf" in said(app) and "<b>$x$" not in said(app)


def fill(room: Room, count: int) -> None:
    """Adds so many documents that nobody has read."""
    room.read(0)
    library = list_libraries(room.desk.database)[0]
    for number in range(count):
        content = io.BytesIO(b"%PDF" + str(number).encode())
        add_file(room.desk.database, room.desk.settings, library.id, f"Bill {number:03}.pdf", content)


def shown(app: AppTest) -> list[str]:
    return re.findall(r'<div class="wenju-document"><b>([^<]*)</b>', said(app))


def test_many_documents_are_leafed_through(room: Room) -> None:
    fill(room, 2 * LEAF)
    app = room.open(page="library")
    assert shown(app) == [f"Bill {number:03}.pdf" for number in reversed(range(LEAF, 2 * LEAF))]
    app.get("pagination")[0].set_value(3).run()
    assert len(shown(app)) == 1 and not shown(app)[0].startswith("Bill")


def test_documents_are_found_by_name_and_state(room: Room) -> None:
    fill(room, 2 * LEAF)
    app = room.open(page="library")
    app.text_input[0].set_value("bILL 01").run()
    assert shown(app) == [f"Bill {number:03}.pdf" for number in reversed(range(10, 20))]
    app.button_group[0].set_value("ready").run()
    assert not shown(app) and "No document is like that" in said(app)
    app.text_input[0].set_value("").run()
    assert len(shown(app)) == 1 and not app.get("pagination")


def test_documents_are_listed_by_name_and_by_size(room: Room) -> None:
    fill(room, LEAF)
    library, document = list_libraries(room.desk.database)[0], documents(room)[-1]
    for name, content in (("bill 9.pdf", b"%PDF"), ("Bill 10.pdf", b"%PDF" + b"much" * document.bytes)):
        add_file(room.desk.database, room.desk.settings, library.id, name, io.BytesIO(content))
    app = room.open(page="library")
    assert shown(app)[0] == "Bill 10.pdf"
    app.selectbox(key=f"order-{library.id}").set_value("name").run()
    assert shown(app)[9:13] == ["Bill 009.pdf", "bill 9.pdf", "Bill 010.pdf", "Bill 10.pdf"]
    app.selectbox(key=f"order-{library.id}").set_value("largest").run()
    assert shown(app)[:2] == ["Bill 10.pdf", document.filename]


def test_what_was_found_is_deleted_at_once_and_comes_back(room: Room) -> None:
    fill(room, 2 * LEAF)
    app = room.open(page="library")
    assert "delete-many" not in [one.key for one in app.button]
    app.text_input[0].set_value("bill 01").run()
    assert app.button(key="delete-many").label == "Delete these 10 documents"
    app.button(key="delete-many").click().run()
    assert len(documents(room)) == 2 * LEAF + 1 - 10 and "Deleted 10 documents" in said(app)
    app.button(key="undo-many").click().run()
    assert len(documents(room)) == 2 * LEAF + 1 and "undo-many" not in [one.key for one in app.button]


def test_a_delete_that_fails_is_said_above_the_list(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (document,) = room.read(0)
    app = room.open(page="library")

    def refuse(*_: object) -> None:
        raise UserError("disk_full")

    monkeypatch.setattr("pages.parts.many.delete_documents", refuse)
    app.button(key=f"icon-delete-{document.id}").click().run()
    page = said(app)
    assert page.index("disk is full") < page.index(document.filename) and len(documents(room)) == 1


def test_what_was_deleted_in_an_earlier_visit_can_be_restored(room: Room) -> None:
    first, second = room.read(0, 1)
    delete_documents(room.desk.database, [first.id, second.id], time.time())
    app = room.open(page="library")
    assert "2 deleted documents" in [one.label for one in app.expander]
    assert first.filename in said(app) and "Gone for good after" in said(app)
    app.button(key=f"restore-{second.id}").click().run()
    assert not app.exception
    listed = list_documents(room.desk.database, first.library_id)
    assert [one.id for one in listed] == [second.id]
    assert "1 deleted document" in [one.label for one in app.expander]


def test_an_older_version_that_is_restored_stays(room: Room) -> None:
    older, newer = room.read(0, 1)
    replace_older(room.desk.database, newer.id, older.id, time.time())
    app = room.open(page="library")
    app.button(key=f"restore-{older.id}").click().run()
    assert retire_replaced(room.desk.database, time.time()) == ()
    assert len(list_documents(room.desk.database, older.library_id)) == 2


def test_two_versions_that_stay_are_told_apart_by_when_they_came(room: Room) -> None:
    (document,) = room.read(0)
    content = digital_pdf([["Another text."]])
    read_in(room.desk.database, room.desk.files, document.library_id, document.filename, content)
    assert said(room.open(page="library")).count("added ") >= 2
