"""Whether follow-up questions find what they ask for: as asked, as rewritten, and as the product chooses."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag_core.ask.answer import HITS
from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.ask.rewriting.choice import choose
from rag_core.ask.rewriting.model import rewrite_with_model
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.rewrite import Proposal, propose
from rag_core.evaluate.common import Source, progress, read_corpus, table, versions
from rag_core.evaluate.conversation_items import ConversationSet, ConversationTurn, read_conversation_set
from rag_core.evaluate.corpus import LoadedCorpus, load_corpus, retriever, temporary_home
from rag_core.evaluate.models import EvaluationModels, open_models
from rag_core.evaluate.retrieval import score
from rag_core.evaluate.rewrite_scores import bleu, kept_entities, rouge_1
from rag_core.models.defaults import QUOTE
from rag_core.models.resident import ResidentChat
from rag_core.protocols import ChatModel
from rag_core.settings import Settings, read_settings
from rag_core.types import Hit

WAYS = ("raw", "rewritten", "chosen")
_SCORES = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
# Several chunks may belong to one document: ten documents take more than ten hits.
_HITS = 60

Find = Callable[[str], tuple[Hit, ...]]
Propose = Callable[[str, Sequence[Exchange]], Proposal]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question as it is searched: what was proposed, and what was chosen of it and the question."""

    proposal: Proposal
    searched: str


@dataclass(slots=True)
class Resolver:
    """Makes conversations whole turn by turn, as the product does: each question in view of those before it as
    they were searched. `find` None has no corpus to choose by: every proposal is taken."""

    propose: Propose
    find: Find | None
    _known: dict[tuple[Exchange, ...], Exchange] = field(default_factory=dict)

    def resolve(self, question: str, history: Sequence[Exchange]) -> Resolved:
        """The question after this conversation, whose questions are as they were asked."""
        return self._choose(question, self._whole(tuple(history)), self.propose)

    def _whole(self, history: tuple[Exchange, ...]) -> list[Exchange]:
        whole: list[Exchange] = []
        for at, past in enumerate(history):
            key = history[: at + 1]
            if key not in self._known:
                # By rule: a model would be asked for every turn of every prefix.
                searched = self._choose(past.question, whole, propose).searched
                self._known[key] = Exchange(searched, past.answer)
            whole.append(self._known[key])
        return whole

    def _choose(self, question: str, whole: Sequence[Exchange], way: Propose) -> Resolved:
        proposal = way(question, whole)
        if proposal.searched == question:
            return Resolved(proposal, question)
        if self.find is None:
            return Resolved(proposal, proposal.searched)
        raw, rewritten = self.find(question)[:HITS], self.find(proposal.searched)[:HITS]
        better = choose(question, proposal, raw, rewritten)
        return Resolved(proposal, proposal.searched if better else question)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="conversation folders")
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        help="retrieval folder to search (default: score the rewrite alone)",
    )
    parser.add_argument(
        "--chat", default=QUOTE, metavar="NAME", help="a chat model that rewrites (default: rewrite by rule)"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of each folder; prints a table of them."""
    sources = read_corpus(arguments.corpus) if arguments.corpus is not None else ()
    known = frozenset(source.id for source in sources) if sources else None
    sets = [read_conversation_set(folder, arguments.limit, known) for folder in arguments.folders]
    settings = read_settings()
    way = _way(settings, arguments.chat)
    common = {"limit": arguments.limit, "seed": arguments.seed, "chat": arguments.chat}
    figures: dict[str, object] = {}
    if sources:
        models = open_models(settings)
        common |= {"embedder": models.embedder.id, "corpus": arguments.corpus.resolve().name}
        measured = _with_corpus(sets, sources, settings, models, (way, arguments.seed))
    else:
        measured = [_measure(one, Resolver(way, None), None) for one in sets]
    for one, values in zip(sets, measured, strict=True):
        figures[one.name] = {**values, "settings": common, "versions": versions()}
    _show(figures)
    return figures


def _way(settings: Settings, chat: str) -> Propose:
    if chat == QUOTE:
        return propose
    model = _chat(settings, chat)
    return lambda question, history: rewrite_with_model(question, history, model, lambda: False)


def _chat(settings: Settings, name: str) -> ChatModel:
    if settings.chat_url:
        from rag_core.models.chat_api import ServerChat  # noqa: PLC0415 (loads openai)

        return ServerChat(settings.chat_url, settings.chat_key, name)
    return ResidentChat(settings, name)


def _with_corpus(
    sets: Sequence[ConversationSet],
    sources: Sequence[Source],
    settings: Settings,
    models: EvaluationModels,
    how: tuple[Propose, int],
) -> list[dict[str, object]]:
    with temporary_home(settings) as (own, engine):
        corpus = load_corpus(engine, own, models.embedder, sources)
        search = _Search(retriever(engine, own, models.embedder, models.reranker), corpus)
        measured = []
        for one in sets:
            resolver = Resolver(how[0], search.find)
            values = _measure(one, resolver, search)
            values["new_subject"] = _new_subject(one, resolver, search, how[1])
            measured.append(values)
        return measured


class _Search:
    """A search over a loaded corpus; each question is searched once."""

    def __init__(self, search: Retriever, corpus: LoadedCorpus) -> None:
        self._search, self._corpus = search, corpus
        self._found: dict[str, tuple[Hit, ...]] = {}

    def find(self, question: str) -> tuple[Hit, ...]:
        if question not in self._found:
            self._found[question] = self._search.search(question, [self._corpus.library_id], _HITS).hits
        return self._found[question]

    def score(self, question: str, gold: frozenset[str]) -> tuple[float, ...]:
        ranked = [self._corpus.sources[hit.passage.document_id] for hit in self.find(question)]
        return score(list(dict.fromkeys(ranked)), dict.fromkeys(gold, 1))


def _measure(one: ConversationSet, resolver: Resolver, search: _Search | None) -> dict[str, object]:
    scores: dict[str, list[tuple[float, ...]]] = {way: [] for way in WAYS}
    pairs: list[tuple[ConversationTurn, str]] = []
    changed = harmful = 0
    tell = progress(f"{one.name} turns", len(one.turns))
    for done, turn in enumerate(one.turns, 1):
        found = resolver.resolve(turn.question, turn.history)
        changed += found.searched != turn.question
        if turn.rewrite and turn.history:
            pairs.append((turn, found.proposal.searched))
        if search is not None and turn.gold:
            texts = (turn.question, found.proposal.searched, found.searched)
            for way, text in zip(WAYS, texts, strict=True):
                scores[way].append(search.score(text, turn.gold))
            harmful += turn.stands_alone and _worse(scores["chosen"][-1], scores["raw"][-1])
        tell(done)
    return {
        "turns": len(one.turns),
        "scored": len(scores["raw"]),
        "changed": changed,
        **{way: _means(rows) for way, rows in scores.items()},
        "rewrite": _rewrite_figures(pairs),
        "harmful_rewrites": harmful,
    }


def _worse(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether it finds less among the first five or ten, or finds it lower."""
    return any(first < second for first, second in zip(one[1:4], other[1:4], strict=True))


def _rewrite_figures(pairs: Sequence[tuple[ConversationTurn, str]]) -> dict[str, float]:
    """Over the turns that people rewrote, those that stand alone among them."""
    if not pairs:
        return {}
    kept = [kept_entities(ours, turn.rewrite, turn.question) for turn, ours in pairs]
    wanted = sum(total for _, total in kept)
    return {
        "rouge_1": round(float(np.mean([rouge_1(ours, turn.rewrite) for turn, ours in pairs])), 4),
        "bleu": round(bleu([(ours, turn.rewrite) for turn, ours in pairs]), 4),
        "kept_entities": round(sum(held for held, _ in kept) / wanted, 4) if wanted else 1.0,
        "rouge_1_raw": round(float(np.mean([rouge_1(turn.question, turn.rewrite) for turn, _ in pairs])), 4),
    }


def _new_subject(one: ConversationSet, resolver: Resolver, search: _Search, seed: int) -> dict[str, object]:
    """The questions that open a conversation, asked at the end of another one: a new subject must not be
    dragged to the old one."""
    openings = [turn for turn in one.turns if not turn.history and turn.gold]
    others = [turn for turn in one.turns if turn.history]
    pick = random.Random(seed)  # noqa: S311 (a sample, not a secret)
    scores: dict[str, list[tuple[float, ...]]] = {"raw": [], "chosen": []}
    changed = harmful = 0
    for turn in openings if others else ():
        before = pick.choice(others)
        searched = resolver.resolve(turn.question, before.history).searched
        scores["raw"].append(search.score(turn.question, turn.gold))
        scores["chosen"].append(search.score(searched, turn.gold))
        changed += searched != turn.question
        harmful += _worse(scores["chosen"][-1], scores["raw"][-1])
    values = {way: _means(rows) for way, rows in scores.items()}
    return {"turns": len(scores["raw"]), "changed": changed, "harmful_rewrites": harmful, **values}


def _means(rows: Sequence[tuple[float, ...]]) -> dict[str, float]:
    if not rows:
        return {}
    means = np.array(rows).mean(axis=0).tolist()
    return {name: round(mean, 4) for name, mean in zip(_SCORES, means, strict=True)}


def _show(figures: Mapping[str, object]) -> None:
    rows: list[list[str | float]] = []
    for name, values in figures.items():
        assert isinstance(values, dict)  # noqa: S101
        scored = [way for way in WAYS if values[way]]
        rows += [[name, way, *(values[way][key] for key in _SCORES)] for way in scored]
    if rows:
        print(table(["set", "question", "R@1", "R@5", "R@10", "MRR@10", "nDCG@10"], rows))
    heads = ("rouge_1", "bleu", "kept_entities")
    others: list[list[str | float]] = [
        [name, *(values["rewrite"].get(head, "") for head in heads), str(values["harmful_rewrites"])]
        for name, values in figures.items()
        if isinstance(values, dict)
    ]
    print(table(["set", "ROUGE-1", "BLEU", "kept entities", "harmful"], others), flush=True)
