"""The words of an answer, written by a chat model or quoted, each sentence checked and cited as it is finished."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from rag_core.ask.asked import Work
from rag_core.ask.checking.cite import Aligned, Numbering, align, checked
from rag_core.ask.checking.doubt import weighed
from rag_core.ask.checking.leads import only_leads
from rag_core.ask.checking.verify import Verdict
from rag_core.ask.draft import Draft, Finished
from rag_core.ask.evidence.contradict import LEAD, contradicting
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.prompt import language_of
from rag_core.ask.quoting.quoted import Part, Quoted, as_quoted
from rag_core.ask.rewriting.instructions import instructions
from rag_core.protocols import ChatModel
from rag_core.types import Checked, Citation, Event, Sentence, Token

ANSWER_TOKENS = 240
_GIVES_UP = re.compile(
    r"(?:资料|文档|文中|原文|上文|信息|内容)[^。]{0,16}(?:没有|未|无法|不包含|并不)|无法(?:回答|确定|得知|判断)|没有(?:提到|提及|说明|找到|相关|给出)|未(?:提及|提到|说明)"
    r"|\b(?:sources?|documents?|text|context|passages?|information)\b[^.]{0,30}\b(?:do(?:es)? not|don't|doesn't|cannot|not)\b"
    r"|\bno (?:information|mention)\b|\bnot (?:mentioned|stated|provided|specified|contain)\b|\b(?:cannot|can't|unable to) (?:answer|determine)\b|\bI (?:do not|don't) know\b",
    re.IGNORECASE,
)


def written(
    work: Work, chat: ChatModel, gathered: Gathered, numbering: Numbering
) -> Generator[Event, None, tuple[str, bool]]:
    """Let the model write; returns (text, stopped)."""
    draft = Draft()
    begun = perf_counter()
    stopped = False
    told = instructions(work.asked.question)
    asked = replace(gathered, question=f"{gathered.question} {told}") if told else gathered
    stream = chat.stream(work.means.prompt(asked), ANSWER_TOKENS, work.cancelled)
    try:
        for piece in stream:
            shown = draft.feed(piece)
            if shown:
                work.first_token()
                yield Token(shown)
            yield from _check(work, draft.finished(), gathered, numbering)
            if work.cancelled():
                stopped = True
                break
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
    stopped = stopped or work.cancelled()
    rest = draft.close()
    if rest:
        yield Token(rest)
    yield from _check(work, draft.finished(last=True), gathered, numbering)
    work.spent(generate=perf_counter() - begun)
    return draft.text.rstrip(), stopped


def _check(
    work: Work, finished: Iterable[Finished], gathered: Gathered, numbering: Numbering
) -> Iterator[Checked]:
    """Check each sentence that says something."""
    contexts = {context_of(one.filename, one.heading) for one in gathered.shown}
    for sentence in finished:
        if only_leads(sentence.claim, gathered.question, contexts):
            continue
        begun = perf_counter()
        aligned = align(sentence.claim, gathered, sentence.hinted, work.means.similarity)
        aligned = weighed(sentence.claim, aligned, work.means.doubts, work.cancelled)
        work.sources += [span.sentence for span in aligned.spans]
        citations = numbering.cite(aligned)
        event = Checked(checked(sentence.start, sentence.end, aligned, citations), citations)
        work.sentences.append(event.sentence)
        work.spent(cite=perf_counter() - begun)
        yield event


def gave_up(text: str, sentences: Sequence[Sentence], citations: Sequence[Citation]) -> bool:
    """Whether the model's answer says that there is none, and no sentence of it was borne out. That a source holds the
    words of "the price is not stated" does not bear it out, unless the source says so."""
    quotes = {citation.number: citation.quote for citation in citations}
    borne = any(
        not _GIVES_UP.search(text[one.start : one.end])
        or any(_GIVES_UP.search(quotes[number]) for number in one.citations)
        for one in sentences
        if one.support == "supported"
    )
    return not borne and bool(_GIVES_UP.search(text))


def quoted(work: Work, found: Quoted, numbering: Numbering) -> Generator[Event, None, str]:
    """Give what is quoted, sentence by sentence; returns the text."""
    work.sentences, work.sources, numbering.citations = [], [], []
    shown = 0
    for part in found.parts:
        if work.cancelled():
            break
        if work.means.chat is None:
            work.first_token()
            yield Token(found.text[shown : part.end])
        shown = part.end
        yield _cited(work, part, numbering)
    return found.text[:shown]


def _cited(work: Work, part: Part, numbering: Numbering) -> Checked:
    aligned = Aligned((part.span,), Verdict("supported", 1.0, ""), part.sources)
    citations: tuple[Citation, ...] = numbering.cite(aligned)
    numbers = tuple(citation.number for citation in citations)
    work.sentences.append(Sentence(part.start, part.end, numbers, "supported", "", part.marked))
    work.sources.append(part.span.sentence)
    return Checked(work.sentences[-1], citations)


def otherwise(work: Work, gathered: Gathered, numbering: Numbering, text: str) -> Generator[Event, None, str]:
    """Add what another document says otherwise than the sources of the answer; returns the whole text."""
    found = contradicting(gathered, work.sources)
    if found is None:
        return text
    added = f"\n\n{LEAD[language_of(gathered.question)][found.which]}"
    reading, part = as_quoted(gathered, found.sentence, gathered.question)
    if work.means.chat is None:
        yield Token(added + reading)
    part = part.moved(len(text) + len(added))
    yield _cited(work, part, numbering)
    return text + added + reading
