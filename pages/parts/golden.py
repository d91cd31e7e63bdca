"""Golden questions in a list: writing, importing, changing and deleting them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from pages.parts import session
from pages.parts.deleted import restore
from pages.parts.engine import Desk
from pages.parts.frame import draw_problem, empty, guarded, plain
from pages.parts.text import Voice
from rag_core.errors import UserError
from rag_core.evaluate.golden_files import golden_lines, read_golden
from rag_core.store.documents import list_documents
from rag_core.store.golden import (
    Golden,
    Wanted,
    add_golden,
    change_golden,
    delete_golden,
    list_golden,
    restore_golden,
)
from rag_core.store.places import without_document
from rag_core.store.versions import deleted_in

_ROWS_SHOWN = 12
_ROW_PIXELS = 36
_NOTES, _DELETED = "golden-notes", "golden-deleted"
_EXAMPLE = (
    '{"question": "…", "answer": "…", "document": "handbook.pdf", "page": 2, "quote": "…"}\n'
    '{"question": "…", "answerable": false}'
)


def draw_golden(desk: Desk, voice: Voice, library_id: int) -> None:
    """All golden questions of the library, and what can be done with them."""
    found = list_golden(desk.database, library_id)
    for _, said in session.notes(_NOTES):
        st.success(plain(said), icon=":material/check:")
    session.leave_notes((), _NOTES)
    _draw_undo(desk, voice)
    _draw_gone(desk, voice, library_id)
    _draw_wishes(desk, voice, library_id, found)
    if not found:
        empty(voice("golden_none"), voice("golden_none_lead"))
        return
    picked = [found[place] for place in _draw_table(desk, voice, library_id, found) if place < len(found)]
    if not picked:
        st.caption(voice("golden_hint"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(voice.count("golden_picked", len(picked)), width="content")
        if len(picked) == 1 and st.button(voice("golden_edit"), key="golden-edit", icon=":material/edit:"):
            open_form(desk, voice, library_id, picked[0].wanted, picked[0].id)
        if st.button(voice("delete"), key="golden-delete", icon=":material/delete:"):
            _delete(desk, library_id, picked)
            st.rerun()


def _delete(desk: Desk, library_id: int, some: Sequence[Golden]) -> None:
    delete_golden(desk.database, [one.id for one in some], time.time())
    session.leave_notes(tuple(("id", str(one.id)) for one in some), _DELETED)
    session.renew(_table(library_id))


def _draw_gone(desk: Desk, voice: Voice, library_id: int) -> None:
    """The documents that golden questions name and that are gone: to be restored, or their questions deleted."""
    by_name: defaultdict[str, list[Golden]] = defaultdict(list)
    for one in without_document(desk.database, library_id):
        by_name[one.wanted.filename].append(one)
    deleted = {one.filename: one for one in reversed(deleted_in(desk.database, library_id))}
    for place, (name, some) in enumerate(by_name.items()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"golden-gone-{place}"):
            st.caption(plain(voice.count("golden_gone", len(some), name=name)), width="stretch")
            if name in deleted:
                st.button(
                    voice("viewer_restore"), key=f"golden-restore-{place}",
                    icon=":material/restore_from_trash:", on_click=guarded(restore, voice),
                    args=(desk, deleted[name]),
                )  # fmt: skip
            st.button(
                voice.count("golden_gone_delete", len(some)), key=f"golden-gone-delete-{place}",
                icon=":material/delete:", type="tertiary", on_click=guarded(_delete, voice),
                args=(desk, library_id, some),
            )  # fmt: skip


def open_form(
    desk: Desk, voice: Voice, library_id: int, wanted: Wanted, golden_id: int | None = None
) -> None:
    """The dialog in which a question is written, or changed where an id is given."""
    title = voice("golden_add" if golden_id is None else "golden_edit")
    st.dialog(title)(guarded(_draw_form, voice))(desk, voice, library_id, wanted, golden_id)


def _draw_wishes(desk: Desk, voice: Voice, library_id: int, found: Sequence[Golden]) -> None:
    with st.container(horizontal=True):
        if st.button(voice("golden_add"), key="golden-add", icon=":material/add:"):
            open_form(desk, voice, library_id, Wanted(""))
        if st.button(voice("golden_import"), key="golden-import", icon=":material/upload:"):
            st.dialog(voice("golden_import"))(guarded(_draw_import, voice))(desk, voice, library_id)
        if found:
            st.download_button(
                voice("golden_export"),
                "".join(golden_lines(found)),
                "golden.jsonl",
                "application/jsonl",
                key="golden-export",
                icon=":material/download:",
                on_click="ignore",
            )


def _draw_table(desk: Desk, voice: Voice, library_id: int, found: Sequence[Golden]) -> list[int]:
    """The rows; returns the places of those that are ticked."""
    here = {one.filename for one in list_documents(desk.database, library_id)}
    table = st.dataframe(
        {
            voice("golden_question"): [one.wanted.question for one in found],
            voice("golden_where"): [_where(one.wanted, here, voice) for one in found],
            voice("golden_answer_short"): [one.wanted.answer for one in found],
            voice("golden_origin"): [voice(f"origin_{one.origin}") for one in found],
        },
        hide_index=True,
        height=_ROW_PIXELS * (1 + min(len(found), _ROWS_SHOWN)),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"{session.fresh_key(_table(library_id))}-{len(found)}",
        column_config={
            voice("golden_question"): st.column_config.TextColumn(width="large"),
            voice("golden_origin"): st.column_config.TextColumn(width="small"),
        },
        alt=voice("quality_title"),
    )
    return [int(place) for place in table.selection.rows]


def _where(wanted: Wanted, here: set[str], voice: Voice) -> str:
    if not wanted.answerable:
        return voice("golden_where_refuse")
    if not wanted.filename:
        return voice("golden_document_any")
    if wanted.filename not in here:
        return voice("golden_where_gone", name=wanted.filename)
    if wanted.page:
        return voice("golden_where_page", name=wanted.filename, page=wanted.page)
    return wanted.filename


def _draw_form(desk: Desk, voice: Voice, library_id: int, wanted: Wanted, golden_id: int | None) -> None:
    question = st.text_area(voice("golden_question"), wanted.question, key="golden-question", height=80)
    answerable = st.toggle(voice("golden_answerable"), wanted.answerable, key="golden-answerable")
    said = Wanted(question, answerable=False)
    if answerable:
        answer = st.text_area(voice("golden_answer"), wanted.answer, key="golden-answer", height=80)
        names = sorted({one.filename for one in list_documents(desk.database, library_id)})
        if wanted.filename and wanted.filename not in names:
            names.append(wanted.filename)
        filename = st.selectbox(
            voice("golden_document"),
            ["", *names],
            index=names.index(wanted.filename) + 1 if wanted.filename else 0,
            format_func=lambda one: one or voice("golden_document_any"),
            key="golden-document",
        )
        page = st.number_input(
            voice("golden_page"),
            min_value=1,
            max_value=99_999,
            value=wanted.page or None,
            step=1,
            disabled=not filename,
            key="golden-page",
        )
        quote = st.text_area(
            voice("golden_quote"), wanted.quote, key="golden-quote", height=80, disabled=not filename
        )
        place = (filename, int(page or 0), quote) if filename else ("", 0, "")
        said = Wanted(question, answer, True, *place)
    if st.button(voice("save"), type="primary", key="golden-save"):
        try:
            if golden_id is None:
                add_golden(desk.database, library_id, [said], "written", time.time())
            else:
                change_golden(desk.database, golden_id, said)
        except UserError as error:
            draw_problem(error.problem, voice)
            return
        session.renew(_table(library_id))
        st.rerun()


def _draw_import(desk: Desk, voice: Voice, library_id: int) -> None:
    st.caption(voice("golden_file_help"))
    st.code(_EXAMPLE, language="json", wrap_lines=True)
    file = st.file_uploader(
        voice("golden_file"), type=["jsonl", "csv", "json", "ndjson", "tsv", "txt"], key="golden-file"
    )
    if file is None:
        return
    try:
        some = read_golden(file.name, file.getvalue())
        fresh = add_golden(desk.database, library_id, some, "imported", time.time())
    except UserError as error:
        draw_problem(error.problem, voice)
        return
    notes = [("good", voice.count("golden_imported", len(fresh)))]
    if len(fresh) < len(some):
        notes.append(("good", voice.count("golden_updated", len(some) - len(fresh))))
    session.leave_notes((("good", " ".join(said for _, said in notes)),), _NOTES)
    st.rerun()


def _draw_undo(desk: Desk, voice: Voice) -> None:
    """What was deleted last, and the way back."""
    gone = [int(one) for _, one in session.notes(_DELETED)]
    if not gone:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="golden-undo"):
        st.caption(voice.count("golden_deleted", len(gone)), width="stretch")
        if st.button(voice("undo"), key="undo-golden", icon=":material/undo:", type="tertiary"):
            restore_golden(desk.database, gone)
            session.leave_notes((), _DELETED)
            st.rerun()


def _table(library_id: int) -> str:
    return f"golden-{library_id}"
