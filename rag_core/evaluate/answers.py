"""Whether answers are right, cited and refused where they should be, through the product's own asking."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.engine import Asking, open_asking
from rag_core.evaluate.answer_items import AnswerSet, Item, Noise, read_answer_set
from rag_core.evaluate.answer_scores import contains, evidence_f1, exact, f1, rouge_l
from rag_core.evaluate.common import percentiles, progress, table, versions
from rag_core.evaluate.corpus import LoadedCorpus, load_corpus, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.models.defaults import AUTO, QUOTE
from rag_core.settings import Settings, read_settings
from rag_core.types import Answer, Done

_SHOWN = (
    "exact_match", "f1", "contains", "rouge_l", "citation_recall", "citation_precision", "evidence_f1",
    "false_answer_rate", "false_refusal_rate", "unsupported_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answered item and the corpus ids of the documents its answer cites."""

    item: Item
    answer: Answer
    cited: frozenset[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="question sets of any form")
    parser.add_argument(
        "--chat",
        default=AUTO,
        metavar="NAME",
        help=f"a chat model, or {QUOTE} (default: the one the product uses)",
    )
    parser.add_argument(
        "--noise",
        type=_share,
        metavar="X",
        help="noise form: share (0 to 1) of negatives among five documents",
    )
    parser.add_argument(
        "--only-negative",
        action="store_true",
        help="noise form: negatives only; every question asks for refusal",
    )


def _share(word: str) -> float:
    number = float(word)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return number


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of each folder; prints a table of them."""
    noise = Noise(arguments.noise, arguments.only_negative)
    sets = [read_answer_set(folder, noise, arguments.limit) for folder in arguments.folders]
    settings = dataclasses.replace(read_settings(), chat=arguments.chat)
    figures: dict[str, object] = {}
    rows: list[list[str | float]] = []
    for one in sets:
        outcomes = answer_all(one, settings, progress(one.name, len(one.items)))
        measured = measure(outcomes)
        settled = {"chat": outcomes[0].answer.model_id if outcomes else "", "limit": arguments.limit or 0}
        settled |= {"asked_chat": arguments.chat, "noise": noise.share, "only_negative": noise.only}
        figures[one.name] = {"form": one.form, **measured, "settings": settled, "versions": versions()}
        rows.append([one.name, len(outcomes), *(_cell(measured.get(name)) for name in _SHOWN)])
    print(table(["set", "questions", *_SHOWN], rows))
    return figures


def _cell(value: object) -> str | float:
    return value if isinstance(value, float) else "-"


def answer_all(one: AnswerSet, settings: Settings, tell: Callable[[int], None]) -> list[Outcome]:
    """Index the set's corpus in a data folder of its own and ask every question."""
    embedder = open_models(settings).embedder
    with temporary_home(settings) as (own, engine):
        corpus = load_corpus(engine, own, embedder, one.corpus)
        asking = open_asking(own)
        outcomes: list[Outcome] = []
        try:
            for done, item in enumerate(one.items, start=1):
                outcomes.append(_ask(asking, corpus, item))
                tell(done)
        finally:
            asking.close()
    return outcomes


def _ask(asking: Asking, corpus: LoadedCorpus, item: Item) -> Outcome:
    ids = {source: document_id for document_id, source in corpus.sources.items()}
    within = None if item.within is None else [ids[one] for one in item.within]
    given: Answer | None = None
    for event in asking.ask(item.question, (), (corpus.library_id,), within):
        if isinstance(event, Done):
            given = event.answer
    if given is None:
        raise AssertionError("an answer ends with Done")
    cited = frozenset(corpus.sources[citation.document_id] for citation in given.citations)
    return Outcome(item, given, cited)


def measure(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The figures over all outcomes; what the items give no ground for is left out. Refused answerable
    questions count 0 in the answer's and the citations' figures."""
    figures: dict[str, object] = {"questions": len(outcomes)}
    answerable = [one for one in outcomes if one.item.answerable]
    known = [one for one in answerable if one.item.wanted]
    figures |= _means(known, _text_scores)
    figures |= _means([one for one in answerable if one.item.gold], _citation_recall)
    figures |= _means([one for one in answerable if one.item.gold and one.cited], _citation_precision)
    figures |= _means([one for one in answerable if one.item.evidences], _evidence)
    unanswerable = [one for one in outcomes if not one.item.answerable]
    if unanswerable:
        figures["false_answer_rate"] = sum(not one.answer.refused for one in unanswerable) / len(unanswerable)
    if answerable:
        figures["false_refusal_rate"] = sum(one.answer.refused for one in answerable) / len(answerable)
    supports = [sentence.support for one in outcomes for sentence in one.answer.sentences]
    if supports:
        figures["unsupported_rate"] = supports.count("unsupported") / len(supports)
    told = [one.answer for one in outcomes if not one.answer.refused]
    figures["quoted"] = sum(answer.model_id == QUOTE for answer in told) / max(len(told), 1)
    figures["ms"] = {
        "first_token": percentiles([answer.timings.first_token for answer in told]),
        "total": percentiles([one.answer.timings.total for one in outcomes]),
    }
    return figures


def _means(
    outcomes: Sequence[Outcome], scores: Callable[[Outcome], Mapping[str, float]]
) -> dict[str, object]:
    found = [scores(one) for one in outcomes]
    return {name: sum(one[name] for one in found) / len(found) for name in (found[0] if found else ())}


def _text_scores(one: Outcome) -> dict[str, float]:
    """Exact match and F1 of the words marked as the answer, where some are; the other figures of the whole text."""
    text = "" if one.answer.refused else one.answer.text
    said = [text[slice(*sentence.marked)] for sentence in one.answer.sentences if sentence.marked]
    short = said[0] if len(said) == 1 and text else text
    wanted = one.item.wanted
    alone = wanted[0] if len(wanted) == 1 else ("、".join(group[0] for group in wanted),)
    return {
        "exact_match": exact(short, alone),
        "f1": f1(short, alone),
        "marked": float(bool(said)),
        "contains": contains(text, wanted),
        "rouge_l": rouge_l(text, alone),
    }


def _citation_recall(one: Outcome) -> dict[str, float]:
    return {"citation_recall": float(bool(one.cited & one.item.gold))}


def _citation_precision(one: Outcome) -> dict[str, float]:
    return {"citation_precision": len(one.cited & one.item.gold) / len(one.cited)}


def _evidence(one: Outcome) -> dict[str, float]:
    quotes = [citation.quote for citation in one.answer.citations]
    return {"evidence_f1": evidence_f1(quotes, one.item.evidences)}
