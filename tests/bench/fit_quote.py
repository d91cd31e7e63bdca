"""Fits what quote mode weighs: python -m tests.bench.fit_quote DIR… [--limit N]

DIR is a set that `evaluate answers` reads, with answers, better with evidence. Every question is searched in the set's
corpus; then two things are fitted on the odd documents and reported on the even ones and the other way round. The weight
of the words beside the asking word: how often the sentence ranked first is the one that answers (or its evidence F1,
where evidence is given), for some weights. The traits of the answer's words within the right sentence: a softmax over
the candidates. Prints both; asserts nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag_core.ask.evidence.gather import Gathered, gather
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.quoting import quote
from rag_core.ask.quoting.mark import CHINESE, ENGLISH, Traits, candidates
from rag_core.engine import open_asking
from rag_core.evaluate.answer_items import AnswerSet, Item, Noise, read_answer_set
from rag_core.evaluate.answer_scores import contains, evidence_f1, f1
from rag_core.evaluate.common import progress
from rag_core.evaluate.corpus import load_corpus, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.models.defaults import QUOTE
from rag_core.settings import read_settings
from rag_core.text import is_cjk

BESIDE_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS, RATE, PULL = 300, 0.05, 0.005

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what was gathered for it. `even`: by its document."""

    item: Item
    gathered: Gathered
    gold: frozenset[int]
    even: bool

    def worth(self, sentence: SourceSentence) -> float:
        """How right it is to quote the sentence, 0 to 1."""
        if self.item.evidences:
            return evidence_f1([sentence.text], self.item.evidences)
        return float(sentence.document_id in self.gold and contains(sentence.text, self.item.wanted) > 0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="take the first N questions of each")
    given = parser.parse_args()
    for folder in given.folders:
        cases = gathered_cases(read_answer_set(folder, Noise(), given.limit))
        print(f"{folder.name}: {len(cases)} questions")
        _weigh_beside(cases)
        _weigh_traits(cases)


def gathered_cases(one: AnswerSet) -> list[Case]:
    """The answerable questions of the set with the evidence that the product's search gathers."""
    settings = dataclasses.replace(read_settings(), chat=QUOTE)
    embedder = open_models(settings).embedder
    tell = progress(one.name, len(one.items))
    cases: list[Case] = []
    with temporary_home(settings) as (own, engine):
        corpus = load_corpus(engine, own, embedder, one.corpus)
        asking = open_asking(own)
        ids = {source: document_id for document_id, source in corpus.sources.items()}
        for done, item in enumerate(one.items, 1):
            tell(done)
            within = None if item.within is None else [ids[name] for name in item.within]
            hits = asking.retriever.search(item.question, (corpus.library_id,), 10, within).hits
            found = gather(item.question, hits, lambda *_: (), None)
            if item.answerable and item.wanted and found.sentences:
                name = found.sentences[0].filename.encode()
                even = hashlib.sha256(name).digest()[0] % 2 == 0
                cases.append(Case(item, found, frozenset(ids[gold] for gold in item.gold), even))
        asking.close()
    return cases


def _weigh_beside(cases: Sequence[Case]) -> None:
    usual = quote.BESIDE_WEIGHT
    for weight in BESIDE_WEIGHTS:
        quote.BESIDE_WEIGHT = weight
        scores = {
            even: [case.worth(quote.rank(case.gathered)[0][1]) for case in cases if case.even == even]
            for even in (False, True)
        }
        print(
            f"  beside {weight:4.2f}: "
            + ", ".join(
                f"{name} {_mean(scores[even]):.3f}" for name, even in (("odd", False), ("even", True))
            )
        )
    quote.BESIDE_WEIGHT = usual


def _weigh_traits(cases: Sequence[Case]) -> None:
    found = [(case.even, *_table(case)) for case in cases]
    tables = [(even, traits, worth) for even, traits, worth in found if len(worth)]
    usual = np.array(astuple(CHINESE if is_cjk(cases[0].item.question) else ENGLISH))
    print(f"  marks as they are: F1 {_mean([_best(one, usual) for one in tables]):.3f}")
    for even in (False, True):
        fitted = _fit([one for one in tables if one[0] == even], usual)
        other = _mean([_best(one, fitted) for one in tables if one[0] != even])
        named = ", ".join(
            f"{field.name}={weight:.1f}" for field, weight in zip(fields(Traits), fitted, strict=True)
        )
        print(f"  marks fitted on {'even' if even else 'odd'}: F1 {other:.3f} on the others; {named}")


def _table(case: Case) -> tuple[Array, Array]:
    """The traits of each candidate in the sentence that answers best, and its F1 with the answer."""
    sentence = max(case.gathered.sentences, key=case.worth).text
    runs = list(candidates(case.item.question, sentence))
    traits = np.array([astuple(one) for one, _ in runs])
    return traits, np.array([f1(sentence[low:high], case.item.wanted[0]) for _, (low, high) in runs])


def _best(one: tuple[bool, Array, Array], weights: Array) -> float:
    return float(one[2][int(np.argmax(one[1] @ weights))])


def _fit(tables: Sequence[tuple[bool, Array, Array]], start: Array) -> Array:
    weights = start.copy()
    told = [(traits, worth) for _, traits, worth in tables if worth.max() > 0.3]
    for _ in range(STEPS):
        slope = PULL * weights
        for traits, worth in told:
            chance = np.exp(traits @ weights - (traits @ weights).max())
            wanted = np.where(worth >= 0.9 * worth.max(), worth, 0.0)
            slope += traits.T @ (chance / chance.sum() - wanted / wanted.sum()) / len(told)
        weights -= RATE * slope * 10
    return weights


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0


if __name__ == "__main__":
    main()
