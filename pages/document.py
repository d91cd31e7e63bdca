"""Document: its pages as they look, the lines a citation points at, and what was read from them."""

from __future__ import annotations

from html import escape

import streamlit as st

from ingest_jobs import submit
from pages.parts import frame, session
from pages.parts.citations import draw_page, text_html
from pages.parts.engine import Desk
from pages.parts.facts import draw_facts
from pages.parts.frame import draw_problem, empty
from pages.parts.text import Voice
from rag_core.errors import NotFound
from rag_core.store.documents import get_document
from rag_core.store.pages import load_page, locate, page_records
from rag_core.types import Box, Document, PageRecord


def main(desk: Desk, voice: Voice) -> None:
    with st.container(key="wide"):
        _draw(desk, voice)


def _draw(desk: Desk, voice: Voice) -> None:
    with st.container(horizontal=True):
        if session.recall("conversation") is not None:
            st.page_link("pages/chat.py", label=voice("document_to_answer"), icon=":material/arrow_back:")
        st.page_link("pages/library.py", label=voice("document_back"), icon=":material/library_books:")
    document = _document(desk, voice)
    if document is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<div class="wenju-document"><h2>{escape(document.filename)}</h2>'
            f"<small>{escape(voice.count('pages_count', document.page_count))}</small></div>",
            width="content",
        )
        _draw_download(desk, voice, document)
    if document.page_count == 0:
        empty(voice("document_no_pages"), "")
        return
    number = _draw_leafing(document)
    boxes = _boxes(desk, document, number)
    left, right = st.columns((3, 2), gap="large")
    with left:
        draw_page(desk, voice, document, number, boxes)
    with right:
        _draw_reading(desk, voice, document, number, boxes)


def _document(desk: Desk, voice: Voice) -> Document | None:
    wanted = session.address("document")
    if wanted is None:
        empty(voice("document_none"), "")
        return None
    try:
        document = get_document(desk.database, wanted)
    except NotFound as error:
        draw_problem(error.problem, voice)
        return None
    if document.deleted_at is not None:
        draw_problem(NotFound("document_missing").problem, voice)
        return None
    return document


def _draw_download(desk: Desk, voice: Voice, document: Document) -> None:
    path = desk.files.path(document.sha256)
    if path.exists():
        st.download_button(
            voice("document_download"),
            data=path.read_bytes,
            file_name=document.filename,
            key=f"download-{document.id}",
            icon=":material/download:",
            on_click="ignore",
        )


def _draw_leafing(document: Document) -> int:
    """The page to show, from the address; leafing changes the address."""
    wanted = min(max(session.address("page") or 1, 1), document.page_count)
    if document.page_count == 1:
        return 1
    key = f"leaf-{document.id}-{wanted}"
    number = st.pagination(document.page_count, default=wanted, key=key)
    if number != wanted:
        session.set_address(page=number)
        st.rerun()
    return number


def _boxes(desk: Desk, document: Document, number: int) -> tuple[Box, ...]:
    start, end = session.address("start"), session.address("end")
    if start is None or end is None:
        return ()
    regions = locate(desk.database, document.id, start, end)
    return tuple(box for region in regions if region.page_number == number for box in region.boxes)


def _draw_reading(desk: Desk, voice: Voice, document: Document, number: int, boxes: tuple[Box, ...]) -> None:
    records = [each for each in page_records(desk.database, document.id) if each.number == number]
    record = records[0] if records else None
    if record is not None and record.problem is not None:
        draw_problem(record.problem, voice)
    failed = record is not None and record.state == "failed"
    if failed and st.button(voice("document_retry_page"), icon=":material/refresh:", key="retry-page"):
        submit.retry_pages(desk.database, desk.settings, document.id, [number])
        st.rerun()
    st.subheader(voice("document_text"))
    page = load_page(desk.database, document.id, number)
    if page is not None and page.text.strip():
        st.html(f'<div class="wenju-pagetext">{text_html(page, boxes)}</div>')
    else:
        waiting = record is None or record.state in ("waiting", "needs_ocr")
        st.caption(voice("document_page_waiting" if waiting else "document_no_text"))
    if record is not None:
        st.subheader(voice("ledger"))
        draw_facts(_ledger(voice, record))


def _ledger(voice: Voice, record: PageRecord) -> list[tuple[str, str]]:
    facts = [(voice("ledger_state"), voice(f"page_{record.state}"))]
    if record.engine:
        facts.append((voice("ledger_engine"), record.engine))
    if record.state == "read":
        facts.append((voice("ledger_confidence"), f"{record.confidence:.0%}"))
        facts.append((voice("ledger_characters"), f"{record.characters:,}"))
        facts.append((voice("ledger_seconds"), f"{record.seconds:.2f}"))
    return facts


frame.show(main)
