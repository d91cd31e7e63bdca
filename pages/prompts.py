"""Prompts: what the chat model is told in a library, edited, tried, put to use, and put away."""

from __future__ import annotations

import time

import streamlit as st

from pages.parts import frame, session
from pages.parts.choice import choose_library
from pages.parts.engine import Desk
from pages.parts.facts import date
from pages.parts.frame import draw_problem, empty
from pages.parts.prompting import draw_fields, draw_trial, forget_fields
from pages.parts.text import Voice
from rag_core.ask.prompt import DEFAULTS, check_template
from rag_core.errors import UserError
from rag_core.messages import Language
from rag_core.store import prompts as store
from rag_core.store.libraries import list_libraries
from rag_core.store.prompts import Prompt
from rag_core.types import Template

_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def main(desk: Desk, voice: Voice) -> None:
    st.title(voice("prompts_title"))
    st.caption(voice("prompts_lead"))
    libraries = list_libraries(desk.database)
    if not libraries:
        empty(voice("ask_nothing"), "")
        return
    if desk.asking.status().chat == "quote":
        st.info(voice("prompt_quote"), icon=":material/info:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        library = choose_library(desk, voice, libraries)
        language: Language = st.segmented_control(
            voice("prompts_language"),
            _LANGUAGES,
            default=voice.language,
            required=True,
            format_func=lambda one: voice(f"prompts_{one}"),
            key="prompt-language",
        )
    _draw(desk, voice, library.id, language)


def _draw(desk: Desk, voice: Voice, library_id: int, language: Language) -> None:
    versions = {one.id: one for one in store.list_prompts(desk.database, library_id, language)}
    used = store.prompt_in_use(desk.database, library_id, language)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            voice("prompts_in_use", version=used.version) if used else voice("prompts_default"),
            width="content",
        )
        if used is not None and st.button(
            voice("prompt_reset"), key="prompt-reset", icon=":material/restart_alt:", type="tertiary"
        ):
            store.put_prompts_away(desk.database, library_id, language)
            st.rerun()
    options = [0, *versions]
    start = _start(library_id, language)
    kept = session.recall(start)
    session.show_in(start, kept if kept in options else used.id if used else 0)
    chosen = st.selectbox(
        voice("prompts_start"),
        options,
        format_func=lambda one: _named(voice, versions[one]) if one else voice("prompts_from_default"),
        key=start,
        on_change=session.keep_from,
        args=(start, start),
    )
    base = versions[chosen].template if chosen else DEFAULTS[language]
    template = draw_fields(voice, base, f"{start}-{chosen}")
    st.caption(voice("prompt_fixed"))
    if _draw_keeping(desk, voice, (library_id, language), template):
        forget_fields(f"{start}-{chosen}")
        st.rerun()
    if chosen and (used is None or used.id != chosen):
        version = versions[chosen].version
        if template != base:
            st.caption(voice("prompt_unsaved", version=version))
        if st.button(
            voice("prompt_activate", version=version), key="prompt-activate", icon=":material/check:"
        ):
            store.activate_prompt(desk.database, chosen, time.time())
            st.rerun()
    draw_trial(desk, voice, library_id, template)


def _start(library_id: int, language: Language) -> str:
    """Under which it is kept what the prompt of that library and language begins from."""
    return f"prompt-start-{library_id}-{language}"


def _draw_keeping(desk: Desk, voice: Voice, place: tuple[int, Language], template: Template) -> bool:
    """Returns whether the template was saved just now."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input(voice("prompt_note"), key=session.fresh_key("prompt-note"))
        save = st.button(voice("prompt_save"), key="prompt-save", icon=":material/save:")
    if not save:
        return False
    try:
        check_template(template)
        saved = store.add_prompt(desk.database, *place, template, note, time.time())
    except UserError as error:
        draw_problem(error.problem, voice)
        return False
    session.keep(_start(*place), saved.id)
    session.renew("prompt-note")
    st.toast(voice("prompt_saved", version=saved.version), icon=":material/check:")
    return True


def _named(voice: Voice, prompt: Prompt) -> str:
    note = f": {prompt.note}" if prompt.note else ""
    return voice("prompts_version", version=prompt.version, date=date(prompt.created_at), note=note)


frame.show(main)
