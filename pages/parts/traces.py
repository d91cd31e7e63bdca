"""A search told step by step, as HTML. What documents say is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.facts import draw_facts
from pages.parts.text import Voice
from rag_core.ask.language.words import rough_tokens
from rag_core.ask.retrieval.retrieve import Stage
from rag_core.ask.trace import Trace
from rag_core.text import flow, readable_rows
from rag_core.types import Hit

_SHOWN_HITS = 10
_SNIPPET = 120
_SIGNS = ("dense", "near", "sentence", "passage", "lacking", "kind")


def draw_trace(voice: Voice, trace: Trace, key: str) -> None:
    """The decision, the evidence, and the stages that led there."""
    st.html(decision_html(voice, trace))
    with st.expander(voice("sign_figures")):
        rows = [(name, getattr(trace.signs, name, None)) for name in _SIGNS]
        draw_facts((voice(f"sign_{name}"), f"{value:.2f}") for name, value in rows if value is not None)
    st.subheader(voice("stages"))
    ids = ", ".join(str(one) for one in trace.retrieval.generations)
    st.caption(voice("trace_generations", ids=ids) if ids else voice("trace_fresh"))
    stages = trace.retrieval.stages
    labels = [_label(voice, stage) for stage in stages]
    for tab, stage in zip(
        st.tabs([*labels, voice("stage_taken")], key=f"stages-{key}"), [*stages, None], strict=True
    ):
        with tab:
            hits = trace.hits if stage is None else stage.hits
            st.html(hits_html(voice, hits[:_SHOWN_HITS], stage))
    st.subheader(voice("trace_evidence"))
    tokens = sum(rough_tokens(sentence.text) for sentence in trace.gathered.shown)
    st.caption(voice("trace_evidence_lead", tokens=tokens, ms=round(1000 * trace.seconds)))
    st.html(evidence_html(voice, trace))


def _label(voice: Voice, stage: Stage) -> str:
    return voice("stage_label", name=voice(f"stage_{stage.name}"), ms=f"{1000 * stage.seconds:.0f}")


def decision_html(voice: Voice, trace: Trace) -> str:
    """Whether the question would be answered, and by how much."""
    badge, said = ("warn", "decision_refuse") if trace.refused else ("good", "decision_answer")
    why = voice("decision_why", chance=f"{trace.chance:.0%}", needed=f"{trace.answer_from:.0%}")
    files = " · ".join(trace.looked_in)
    where = f'<p class="wenju-note">{escape(voice("looked_in", files=files))}</p>' if files else ""
    return (
        f'<div><span class="wenju-badge wenju-{badge}">{escape(voice(said))}</span> '
        f'<span class="wenju-note">{escape(why)}</span></div>{where}'
    )


def hits_html(voice: Voice, hits: Sequence[Hit], stage: Stage | None) -> str:
    """The hits of a stage in a table: rank, score, where meaning and words put each."""
    if not hits:
        return f'<p class="wenju-note">{escape(voice("trace_none"))}</p>'
    names = ("rank", "score", "dense", "lexical", "passage")
    titles = [voice(f"column_{name}") for name in names]
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    rows = "".join(_row(voice, rank, hit, stage) for rank, hit in enumerate(hits, 1))
    return f'<div class="wenju-table wenju-hits"><table><tr>{head}</tr>{rows}</table></div>'


def _row(voice: Voice, rank: int, hit: Hit, stage: Stage | None) -> str:
    score = hit.score if stage is None else stage.score(hit)
    text = flow(readable_rows(hit.passage.text))
    snippet = text if len(text) <= _SNIPPET else f"{text[:_SNIPPET]}…"
    where = f"{hit.passage.filename} · {voice('page', page=hit.passage.first_page)}"
    cells = (
        str(rank),
        f"{score:.3f}",
        _place(hit.dense_rank, hit.dense),
        _place(hit.lexical_rank, hit.lexical),
    )
    figures = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{figures}<td><b>{escape(where)}</b><br>{escape(snippet)}</td></tr>"


def _place(rank: int, score: float) -> str:
    return f"{rank} ({score:.3f})" if rank else "–"


def evidence_html(voice: Voice, trace: Trace) -> str:
    """The evidence's sentences in order, those that are shown to the model marked."""
    items: list[str] = []
    for evidence in trace.gathered.evidence:
        passage = evidence.hit.passage
        said = [
            f"<mark>{escape(sentence.readable)}</mark>" if sentence.shown else escape(sentence.readable)
            for sentence in trace.gathered.sentences
            if sentence.number == evidence.number
        ]
        where = f"{passage.filename} · {voice('page', page=passage.first_page)}"
        items.append(f"<li><b>{escape(where)}</b><br>{' '.join(said)}</li>")
    if not items:
        return f'<p class="wenju-note">{escape(voice("trace_none"))}</p>'
    return f'<ol class="wenju-pagetext wenju-evidence">{"".join(items)}</ol>'
