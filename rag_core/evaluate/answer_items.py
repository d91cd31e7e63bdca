"""The forms of question sets that `evaluate answers` reads, as one: a question, where to look, what is right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.evaluate.common import (
    FormError,
    Row,
    Source,
    folder_name,
    read_corpus,
    read_retrieval_set,
    read_rows,
)

# How many documents a question of the noise form is given where the share of negatives is set.
NOISE_DOCUMENTS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A question. `within` are the ids of the documents it may use, None for all. `wanted` are groups of
    alternatives: a right answer holds one of each group. `gold` are the ids that hold the answer."""

    id: str
    question: str
    within: tuple[str, ...] | None
    wanted: tuple[tuple[str, ...], ...]
    gold: frozenset[str]
    answerable: bool
    evidences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """A set of questions over a corpus. `form` is "retrieval", "pooled", "self-contained" or "noise"."""

    name: str
    form: str
    corpus: tuple[Source, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """`share` of negatives among the documents of a question, None for all there are; `only`: nothing else."""

    share: float | None = None
    only: bool = False


def read_answer_set(folder: Path, noise: Noise, limit: int | None) -> AnswerSet:
    """The folder's set with its first `limit` questions, whatever its form. Raises FormError."""
    items = folder / "items.jsonl"
    if (folder / "queries.jsonl").exists() and (folder / "qrels.tsv").exists():
        return _retrieval(folder, limit)
    if items.exists():
        rows = list(read_rows(items))
        if not rows:
            raise FormError(items, 0, "holds no items")
        form = _pooled if rows[0].has("passages") else _self_contained
        return form(folder, rows[:limit])
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise FormError(folder, 0, "holds neither queries.jsonl nor items.jsonl nor other .jsonl files")
    return _noise(folder, [row for file in files for row in read_rows(file)][:limit], noise)


def _retrieval(folder: Path, limit: int | None) -> AnswerSet:
    found = read_retrieval_set(folder, limit)
    items = [
        Item(
            query.id,
            query.text,
            None,
            (query.answers,) if query.answers else (),
            frozenset(query.relevant),
            bool(query.answers or query.relevant),
        )
        for query in found.queries
    ]
    return AnswerSet(found.name, "retrieval", found.corpus, tuple(items))


def _pooled(folder: Path, rows: Sequence[Row]) -> AnswerSet:
    corpus = read_corpus(folder)
    known = {source.id for source in corpus}
    items: list[Item] = []
    for row in rows:
        # Public sets leave a few passages out of their corpus: the question does with the others.
        within = tuple(one for one in row.texts("passages") if one in known)
        if not within:
            raise row.wrong("none of its passages is in corpus.jsonl")
        answers = row.texts("answers", ())
        gold = frozenset(row.texts("gold_docs", ()))
        wanted = (answers,) if answers else ()
        items.append(Item(row.text("id"), row.text("question"), within, wanted, gold, row.flag("answerable")))
    return AnswerSet(folder_name(folder), "pooled", corpus, tuple(items))


def _self_contained(folder: Path, rows: Sequence[Row]) -> AnswerSet:
    contexts: dict[str, Source] = {}
    items: list[Item] = []
    for row in rows:
        text = row.text("context")
        source = contexts.setdefault(text, Source(f"context-{len(contexts)}", row.text("title", ""), text))
        answers = row.texts("answers", ())
        items.append(
            Item(
                row.text("id"),
                row.text("question"),
                (source.id,),
                (answers,) if answers else (),
                frozenset((source.id,)),
                bool(answers),
                row.texts("evidences", ()),
            )
        )
    return AnswerSet(folder_name(folder), "self-contained", tuple(contexts.values()), tuple(items))


def _noise(folder: Path, rows: Sequence[Row], noise: Noise) -> AnswerSet:
    texts: dict[str, Source] = {}

    def known(text: str) -> str:
        return texts.setdefault(text, Source(f"text-{len(texts)}", "", text)).id

    items = [_noise_item(row, noise, known) for row in rows]
    return AnswerSet(folder_name(folder), "noise", tuple(texts.values()), tuple(items))


def _noise_item(row: Row, noise: Noise, known: Callable[[str], str]) -> Item:
    positives = () if noise.only else _spread(row.value("positive"))
    negatives = row.texts("negative", ())
    if noise.share is not None and not noise.only:
        count = math.ceil(NOISE_DOCUMENTS * noise.share)
        positives = positives[: max(NOISE_DOCUMENTS - count, 0)]
        negatives = negatives[:count]
    gold = frozenset(known(text) for text in positives if text.strip())
    within = (*gold, *(known(text) for text in negatives if text.strip()))
    if not within:
        raise row.wrong('neither "positive" nor "negative" holds a text')
    return Item(row.text("id"), row.text("question"), within, _groups(row), gold, bool(gold))


def _spread(value: object) -> tuple[str, ...]:
    """The texts of a list, or of lists: then the first of each, the second of each, and so on."""
    if not isinstance(value, list):
        return ()
    lists = [one if isinstance(one, list) else [one] for one in value]
    longest = max((len(one) for one in lists), default=0)
    return tuple(str(one[i]) for i in range(longest) for one in lists if i < len(one))


def _groups(row: Row) -> tuple[tuple[str, ...], ...]:
    """A string is one answer; in a list every element is needed, and an inner list holds alternatives."""
    value = row.value("answer")
    if value is None:
        raise row.wrong('"answer" is missing')
    needed = value if isinstance(value, list) else [value]
    return tuple(tuple(map(str, one)) if isinstance(one, list) else (str(one),) for one in needed)
