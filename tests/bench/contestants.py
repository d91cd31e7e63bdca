"""Indexes that are measured beside each other: ours, bare FAISS, and what others offer where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag_core.index.exam import Exam, Truth, sit
from rag_core.index.faiss_store import FaissStore
from rag_core.index.gate import folder_bytes
from rag_core.index.kind import FLAT, Kind, memory_needed
from rag_core.index.tune import tune
from rag_core.protocols import FloatArray
from tests.bench.bench_vectors import DIMENSION


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds by the clock, and of all cores: what else runs on the machine doesn't count in these."""

    clock: float = 0.0
    cores: float = 0.0


class Watch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._clock, self._cores = time.monotonic(), time.process_time()

    def lap(self) -> Lap:
        return Lap(time.monotonic() - self._clock, time.process_time() - self._cores)


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant: seconds to build, by the clock and of all cores (0: not measured), MB on the disk,
    recall@10, p50 and p95 in milliseconds."""

    name: str
    build: Lap
    megabytes: float
    recall: float
    p50: float
    p95: float
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """What all of them are asked: an exam to tune with, one that all are timed on, and more that nobody was
    tuned with."""

    truth: Truth
    tuning: Exam
    asked: Exam
    others: Sequence[Exam]


def timed(search: Callable[[FloatArray], Any], truth: Truth, exam: Exam) -> tuple[float, float, float]:
    """Recall, p50 and p95 of a search that gives places or ids (0 to n - 1)."""
    found, laps = 0, []
    for question, floor in zip(exam.questions, exam.floors, strict=True):
        started = time.perf_counter()
        places = search(question)
        laps.append(1000 * (time.perf_counter() - started))
        found += int(np.count_nonzero(truth.vectors[np.asarray(places, np.int64)] @ question >= floor - 1e-5))
    p50, p95 = np.percentile(laps, [50, 95])
    return found / (exam.at * len(exam.questions)), float(p50), float(p95)


def ours(kind: Kind, contest: Contest, folder: Path) -> tuple[Row, Kind]:
    """Ours, built, tuned and opened as a rebuild does it; the kind with the parameters found."""
    truth = contest.truth
    tuned, built, tuned_seconds = _built(kind, truth, contest.tuning, folder)
    told = _opened(folder)
    sealed = FaissStore.from_persist_path(str(folder), sealed=True)
    for question in contest.tuning.questions:
        # So that all find what they need in memory, as after some use.
        sealed.search(question, 10)
    numbers = timed(lambda question: sealed.search(question, 10)[0], truth, contest.asked)
    memory = memory_needed(len(truth.ids), DIMENSION, tuned) / memory_needed(len(truth.ids), DIMENSION, FLAT)
    effort = f"effort {tuned.effort}" + (f", {tuned.depth_of(10)} re-ranked" if tuned.is_coded else "")
    recalls = " ".join(f"{sit(sealed, truth, exam).recall:.4f}" for exam in contest.others)
    note = f"{effort}, tuned in {tuned_seconds:.0f} s, memory 1/{1 / memory:.1f} of flat, {told}"
    note += f"; recall@10 with other questions {recalls}" * bool(recalls)
    return Row(f"ours {kind.name}", built, folder_bytes(folder) / 2**20, *numbers, note), tuned


def _built(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> tuple[Kind, Lap, float]:
    watch = Watch()
    store = FaissStore(DIMENSION, kind)
    store.add_vectors(truth.ids, truth.vectors)
    built = watch.lap()

    def measure(some: Kind) -> float:
        store.retune(some)
        return sit(store, truth, exam).recall

    store.retune(tune(kind, measure))
    tuned_seconds = watch.lap().clock - built.clock
    store.persist(str(folder))
    return store.kind, built, tuned_seconds


def _opened(folder: Path) -> str:
    """What opening the store takes in a process of its own, and what that process holds after 300 searches."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.contestants", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, own, mapped = json.loads(told.stdout)
    return f"opens in {seconds * 1000:.0f} ms, holds {own:.0f} MB + {mapped:.0f} MB of the files"


def open_store(folder: str) -> None:
    before = _resident()
    started = time.monotonic()
    store = FaissStore.from_persist_path(folder, sealed=True)
    seconds = time.monotonic() - started
    for question in store.take(store.keys[:: max(len(store.keys) // 300, 1)]):
        store.search(question, 10)
    after = _resident()
    print(json.dumps([seconds, after[0] - before[0], after[1] - before[1]]))


def _resident() -> tuple[float, float]:
    """MB of its own memory and of mapped files that this process holds."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss")}
    return values["RssAnon"], values["RssFile"]


def bare(kind: Kind, contest: Contest, folder: Path) -> Iterator[Row]:
    """FAISS itself with the same parameters, in memory; coded cells without and with its own re-ranking."""
    truth, exam = contest.truth, contest.asked
    made: Any = faiss
    metric = faiss.METRIC_INNER_PRODUCT
    names = {
        "flat": "Flat",
        "hnsw": f"HNSW{kind.links},Flat",
        "hnsw_sq8": f"HNSW{kind.links}_SQ8",
        "ivfpq": f"{f'OPQ{kind.pieces},' * kind.turned}IVF{kind.cells},PQ{kind.pieces}x8",
    }
    watch = Watch()
    index = made.index_factory(DIMENSION, names[kind.name], metric)
    if kind.name == "ivfpq":
        cells = made.downcast_index(made.extract_index_ivf(index))
        cells.do_polysemous_training = False
        inner = made.SearchParametersIVF(nprobe=kind.effort)
        parameters = made.SearchParametersPreTransform(index_params=inner) if kind.turned else inner
    elif kind.name == "flat":
        parameters = made.SearchParameters()
    else:
        index.hnsw.efConstruction = kind.build_candidates
        parameters = made.SearchParametersHNSW(efSearch=max(kind.effort, kind.depth_of(10)))
    index.train(truth.vectors)
    index.add(truth.vectors)
    built = watch.lap()
    path = folder / "bare.faiss"
    made.write_index(index, str(path))
    size = path.stat().st_size / 2**20
    path.unlink()

    def search(question: FloatArray) -> Any:
        return index.search(question[None], 10, params=parameters)[1][0]

    yield Row(f"bare {names[kind.name]}", built, size, *timed(search, truth, exam))
    if kind.is_coded:
        refined = made.IndexRefineFlat(index, made.swig_ptr(truth.vectors))
        deeper = made.IndexRefineSearchParameters(
            k_factor=kind.depth_of(10) / 10, base_index_params=parameters
        )

        def search_refined(question: FloatArray) -> Any:
            return refined.search(question[None], 10, params=deeper)[1][0]

        yield Row("  + IndexRefineFlat", Lap(), 0.0, *timed(search_refined, truth, exam))


def hnswlib_row(kind: Kind, contest: Contest, folder: Path) -> Row:
    truth, exam = contest.truth, contest.asked
    import hnswlib  # type: ignore[import-not-found,import-untyped,unused-ignore]

    watch = Watch()
    index = hnswlib.Index("ip", DIMENSION)
    index.init_index(len(truth.ids), ef_construction=kind.build_candidates or 160, M=kind.links or 32)
    index.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count() or 1)
    index.add_items(truth.vectors)
    built = watch.lap()
    index.set_ef(max(kind.effort, 10))
    index.save_index(str(folder / "hnswlib"))
    size = (folder / "hnswlib").stat().st_size / 2**20
    return Row("hnswlib", built, size, *timed(lambda q: index.knn_query(q, 10)[0][0], truth, exam))


def lancedb_row(kind: Kind, contest: Contest, folder: Path) -> Row:
    truth, exam = contest.truth, contest.asked
    import lancedb  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import pyarrow as arrow  # type: ignore[import-untyped]

    watch = Watch()
    flat = arrow.array(truth.vectors.reshape(-1))
    rows = arrow.FixedSizeListArray.from_arrays(flat, DIMENSION)
    data = arrow.table({"id": arrow.array(truth.ids), "vector": rows})
    table = lancedb.connect(str(folder / "lance")).create_table("bench", data)
    table.create_index(metric="dot", num_partitions=kind.cells or 1024, num_sub_vectors=kind.pieces or 64)
    built = watch.lap()

    def search(question: FloatArray) -> Any:
        asked = (
            table.search(question)
            .distance_type("dot")
            .nprobes(kind.probes or 32)
            .refine_factor(kind.depth_of(10) // 10)
        )
        return asked.select(["id"]).limit(10).to_arrow()["id"].to_numpy()

    size = sum(each.stat().st_size for each in (folder / "lance").rglob("*") if each.is_file()) / 2**20
    return Row("LanceDB IVF_PQ", built, size, *timed(search, truth, exam))


def chroma_row(kind: Kind, contest: Contest, folder: Path) -> Row:
    truth, exam = contest.truth, contest.asked
    import chromadb  # type: ignore[import-not-found,unused-ignore]

    watch = Watch()
    collection = chromadb.PersistentClient(str(folder / "chroma")).create_collection(
        "bench",
        metadata={"hnsw:space": "ip", "hnsw:M": kind.links or 32, "hnsw:search_ef": max(kind.effort, 10)},
    )
    for low in range(0, len(truth.ids), 5000):
        part = slice(low, low + 5000)
        collection.add(ids=[str(one) for one in truth.ids[part]], embeddings=truth.vectors[part])
    built = watch.lap()

    def search(question: FloatArray) -> Any:
        found = collection.query(query_embeddings=[question], n_results=10, include=[])
        return [int(one) for one in found["ids"][0]]

    size = sum(each.stat().st_size for each in (folder / "chroma").rglob("*") if each.is_file()) / 2**20
    return Row("Chroma", built, size, *timed(search, truth, exam))


OTHERS = {"hnswlib": hnswlib_row, "lancedb": lancedb_row, "chromadb": chroma_row}


if __name__ == "__main__":
    open_store(sys.argv[1])
