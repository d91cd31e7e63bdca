"""From a question to a cited, checked or refused answer, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from time import perf_counter

from rag_core.ask.asked import Asked, Means, Searched, Work
from rag_core.ask.checking.cite import Numbering
from rag_core.ask.checking.strict import only_borne
from rag_core.ask.courtesy import courtesy
from rag_core.ask.following.spoken import of_conversation
from rag_core.ask.looking import look
from rag_core.ask.refusal.refuse import refusal_text
from rag_core.ask.refusal.shortfall import shortfalls
from rag_core.ask.rewriting.choice import choose
from rag_core.ask.rewriting.instructions import without_instructions
from rag_core.ask.rewriting.model import rewrite_with_model
from rag_core.ask.rewriting.past import exchanges
from rag_core.ask.rewriting.rewrite import propose
from rag_core.ask.summing import sum_up
from rag_core.ask.writing import gave_up, otherwise, quoted, written
from rag_core.errors import InputError
from rag_core.text import has_words
from rag_core.types import Answer, Done, Event, Found, Searching, Token

HITS = 10
QUOTE_MODEL = "quote"
# When the model says it finds nothing, only evidence this good is quoted against its word: not told to refuse, it hardly
# ever says so of what is there (of none of 44 questions whose answers were there).
QUOTE_AGAINST_MODEL_FROM = 0.95


def answer(asked: Asked, means: Means, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Searching · Found · Token… with Checked as sentences finish · Done; for a polite word Token · Done.

    Searching comes again when retrieval chose another wording. The text in Done decides: it differs from the
    tokens when no sentence the model wrote was borne out and the source is quoted, or the answer refused,
    instead, and where strict answers leave sentences out. Soon after `cancelled()` turns true the answer ends with `stopped`; closing the iterator closes the
    model's stream. Raises InputError (question_empty, question_wordless, question_too_long, no_library) before the first event.
    """
    question = asked.question.strip()
    if not question:
        raise InputError("question_empty")
    if not has_words(question):
        raise InputError("question_wordless")
    if len(question) > means.question_characters:
        raise InputError("question_too_long", str(means.question_characters))
    if not asked.library_ids:
        raise InputError("no_library")
    work = Work(replace(asked, question=question), means, cancelled)
    polite = courtesy(question)
    return _reply(work, polite) if polite else _events(work)


def _reply(work: Work, polite: str) -> Iterator[Event]:
    """A polite word in return, without a search."""
    yield Token(polite)
    work.first_token()
    work.spent(total=perf_counter() - work.started)
    yield Done(
        Answer(
            question=work.asked.question,
            searched="",
            text=polite,
            sentences=(),
            citations=(),
            evidence=(),
            refused=False,
            stopped=False,
            model_id="",
            generations=(),
            timings=work.timings,
            courtesy=True,
        )
    )


def _events(work: Work) -> Iterator[Event]:
    whole = sum_up(work, work.asked.question)
    if whole is not None:
        searched, view = work.asked.question, whole
        yield Searching(searched)
    else:
        searched, found = yield from _search(work)
        view = (sum_up(work, searched) if searched != work.asked.question else None) or look(
            work, searched, found
        )
    gathered, held, chance = view.gathered, view.held, view.chance
    yield Found(gathered.evidence)
    numbering = Numbering(work.means.locate)
    model_id = work.means.chat.id if work.means.chat else QUOTE_MODEL
    weak = chance < view.answer_from
    insist = work.asked.insist and bool(gathered.sentences)
    text, refused, stopped = "", weak and not insist, work.cancelled()
    given_up = False
    if not refused and not stopped:
        if work.means.chat is not None:
            text, stopped = yield from written(work, work.means.chat, gathered, numbering)
            given_up = not stopped and gave_up(text, work.sentences, numbering.citations)
            # Words choose the sentence to quote, and across languages they say nothing.
            unquotable = not stopped and bool(held.foreign) and (given_up or not numbering.citations)
            refused = (unquotable or (given_up and chance < QUOTE_AGAINST_MODEL_FROM)) and not insist
            weak = weak or given_up
            if work.means.strict:
                text, kept = only_borne(text, work.sentences)
                work.sentences = list(kept)
        if not stopped and not refused and (given_up or not any(s.citations for s in work.sentences)):
            model_id = QUOTE_MODEL
            text = yield from quoted(work, view.quote(work.means.similarity), numbering)
        if not stopped and not refused and not view.shown and not work.cancelled():
            text = yield from otherwise(work, gathered, numbering, text)
    if refused:
        work.first_token()
        work.sentences, numbering.citations = [], []
        text = refusal_text(work.asked.question, view.missing)
    work.spent(total=perf_counter() - work.started)
    yield Done(
        Answer(
            question=work.asked.question,
            searched=view.instead or searched,
            text=text,
            sentences=tuple(work.sentences),
            citations=tuple(numbering.citations),
            evidence=gathered.evidence,
            refused=refused,
            stopped=stopped,
            model_id=model_id,
            generations=view.found.generations,
            timings=work.timings,
            shortfalls=shortfalls(gathered) if refused else (),
            insisted=weak and insist,
            looked_in=view.looked_in,
            overview=view.whole,
        )
    )


def _search(work: Work) -> Generator[Event, None, tuple[str, Searched]]:
    """Search the question and, in a conversation, its rewrite. Returns (question searched, what was found)."""
    question, means = without_instructions(work.asked.question), work.means
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
    raw = of_conversation(work, means.search(question, work.asked))
    chosen, searched = raw, question
    if proposal.searched != question and not work.cancelled():
        other = of_conversation(work, means.search(proposal.searched, work.asked))
        if choose(question, proposal, raw.hits, other.hits):
            chosen, searched = other, proposal.searched
    work.spent(search=perf_counter() - begun)
    if searched != shown:
        yield Searching(searched)
    return searched, chosen
