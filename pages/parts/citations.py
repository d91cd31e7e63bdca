"""Where an answer comes from: the page's image with the exact lines highlighted."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from pages.parts import session
from pages.parts.deleted import restore
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import draw_problem, guarded
from pages.parts.text import Voice
from rag_core.bundle.quotes import answering_words, quote_html
from rag_core.errors import NotFound, UserError
from rag_core.page_images import png_size
from rag_core.store.documents import deleted_documents, get_document
from rag_core.store.doubts import doubtful_regions
from rag_core.store.pages import locate
from rag_core.store.versions import has_namesake
from rag_core.text import readable_rows
from rag_core.types import Answer, Box, Document, Region

_COMPONENT = "wenju_page"
_PAGES_SHOWN = 3
_WIDTH = 720


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on a page: the boxes of what is cited, within them those of the very words that answer,
    and the boxes that can be picked on it, each with its kind."""

    boxes: Sequence[Box]
    exact: Sequence[Box] = ()
    lines: Sequence[tuple[Box, str]] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A span of a document to be shown on its page. No regions: they are looked up. `marked`: where the very
    words stand that answer the question; `words` are those words, "" where they are not told apart."""

    document_id: int
    filename: str
    quote: str
    start: int
    end: int
    regions: tuple[Region, ...] = ()
    marked: tuple[Region, ...] = ()
    words: str = ""


def spots_of(answer: Answer, opened: str) -> tuple[tuple[Spot, ...], int]:
    """The spots to leaf through and the place of the one that was clicked ("cite-N" or "near-N")."""
    kind, _, number = opened.partition("-")
    if kind == "cite":
        numbers = [each.number for each in answer.citations]
        spots = tuple(
            Spot(
                each.document_id,
                each.filename,
                each.quote,
                each.start,
                each.end,
                each.regions,
                each.marked,
                answering_words(answer, each.number),
            )
            for each in answer.citations
        )
    else:
        numbers = [each.number for each in answer.evidence]
        found = [each.hit.passage for each in answer.evidence]
        spots = tuple(Spot(p.document_id, p.filename, readable_rows(p.text), p.start, p.end) for p in found)
    return spots, numbers.index(int(number)) if int(number) in numbers else 0


def open_viewer(desk: Desk, voice: Voice, spots: Sequence[Spot], place: int) -> None:
    """Opens the drawer that shows the spot on its page, with the ones before and after."""
    session.keep("spot", place)
    st.dialog(voice("sources"), width=_WIDTH, position="right")(guarded(_draw_viewer, voice))(
        desk, voice, tuple(spots)
    )


def _draw_viewer(desk: Desk, voice: Voice, spots: tuple[Spot, ...]) -> None:
    place = min(session.recall("spot") or 0, len(spots) - 1)
    spot = spots[place]
    document = _living(desk, spot.document_id)
    regions = spot.regions or (
        locate(desk.database, spot.document_id, spot.start, spot.end) if document else ()
    )
    page = regions[0].page_number if regions else 1
    where = voice("page", page=page)
    if document is not None and has_namesake(desk.database, document):
        where += " · " + voice("viewer_added", date=date(document.created_at))
    st.html(
        f'<div class="wenju-where-line">{escape(spot.filename)}<small>{escape(where)}</small></div>'
        f'<blockquote class="wenju-quoted">{quote_html(spot.quote, spot.words)}</blockquote>'
    )
    if doubtful_regions(desk.database, spot.document_id, regions):
        st.html(f'<p class="wenju-doubt-note">{escape(voice("doubt"))}</p>')
    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        _draw_steps(voice, place, len(spots))
        if document is not None:
            _draw_link(voice, spot, document.id, page)
    if document is None:
        st.info(voice("viewer_gone"), icon=":material/info:")
        _draw_way_back(desk, voice, spot.document_id)
        return
    for region in regions[:_PAGES_SHOWN]:
        exact = [box for one in spot.marked if one.page_number == region.page_number for box in one.boxes]
        draw_page(desk, voice, document, region.page_number, Marks(region.boxes, exact))


def _draw_steps(voice: Voice, place: int, count: int) -> None:
    if count < 2:
        return
    st.button(
        voice("viewer_previous"),
        key="icon-previous",
        icon=":material/chevron_left:",
        disabled=place == 0,
        on_click=session.keep,
        args=("spot", place - 1),
        shortcut="Left",
    )
    st.html(f'<span class="wenju-note">{place + 1} / {count}</span>', width="content")
    st.button(
        voice("viewer_next"),
        key="icon-next",
        icon=":material/chevron_right:",
        disabled=place == count - 1,
        on_click=session.keep,
        args=("spot", place + 1),
        shortcut="Right",
    )


def _draw_link(voice: Voice, spot: Spot, document_id: int, page: int) -> None:
    st.page_link(
        "pages/document.py",
        label=voice("viewer_document"),
        icon=":material/menu_book:",
        query_params={
            "document": str(document_id),
            "page": str(page),
            "start": str(spot.start),
            "end": str(spot.end),
            "lang": voice.language,
        },
    )


def _draw_way_back(desk: Desk, voice: Voice, document_id: int) -> None:
    for document in deleted_documents(desk.database, [document_id]):
        st.button(
            voice("viewer_restore"), key=f"viewer-restore-{document_id}", icon=":material/restore_from_trash:",
            on_click=guarded(restore, voice), args=(desk, document),
        )  # fmt: skip


def _living(desk: Desk, document_id: int) -> Document | None:
    try:
        document = get_document(desk.database, document_id)
    except NotFound:
        return None
    return document if document.deleted_at is None else None


def draw_page(desk: Desk, voice: Voice, document: Document, number: int, marks: Marks) -> None:
    """The page's image with what is marked on it; a sentence where it can't be drawn."""
    try:
        image = desk.images.get(document.readable_sha256, number)
    except UserError as error:
        draw_problem(error.problem, voice)
        return
    folder = Path(__file__).parent
    component = st.components.v2.component(
        _COMPONENT,
        html='<div class="wenju-root"></div>',
        js=(folder / "page.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
    width, height = png_size(image)
    component(
        key=f"page-{document.id}-{number}",
        data={
            "src": "data:image/png;base64," + base64.b64encode(image).decode("ascii"),
            "width": width,
            "height": height,
            "boxes": [sides(box) for box in marks.boxes],
            "exact": [sides(box) for box in marks.exact],
            "lines": [{"box": sides(box), "kind": kind} for box, kind in marks.lines],
            "alt": voice("page_alt", page=number, filename=document.filename),
            "highlight": voice("highlight"),
            "zoom": voice("zoom"),
        },
    )


def sides(box: Box) -> list[float]:
    """The box as page.js takes it."""
    return [box.x0, box.y0, box.x1, box.y1]
