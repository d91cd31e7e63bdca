"""The gate: a drafted index is opened as readers will open it, checked, and refused when it falls short."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Engine

from rag_core.errors import UserError
from rag_core.index import gate
from rag_core.index.exam import REAL_QUESTIONS, Truth, examine_with, make_exam, real_questions, sit
from rag_core.index.gate import Census
from rag_core.index.tune import TARGET
from rag_core.protocols import Embedder
from rag_core.store.census import embedded_texts, searchable_chunks
from rag_core.store.chunks import vectors
from rag_core.store.generations import Check, Generation, get_generation, published, save_generation
from rag_core.store.places import known_questions

if TYPE_CHECKING:
    from rag_core.index.faiss_store import FaissStore

# Beside the index: the ids of the chunks that were to go into it.
CENSUS = "census.npy"
_EMBEDDED_ANEW = 64


def found_before(engine: Engine, library_id: int, folder: Path, embedder: Embedder) -> float | None:
    """The share of the known questions that find their passage by the generation in use, whose embedder this is;
    None where there is none, or no such question."""
    current = published(engine, library_id)
    store = _open(folder / str(library_id) / str(current.id)) if current else None
    asked = known_questions(engine, library_id, REAL_QUESTIONS)
    real = real_questions(asked, embedder)
    return gate.share_found(store, asked, real)[0] if store is not None and real is not None else None


def check_generation(
    engine: Engine,
    generation_id: int,
    folder: Path,
    embedder: Embedder | None = None,
    before: float | None = None,
) -> Generation:
    """Checks the draft and notes what was found. The embedder, where one is given, must be the draft's; where it
    is not that of the generation in use, `before` is what found_before() says of that one.

    Raises UserError index_check with the reason when it falls short: its files are removed then, its figures
    stay. NotFound when the draft is gone. One that is published already is left alone.
    """
    draft = get_generation(engine, generation_id)
    if draft.published_at is not None:
        return draft
    home = folder / str(draft.library_id)
    store = _open(home / str(draft.id))
    if draft.is_refused:
        # It was refused before, by a process that died before it could say so.
        judged = draft
    elif store is None:
        damaged = Check("files", "whole", "damaged or gone", False)
        judged = dataclasses.replace(draft, checks=(*draft.checks, damaged))
    else:
        judged = _judge(engine, draft, home, store, embedder, before)
    save_generation(engine, judged)
    if judged.shortcomings:
        shutil.rmtree(home / str(draft.id), ignore_errors=True)
        reasons = "; ".join(f"{one.name}: {one.found} ({one.wanted})" for one in judged.shortcomings)
        raise UserError("index_check", reasons)
    return judged


def _judge(
    engine: Engine,
    draft: Generation,
    home: Path,
    store: FaissStore,
    embedder: Embedder | None,
    before: float | None,
) -> Generation:
    once = np.load(home / str(draft.id) / CENSUS, allow_pickle=False)
    now, documents = searchable_chunks(engine, draft.library_id)
    # What has come since the draft is not its business, nor what has gone.
    still = np.isin(now, once, assume_unique=True)
    census = Census(now[still], documents[still])
    truth = Truth(*vectors(engine, draft.library_id, draft.embedder_id, 0)).among(once)
    checks = [
        *(check for check in draft.checks if check.name == "kind"),
        gate.check_documents(store.keys, census),
        gate.check_vectors(store, truth, once),
    ]
    if embedder is not None and len(truth.ids):
        checks.append(_check_embedder(engine, truth, embedder))
    recall = 1.0
    if len(truth.ids):
        asked = known_questions(engine, draft.library_id, REAL_QUESTIONS)
        real = real_questions(asked, embedder)
        exam = make_exam(truth.vectors, examine_with(store.kind, truth.vectors, real)[1])
        marks = sit(store, truth, exam)
        recall = marks.recall
        current = published(engine, draft.library_id)
        old = _open(home / str(current.id)) if current else None
        alike = old is not None and current is not None and current.embedder_id == draft.embedder_id
        checks += [
            gate.check_recall(marks, TARGET),
            gate.check_latency(marks, sit(old, truth, exam) if old is not None and alike else None),
            gate.check_size(home / str(draft.id), store),
        ]
        if real is not None and old is not None:
            same = gate.check_same_hits(store, old, real) if alike else None
            checks.append(same or gate.check_found(store, asked, real, before))
    return dataclasses.replace(draft, checks=tuple(checks), recall=recall)


def _check_embedder(engine: Engine, truth: Truth, embedder: Embedder) -> Check:
    some = np.unique(np.linspace(0, len(truth.ids) - 1, _EMBEDDED_ANEW).astype(np.int64))
    texts = embedded_texts(engine, truth.ids[some].tolist())
    return gate.check_embedder(embedder, texts, truth.vectors[some])


def _open(folder: Path) -> FaissStore | None:
    from rag_core.index.faiss_store import FaissStore, IndexDamaged  # noqa: PLC0415 (loads faiss)

    try:
        return FaissStore.from_persist_path(str(folder), sealed=True)
    except IndexDamaged:
        return None
