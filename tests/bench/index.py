"""How our indexes do beside others: python -m tests.bench.index [--count 10000,100000] [--kinds hnsw,ivfpq,…]

Ours is tuned to recall@10 of 0.95 as a rebuild tunes it; bare FAISS gets the same parameters; hnswlib, LanceDB and
Chroma take part where they are installed. Prints a table and asserts nothing; --out notes the rows in a JSON file,
beside what it held, from which --table prints them all and --chart draws how they grow. OMP_NUM_THREADS says how many
threads all of them may use.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rag_core.index.exam import Truth, make_exam
from rag_core.index.kind import KIND_NAMES, kind_named
from rag_core.settings import read_settings
from tests.bench.bench_vectors import DIMENSION, make_vectors, real_embeddings
from tests.bench.contestants import Contest, Row, bare, chroma_row, hnswlib_row, lancedb_row, ours
from tests.bench.growth import draw_growth

ASKED = 1000
OTHERS = {"hnswlib": hnswlib_row, "lancedb": lancedb_row, "chromadb": chroma_row}


def make_contest(count: int, seeds_file: Path, rounds: int) -> Contest:
    """Questions come from the same sentences and mixtures as the vectors, but none of them is in the index."""
    seeds = real_embeddings(seeds_file)
    truth = Truth(np.arange(count, dtype=np.int64), make_vectors(seeds, count, 1))
    tuning, asked, *others = (
        make_exam(truth.vectors, make_vectors(seeds, ASKED, seed)) for seed in range(2, 4 + rounds)
    )
    return Contest(truth, tuning, asked, others)


def compete(name: str, contest: Contest, arguments: argparse.Namespace) -> Iterator[Row]:
    """The rows of one kind: ours, bare FAISS, and others where they are asked for."""
    count = len(contest.truth.ids)
    wanted = dict(pair.split("=") for pair in arguments.parameters.split(",") if pair)
    known = {key: int(value) for key, value in wanted.items() if _has(name, key)}
    kind, refusal = kind_named(name, count, DIMENSION, known)
    if refusal:
        print(refusal)
        return
    who = arguments.contestants.split(",")
    if "ours" in who:
        with _folder(arguments.keep, f"{name}-{count}") as folder:
            row, kind = ours(kind, contest, folder)
            yield row
    with _folder("", "") as folder:
        if "bare" in who:
            yield from bare(kind, contest, folder)
        for library, one in OTHERS.items() if name in ("hnsw", "ivfpq") else ():
            suits = (library == "lancedb") == (name == "ivfpq")
            if library in who and suits and importlib.util.find_spec(library):
                yield one(kind, contest, folder)


@contextmanager
def _folder(kept: str, name: str) -> Iterator[Path]:
    if kept:
        yield Path(kept) / name
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def show(row: Row) -> None:
    """Prints the row."""
    print(
        f"{row.name:26} build {row.build.clock:8.1f} s ({row.build.cores:8.1f} of cores)  disk {row.megabytes:8.1f} MB  recall@10 {row.recall:.4f}  "
        f"p50 {row.p50:7.3f} ms  p95 {row.p95:7.3f} ms  {row.note}",
        flush=True,
    )


def note(file: Path, count: int, kind: str, row: Row) -> None:
    """Adds the row to the file, in the place of an older one of the same contestant."""
    rows = read_rows(file)
    rows[f"{count} {kind} {row.name.strip()}"] = {
        "count": count,
        "kind": kind,
        **dataclasses.asdict(row),
        "build": row.build.cores,
    }
    file.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")


def read_rows(file: Path) -> dict[str, dict[str, object]]:
    """The rows that note() has written."""
    rows: dict[str, dict[str, object]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return rows


def print_table(file: Path) -> None:
    """All rows of the file as a Markdown table, by kind and count."""
    print("| kind | vectors | contestant | build s of cores | disk MB | recall@10 | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|---|---|")
    for one in sorted(read_rows(file).values(), key=lambda one: (str(one["kind"]), int(str(one["count"])))):
        print(
            f"| {one['kind']} | {one['count']:,} | {str(one['name']).strip()} | {one['build']:.1f} | "
            f"{one['megabytes']:.0f} | {one['recall']:.4f} | {one['p50']:.3f} | {one['p95']:.3f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--count", default="100000", help="how many vectors, commas between several; may be empty"
    )
    parser.add_argument("--kinds", default="flat,hnsw,hnsw_sq8,ivfpq", help=", ".join(KIND_NAMES))
    parser.add_argument(
        "--parameters", default="", help="of the kinds that have them, such as links=16,turned=1"
    )
    parser.add_argument(
        "--contestants", default="ours,bare", help=f"ours (tuned, for all), bare, {', '.join(OTHERS)}"
    )
    parser.add_argument("--rounds", type=int, default=3, help="further sets of questions that ours is asked")
    parser.add_argument("--seeds", type=Path, default=read_settings().cache / "bench-embeddings.npy")
    parser.add_argument("--keep", default="", help="a folder in which our indexes stay")
    parser.add_argument("--out", type=Path, help="a JSON file for the rows")
    parser.add_argument("--table", action="store_true", help="prints all that --out holds, too")
    parser.add_argument("--chart", type=Path, help="an SVG file of how the rows of --out grow")
    arguments = parser.parse_args()
    for count in map(int, filter(None, arguments.count.split(","))):
        contest = make_contest(count, arguments.seeds, arguments.rounds)
        threads = os.environ.get("OMP_NUM_THREADS", "")
        print(f"{count} vectors of {DIMENSION}; OMP_NUM_THREADS={threads}", flush=True)
        for name in arguments.kinds.split(","):
            for row in compete(name, contest, arguments):
                show(row)
                if arguments.out:
                    note(arguments.out, count, name, row)
    if arguments.table and arguments.out:
        print_table(arguments.out)
    if arguments.chart and arguments.out:
        draw_growth(list(read_rows(arguments.out).values()), arguments.chart)


def _has(name: str, parameter: str) -> bool:
    graph = parameter in ("links", "build_candidates", "search_candidates")
    return graph if name.startswith("hnsw") else name == "ivfpq" and not graph


if __name__ == "__main__":
    main()
