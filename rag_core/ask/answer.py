"""From a question to a cited, checked or refused answer, as a stream of events."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from rag_core.ask.cite import Aligned, Locate, Numbering, align, checked
from rag_core.ask.doubt import Doubts, weighed
from rag_core.ask.draft import Draft, Finished
from rag_core.ask.evidence import Gathered, Neighbours, Similarity, gather
from rag_core.ask.prompt import messages
from rag_core.ask.quote import quote
from rag_core.ask.refuse import ANSWER_FROM, answerable, refusal_text, signs
from rag_core.ask.rewrite import propose
from rag_core.ask.rewrite_choice import choose
from rag_core.ask.rewrite_model import rewrite_with_model
from rag_core.ask.rewrite_past import exchanges
from rag_core.ask.scale import USUAL_SCALES, Scales
from rag_core.ask.shortfall import shortfalls
from rag_core.ask.strict import only_borne
from rag_core.ask.verify import Verdict
from rag_core.errors import InputError
from rag_core.protocols import ChatModel, Message
from rag_core.types import (
    Answer,
    Checked,
    Citation,
    Done,
    Event,
    Found,
    Hit,
    Searching,
    Sentence,
    Timings,
    Token,
    Turn,
)

HITS = 10
ANSWER_TOKENS = 240
QUOTE_MODEL = "quote"
# When the model says it finds nothing, only evidence this good is quoted against its word.
QUOTE_AGAINST_MODEL_FROM = 0.75
_GIVES_UP = re.compile(
    r"(?:资料|文档|文中|原文|上文|信息|内容)[^。]{0,16}(?:没有|未|无法|不包含|并不)|无法(?:回答|确定|得知|判断)|没有(?:提到|提及|说明|找到|相关|给出)|未(?:提及|提到|说明)"
    r"|\b(?:sources?|documents?|text|context|passages?|information)\b[^.]{0,30}\b(?:do(?:es)? not|don't|doesn't|cannot|not)\b"
    r"|\bno (?:information|mention)\b|\bnot (?:mentioned|stated|provided|specified|contain)\b|\b(?:cannot|can't|unable to) (?:answer|determine)\b|\bI (?:do not|don't) know\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search gave, best first, and the index generations it read."""

    hits: tuple[Hit, ...]
    generations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its conversation and where to look; `document_ids` None means everywhere. `insist`: an
    answer is wanted although the evidence may be too weak for one."""

    question: str
    turns: Sequence[Turn]
    library_ids: Sequence[int]
    document_ids: Sequence[int] | None = None
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What answering needs. `chat` None is quote mode; `rewriter` None rewrites by rule; `scales` are those of the
    embedder whose cosines the hits hold; `answer_from` is the chance below which an answer is refused; `prompt` makes
    of the evidence what the chat model is told; `strict` leaves out the sentences that no source bears; `doubts` None leaves the check to the rules."""

    search: Callable[[str, Asked], Searched]
    neighbours: Neighbours
    locate: Locate
    chat: ChatModel | None
    similarity: Similarity | None = None
    rewriter: ChatModel | None = None
    scales: Callable[[], Scales] = lambda: USUAL_SCALES
    answer_from: Callable[[], float] = lambda: ANSWER_FROM
    question_characters: int = 2000
    prompt: Callable[[Gathered], Sequence[Message]] = messages
    strict: bool = False
    doubts: Doubts | None = None


@dataclass(slots=True)
class _Work:
    """One answer in the making."""

    asked: Asked
    means: Means
    cancelled: Callable[[], bool]
    started: float = field(default_factory=perf_counter)
    timings: Timings = field(default_factory=Timings)
    sentences: list[Sentence] = field(default_factory=list)

    def spent(self, **seconds: float) -> None:
        """Add to the timings named."""
        added = {name: getattr(self.timings, name) + value for name, value in seconds.items()}
        self.timings = replace(self.timings, **added)

    def first_token(self) -> None:
        if not self.timings.first_token:
            self.timings = replace(self.timings, first_token=perf_counter() - self.started)


def answer(asked: Asked, means: Means, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Searching · Found · Token… with Checked as sentences finish · Done.

    Searching comes again when retrieval chose another wording. The text in Done decides: it differs from the
    tokens when no sentence the model wrote was borne out and the source is quoted, or the answer refused,
    instead, and where strict answers leave sentences out. Soon after `cancelled()` turns true the answer ends with `stopped`; closing the iterator closes the
    model's stream. Raises InputError (question_empty, question_too_long, no_library) before the first event.
    """
    question = asked.question.strip()
    if not question:
        raise InputError("question_empty")
    if len(question) > means.question_characters:
        raise InputError("question_too_long", str(means.question_characters))
    if not asked.library_ids:
        raise InputError("no_library")
    return _events(_Work(replace(asked, question=question), means, cancelled))


def _events(work: _Work) -> Iterator[Event]:
    searched, found = yield from _search(work)
    begun = perf_counter()
    gathered = gather(searched, found.hits, work.means.neighbours, work.means.similarity)
    work.spent(evidence=perf_counter() - begun)
    yield Found(gathered.evidence)
    numbering = Numbering(work.means.locate)
    held = signs(gathered, found.hits, work.means.scales())
    chance = answerable(held)
    model_id = work.means.chat.id if work.means.chat else QUOTE_MODEL
    weak = chance < work.means.answer_from()
    insist = work.asked.insist and bool(gathered.sentences)
    text, refused, stopped = "", weak and not insist, work.cancelled()
    if not refused and not stopped:
        if work.means.chat is not None:
            text, stopped = yield from _written(work, work.means.chat, gathered, numbering)
            given_up = not stopped and _gave_up(text, work.sentences)
            # Words choose the sentence to quote, and across languages they say nothing.
            unquotable = not stopped and bool(held.foreign) and not numbering.citations
            refused = (unquotable or (given_up and chance < QUOTE_AGAINST_MODEL_FROM)) and not insist
            weak = weak or given_up
            if work.means.strict:
                text, kept = only_borne(text, work.sentences)
                work.sentences = list(kept)
        if not stopped and not refused and not any(s.citations for s in work.sentences):
            model_id = QUOTE_MODEL
            text = yield from _quoted(work, gathered, numbering)
    if refused:
        work.first_token()
        work.sentences, numbering.citations = [], []
        text = refusal_text(work.asked.question)
    work.spent(total=perf_counter() - work.started)
    yield Done(
        Answer(
            question=work.asked.question,
            searched=searched,
            text=text,
            sentences=tuple(work.sentences),
            citations=tuple(numbering.citations),
            evidence=gathered.evidence,
            refused=refused,
            stopped=stopped,
            model_id=model_id,
            generations=found.generations,
            timings=work.timings,
            shortfalls=shortfalls(gathered) if refused else (),
            insisted=weak and insist,
        )
    )


def _search(work: _Work) -> Generator[Event, None, tuple[str, Searched]]:
    """Search the question and, in a conversation, its rewrite. Returns (question searched, what was found)."""
    question, means = work.asked.question, work.means
    history = exchanges(work.asked.turns)
    begun = perf_counter()
    if means.rewriter is not None:
        proposal = rewrite_with_model(question, history, means.rewriter, work.cancelled)
    else:
        proposal = propose(question, history)
    work.spent(rewrite=perf_counter() - begun)
    shown = proposal.searched if proposal.certain else question
    yield Searching(shown)
    begun = perf_counter()
    raw = means.search(question, work.asked)
    chosen, searched = raw, question
    if proposal.searched != question and not work.cancelled():
        other = means.search(proposal.searched, work.asked)
        if choose(question, proposal, raw.hits, other.hits):
            chosen, searched = other, proposal.searched
    work.spent(search=perf_counter() - begun)
    if searched != shown:
        yield Searching(searched)
    return searched, chosen


def _written(
    work: _Work, chat: ChatModel, gathered: Gathered, numbering: Numbering
) -> Generator[Event, None, tuple[str, bool]]:
    """Let the model write; returns (text, stopped)."""
    draft = Draft()
    begun = perf_counter()
    stopped = False
    stream = chat.stream(work.means.prompt(gathered), ANSWER_TOKENS, work.cancelled)
    try:
        for piece in stream:
            shown = draft.feed(piece)
            if shown:
                work.first_token()
                yield Token(shown)
            for sentence in draft.finished():
                yield _check(work, sentence, gathered, numbering)
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
    for sentence in draft.finished(last=True):
        yield _check(work, sentence, gathered, numbering)
    work.spent(generate=perf_counter() - begun)
    return draft.text.rstrip(), stopped


def _check(work: _Work, sentence: Finished, gathered: Gathered, numbering: Numbering) -> Checked:
    begun = perf_counter()
    aligned = align(sentence.claim, gathered, sentence.hinted, work.means.similarity)
    aligned = weighed(sentence.claim, aligned, work.means.doubts, work.cancelled)
    citations = numbering.cite(aligned)
    event = Checked(checked(sentence.start, sentence.end, aligned, citations), citations)
    work.sentences.append(event.sentence)
    work.spent(cite=perf_counter() - begun)
    return event


def _gave_up(text: str, sentences: Sequence[Sentence]) -> bool:
    """Whether the model's answer says that there is none, and no sentence of it was borne out."""
    borne = any(sentence.support == "supported" for sentence in sentences)
    return not borne and bool(_GIVES_UP.search(text))


def _quoted(work: _Work, gathered: Gathered, numbering: Numbering) -> Generator[Event, None, str]:
    """Quote the sentences that answer best; returns the text."""
    work.sentences, numbering.citations = [], []
    quoted = quote(gathered, work.means.similarity)
    shown = 0
    for part in quoted.parts:
        if work.cancelled():
            break
        if work.means.chat is None:
            work.first_token()
            yield Token(quoted.text[shown : part.end])
        shown = part.end
        aligned = Aligned((part.span,), Verdict("supported", 1.0, ""), part.sources)
        citations: tuple[Citation, ...] = numbering.cite(aligned)
        numbers = tuple(citation.number for citation in citations)
        work.sentences.append(Sentence(part.start, part.end, numbers, "supported", "", part.marked))
        yield Checked(work.sentences[-1], citations)
    return quoted.text[:shown]
