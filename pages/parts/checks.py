"""The gate's table of a generation: what was demanded, what was measured, and what it means."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from pages.parts.text import Voice
from pages.parts.text_system import GATE_ZH
from rag_core.store.generations import Check, Generation

_KNOWN = (
    "kind", "documents", "vectors", "embedder", "recall", "latency", "size", "golden", "files",
)  # fmt: skip


def draw_checks(generation: Generation, voice: Voice) -> None:
    """Every check with its figures."""
    if not generation.checks:
        st.caption(voice("index_no_checks"))
        return
    head = "".join(
        f'<th scope="col">{escape(voice(key))}</th>' for key in ("gate_check", "gate_wanted", "gate_found")
    )
    rows = "".join(_row(check, voice) for check in generation.checks)
    st.html(
        f'<div class="wenju-checks"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def reasons(generation: Generation, voice: Voice) -> str:
    """Why it was refused."""
    said = [
        f"{name_of(check, voice)}: {worded(check.found, voice)} ({worded(check.wanted, voice)})"
        for check in generation.shortcomings
    ]
    return "; ".join(said)


def name_of(check: Check, voice: Voice) -> str:
    """What is checked."""
    return voice(f"gate_{check.name}") if check.name in _KNOWN else check.name


def worded(text: str, voice: Voice) -> str:
    """What a check says of itself, in the voice's language."""
    if voice.language == "zh":
        for pattern, chinese in GATE_ZH:
            text = re.sub(pattern, chinese, text)
    return text


def _row(check: Check, voice: Voice) -> str:
    why = voice(f"gatewhy_{check.name}") if check.name in _KNOWN else ""
    mark, said = ("✓", "gate_passed") if check.passed else ("✗", "gate_failed")
    state = "good" if check.passed else "bad"
    return (
        f'<tr><th scope="row"><span class="wenju-verdict wenju-{state}" role="img"'
        f' aria-label="{escape(voice(said))}">{mark}</span>{escape(name_of(check, voice))}'
        f"<small>{escape(why)}</small></th>"
        f"<td>{escape(worded(check.wanted, voice))}</td><td>{escape(worded(check.found, voice))}</td></tr>"
    )
