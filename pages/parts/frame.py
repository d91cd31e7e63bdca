"""What stands around every page: the look, the language, and how problems are said."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from streamlit.navigation.page import Page

from pages.parts import session
from pages.parts.engine import Desk, open_desk
from pages.parts.text import Voice
from rag_core.errors import Problem, UserError
from rag_core.messages import sentence

Arguments = ParamSpec("Arguments")

_LABELS = {"zh": "中文", "en": "English"}
# What passes by itself is no error.
_PASSING = frozenset({"documents_reading", "libraries_reading", "line_reading"})
_MARKDOWN = set("\\`*_{}[]()#+-.!$~<>|&^=")


def icon() -> str:
    """The app's mark, as SVG."""
    return _drawing("mark")


def _drawing(name: str) -> str:
    return (Path(__file__).parent / f"{name}.svg").read_text(encoding="utf-8")


def _own_words(voice: Voice) -> str:
    """The upload field speaks English only: its words are put in by style."""
    words = {
        key: json.dumps(voice(key), ensure_ascii=False)
        for key in ("upload_choose", "upload_drop", "upload_too_large")
    }
    return (
        f'[data-testid="stFileUploaderDropzone"] > span button p::after {{ content: {words["upload_choose"]}; }}'
        f'[data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: {words["upload_drop"]}; }}'
        f'[data-testid="stFileChips"]:has([aria-invalid="true"])::after {{ content: {words["upload_too_large"]}; }}'
    )


def name_tab(voice: Voice) -> None:
    """Gives the browser's tab its name and icon. Comes before st.navigation: without an icon of our own the browser
    would fetch the page's icon from an address outside."""
    st.set_page_config(page_title=voice("app_name"), page_icon=icon(), layout="centered")


def run(page: Page, voice: Voice) -> None:
    """Draws the frame and the page in it."""
    session.enter_frame()
    st.html(Path(__file__).parent / "look.css")
    st.html(f"<style>{_own_words(voice)}</style>")
    st.logo(_drawing("wordmark"), size="large", icon_image=icon())
    _tell_browser(voice, page)
    _draw_language(voice)
    if page.url_path:
        session.leave_address("conversation")
    page.run()


def pages(voice: Voice) -> list[Page]:
    """The pages, in the voice's language; the first is where the app opens."""
    return [
        st.Page("pages/chat.py", title=voice("nav_chat"), icon=":material/forum:", default=True),
        st.Page("pages/library.py", title=voice("nav_library"), icon=":material/library_books:"),
        st.Page("pages/document.py", title=voice("nav_document"), visibility="hidden"),
        st.Page("pages/retrieval.py", title=voice("nav_retrieval"), icon=":material/troubleshoot:"),
        st.Page("pages/prompts.py", title=voice("nav_prompts"), icon=":material/edit_note:"),
        st.Page("pages/quality.py", title=voice("nav_quality"), icon=":material/verified:"),
        st.Page("pages/admin.py", title=voice("nav_admin"), icon=":material/tune:"),
    ]


def show(draw: Callable[[Desk, Voice], None]) -> None:
    """Draws a page. Where an address leads straight to a page and app.py has never run in this server,
    Streamlit runs the page's file by itself: then the run is handed to app.py."""
    if not session.is_framed():
        name_tab(session.voice())
        st.navigation(pages(session.voice()), position="hidden")
        own_file = Path(inspect.getfile(draw)).name
        st.switch_page(f"pages/{own_file}", query_params=session.whole_address())
    try:
        draw(open_desk(), session.voice())
    except UserError as error:
        draw_problem(error.problem, session.voice())


def guarded(draw: Callable[Arguments, None], voice: Voice) -> Callable[Arguments, None]:
    """The same drawing, which says what a UserError says: for what is drawn again without its page (a fragment, a
    dialog), where `show` does not look."""

    @functools.wraps(draw)
    def drawn(*values: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            draw(*values, **named)
        except UserError as error:
            draw_problem(error.problem, voice)

    return drawn


def _tell_browser(voice: Voice, page: Page) -> None:
    """Not in the sidebar, which a phone does not draw before it is opened."""
    tell = st.components.v2.component(
        "wenju_frame",
        js=(Path(__file__).parent / "frame.js").read_text(encoding="utf-8"),
    )
    spoken = "zh-CN" if voice.language == "zh" else "en"
    with st.container(key="frame"):
        moves = session.moves(f"{page.url_path}/{session.recall('conversation')}")
        tell(
            key="frame-told",
            data={"language": spoken, "chosen": session.language_by_hand(), "moves": moves},
        )


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
    said = plain(sentence(problem, voice.language))
    if problem.code in _PASSING:
        st.info(said, icon=":material/hourglass_top:")
    else:
        st.error(said, icon=":material/error:")


def fits(text: str, most: int, voice: Voice) -> bool:
    """Whether the text has at most so many characters; says so where it has more. A limit of the field's own
    would drop a longer text that is pasted, without a word."""
    if len(text) > most:
        draw_problem(Problem("text_too_long", str(most)), voice)
    return len(text) <= most


def empty(title: str, lead: str) -> None:
    """What a place without content says."""
    st.html(f'<div class="wenju-empty"><b>{escape(title)}</b><span>{escape(lead)}</span></div>')
