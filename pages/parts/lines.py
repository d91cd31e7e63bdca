"""The recognised lines of a page, to be put right beside its picture."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from pages.parts import session
from pages.parts.citations import sides
from pages.parts.engine import Desk
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.store.amend import places
from rag_core.store.correcting import LONGEST_LINE
from rag_core.store.corrections import Correction, lost_corrections, original_texts
from rag_core.store.doubts import is_doubtful
from rag_core.types import Box, Document, Line, Page

_COMPONENT = "wenju_lines"
_NOTES = "lines"
_READY = ("indexed", "partly")


def has_recognised(page: Page) -> bool:
    """Whether there is a line that can be put right."""
    return any(one.line.source != "text" for one in places(page))


def spots(page: Page) -> list[tuple[Box, str]]:
    """The lines as the picture marks them, each with its kind."""
    return [(one.line.box, _kind(one.line)) for one in places(page)]


def draw_lines(desk: Desk, voice: Voice, document: Document, page: Page) -> None:
    """Each line with its piece of the picture and a field; those to be doubted are marked. What is saved is
    in the document before the page is drawn again."""
    key = f"lines-{document.id}-{page.number}"
    component = st.components.v2.component(
        _COMPONENT,
        html='<div class="wenju-root"></div>',
        js=(Path(__file__).parent / "lines.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
    originals = original_texts(desk.database, document.id, page)
    lines = [_row(voice, place.line, was) for place, was in zip(places(page), originals, strict=True)]
    lost = lost_corrections(desk.database, document.id, page)
    if lost:
        texts = " · ".join(one.corrected for one in lost)
        st.html(f'<p class="wenju-doubt-note">{escape(voice("lines_lost", texts=texts))}</p>')
    doubtful = sum(line["kind"] == "doubt" for line in lines)
    locked = document.state not in _READY
    component(
        key=key,
        data={
            "page": f"{document.id}/{page.number}",
            "lines": lines,
            "locked": locked,
            "longest": LONGEST_LINE,
            "answer": _answer(f"{document.id}/{page.number}"),
            "said": {
                "to_check": voice("lines_locked")
                if locked
                else voice.count("lines_to_check", doubtful)
                if doubtful
                else voice("lines_none_to_check"),
                "next": voice("lines_next"),
                "save": voice("save"),
                "saving": voice("lines_saving"),
                "right": voice("lines_right"),
                "back": voice("undo"),
            },
        },
        on_saved_change=lambda: save(desk, voice, document.id, page.number, session.told(key, "saved")),
    )


def _row(voice: Voice, line: Line, was: str | None) -> dict[str, object]:
    kind = _kind(line)
    note = ""
    if kind == "doubt":
        note = voice("line_doubt", confidence=f"{line.confidence:.0%}")
    elif kind == "corrected":
        note = voice("line_confirmed") if was == line.text else voice("line_was", text=was or "…")
    return {
        "box": sides(line.box),
        "kind": kind,
        "text": line.text,
        "was": was if was is not None else line.text,
        "note": note,
        "label": voice("line_label", text=line.text) + (f" ({note})" if note else ""),
    }


def _kind(line: Line) -> str:
    if line.source == "ocr":
        return "doubt" if is_doubtful(line) else "ocr"
    return line.source


def _answer(page: str) -> dict[str, object] | None:
    """What became of the line of this page that was saved last, where that went wrong."""
    for where, said in session.notes(_NOTES):
        told_of, _, index = where.rpartition("/")
        if told_of == page:
            return {"index": int(index), "problem": said}
    return None


def save(desk: Desk, voice: Voice, document_id: int, number: int, saved: object) -> None:
    """Corrects the line that the component told of, and leaves a note of what went wrong, if anything did."""
    session.leave_notes((), _NOTES)
    if not isinstance(saved, dict):
        return
    box, now, then = saved.get("box"), saved.get("now"), saved.get("then")
    if not (isinstance(box, list) and len(box) == 4 and isinstance(now, str) and isinstance(then, str)):
        return
    try:
        desk.asking.correct(Correction(document_id, number, Box(*map(float, box)), now, then))
    except UserError as error:
        where = f"{document_id}/{number}/{int(saved.get('index', 0))}"
        session.leave_notes(((where, sentence(error.problem, voice.language)),), _NOTES)
