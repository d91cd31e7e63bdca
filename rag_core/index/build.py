"""Building a library's index anew: drafted aside, checked at the gate, published by one row.

Each part can be killed at any instruction and done again; readers see the old index or the new one.
"""

from __future__ import annotations

import dataclasses
import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from rag_core.errors import InputError, NotFound, UserError
from rag_core.index.exam import REAL_QUESTIONS, Truth, examine_with, make_exam, real_questions, sit
from rag_core.index.gate import folder_bytes
from rag_core.index.judge import CENSUS, check_generation
from rag_core.index.kind import Kind, choose_kind, kind_named
from rag_core.index.tune import TARGET, tune
from rag_core.protocols import Embedder
from rag_core.store.census import searchable_chunks
from rag_core.store.chunks import vectors
from rag_core.store.generations import (
    NO_DEMANDS,
    Check,
    Generation,
    Wish,
    begin_generation,
    discard_generation,
    forget_embeddings,
    get_generation,
    list_generations,
    publish_generation,
    save_generation,
)
from rag_core.store.libraries import get_library
from rag_core.store.places import known_questions

FloatArray = npt.NDArray[np.float32]

_KEPT_GENERATIONS, _KEPT_REFUSALS = 2, 5

# What a draft is at, for those who watch. A file: it means nothing when its writer is gone.
DraftStage = Literal["training", "adding", "tuning", "writing"]
_STAGE = "stage"


def build_generation(
    engine: Engine, library_id: int, folder: Path, now: float, kind: Kind | None = None
) -> Generation:
    """Drafts, checks and publishes a generation of the library's searchable chunks under `folder`; of the kind
    that fits unless one is given. Errors as draft_generation and check_generation."""
    draft = draft_generation(engine, library_id, folder, now, kind or NO_DEMANDS)
    checked = check_generation(engine, draft.id, folder)
    return release_generation(engine, checked, folder, now)


def draft_generation(
    engine: Engine,
    library_id: int,
    folder: Path,
    now: float,
    wish: Wish | Kind,
    embedder: Embedder | None = None,
) -> Generation:
    """Writes an index of the library's searchable chunks under `folder`, aside: readers don't see it. Its search
    parameters are found by measuring, with real questions where there are some and an embedder for them.

    Whatever an earlier draft left is cleared. Raises NotFound, InputError no_documents for a library without
    embeddings, InputError index_parameter, UserError disk_full.
    """
    library = get_library(engine, library_id)
    embedder_id = (wish.embedder_id if isinstance(wish, Wish) else "") or library.embedder_id
    home = folder / str(library_id)
    with only_builder(home):
        sweep(engine, library_id, folder, embedder_id)
        census, _ = searchable_chunks(engine, library_id)
        truth = Truth(*vectors(engine, library_id, embedder_id, 0))
        if not len(truth.ids):
            raise InputError("no_documents")
        kind, refusal = _kind(wish, truth)
        draft = begin_generation(engine, library_id, embedder_id, kind.name, now)
        building = home / f"building-{draft.id}"
        (home / _STAGE).unlink(missing_ok=True)
        started = time.monotonic()
        with _disk_full_told():
            # With its parameters set, as exact search always has them, an index is asked nothing yet.
            asked = () if kind.is_tuned else known_questions(engine, library_id, REAL_QUESTIONS)
            tuned, failure = _write(building, truth, kind, real_questions(asked, embedder))
            note_stage(home, "writing")
            np.save(building / CENSUS, census)
            _make_durable(building)
            building.rename(home / str(draft.id))
            _sync(home)
        asked_for = wish.name if isinstance(wish, Kind) else wish.kind
        draft = dataclasses.replace(
            draft,
            kind=tuned.name,
            parameters=json.dumps(dataclasses.asdict(tuned)),
            vectors=len(truth.ids),
            watermark=int(truth.ids[-1]),
            bytes=folder_bytes(home / str(draft.id)),
            build_seconds=time.monotonic() - started,
            checks=(Check("kind", asked_for or "what fits", refusal or failure or tuned.name, True),),
        )
        save_generation(engine, draft)
    return draft


def release_generation(
    engine: Engine, checked: Generation, folder: Path, now: float, whole: bool = False
) -> Generation:
    """Puts a checked generation to use. The one before stays for going back, older ones are removed. Errors as
    publish_generation."""
    if checked.published_at is not None:
        return checked
    done = publish_generation(engine, checked, now, whole)
    with only_builder(folder / str(checked.library_id)):
        sweep(engine, checked.library_id, folder)
    return done


def roll_back(engine: Engine, generation_id: int, folder: Path, now: float) -> Generation:
    """Puts an earlier generation to use again, with its embedder, at once.

    Chunks that have come since and have no embedding by that embedder are found by their words alone until
    they are given one. Raises NotFound when there is none of that id that was ever in use, UserError
    generation_damaged when its files are gone or not whole.
    """
    from rag_core.index.faiss_store import FaissStore, IndexDamaged  # noqa: PLC0415 (loads faiss)

    generation = get_generation(engine, generation_id)
    if generation.published_at is None:
        raise NotFound("generation_missing")
    try:
        FaissStore.from_persist_path(str(folder / str(generation.library_id) / str(generation.id)), True)
    except IndexDamaged as error:
        raise UserError("generation_damaged") from error
    return publish_generation(engine, generation, now)


@contextmanager
def only_builder(home: Path) -> Iterator[None]:
    """Nobody else builds the library's index meanwhile."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sweep(engine: Engine, library_id: int, folder: Path, also: str = "") -> None:
    """Forgets unfinished and outdated generations, with the folders that nothing refers to, and the embeddings
    of embedders that no generation needs, neither the library nor `also`."""
    known = list_generations(engine, library_id)
    kept = [one for one in known if one.published_at is not None][:_KEPT_GENERATIONS]
    refused = [one for one in known if one.is_refused][:_KEPT_REFUSALS]
    for one in known:
        if one not in kept and one not in refused:
            discard_generation(engine, one.id)
    names = {str(one.id) for one in kept}
    for path in (folder / str(library_id)).iterdir():
        if path.is_dir() and path.name not in names:
            shutil.rmtree(path, ignore_errors=True)
    embedder_ids = {get_library(engine, library_id).embedder_id, also, *(one.embedder_id for one in kept)}
    forget_embeddings(engine, library_id, sorted(embedder_ids - {""}))


def _kind(wish: Wish | Kind, truth: Truth) -> tuple[Kind, str]:
    """The kind to build, and why it is not the one wished for ("" when it is)."""
    if isinstance(wish, Kind):
        return wish, ""
    count, dimension = truth.vectors.shape
    name = wish.kind or choose_kind(count, dimension).name
    return kind_named(name, count, dimension, dict(wish.parameters))


def _write(building: Path, truth: Truth, kind: Kind, real: FloatArray | None) -> tuple[Kind, str]:
    """Makes and tunes the index and writes it; the kind with the parameters found, and why it is not the one
    asked for: a graph over hundreds of equal vectors, say, has parts that no way leads to."""
    from rag_core.index.faiss_store import FaissStore  # noqa: PLC0415 (loads faiss and llama-index)

    note_stage(building.parent, "training" if kind.is_coded else "adding")
    store = FaissStore(truth.vectors.shape[1], kind)
    store.add_vectors(truth.ids, truth.vectors)
    failure = ""
    if not kind.is_tuned:
        note_stage(building.parent, "tuning")
        exam = make_exam(truth.vectors, examine_with(kind, truth.vectors, real)[0])

        def measure(some: Kind) -> float:
            store.retune(some)
            return sit(store, truth, exam).recall

        tuned = tune(kind, measure)
        reached = measure(tuned)
        if reached < TARGET:
            failure = f"flat: {kind.name} finds {reached:.3f} of the nearest at most"
            store = FaissStore(truth.vectors.shape[1])
            store.add_vectors(truth.ids, truth.vectors)
    store.persist(str(building))
    return store.kind, failure


def note_stage(home: Path, stage: DraftStage) -> None:
    """Says what the draft is at."""
    (home / _STAGE).write_text(stage, "utf-8")


def draft_stage(home: Path) -> str:
    """What the library's draft is at, or was when its writer ended; "" where there was none."""
    try:
        return (home / _STAGE).read_text("utf-8")
    except OSError:
        return ""


@contextmanager
def _disk_full_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError("disk_full") from error
        raise


def _make_durable(folder: Path) -> None:
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
