"""An answer as HTML. Everything that came from a document, a model or a person is escaped here."""

from __future__ import annotations

from collections.abc import Container, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from pages.parts.text import Voice
from rag_core.ask.refusal.shortfall import speaking_part
from rag_core.bundle.markdown import answer_text
from rag_core.bundle.words import shortfall_of
from rag_core.text import flow, is_cjk, readable_rows
from rag_core.types import Answer, Citation, Sentence

SHOWN_SOURCES = 3
_COMPONENT = "wenju_answer"


def question_html(question: str) -> str:
    """The question as its own bubble; by it, a screen reader goes from answer to answer."""
    return f'<div class="wenju-question" role="heading" aria-level="2">{escape(question)}</div>'


def scroll_here(key: str, to_type: bool = False) -> None:
    """Brings this place into view, once: the key names the occasion. `to_type`: a form's field stands here, which takes
    the keyboard, and Escape presses the form's last button. In the sidebar nothing is moved."""
    component = st.components.v2.component(
        "wenju_here",
        html='<div class="wenju-here"></div>',
        js=(Path(__file__).parent / "here.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
    component(key=f"here-{key}", data={"type": to_type})


def sentences_html(
    text: str,
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    voice: Voice,
    live: bool,
    doubtful: Container[int] = (),
) -> str:
    """The text with its sentences marked and their citations after them. While the answer is still
    coming (`live`) the citations can't be opened yet. `doubtful` are the numbers of the citations that rest
    on lines recognised with low confidence."""
    by_number = {citation.number: citation for citation in citations}
    pieces: list[str] = []
    position = 0
    for sentence in sorted(sentences, key=lambda each: each.start):
        pieces.append(escape(text[position : sentence.start]))
        pieces.append(_sentence(text, sentence, voice, live))
        chips = (by_number[number] for number in sentence.citations if number in by_number)
        pieces.extend(_chip(citation, voice, live, citation.number in doubtful) for citation in chips)
        position = sentence.end
    pieces.append(escape(text[position:]))
    return f'<div class="wenju-text">{"".join(pieces)}</div>'


def _sentence(text: str, sentence: Sentence, voice: Voice, live: bool) -> str:
    said = _said(text, sentence)
    if sentence.support == "supported":
        return f"<span>{said}</span>"
    style, tag = (
        ("wenju-unsupported", "")
        if sentence.support == "unsupported"
        else ("wenju-partly-said", " wenju-partly")
    )
    why = sentence.why or voice(f"support_{sentence.support}_why")
    label = voice(f"support_{sentence.support}")
    return f'<span class="{style}" title="{escape(why)}">{said}</span>' + _tag(tag, label, why, live)


def _said(text: str, sentence: Sentence) -> str:
    """The sentence, in it the very words that answer the question marked where they are told apart."""
    low, high = sentence.marked or (sentence.end, sentence.end)
    if not sentence.start <= low < high <= sentence.end:
        return escape(text[sentence.start : sentence.end])
    marked = f'<mark class="wenju-said">{escape(text[low:high])}</mark>'
    return escape(text[sentence.start : low]) + marked + escape(text[high : sentence.end])


def _tag(style: str, label: str, why: str, live: bool) -> str:
    """What is said of a sentence; why, on hover, and for a finger or a key once it is pressed."""
    if live:
        return f'<span class="wenju-tag{style}">{escape(label)}</span>'
    return (
        f'<button type="button" class="wenju-tag{style}" title="{escape(why)}" aria-expanded="false">'
        f'{escape(label)}</button><span class="wenju-why" hidden>{escape(why)}</span>'
    )


def _chip(citation: Citation, voice: Voice, live: bool, doubtful: bool) -> str:
    style = "wenju-cite" + (" wenju-partly" if citation.support == "partly" else "")
    style += " wenju-doubt" if doubtful else ""
    if live:
        return f'<span class="{style}">{citation.number}</span>'
    label = voice("cite_open", number=citation.number, filename=citation.filename, page=_page(citation))
    label += f". {voice('doubt')}" if doubtful else ""
    return (
        f'<button type="button" class="{style}" data-open="cite-{citation.number}" '
        f'aria-label="{escape(label)}" title="{escape(label)}">{citation.number}</button>'
    )


def _page(citation: Citation) -> int:
    return citation.regions[0].page_number if citation.regions else 1


def answer_html(answer: Answer, voice: Voice, doubtful: Container[int] = ()) -> str:
    """The finished answer: sentences, citations, sources, and how it was made. `doubtful` as above."""
    language = "zh" if is_cjk(answer.text) else "en"
    parts = [_searched(answer, voice), _looked_in(answer, voice)]
    if answer.refused:
        parts.append(
            f'<div class="wenju-refusal"><strong>{escape(voice("refused"))}</strong>'
            f'<div class="wenju-text">{escape(answer.text)}</div></div>'
        )
        parts.append(_closest(answer, voice))
    else:
        if answer.insisted:
            parts.append(f'<p class="wenju-insisted">{escape(voice("insisted"))}</p>')
        parts.append(sentences_html(answer.text, answer.sentences, answer.citations, voice, False, doubtful))
        if answer.stopped:
            parts.append(f'<p class="wenju-note">{escape(voice("stopped"))}</p>')
        parts.append(_sources(answer.citations, voice, doubtful))
    parts.append(_foot(answer, voice))
    return f'<div class="wenju-answer" lang="{language}">{"".join(parts)}</div>'


def _searched(answer: Answer, voice: Voice) -> str:
    if not answer.searched or answer.searched.strip() == answer.question.strip():
        return ""
    return f'<p class="wenju-note">{escape(voice("searched_for", question=answer.searched))}</p>'


def _looked_in(answer: Answer, voice: Voice) -> str:
    if not answer.looked_in:
        return ""
    return f'<p class="wenju-note">{escape(voice("looked_in", files=" · ".join(answer.looked_in)))}</p>'


def _card(
    opens: str, number: int, where: tuple[str, int], quote: str, voice: Voice, marks: tuple[bool, str]
) -> str:
    """A passage to be opened. `where`: its file and page; `marks`: whether it rests on doubtful lines, and what it lacks."""
    (filename, page), (doubtful, why) = where, marks
    doubt = f'<span class="wenju-tag wenju-partly">{escape(voice("doubt_short"))}</span>' if doubtful else ""
    label = escape(voice("passage_open", filename=filename, page=page))
    lacking = f'<span class="wenju-short">{escape(why)}</span>' if why else ""
    return (
        f'<li><button type="button" class="wenju-source" data-open="{opens}" aria-label="{label}">'
        f'<span class="wenju-number">{number}</span>'
        f'<span class="wenju-where">{escape(filename)}<small>{escape(voice("page", page=page))}</small>{doubt}</span>'
        f'<span class="wenju-quote">{escape(flow(quote))}</span>{lacking}</button></li>'
    )


def _cards(title: str, cards: list[str], most: int = SHOWN_SOURCES) -> str:
    if not cards:
        return ""
    shown, rest = cards[:most], cards[most:]
    html = f'<h4 aria-level="3">{escape(title)}</h4><ol class="wenju-sources">{"".join(shown)}</ol>'
    if rest:
        html += f'<details><summary>+{len(rest)}</summary><ol class="wenju-sources">{"".join(rest)}</ol></details>'
    return html


def _sources(citations: Sequence[Citation], voice: Voice, doubtful: Container[int]) -> str:
    cards = [
        _card(
            f"cite-{each.number}",
            each.number,
            (each.filename, _page(each)),
            each.quote,
            voice,
            (each.number in doubtful, ""),
        )
        for each in citations
    ]
    return _cards(voice("sources"), cards)


def _closest(answer: Answer, voice: Voice) -> str:
    """What speaks of anything that was asked comes first, shown from there on; the rest is folded away."""
    held = {short.number: short.holds for short in answer.shortfalls}
    near = sum(map(bool, held.values()))
    cards = [
        _card(
            f"near-{each.number}",
            each.number,
            (each.hit.passage.filename, each.hit.passage.first_page),
            speaking_part(readable_rows(each.hit.passage.text), held.get(each.number, ())),
            voice,
            (False, shortfall_of(answer, each.number, voice.language)),
        )
        for each in sorted(answer.evidence, key=lambda each: not held.get(each.number))
    ]
    return _cards(voice("closest"), cards, min(near or SHOWN_SOURCES, SHOWN_SOURCES))


def _foot(answer: Answer, voice: Voice) -> str:
    seconds = f"{answer.timings.total:.1f}"
    made = (
        voice("answered_quote", seconds=seconds)
        if answer.model_id == "quote"
        else voice("answered_by", model=answer.model_id, seconds=seconds)
    )
    if answer.refused or not answer.model_id:
        made = ""
    copy, copied = escape(voice("copy")), escape(voice("copied"))
    return (
        f'<div class="wenju-foot"><button type="button" class="wenju-copy" data-copy="{copy}" '
        f'data-copied="{copied}">{copy}</button><span>{escape(made)}</span></div>'
    )


def draw_answer(answer: Answer, voice: Voice, key: str, doubtful: Container[int] = ()) -> str:
    """Draws the answer; `doubtful` as in sentences_html. Returns what was clicked just now: "cite-N", "near-N" or ""."""
    folder = Path(__file__).parent
    component = st.components.v2.component(
        _COMPONENT,
        html='<div class="wenju-root"></div>',
        js=(folder / "answer.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
    result = component(
        key=key,
        data={"html": answer_html(answer, voice, doubtful), "copy": answer_text(answer, voice.language)},
        on_opened_change=lambda: None,
    )
    return str(result.opened or "")
