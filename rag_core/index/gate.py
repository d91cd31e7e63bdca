"""What a new index must show before it is put to use. Each check says what was wanted and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag_core.index.exam import RECALL_AT, SAME, Marks, Truth
from rag_core.index.kind import disk_needed
from rag_core.protocols import Embedder
from rag_core.store.census import Asked
from rag_core.store.generations import Check

if TYPE_CHECKING:
    from rag_core.index.faiss_store import FaissStore

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

# How much less than the target is still the target: that is how exactly it can be measured.
RECALL_MARGIN = 0.01
# Whatever else the machine does meanwhile, a search that takes longer is no use.
SLOWEST_SECONDS = 0.5
_SLOWER = 3.0
# The same words give the same vector on any machine, but for how its numbers are rounded.
_SAME_COSINE = 0.99
_LEAST_OVERLAP, _LEAST_FOUND, _LOST = 0.9, 0.5, 0.05
_NAMED = 3
_BLOCK = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """The searchable chunks of a library that an index must hold, and each one's document."""

    chunk_ids: IdArray
    document_ids: IdArray


def check_documents(keys: IdArray, census: Census) -> Check:
    """Every document with all of its chunks."""
    wanted = Counter(census.document_ids.tolist())
    found = Counter(census.document_ids[np.isin(census.chunk_ids, keys)].tolist())
    short = [document for document, count in wanted.items() if found[document] != count]
    said = f"{len(wanted) - len(short)} documents, {found.total()} chunks"
    if short:
        named = ", ".join(f"{one} ({found[one]} of {wanted[one]})" for one in short[:_NAMED])
        said += f"; short: {len(short)} documents, such as {named}"
    return Check("documents", f"{len(wanted)} documents, {wanted.total()} chunks", said, not short)


def check_vectors(store: FaissStore, truth: Truth, once: IdArray) -> Check:
    """The vectors are the database's, number for number; and there are none but those and `once`, which the
    database held when the index was drafted."""
    keys = store.keys
    wrong = len(np.setdiff1d(np.setdiff1d(keys, truth.ids, assume_unique=True), once))
    places = np.flatnonzero(np.isin(truth.ids, keys, assume_unique=True))
    for low in range(0, len(places), _BLOCK):
        some = places[low : low + _BLOCK]
        wrong += int(np.any(store.take(truth.ids[some]) != truth.vectors[some], axis=1).sum())
    said = f"{wrong} of {len(keys)} differ from the database"
    return Check("vectors", "0 differ from the database", said, wrong == 0)


def check_embedder(embedder: Embedder, texts: Sequence[str], vectors: FloatArray) -> Check:
    """Embedding the words again gives the vectors (a row for each text) that are stored."""
    anew = embedder.embed_passages(list(texts))
    alike = anew.shape == vectors.shape
    cosines = np.sum(anew * vectors, axis=1) if alike else np.zeros(len(texts), np.float32)
    other = int(np.count_nonzero(cosines < _SAME_COSINE))
    said = f"{other} of {len(texts)} are not what {embedder.id} makes of the words"
    return Check("embedder", f"0 of {len(texts)} chunks embedded otherwise", said, other == 0)


def check_recall(marks: Marks, target: float) -> Check:
    """Recall against exact search."""
    wanted = f"recall@{RECALL_AT} ≥ {target - RECALL_MARGIN:.3f}"
    return Check("recall", wanted, f"{marks.recall:.3f}", marks.recall >= target - RECALL_MARGIN)


def check_latency(marks: Marks, before: Marks | None) -> Check:
    """Not much slower than the index in use, measured in the same run."""
    limit = max(SLOWEST_SECONDS, _SLOWER * before.p95 if before else 0.0)
    said = f"{marks.p95 * 1000:.1f} ms" + (f", before {before.p95 * 1000:.1f} ms" if before else "")
    return Check("latency", f"p95 ≤ {limit * 1000:.0f} ms", said, marks.p95 <= limit)


def check_size(folder: Path, store: FaissStore) -> Check:
    """About as many bytes as such an index takes."""
    dimension, count = store.client.d, len(store.keys)
    limit = 1.25 * disk_needed(count, dimension, store.kind) + 2**20
    size = folder_bytes(folder)
    return Check("size", f"≤ {limit / 2**20:.1f} MB", f"{size / 2**20:.1f} MB", size <= limit)


def check_same_hits(new: FaissStore, old: FaissStore, questions: FloatArray) -> Check:
    """Real questions find in the new index what they find in the old one, as far as both hold it."""
    both = np.intersect1d(new.keys, old.keys, assume_unique=True)
    mine, theirs = new.select(both), old.select(both)
    same = wanted = 0
    for question in questions:
        before, near = old.search(question, RECALL_AT, theirs)
        _, cosines = new.search(question, RECALL_AT, mine)
        # Of those that lie equally near any will do.
        same += int(np.count_nonzero(cosines >= near.min(initial=1.0) - SAME))
        wanted += len(before)
    share = same / wanted if wanted else 1.0
    said = f"{share:.3f} over {len(questions)} questions"
    return Check("golden", f"hits@{RECALL_AT} kept ≥ {_LEAST_OVERLAP}", said, share >= _LEAST_OVERLAP)


def share_found(store: FaissStore, asked: Sequence[Asked], questions: FloatArray) -> tuple[float, int]:
    """The share of the questions that find a passage known to answer them, as far as the store holds one, and
    of how many."""
    found = wanted = 0
    for one, question in zip(asked, questions, strict=True):
        known = np.intersect1d(np.array(one.chunk_ids, np.int64), store.keys)
        if len(known):
            hits, _ = store.search(question, RECALL_AT)
            wanted += 1
            found += bool(np.isin(known, hits).any())
    return (found / wanted if wanted else 1.0), wanted


def check_found(
    new: FaissStore, asked: Sequence[Asked], questions: FloatArray, before: float | None
) -> Check:
    """Real questions find the passages that answer them, hardly less often than `before`, by the index in use:
    what another embedder is judged by, which need not find the same."""
    share, wanted = share_found(new, asked, questions)
    least = max(_LEAST_FOUND, (before or 0.0) - _LOST)
    said = f"{share:.3f} over {wanted} questions" + ("" if before is None else f", before {before:.3f}")
    return Check("golden", f"known passage among {RECALL_AT} hits ≥ {least:.3f}", said, share >= least)


def folder_bytes(folder: Path) -> int:
    """What its files take on the disk."""
    return sum(file.stat().st_size for file in folder.iterdir())
