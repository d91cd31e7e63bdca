"""Document: its pages as they look, the lines a citation points at, what was read from them, and putting
it right."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, session
from pages.parts.citations import Marks, draw_page
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, empty
from pages.parts.ledger import draw_ledger, draw_remarks
from pages.parts.lines import draw_lines, has_recognised, spots
from pages.parts.naming import draw_name
from pages.parts.page_text import draw_text
from pages.parts.text import Voice
from rag_core.errors import NotFound
from rag_core.store.documents import get_document
from rag_core.store.pages import load_page, locate, page_records
from rag_core.types import Box, Document

# As wide as its seven numbers and two arrows: left to its content, it hides page 2 of 3.
_PAGER_PIXELS = 400


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
        draw_name(desk, voice, document)
        _draw_download(desk, voice, document)
    if document.page_count == 0:
        empty(voice("document_no_pages"), "")
        return
    records = page_records(desk.database, document.id)
    draw_remarks(desk, voice, document, records)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        number = _draw_leafing(document)
        page = load_page(desk.database, document.id, number)
        correcting = page is not None and has_recognised(page) and _draw_view(voice) == "lines"
    boxes = _boxes(desk, document, number)
    left, right = st.columns((1, 1) if correcting else (3, 2), gap="large")
    with left:
        lines = spots(page) if page is not None and correcting else ()
        draw_page(desk, voice, document, number, Marks(boxes, lines=lines))
    with right:
        if page is not None and correcting:
            draw_lines(desk, voice, document, page)
        else:
            record = next((one for one in records if one.number == number), None)
            draw_text(desk, voice, document, record, page, boxes)
    if document.page_count > 1:
        draw_ledger(desk, voice, document)


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
    number = st.pagination(document.page_count, default=wanted, width=_PAGER_PIXELS, key=key)
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


def _draw_view(voice: Voice) -> str:
    return st.segmented_control(
        voice("view_label"),
        ("text", "lines"),
        default="text",
        required=True,
        format_func=lambda one: voice(f"view_{one}"),
        key="view",
        label_visibility="collapsed",
    )


frame.show(main)
