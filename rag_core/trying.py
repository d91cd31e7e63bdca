"""Trying things out before they are put to use: a search step by step, a prompt on a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.pointing.pointed import lowered, pointed
from rag_core.ask.prompt import check_template, messages
from rag_core.ask.retrieval.retrieve import OTHER_SPAN, SPANS
from rag_core.ask.trace import TRACED, USUAL, Looker, Setting, Trace, trace
from rag_core.engine import Asking
from rag_core.errors import InputError
from rag_core.protocols import Message
from rag_core.text import has_words
from rag_core.types import Event, Template


def trace_search(
    asking: Asking, question: str, library_ids: Sequence[int], setting: Setting = USUAL
) -> Trace:
    """The search step by step, up to the decision whether the question is answered. Raises InputError for a
    question without words or libraries, NotFound."""
    if not question.strip():
        raise InputError("question_empty")
    if not has_words(question):
        raise InputError("question_wordless")
    if not library_ids:
        raise InputError("no_library")
    means = asking.means(library_ids)
    place = pointed(question, means.files(Asked(question, (), library_ids)))
    needed = means.answer_from()
    looker = Looker(
        means.neighbours,
        means.similarity,
        means.scales,
        lambda: lowered(needed) if place else needed,
        SPANS.get(asking.embedder_id(library_ids[0]), OTHER_SPAN),
    )
    if place is None:
        return trace(question, asking.search(question, library_ids, TRACED), setting, looker)
    found = asking.retriever.search(place.question, library_ids, TRACED, place.document_ids)
    return replace(trace(place.question, found, setting, looker), looked_in=place.filenames)


def told(
    asking: Asking, question: str, library_ids: Sequence[int], template: Template
) -> tuple[Message, ...]:
    """What the chat model would be told with that prompt. Raises InputError as check_template and
    trace_search."""
    check_template(template)
    return messages(trace_search(asking, question, library_ids).gathered, template)


def try_prompt(
    asking: Asking,
    question: str,
    library_ids: Sequence[int],
    template: Template,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """As Asking.ask, with a prompt that is not in use. Raises InputError as check_template too."""
    check_template(template)
    means = replace(asking.means(library_ids), prompt=partial(messages, template=template))
    return answer(Asked(question, (), library_ids), means, cancelled)
