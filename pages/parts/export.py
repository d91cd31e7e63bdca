"""A conversation with its evidence, to be taken along."""

from __future__ import annotations

import re
import time
from functools import partial

import streamlit as st

from pages.parts.engine import Desk
from pages.parts.frame import guarded
from pages.parts.text import Voice
from rag_core.bundle.collect import collect
from rag_core.bundle.markdown import conversation_text
from rag_core.bundle.write import as_html, as_zip
from rag_core.store.conversations import Conversation

_NAME_LENGTH = 40
_KINDS = (("html", "text/html", ":material/html:"), ("zip", "application/zip", ":material/folder_zip:"),
          ("md", "text/markdown", ":material/markdown:"))  # fmt: skip


def open_export(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    """Opens the dialog that offers the conversation as a file."""
    st.dialog(voice("export_title"))(guarded(_draw, voice))(desk, voice, conversation)


def _draw(desk: Desk, voice: Voice, conversation: Conversation) -> None:
    st.caption(voice("export_lead"))
    for kind, media, icon in _KINDS:
        st.download_button(
            voice(f"export_{kind}"),
            data=partial(export, desk, voice, conversation.id, kind),
            file_name=f"{_filename(conversation.title)}.{kind}",
            mime=media,
            key=f"export-{kind}",
            icon=icon,
            on_click="ignore",
            width="stretch",
        )
    st.caption(voice("export_verify"))


def export(desk: Desk, voice: Voice, conversation_id: int, kind: str) -> bytes:
    """The conversation as a file of that kind: html, zip or md. Raises NotFound."""
    collected = collect(desk.database, desk.images.get, conversation_id, time.time())
    match kind:
        case "html":
            return as_html(collected, voice.language)
        case "zip":
            return as_zip(collected, voice.language)
        case _:
            return conversation_text(collected.record, voice.language).encode("utf-8", "replace")


def _filename(title: str) -> str:
    """The title as every file system takes it."""
    plain = re.sub(r"[^\w\-]+", " ", title).strip()[:_NAME_LENGTH].strip()
    return f"wenju {plain}" if plain else "wenju"
