"""The page ledger: every page with how it was read, what is wrong first, and reading pages again."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ingest_jobs import submit
from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.facts import draw_facts
from pages.parts.frame import guarded
from pages.parts.progress import draw_progress, engine_name
from pages.parts.text import Voice
from rag_core.messages import sentence
from rag_core.parse.read import page_list
from rag_core.store.documents import UNFINISHED, get_document
from rag_core.store.ledger import REMARKS, Remark, by_remark, remark_on
from rag_core.store.pages import page_records
from rag_core.types import Document, PageRecord

_LOOK_SECONDS = 2.0
_SAID: tuple[Remark, ...] = ("failed", "empty", "doubtful", "waiting")
_ROWS_SHOWN = 12
_ROW_PIXELS = 36


def draw_ledger(desk: Desk, voice: Voice, document: Document) -> None:
    """All pages of the document; drawn again every two seconds while it is being read."""
    busy = document.state in UNFINISHED
    st.fragment(guarded(_draw, voice), run_every=_LOOK_SECONDS if busy else None)(desk, voice, document)


def draw_remarks(desk: Desk, voice: Voice, document: Document, records: Sequence[PageRecord]) -> None:
    """How far the document is, and what there is to say about its pages as a whole, with their numbers."""
    if document.state in UNFINISHED:
        st.fragment(guarded(_draw_reading, voice), run_every=_LOOK_SECONDS)(desk, voice, document.id)
        return
    found = by_remark(records)
    said = [
        voice.count(
            f"pages_{remark}", len(found[remark]), pages=page_list([one.number for one in found[remark]])
        )
        for remark in _SAID
        if remark in found
    ]
    if said:
        lines = "".join(f"<li>{escape(one)}</li>" for one in said)
        st.html(f'<ul class="wenju-remarks">{lines}</ul>')


def _draw_reading(desk: Desk, voice: Voice, document_id: int) -> None:
    document = get_document(desk.database, document_id)
    if document.state not in UNFINISHED:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_progress(desk, voice, document)
        if st.button(voice("cancel"), key="cancel", icon=":material/close:", type="tertiary"):
            submit.cancel_document(desk.database, document_id)
            st.rerun()


def draw_record(desk: Desk, voice: Voice, document: Document, record: PageRecord) -> None:
    """How one page was read, and reading it again."""
    st.subheader(voice("ledger"))
    facts = [(voice("ledger_state"), voice(f"page_{record.state}"))]
    if record.engine:
        facts.append((voice("ledger_engine"), engine_name(voice, record.engine)))
    if record.state == "read":
        facts.append((voice("ledger_confidence"), f"{record.confidence:.0%}"))
        facts.append((voice("ledger_characters"), f"{record.characters:,}"))
        facts.append((voice("ledger_seconds"), f"{record.seconds:.2f}"))
    draw_facts(facts)
    if document.state in UNFINISHED:
        return
    with st.container(horizontal=True):
        _draw_again(desk, voice, document, [record.number], "page")


def _draw(desk: Desk, voice: Voice, document: Document) -> None:
    records = page_records(desk.database, document.id)
    found = by_remark(records)
    st.subheader(voice("ledger_all"))
    chosen = _draw_filter(voice, document, {remark: len(some) for remark, some in found.items()})
    shown = [one for remark in REMARKS if chosen in ("all", remark) for one in found.get(remark, ())]
    picked = _draw_table(voice, document, shown, chosen)
    _draw_wishes(desk, voice, document, [shown[place].number for place in picked if place < len(shown)])


def _draw_filter(voice: Voice, document: Document, counts: dict[Remark, int]) -> str:
    if len(counts) < 2:
        return "all"
    options: dict[str, int] = {
        "all": sum(counts.values()),
        **{str(one): count for one, count in counts.items()},
    }
    chosen = st.pills(
        voice("ledger_filter"),
        list(options),
        default="all",
        required=True,
        format_func=lambda one: f"{voice(f'remark_{one}')} {options[one]:,}",
        key=f"ledger-filter-{document.id}",
        label_visibility="collapsed",
    )
    return chosen if chosen in options else "all"


def _draw_table(voice: Voice, document: Document, shown: Sequence[PageRecord], chosen: str) -> list[int]:
    """The rows; returns the places of those that are picked."""
    rows: dict[str, list[object]] = {
        voice("ledger_page"): [one.number for one in shown],
        voice("ledger_state"): [voice(f"remark_{remark_on(one)}") for one in shown],
        voice("ledger_engine"): [engine_name(voice, one.engine) for one in shown],
        voice("ledger_confidence"): [_percent(one) for one in shown],
        voice("ledger_characters"): [one.characters for one in shown],
        voice("ledger_seconds"): [round(one.seconds, 2) for one in shown],
        voice("ledger_problem"): [
            sentence(one.problem, voice.language) if one.problem else "" for one in shown
        ],
    }
    table = st.dataframe(
        rows,
        hide_index=True,
        height=_ROW_PIXELS * (1 + min(max(len(shown), 1), _ROWS_SHOWN)),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"{session.fresh_key(_table(document))}-{chosen}-{len(shown)}",
        column_config={
            voice("ledger_page"): st.column_config.NumberColumn(width="small"),
            voice("ledger_confidence"): st.column_config.NumberColumn(format="%d %%", width="small"),
            voice("ledger_characters"): st.column_config.NumberColumn(format="localized", width="small"),
            voice("ledger_seconds"): st.column_config.NumberColumn(format="%.2f", width="small"),
            voice("ledger_problem"): st.column_config.TextColumn(width="large"),
        },
        placeholder="–",
        alt=voice("ledger_all"),
    )
    return [int(place) for place in table.selection.rows]


def _percent(record: PageRecord) -> int | None:
    return round(100 * record.confidence) if record.state == "read" and record.characters else None


def _draw_wishes(desk: Desk, voice: Voice, document: Document, numbers: Sequence[int]) -> None:
    """What can be done with the pages that were picked."""
    if not numbers:
        st.caption(voice("ledger_hint"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            voice.count("ledger_picked", len(numbers), pages=page_list(list(numbers))), width="content"
        )
        if len(numbers) == 1 and st.button(
            voice("ledger_show"), icon=":material/visibility:", key="show-page"
        ):
            session.set_address(page=numbers[0], start=None, end=None)
            st.rerun()
        _draw_again(desk, voice, document, numbers, "picked")


def _draw_again(desk: Desk, voice: Voice, document: Document, numbers: Sequence[int], key: str) -> None:
    """Reading the pages again, as they are or as scans; the page is drawn anew then, with no row picked."""
    again = st.button(voice("ledger_again"), icon=":material/refresh:", key=f"retry-{key}")
    as_scan = st.button(
        voice("ledger_scan"),
        icon=":material/document_scanner:",
        key=f"scan-{key}",
        help=voice("ledger_scan_why"),
    )
    if again or as_scan:
        session.renew(_table(document))
        submit.retry_pages(desk.database, desk.settings, document.id, numbers, as_scan=as_scan)
        st.rerun()


def _table(document: Document) -> str:
    return f"ledger-{document.id}"
