"""A conversation with its evidence, to be taken along."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from functools import partial

import streamlit as st

from pages.parts import session
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import guarded
from pages.parts.text import Voice
from rag_core.bundle.collect import collect
from rag_core.bundle.markdown import conversation_text
from rag_core.bundle.read import seal_of
from rag_core.bundle.write import as_html, as_zip
from rag_core.errors import UserError
from rag_core.store.conversations import Conversation
from rag_core.store.exports import Export, exports_of, keep_export

_NAME_LENGTH = 40
_SEALS_SHOWN = 3
_LOOK_SECONDS = 0.2
# Most of an export is drawing pages that nobody has looked at yet.
_MAKING_SECONDS = 20.0
_KINDS = (("html", "text/html", ":material/html:"), ("zip", "application/zip", ":material/folder_zip:"),
          ("md", "text/markdown", ":material/markdown:"))  # fmt: skip


def open_export(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    """Opens the dialog that offers the conversation as a file."""
    st.dialog(voice("export_title"))(guarded(_draw, voice))(desk, voice, conversation)


def _draw(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    st.caption(voice("export_lead"))
    sealed = False
    for kind, media, icon in _KINDS:
        asked = st.download_button(
            voice(f"export_{kind}"),
            data=partial(export, desk, voice, conversation.id, kind),
            file_name=f"{_filename(conversation.title)}.{kind}",
            mime=media,
            key=f"export-{kind}",
            icon=icon,
            width="stretch",
        )
        sealed = sealed or (asked and kind != "md")
    st.caption(voice("export_verify"))
    found = _exports(desk, voice, conversation.id, sealed)
    if not found:
        return
    st.markdown(f"**{voice('export_seals')}**")
    st.caption(voice("export_seal_why"))
    for one in found[:_SEALS_SHOWN]:
        st.caption(voice("export_sealed", kind=one.kind.upper(), date=date(one.exported_at)))
        st.code(one.seal, language=None, wrap_lines=True)


def _exports(desk: Desk, voice: Voice, conversation_id: int, expected: bool) -> tuple[Export, ...]:
    """What was exported of the conversation, the latest first. The file that was just asked for is made meanwhile, and
    waited for."""
    place = f"exports-shown-{conversation_id}"
    found, shown = exports_of(desk.database, conversation_id), session.recall(place) or 0
    until = time.monotonic() + _MAKING_SECONDS
    if expected and len(found) == shown:
        with st.spinner(voice("export_making")):
            while len(found) == shown and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
                found = exports_of(desk.database, conversation_id)
    session.keep(place, len(found))
    return found


def export(desk: Desk, voice: Voice, conversation_id: int, kind: str) -> bytes:
    """The conversation as a file of that kind: html, zip or md. The seal is kept. Raises NotFound."""
    now = time.time()
    collected = collect(desk.database, desk.images.get, conversation_id, now)
    if kind == "md":
        return conversation_text(collected.record, voice.language).encode("utf-8", "replace")
    content = (as_zip if kind == "zip" else as_html)(collected, voice.language)
    # Where nothing can be written any more, the file is given all the same.
    with suppress(UserError):
        keep_export(desk.database, conversation_id, kind, seal_of(content), now)
    return content


def _filename(title: str) -> str:
    """The title as every file system takes it."""
    plain = re.sub(r"[^\w\-]+", " ", title).strip()[:_NAME_LENGTH].strip()
    return f"wenju {plain}" if plain else "wenju"
