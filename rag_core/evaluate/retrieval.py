"""Whether search finds the passage that holds the answer, at document level, stage by stage."""

from __future__ import annotations

import argparse
import dataclasses
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.chunk import chunk_size
from rag_core.evaluate.common import (
    Query,
    RetrievalSet,
    percentiles,
    progress,
    read_corpus,
    read_retrieval_set,
    table,
    versions,
)
from rag_core.evaluate.corpus import LoadedCorpus, load_corpus, retriever, temporary_home
from rag_core.evaluate.models import EvaluationModels, open_models
from rag_core.index.kind import FLAT, HNSW, Kind
from rag_core.protocols import Embedder
from rag_core.settings import read_settings
from rag_core.store.chunks import vectors
from rag_core.store.db import Database
from rag_core.types import Hit

STAGES = ("dense", "lexical", "fused", "followed", "reranked", "final")
KINDS: Mapping[str, Kind] = {"flat": FLAT, "hnsw": HNSW}
# Several chunks may belong to one document: ten documents take more than ten hits.
_HITS = 60
_AT = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="retrieval folders")
    parser.add_argument("--embedder", metavar="NAME", default="", help="a model of the catalogue")
    parser.add_argument(
        "--index", choices=tuple(KINDS), help="the kind of index (default: the one that fits)"
    )
    parser.add_argument(
        "--distractors",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="further corpus to search through",
    )
    parser.add_argument(
        "--queries-from", type=Path, metavar="DIR", help="take the queries' texts from this folder, by id"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of each folder; prints a table of them."""
    sets = [
        read_retrieval_set(folder, arguments.limit, arguments.queries_from) for folder in arguments.folders
    ]
    distractors = [
        dataclasses.replace(source, id=f"{folder.name}/{source.id}")
        for folder in arguments.distractors
        for source in read_corpus(folder)
    ]
    kind = KINDS[arguments.index] if arguments.index else None
    settings = read_settings()
    models = open_models(settings, embedder=arguments.embedder)
    figures: dict[str, object] = {}
    rows: list[list[str | float]] = []
    for one in sets:
        with temporary_home(settings) as (own, engine):
            corpus = load_corpus(engine, own, models.embedder, [*one.corpus, *distractors], kind)
            search = retriever(engine, own, models.embedder, models.reranker)
            measured = _measure(search, corpus, one)
            recall = _ann_recall(engine, search, corpus, models.embedder, one.queries)
        figures[one.name] = {
            "documents": len(one.corpus) + len(distractors),
            "chunks": corpus.chunks,
            "queries": len(one.queries),
            "embedder": models.embedder.id,
            "index": corpus.generation.kind,
            **measured,
            "ann_recall@10": recall,
            "seconds": {name: round(value, 3) for name, value in corpus.seconds.items()},
            "settings": _settings(arguments, models),
            "versions": versions(),
        }
        stages = measured["stages"]
        assert isinstance(stages, dict)  # noqa: S101
        rows += [[one.name, stage, *stages[stage].values()] for stage in STAGES if stages[stage]]
        print(table(["set", "stage", "R@1", "R@5", "R@10", "MRR@10", "nDCG@10"], rows), flush=True)
    return figures


def _settings(arguments: argparse.Namespace, models: EvaluationModels) -> dict[str, object]:
    return {
        "limit": arguments.limit,
        "seed": arguments.seed,
        "chunk_tokens": chunk_size(models.embedder.max_tokens),
        "reranker": models.reranker.id if models.reranker else "",
        "distractors": [folder.name for folder in arguments.distractors],
        "queries_from": arguments.queries_from.name if arguments.queries_from else "",
    }


def _measure(search: Retriever, corpus: LoadedCorpus, one: RetrievalSet) -> dict[str, object]:
    scores: dict[str, list[tuple[float, ...]]] = {stage: [] for stage in STAGES}
    seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
    tell = progress(f"{one.name} queries", len(one.queries))
    for done, query in enumerate(one.queries, 1):
        started = time.monotonic()
        found = search.search(query.text, [corpus.library_id], _HITS)
        total = time.monotonic() - started
        stages = {stage.name: stage.hits for stage in found.stages} | {"final": found.hits}
        for stage, hits in stages.items():
            if query.relevant:
                scores[stage].append(score(_documents(hits, corpus), query.relevant))
        for one_stage in found.stages:
            seconds[one_stage.name].append(one_stage.seconds)
        seconds["final"].append(total)
        tell(done)
    return {
        "stages": {stage: _means(scores[stage]) for stage in STAGES},
        "ms": {stage: percentiles(seconds[stage]) for stage in STAGES if scores[stage]},
    }


def _documents(hits: Sequence[Hit], corpus: LoadedCorpus) -> list[str]:
    return list(dict.fromkeys(corpus.sources[hit.passage.document_id] for hit in hits))


def score(ranked: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, float, float, float, float]:
    """recall@1, @5 and @10 (the share of the relevant documents found), MRR@10 and nDCG@10 (gain = grade)."""
    recalls = [len(relevant.keys() & set(ranked[:depth])) / len(relevant) for depth in (1, 5, 10)]
    first = next((place for place, name in enumerate(ranked[:_AT], 1) if name in relevant), 0)
    gained = sum(relevant.get(name, 0) / math.log2(place + 1) for place, name in enumerate(ranked[:_AT], 1))
    grades = sorted(relevant.values(), reverse=True)[:_AT]
    best = sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))
    return recalls[0], recalls[1], recalls[2], 1 / first if first else 0.0, gained / best


def _means(scores: Sequence[tuple[float, ...]]) -> dict[str, float]:
    if not scores:
        return {}
    means = np.array(scores).mean(axis=0).tolist()
    names = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
    return {name: round(mean, 4) for name, mean in zip(names, means, strict=True)}


def _ann_recall(
    engine: Database, search: Retriever, corpus: LoadedCorpus, embedder: Embedder, queries: Sequence[Query]
) -> float:
    """The share of the ten truly nearest chunks that the index finds, over the queries."""
    ids, matrix = vectors(engine, corpus.library_id, embedder.id, 0)
    questions = embedder.embed_questions([query.text for query in queries])
    found = wanted = 0
    for question in questions:
        nearest = ids[np.argsort(-(matrix @ question), kind="stable")[:_AT]]
        got, _ = search.index(corpus.library_id).search(question, _AT)
        found += len(np.intersect1d(got, nearest))
        wanted += len(nearest)
    return round(found / wanted, 4)
