"""How our indexes do beside others: python -m tests.bench.index [--count 100000] [--kinds hnsw,ivfpq,…] [--others]

Vectors of 512 numbers are made from real embeddings: sentences made here are embedded with the library's embedder,
turned into the larger space, mixed and given noise. Ours is tuned to recall@10 of 0.95 as a rebuild tunes it; bare
FAISS gets the same parameters; hnswlib, LanceDB and Chroma take part where they are installed. Prints a table and
asserts nothing. OMP_NUM_THREADS says how many threads all of them may use.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag_core.index.exam import Exam, Truth, examine_with, make_exam, sit
from rag_core.index.faiss_store import FaissStore
from rag_core.index.gate import folder_bytes
from rag_core.index.kind import FLAT, KIND_NAMES, Kind, kind_named, memory_needed
from rag_core.index.tune import TARGET, tune
from rag_core.protocols import FloatArray
from rag_core.settings import read_settings

DIMENSION = 512
SEEDS = 1200
ASKED = 1000

WHO = [
    "engineer",
    "tenant",
    "nurse",
    "鲸鱼",
    "律师",
    "carpenter",
    "图书馆",
    "committee",
    "river",
    "工程师",
    "teacher",
    "bank",
]
DOES = [
    "repairs",
    "signs",
    "measures",
    "描述",
    "检查",
    "delivers",
    "拒绝",
    "paints",
    "计算",
    "forgets",
    "保管",
    "sells",
]
WHAT = [
    "the contract",
    "a turbine",
    "新的合同",
    "the garden",
    "古代地图",
    "three invoices",
    "the vaccine",
    "一台发动机",
    "a bridge",
    "预算表",
]
WHERE = [
    "in Lisbon",
    "at night",
    "在上海",
    "before the audit",
    "during winter",
    "每个星期一",
    "under water",
    "in the annex",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant: seconds to build (0: not measured), MB on the disk, recall@10, p50 and p95 in milliseconds."""

    name: str
    build: float
    megabytes: float
    recall: float
    p50: float
    p95: float
    note: str = ""


def real_embeddings(cache: Path) -> FloatArray:
    """Embeddings of sentences made here, kept in the file for the next time."""
    if cache.exists():
        found: FloatArray = np.load(cache)
        return found
    from rag_core.models.catalogue import find_card
    from rag_core.models.defaults import default_ids
    from rag_core.models.embed import load_embedder
    from rag_core.models.folders import require

    settings = read_settings()
    model_id = default_ids(settings).embedder
    card = find_card(model_id)
    assert card is not None
    embedder = load_embedder(require(settings, model_id), card, settings.device)
    draw = np.random.default_rng(0)
    every = [" ".join(words) for words in itertools.product(WHO, DOES, WHAT, WHERE)]
    rows = embedder.embed_passages([every[at] for at in draw.choice(len(every), SEEDS, replace=False)])
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.save(cache, rows)
    return rows


def make_vectors(seeds: FloatArray, count: int, seed: int) -> FloatArray:
    """Unit vectors: three embeddings mixed, mostly one of them, with noise half as wide as they are spread."""
    turn, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((DIMENSION, seeds.shape[1])))
    wide = (seeds @ turn.T).astype(np.float32)
    spread = float(wide.std(axis=0).mean())
    draw = np.random.default_rng(seed)
    made = np.empty((count, DIMENSION), np.float32)
    for low in range(0, count, 50_000):
        size = min(50_000, count - low)
        shares = draw.dirichlet((4, 2, 1), size).astype(np.float32)
        mixed = sum(
            shares[:, [part]] * wide[draw.integers(0, len(wide), size)] for part in range(shares.shape[1])
        )
        mixed = mixed + 0.5 * spread * draw.standard_normal((size, DIMENSION), np.float32)
        made[low : low + size] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made


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


def ours(kind: Kind, truth: Truth, exams: tuple[Exam, Exam], folder: Path) -> tuple[Row, Kind]:
    tuned, built, tuned_seconds = _built(kind, truth, exams[0], folder)
    told = _opened(folder)
    sealed = FaissStore.from_persist_path(str(folder), sealed=True)
    numbers = timed(lambda question: sealed.search(question, 10)[0], truth, exams[1])
    memory = memory_needed(len(truth.ids), DIMENSION, tuned) / memory_needed(len(truth.ids), DIMENSION, FLAT)
    effort = f"effort {tuned.effort}" + (f", {tuned.depth_of(10)} re-ranked" if tuned.is_coded else "")
    note = f"{effort}, tuned in {tuned_seconds:.0f} s, memory 1/{1 / memory:.1f} of flat, {told}"
    return Row(f"ours {kind.name}", built, folder_bytes(folder) / 2**20, *numbers, note), tuned


def _built(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> tuple[Kind, float, float]:
    started = time.monotonic()
    store = FaissStore(DIMENSION, kind)
    store.add_vectors(truth.ids, truth.vectors)
    built = time.monotonic() - started

    def measure(some: Kind) -> float:
        store.retune(some)
        return sit(store, truth, exam).recall

    store.retune(tune(kind, measure, TARGET))
    tuned_seconds = time.monotonic() - started - built
    store.persist(str(folder))
    return store.kind, built, tuned_seconds


def _opened(folder: Path) -> str:
    """What opening the store takes in a process of its own, and what that process holds after 300 searches."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.index", "--open", str(folder)],
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


def bare(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> Iterator[Row]:
    """FAISS itself with the same parameters, in memory; coded cells without and with its own re-ranking."""
    made: Any = faiss
    metric = faiss.METRIC_INNER_PRODUCT
    names = {
        "flat": "Flat",
        "hnsw": f"HNSW{kind.links},Flat",
        "hnsw_sq8": f"HNSW{kind.links}_SQ8",
        "ivfpq": f"{f'OPQ{kind.pieces},' * kind.turned}IVF{kind.cells},PQ{kind.pieces}x8",
    }
    started = time.monotonic()
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
    built = time.monotonic() - started
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

        yield Row("  + IndexRefineFlat", 0.0, 0.0, *timed(search_refined, truth, exam))


def hnswlib_row(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> Row:
    import hnswlib

    started = time.monotonic()
    index = hnswlib.Index("ip", DIMENSION)
    index.init_index(len(truth.ids), ef_construction=kind.build_candidates or 160, M=kind.links or 32)
    index.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count() or 1)
    index.add_items(truth.vectors)
    built = time.monotonic() - started
    index.set_ef(max(kind.effort, 10))
    index.save_index(str(folder / "hnswlib"))
    size = (folder / "hnswlib").stat().st_size / 2**20
    return Row("hnswlib", built, size, *timed(lambda q: index.knn_query(q, 10)[0][0], truth, exam))


def lancedb_row(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> Row:
    import lancedb
    import pyarrow as arrow

    started = time.monotonic()
    flat = arrow.array(truth.vectors.reshape(-1))
    rows = arrow.FixedSizeListArray.from_arrays(flat, DIMENSION)
    data = arrow.table({"id": arrow.array(truth.ids), "vector": rows})
    table = lancedb.connect(str(folder / "lance")).create_table("bench", data)
    table.create_index(metric="dot", num_partitions=kind.cells or 1024, num_sub_vectors=kind.pieces or 64)
    built = time.monotonic() - started

    def search(question: FloatArray) -> Any:
        asked = table.search(question).distance_type("dot").nprobes(kind.probes or 32).refine_factor(10)
        return asked.select(["id"]).limit(10).to_arrow()["id"].to_numpy()

    size = sum(each.stat().st_size for each in (folder / "lance").rglob("*") if each.is_file()) / 2**20
    return Row("LanceDB IVF_PQ", built, size, *timed(search, truth, exam))


def chroma_row(kind: Kind, truth: Truth, exam: Exam, folder: Path) -> Row:
    import chromadb

    started = time.monotonic()
    collection = chromadb.PersistentClient(str(folder / "chroma")).create_collection(
        "bench",
        metadata={"hnsw:space": "ip", "hnsw:M": kind.links or 32, "hnsw:search_ef": max(kind.effort, 10)},
    )
    for low in range(0, len(truth.ids), 5000):
        part = slice(low, low + 5000)
        collection.add(ids=[str(one) for one in truth.ids[part]], embeddings=truth.vectors[part])
    built = time.monotonic() - started

    def search(question: FloatArray) -> Any:
        found = collection.query(query_embeddings=[question], n_results=10, include=[])
        return [int(one) for one in found["ids"][0]]

    size = sum(each.stat().st_size for each in (folder / "chroma").rglob("*") if each.is_file()) / 2**20
    return Row("Chroma", built, size, *timed(search, truth, exam))


OTHERS = {"hnswlib": hnswlib_row, "lancedb": lancedb_row, "chromadb": chroma_row}


def show(row: Row) -> None:
    print(
        f"{row.name:26} build {row.build:8.1f} s  disk {row.megabytes:8.1f} MB  recall@10 {row.recall:.4f}  "
        f"p50 {row.p50:7.3f} ms  p95 {row.p95:7.3f} ms  {row.note}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--kinds", default="flat,hnsw,hnsw_sq8,ivfpq", help=", ".join(KIND_NAMES))
    parser.add_argument(
        "--parameters", default="", help="of the kinds that have them, such as links=16,turned=1"
    )
    parser.add_argument("--others", action="store_true", help="hnswlib, LanceDB and Chroma too")
    parser.add_argument("--seeds", type=Path, default=read_settings().cache / "bench-embeddings.npy")
    parser.add_argument("--open", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.open:
        open_store(arguments.open)
        return
    seeds = real_embeddings(arguments.seeds)
    truth = Truth(np.arange(arguments.count, dtype=np.int64), make_vectors(seeds, arguments.count, 1))
    # Questions come from the same sentences and mixtures, but none of them is in the index.
    real = make_vectors(seeds, 2 * ASKED, 2)
    exams = [
        make_exam(truth.vectors, half[:ASKED]) for half in examine_with(Kind("hnsw"), truth.vectors, real)
    ]
    print(
        f"{arguments.count} vectors of {DIMENSION}; OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', '')}"
    )
    wanted = dict(pair.split("=") for pair in arguments.parameters.split(",") if pair)
    for name in arguments.kinds.split(","):
        known = {key: int(value) for key, value in wanted.items() if _has(name, key)}
        kind, refusal = kind_named(name, arguments.count, DIMENSION, known)
        if refusal:
            print(refusal)
            continue
        with tempfile.TemporaryDirectory() as folder:
            row, tuned = ours(kind, truth, (exams[0], exams[1]), Path(folder))
            show(row)
        with tempfile.TemporaryDirectory() as folder:
            for other in bare(tuned, truth, exams[1], Path(folder)):
                show(other)
            for library, contest in OTHERS.items() if arguments.others and name in ("hnsw", "ivfpq") else ():
                if (library == "lancedb") == (name == "ivfpq") and importlib.util.find_spec(library):
                    show(contest(tuned, truth, exams[1], Path(folder)))


def _has(name: str, parameter: str) -> bool:
    graph = parameter in ("links", "build_candidates", "search_candidates")
    return graph if name.startswith("hnsw") else name == "ivfpq" and not graph


if __name__ == "__main__":
    main()
