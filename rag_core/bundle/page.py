"""A bundle as one page of HTML that needs nothing else: no script runs in it, nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape

from rag_core.bundle.quotes import answering_words, quote_html
from rag_core.bundle.record import Record, RecordedDocument, RecordedPicture, RecordedTurn
from rag_core.bundle.words import say, shortfall_of
from rag_core.messages import Language
from rag_core.text import flow, readable_rows
from rag_core.types import Answer, Citation, Sentence

Source = Callable[[str], str]
"""A picture's name → the attributes of its <img>, src among them, escaped."""
OPENING = "<!doctype html><!-- wenju-bundle 1 -->\n"
# The number grows with every change of what a page or a Markdown text says, or how: only those of the same look are
# compared with what their record makes.
LOOK = '<meta name="generator" content="Wenju, look 1">'
_STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1f5f5b, #6fbdb2); --soft: light-dark(#60676a, #a7adb0);
  --line: light-dark(#dcdcd6, #3a3f42); --amber: light-dark(#955900, #e0a64b); --red: light-dark(#a8382c, #ef8b7f); }
body { font: 1rem/1.75 "Source Serif", "Noto Serif CJK SC", "Songti SC", SimSun, serif; max-width: 50rem;
  margin: 2rem auto; padding: 0 1.2rem; overflow-wrap: anywhere; background: light-dark(#fdfcf9, #16191b); }
h1 { font-size: 1.5rem; line-height: 1.4; } h2 { font-size: 1.15rem; line-height: 1.5; margin: 2.4rem 0 .6rem; }
h3 { font-size: .95rem; color: var(--soft); margin: 1.4rem 0 .4rem; } .said { white-space: pre-wrap; }
.note, small, footer { color: var(--soft); font: .85rem/1.6 system-ui, sans-serif; }
.partly { text-decoration: underline dashed var(--amber) 1px; text-underline-offset: .3em; }
.unsupported { text-decoration: underline wavy var(--red) 1px; text-underline-offset: .3em; }
.tag { font: .75rem/1.5 system-ui, sans-serif; border: 1px solid; border-radius: 1em; padding: 0 .5em; margin: 0 .35em; }
.tag.partly { color: var(--amber); text-decoration: none; } .tag.unsupported { color: var(--red); text-decoration: none; }
.cite { color: var(--ink); text-decoration: none; font: 600 .8rem/1 system-ui, sans-serif; padding: 0 .15em; }
.refused { border-inline-start: 3px solid var(--amber); padding-inline-start: 1rem; }
.source { border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; margin: 0 0 .8rem; break-inside: avoid; }
.source b { font: 600 .9rem/1.6 system-ui, sans-serif; } blockquote { margin: .3rem 0 .7rem; padding-inline-start: .9rem;
  border-inline-start: 3px solid #d69e00; } mark { background: rgba(255, 214, 64, .5); color: inherit; }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: .3rem; background: #fff; }
code { font-size: .8rem; } dl { margin: .2rem 0 1rem; } dd { margin: 0 0 .2rem; }
@media print, (hover: none) { .tag[title]:not([title=""])::after { content: ": " attr(title); } }
h1, h2, h3 { break-after: avoid; } @media print { :root { color-scheme: light; } body { margin: 0 auto; }
  mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def render(record: Record, language: Language, source: Source, images: str = "data:") -> str:
    """The page, without its end: </body> and what comes before it belong to who embeds the parts. `images`
    is where pictures may come from."""
    policy = f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
    made = say("made", language, date=_date(record.exported_at))
    spoken = "zh-CN" if language == "zh" else "en"
    body = "".join(_turn(record, number, language, source) for number in range(1, len(record.turns) + 1))
    return (
        f'{OPENING}<html lang="{spoken}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f'{LOOK}<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(record.title)}</title><style>{_STYLE}</style></head><body>\n"
        f'<h1>{escape(record.title)}</h1><p class="note">{escape(made)}<br>{escape(say("verify", language))}</p>\n'
        f"{body}{_documents(record.documents, language)}"
    )


def _turn(record: Record, number: int, language: Language, source: Source) -> str:
    turn = record.turns[number - 1]
    answer = turn.answer
    parts = [f'<section><h2 class="said">{escape(answer.question)}</h2>']
    if answer.searched.strip() not in ("", answer.question.strip()):
        parts.append(f'<p class="note">{escape(say("searched", language, text=answer.searched))}</p>')
    if answer.looked_in:
        files = " · ".join(answer.looked_in)
        parts.append(f'<p class="note">{escape(say("looked_in", language, files=files))}</p>')
    if answer.refused:
        parts.append(f'<div class="refused"><b>{escape(say("refused", language))}</b>')
        parts.append(f'<p class="said">{escape(answer.text)}</p></div>')
        parts.extend(_closest(answer, language))
    else:
        if answer.insisted:
            parts.append(f'<p class="note refused">{escape(say("anyway", language))}</p>')
        parts.append(f'<p class="said">{"".join(_said(answer, number, language))}</p>')
        if answer.stopped:
            parts.append(f'<p class="note">{escape(say("stopped", language))}</p>')
        parts.extend(_sources(record, number, language, source))
    parts.append(f'<p class="note">{escape(made_by(record, turn, language))}</p></section>\n')
    return "".join(parts)


def _said(answer: Answer, turn: int, language: Language) -> Iterator[str]:
    position = 0
    for sentence in sorted(answer.sentences, key=lambda one: one.start):
        yield escape(answer.text[position : sentence.start])
        yield _sentence(answer, sentence, language)
        for number in sentence.citations:
            yield f'<a class="cite" href="#s{turn}-{number}">[{number}]</a>'
        position = sentence.end
    yield escape(answer.text[position:])


def _sentence(answer: Answer, sentence: Sentence, language: Language) -> str:
    text = _marked(answer.text, sentence)
    if sentence.support == "supported":
        return text
    label = escape(say(sentence.support, language))
    why = escape(sentence.why)
    return (
        f'<span class="{sentence.support}" title="{why}">{text}</span>'
        f'<span class="tag {sentence.support}" title="{why}">{label}</span>'
    )


def _marked(text: str, sentence: Sentence) -> str:
    low, high = sentence.marked or (sentence.end, sentence.end)
    if not sentence.start <= low < high <= sentence.end:
        return escape(text[sentence.start : sentence.end])
    said = escape(text[low:high])
    return f"{escape(text[sentence.start : low])}<mark>{said}</mark>{escape(text[high : sentence.end])}"


def _sources(record: Record, turn: int, language: Language, source: Source) -> Iterator[str]:
    answer = record.turns[turn - 1].answer
    citations = answer.citations
    if citations:
        yield f"<h3>{escape(say('sources', language))}</h3>"
    for citation in citations:
        shown = [one for one in record.pictures if (one.turn, one.citation) == (turn, citation.number)]
        yield (
            f'<div class="source" id="s{turn}-{citation.number}"><b>[{citation.number}] {escape(citation.filename)}'
            f" · {escape(pages_of(citation, language))}</b><blockquote>{quote_html(citation.quote, answering_words(answer, citation.number))}</blockquote>"
            f"{''.join(_picture(one, citation, language, source) for one in shown)}</div>"
        )


def _picture(picture: RecordedPicture, citation: Citation, language: Language, source: Source) -> str:
    if not picture.name:
        return f'<p class="note">{escape(say("no_picture", language))}</p>'
    alt = f"{citation.filename}, {say('page', language, page=picture.page)}"
    return f'<img {source(picture.name)} alt="{escape(alt)}">'


def _closest(answer: Answer, language: Language) -> Iterator[str]:
    if answer.evidence:
        yield f"<h3>{escape(say('closest', language))}</h3>"
    for evidence in answer.evidence:
        passage = evidence.hit.passage
        where = f"{passage.filename} · {say('page', language, page=passage.first_page)}"
        why = shortfall_of(answer, evidence.number, language)
        yield (
            f'<div class="source"><b>{escape(where)}</b>'
            f"<blockquote>{escape(flow(readable_rows(passage.text)))}</blockquote>"
            + (f'<p class="note">{escape(why)}</p></div>' if why else "</div>")
        )


def _documents(documents: Sequence[RecordedDocument], language: Language) -> str:
    if not documents:
        return ""
    rows = "".join(_document(one, language) for one in documents)
    return f"<footer><h2>{escape(say('documents', language))}</h2><dl>{rows}</dl></footer>\n"


def _document(document: RecordedDocument, language: Language) -> str:
    lines = (
        [f"{say('hash_file', language)} {document.sha256}"] if document.sha256 else [say("gone", language)]
    )
    if document.readable_sha256:
        lines.append(f"{say('hash_readable', language)} {document.readable_sha256}")
    lines += [
        say("hash_page", language, page=page.number, shown=page.content_hash or "–", text=page.text_sha256)
        for page in document.pages
    ]
    return f"<dt>{escape(document.filename)}</dt>" + "".join(
        f"<dd><code>{escape(line)}</code></dd>" for line in lines
    )


def pages_of(citation: Citation, language: Language) -> str:
    """The pages that the citation points at."""
    numbers = ", ".join(str(region.page_number) for region in citation.regions) or "?"
    return say("page", language, page=numbers)


def made_by(record: Record, turn: RecordedTurn, language: Language) -> str:
    """What answered, when, and from which index."""
    answer = turn.answer
    date = _date(turn.asked_at)
    model = say("quote_model", language) if answer.model_id == "quote" else answer.model_id
    # A refusal, a polite word and an answer that was broken off quote nothing.
    said = [date if answer.refused or not model else say("by", language, model=model, date=date)]
    said += [
        say("index", language, id=one.id, embedder=one.embedder_id, kind=one.kind)
        for one in record.generations
        if one.id in answer.generations
    ]
    return " · ".join(said)


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M %z")
