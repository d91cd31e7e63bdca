"""From a question to the passages that may answer it: by meaning, by words, and both together."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.retrieval.closeness import Wanted, closeness, wanted
from rag_core.ask.retrieval.fuse import DEPTH, Nearness, Ranking, across, best_of, follow, fuse
from rag_core.ask.retrieval.rerank import RERANKED, rerank
from rag_core.ask.retrieval.scale import Scales, measure_scales
from rag_core.errors import ModelUnavailable, Problem
from rag_core.index.generations import EmbedderChanged, LibraryIndex
from rag_core.index.lexical import ask_terms, search_lexical
from rag_core.protocols import Embedder, FloatArray, Reranker
from rag_core.store.chunks import passages, searched_text
from rag_core.store.db import Database
from rag_core.store.libraries import get_library
from rag_core.store.scope import Scope, scope_of
from rag_core.text import is_cjk
from rag_core.types import Hit, Passage

# Between an unrelated passage's cosine and a perfect one's, as measured for each embedder.
SPANS = {"multilingual-e5-small": 0.2}
OTHER_SPAN = 0.5
# So many passages are looked at word by word: what lies deeper is hardly ever first.
FOLLOWED = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a search found, best first, and the seconds it took. A hit's place in `hits`
    (counted from 1) is its rank in this stage. `name`: dense, lexical, fused, followed or reranked."""

    name: str
    hits: tuple[Hit, ...]
    seconds: float

    def score(self, hit: Hit) -> float:
        """What this stage gave the hit: a cosine, a BM25 share, or the score of what follows them."""
        return {"dense": hit.dense, "lexical": hit.lexical}.get(self.name, hit.score)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, best first: `hits` is what a user gets; `dense`, `lexical`, `fused` and `followed`
    (fused, then ordered by how closely each follows the question's words) are the stages before it.
    `reranked` tells whether a reranker had the last word. `seconds` are those of the five stages.
    `problems`: why a library could be searched by words only."""

    hits: tuple[Hit, ...]
    dense: tuple[Hit, ...]
    lexical: tuple[Hit, ...]
    fused: tuple[Hit, ...]
    followed: tuple[Hit, ...]
    reranked: bool
    generations: tuple[int, ...]
    seconds: tuple[float, float, float, float, float]
    problems: tuple[Problem, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The search step by step, as a page that explains it shows it; the last one's hits are `hits`."""
        found = [("dense", self.dense), ("lexical", self.lexical), ("fused", self.fused)]
        found.append(("followed", self.followed))
        if self.reranked:
            found.append(("reranked", self.hits))
        return tuple(Stage(name, hits, self.seconds[place]) for place, (name, hits) in enumerate(found))


class Retriever:
    """Searches libraries, each with its own embedder. Safe for concurrent use.

    `embedder_of` gives the embedder of an id, or raises ModelUnavailable: then that library is searched
    by words alone. `scales_of` gives what its cosines mean; they are measured where it is None.
    """

    def __init__(
        self,
        engine: Database,
        indexes: Path,
        embedder_of: Callable[[str], Embedder],
        reranker: Reranker | None = None,
        scales_of: Callable[[str], Scales] | None = None,
    ) -> None:
        self._engine = engine
        self._indexes = indexes
        self._embedder_of = embedder_of
        self._reranker = reranker
        self._libraries: dict[int, LibraryIndex] = {}
        self._scales_of = scales_of or functools.cache(lambda one: measure_scales(embedder_of(one)))
        self._lock = threading.Lock()

    def index(self, library_id: int) -> LibraryIndex:
        """The library's own index."""
        with self._lock:
            if library_id not in self._libraries:
                self._libraries[library_id] = LibraryIndex(self._engine, library_id, self._indexes)
            return self._libraries[library_id]

    def search(
        self,
        question: str | Sequence[str],
        library_ids: Sequence[int],
        limit: int,
        within: Scope | Sequence[int] | None = None,
    ) -> Retrieval:
        """The passages that fit the question best, at most `limit`; `within` a scope, or these documents. Of several questions (as asked, as
        rewritten) the first is the one that a reranker judges by; a passage counts by the question it
        fits best. Raises NotFound when a library is gone."""
        questions = [question] if isinstance(question, str) else list(question)
        scope = scope_of(within)
        depth = max(limit, DEPTH)
        clock = _Clock()
        problems: list[Problem] = []
        dense = [self._dense(one, library_ids, depth, scope, problems) for one in questions]
        clock.lap()
        asked = [ask_terms(self._engine, one) for one in questions]
        lexical = [search_lexical(self._engine, library_ids, one, depth, scope) for one in asked]
        clock.lap()
        fused = [fuse(near, worded) for near, worded in zip(dense, lexical, strict=True)]
        near = best_of([best_of([(one.ids, one.cosines) for one in found]) for found in dense])
        searched = (near, best_of(lexical))
        here = self._passages([*searched, *fused], max(limit, FOLLOWED))
        clock.lap()
        terms = [wanted(one, told.weights) for one, told in zip(questions, asked, strict=True)]
        followed = best_of([_followed(*one, here) for one in zip(terms, fused, lexical, strict=True)])
        depth = max(limit, RERANKED)
        stages = [_as_hits(one, here, searched, depth) for one in (*searched, best_of(fused), followed)]
        clock.lap()
        hits = stages[3]
        if self._reranker is not None:
            hits = rerank(self._reranker, questions[0], hits)
        clock.lap()
        generations = tuple(self.index(library_id).generation_id for library_id in library_ids)
        return Retrieval(
            hits=hits[:limit],
            dense=stages[0][:limit],
            lexical=stages[1][:limit],
            fused=stages[2][:limit],
            followed=stages[3][:limit],
            reranked=self._reranker is not None,
            generations=tuple(one for one in generations if one),
            seconds=(clock.laps[0], clock.laps[1], clock.laps[2], clock.laps[3], clock.laps[4]),
            problems=tuple(dict.fromkeys(problems)),
        )

    def _dense(
        self,
        question: str,
        library_ids: Sequence[int],
        limit: int,
        scope: Scope,
        problems: list[Problem],
    ) -> list[Nearness]:
        """One ranking for each embedder, over all of its libraries: cosines of different ones don't compare."""
        found: dict[str, list[Ranking]] = {}
        foreign: dict[str, list[Ranking]] = {}
        vectors: dict[str, FloatArray] = {}
        for library_id in library_ids:
            try:
                embedder_id, rankings = self._nearest(library_id, question, limit, scope, vectors)
            except ModelUnavailable as error:
                problems.append(error.problem)
                continue
            for chinese, ranking in rankings.items():
                side = found if chinese == is_cjk(question) else foreign
                side.setdefault(embedder_id, []).append(ranking)
        return [
            self._nearness(question, embedder_id, found.get(embedder_id, []), foreign.get(embedder_id, []))
            for embedder_id in dict.fromkeys((*found, *foreign))
        ]

    def _nearness(
        self, question: str, embedder_id: str, own: Sequence[Ranking], foreign: Sequence[Ranking]
    ) -> Nearness:
        """The rankings as one; where they are of both languages, on the scale of the question's."""
        span = SPANS.get(embedder_id, OTHER_SPAN)
        if not own or not foreign:
            return Nearness(*best_of([*own, *foreign]), span)
        lift = self._scales_of(embedder_id).lift(question)
        return across(best_of(own), best_of(foreign), lift, span)

    def _nearest(
        self,
        library_id: int,
        question: str,
        limit: int,
        scope: Scope,
        vectors: dict[str, FloatArray],
    ) -> tuple[str, dict[bool, Ranking]]:
        """The library's embedder and its rankings, of the documents in Chinese (True) and of the others; embeds the
        question once for each embedder."""
        while True:
            embedder_id = get_library(self._engine, library_id).embedder_id
            if embedder_id not in vectors:
                vectors[embedder_id] = self._embedder_of(embedder_id).embed_questions([question])[0]
            try:
                index = self.index(library_id)
                return embedder_id, {
                    chinese: index.search(vectors[embedder_id], limit, scope, embedder_id, chinese)
                    for chinese in index.languages or (is_cjk(question),)
                }
            except EmbedderChanged:
                # A rebuild has just given the library another one.
                continue

    def _passages(self, rankings: Sequence[Ranking], limit: int) -> dict[int, Passage]:
        """The passages that come first in any of the rankings, by id."""
        first = dict.fromkeys(chunk_id for ids, _ in rankings for chunk_id in ids[:limit].tolist())
        return {passage.id: passage for passage in passages(self._engine, list(first))}


def _followed(terms: Wanted, fused: Ranking, lexical: Ranking, here: Mapping[int, Passage]) -> Ranking:
    """The fused ranking with its first passages looked at word by word."""
    first = [here[chunk_id] for chunk_id in fused[0][:FOLLOWED].tolist() if chunk_id in here]
    close = {one.id: closeness(terms, searched_text(one.heading, one.text)) for one in first}
    return follow(fused, lexical, close)


def _places(ranking: Ranking) -> dict[int, tuple[int, float]]:
    """Rank (from 1) and score of each id."""
    return {
        chunk_id: (rank, score)
        for rank, (chunk_id, score) in enumerate(
            zip(ranking[0].tolist(), ranking[1].tolist(), strict=True), 1
        )
    }


def _as_hits(
    ranking: Ranking,
    here: Mapping[int, Passage],
    searched: tuple[Ranking, Ranking],
    limit: int,
) -> tuple[Hit, ...]:
    places = _places(searched[0]), _places(searched[1])
    hits: list[Hit] = []
    for chunk_id, score in zip(ranking[0].tolist(), ranking[1].tolist(), strict=True):
        passage = here.get(chunk_id)
        if passage is None or len(hits) == limit:
            continue
        dense_rank, dense = places[0].get(chunk_id, (0, 0.0))
        lexical_rank, lexical = places[1].get(chunk_id, (0, 0.0))
        clamped = min(max(score, 0.0), 1.0)
        hits.append(Hit(passage, clamped, dense, lexical, dense_rank, lexical_rank))
    return tuple(hits)


class _Clock:
    def __init__(self) -> None:
        self.laps: list[float] = []
        self._last = time.monotonic()

    def lap(self) -> None:
        now = time.monotonic()
        self.laps.append(now - self._last)
        self._last = now
