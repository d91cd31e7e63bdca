"""What stands around every page: the look, the language, and how problems are said."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from pages.parts import session
from pages.parts.text import Voice
from rag_core.errors import Problem, UserError
from rag_core.messages import sentence

_LABELS = {"zh": "中文", "en": "English"}
_MARKDOWN = set("\\`*_{}[]()#+-.!$~<>|&^=")


def icon() -> str:
    """The app's mark, as SVG."""
    return (Path(__file__).parent / "mark.svg").read_text(encoding="utf-8")


def run(page: Page, voice: Voice) -> None:
    """Draws the frame and the page in it. A problem that the page lets through is said as a sentence."""
    st.html(Path(__file__).parent / "look.css")
    st.logo(icon(), size="medium")
    _draw_language(voice)
    try:
        page.run()
    except UserError as error:
        draw_problem(error.problem, voice)


def _draw_language(voice: Voice) -> None:
    with st.sidebar.container(key="language"):
        for language, label in _LABELS.items():
            if language != voice.language:
                st.button(
                    label,
                    key=f"language-{language}",
                    type="tertiary",
                    icon=":material/translate:",
                    on_click=session.choose_language,
                    args=(language,),
                )


def plain(text: str) -> str:
    """The text for a label, where Streamlit would read Markdown, LaTeX or :codes: in it."""
    escaped = "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in text)
    # A word joiner keeps ":smile:" and "http://" what they are: letters.
    return escaped.replace(":", ":\u2060").replace("\n", " ")


def draw_problem(problem: Problem, voice: Voice) -> None:
    """The problem's sentence, in a box."""
    st.error(plain(sentence(problem, voice.language)), icon=":material/error:")


def empty(title: str, lead: str) -> None:
    """What a place without content says."""
    st.html(f'<div class="wenju-empty"><b>{escape(title)}</b><span>{escape(lead)}</span></div>')
