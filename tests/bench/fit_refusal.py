"""Fits the weights of rag_core/ask/refusal/refuse.py on question sets of one's own.

python -m tests.bench.fit_refusal DIR… [--limit N]

Reads the folders in the forms of `evaluate answers`; sets with negatives are read twice, once with nothing
else. Answerable and unanswerable questions weigh the same. Prints the weights to put into refuse.py, once with
an embedder and once by words alone, and both error rates of each set: as they are now, as fitted, and as
fitted without that set, which is what a set nobody has seen may expect.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag_core.ask.evidence.gather import gather
from rag_core.ask.refusal.refuse import Signs, answerable, signs
from rag_core.ask.retrieval.scale import measure_scales
from rag_core.evaluate.answer_items import AnswerSet, Noise, read_answer_set
from rag_core.evaluate.common import progress
from rag_core.evaluate.corpus import load_corpus, retriever, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.protocols import Embedder, FloatArray
from rag_core.settings import read_settings
from rag_core.store.chunks import neighbours

HITS = 10
RIDGE = 1.0
STEPS = 4000
NAMES = tuple(field.name for field in dataclasses.fields(Signs))
DENSE = ("near", "lead")
# More of the one never speaks against an answer, more of the other never for it.
HELPFUL = tuple(name not in ("lacking", "precise", "latin", "year", "month") for name in NAMES)
# Decides which weights count; it is no evidence itself.
TURNS = ("foreign",)


@dataclasses.dataclass(frozen=True)
class Measured:
    """A set's signs, one row a question, and which questions can be answered."""

    name: str
    signs: npt.NDArray[np.float64]
    answerable: npt.NDArray[np.float64]


def measure(one: AnswerSet, embedder: Embedder, limit: int | None) -> Measured:
    """Index what the set's questions need and take the signs of each question."""
    items = one.items[:: max(1, len(one.items) // limit)][:limit] if limit else one.items
    needed = {source for item in items for source in item.within or ()}
    corpus = [source for source in one.corpus if source.id in needed or not needed]
    scales = measure_scales(embedder)
    rows: list[tuple[float, ...]] = []
    with temporary_home(read_settings()) as (own, engine):
        loaded = load_corpus(engine, own, embedder, corpus)
        ids = {source: document_id for document_id, source in loaded.sources.items()}
        search = retriever(engine, own, embedder, None)
        tell = progress(one.name, len(items))
        for done, item in enumerate(items, start=1):
            within = None if item.within is None else [ids[source] for source in item.within]
            hits = search.search(item.question, (loaded.library_id,), HITS, within).hits

            def near(question: str, texts: Sequence[str]) -> FloatArray:
                return embedder.embed_passages(texts) @ embedder.embed_questions([question])[0]

            gathered = gather(item.question, hits, lambda p, b, a: neighbours(engine, p, b, a), near)
            rows.append(dataclasses.astuple(signs(gathered, hits, scales)))
            tell(done)
    return Measured(one.name, np.array(rows), np.array([float(item.answerable) for item in items]))


def fit(
    table: npt.NDArray[np.float64], right: npt.NDArray[np.float64], used: Sequence[bool]
) -> tuple[npt.NDArray[np.float64], float]:
    """Logistic regression with a small ridge; classes weigh the same; signs keep their direction."""
    deviation = table.std(0) + 1e-9
    scaled = (table - table.mean(0)) / deviation
    share = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean())) / len(right)
    weights, bias = np.zeros(table.shape[1]), 0.0
    for _ in range(STEPS):
        error = (1 / (1 + np.exp(-(scaled @ weights + bias))) - right) * share
        weights -= 0.3 * (scaled.T @ error + RIDGE * weights / len(right))
        weights = np.where(HELPFUL, np.maximum(weights, 0), np.minimum(weights, 0)) * np.array(used)
        bias -= 0.3 * error.sum()
    return weights / deviation, float(bias - (weights / deviation * table.mean(0)).sum())


def rates(chance: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> str:
    """Both error rates at one half, "-" where a set has no such questions."""
    wrong = chance[right == 0] >= 0.5
    lost = chance[right == 1] < 0.5
    return f"false answers {_share(wrong)}  false refusals {_share(lost)}"


def _share(flags: npt.NDArray[np.bool_]) -> str:
    return f"{flags.mean():.3f}" if len(flags) else "-"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="questions a set, spread over it")
    arguments = parser.parse_args()
    embedder = open_models(read_settings()).embedder
    found: list[Measured] = []
    for folder in arguments.folders:
        one = read_answer_set(folder, Noise(), None)
        found.append(measure(one, embedder, arguments.limit))
        if one.form == "noise":
            negatives = dataclasses.replace(
                read_answer_set(folder, Noise(only=True), None), name=f"{one.name} (negatives)"
            )
            found.append(measure(negatives, embedder, arguments.limit))
    report(found)


def report(found: Sequence[Measured]) -> None:
    """Print weights and rates."""
    for one in found:
        now = np.array([answerable(Signs(*row)) for row in one.signs])
        print(f"now     {one.name:32} {rates(now, one.answerable)}")
    for title, used in (
        ("WITH_EMBEDDER", [name not in TURNS for name in NAMES]),
        ("WORDS_ONLY", [name not in (*DENSE, *TURNS) for name in NAMES]),
    ):
        weights, bias = fit_all(found, used)
        named = ", ".join(f"{n}={w:.2f}" for n, w in zip(NAMES, weights, strict=True))
        print(f"{title} = Signs({named})  bias {bias:.2f}")
        for one in found:
            print(f"fitted  {one.name:32} {rates(chances(one, weights, bias), one.answerable)}")
            others = [other for other in found if other is not one]
            if others:
                print(f"unseen  {one.name:32} {rates(chances(one, *fit_all(others, used)), one.answerable)}")


def fit_all(found: Sequence[Measured], used: Sequence[bool]) -> tuple[npt.NDArray[np.float64], float]:
    """Weights for all of the sets together."""
    return fit(
        np.concatenate([one.signs for one in found]),
        np.concatenate([one.answerable for one in found]),
        used,
    )


def chances(one: Measured, weights: npt.NDArray[np.float64], bias: float) -> npt.NDArray[np.float64]:
    """The set's chances by these weights."""
    found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-(one.signs @ weights + bias)))
    return found


if __name__ == "__main__":
    main()
