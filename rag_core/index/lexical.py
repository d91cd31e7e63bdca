"""Word search: BM25 over character bigrams for Chinese, Japanese and Korean and over stemmed words elsewhere.

One SQLite FTS5 table (made by the first migration) holds the terms of every chunk under the chunk's id. It is
written in the transaction that makes a chunk searchable, so it can't drift from the chunks. terms() yields no
white space and, of ASCII, only letters, digits and inner full stops: the table's tokenizer gives back exactly
the terms that were joined by spaces.

The table says which chunks hold a term; they are scored here. Its own bm25() counts a term that half of the
chunks hold as worth nothing, and looks at every place of every term, which takes seconds among a million chunks.
So a search goes through the places of the question's rarest terms first, and only the chunks that hold the most
telling of them are read and scored, by all terms. What it takes does not grow with the library.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Engine, func, select, text

from rag_core.index.terms import asked_terms, terms
from rag_core.store.contents import chunks_within
from rag_core.store.schema import chunks, documents
from rag_core.store.scope import EVERYWHERE, Scope, document_conditions, page_conditions

IdArray = npt.NDArray[np.int64]

MAX_QUESTION_TERMS = 200
# How many places where terms occur one search goes through, how many of a term are counted (from there on their
# number is reckoned), and how many chunks are read and scored.
GATHERED_PLACES = 12_000
COUNTED_PLACES = 2_000
CANDIDATES = 300
# Of so many chunks inside a scope all are scored.
_FEW_INSIDE = 1_000
# The counts of so many common terms are remembered, while the number of chunks changes by this share at most.
_MOST_COMMON, _ABOUT = 20_000, 0.05
_COMMON: WeakKeyDictionary[Engine, dict[str, tuple[int, int]]] = WeakKeyDictionary()
# So many common terms are looked for in pairs where nothing rarer is asked.
_PAIRED = 3
# As FTS5 has them.
_K1, _B = 1.2, 0.75


def write_rows(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Makes the chunks findable by their words: (chunk id, text), the text with all that a question may
    name, such as the heading. A chunk that is already there is replaced. Runs in the caller's transaction."""
    values = [{"id": chunk_id, "terms": " ".join(terms(content))} for chunk_id, content in rows]
    if values:
        delete_rows(connection, [int(str(value["id"])) for value in values])
        connection.execute(text("INSERT INTO lexical(rowid, terms) VALUES (:id, :terms)"), values)


def delete_rows(connection: Connection, ids: Iterable[int]) -> None:
    """Forgets the words of these chunks; ids that are not there are ignored. Runs in the caller's transaction."""
    values = [{"id": int(chunk_id)} for chunk_id in ids]
    if values:
        connection.execute(text("DELETE FROM lexical WHERE rowid = :id"), values)


@dataclass(frozen=True, slots=True)
class AskedTerms:
    """A question's terms and what each weighs by itself and by its rarity, and how many chunks hold those that
    some hold."""

    weights: dict[str, float]
    counts: dict[str, int]

    @property
    def by_rarity(self) -> list[str]:
        """The terms that are there, those that tell most for what they cost first."""
        return sorted(self.counts, key=lambda term: (-self.weights[term] / self.counts[term], term))


def search_lexical(
    engine: Engine,
    library_ids: Sequence[int],
    question: str | AskedTerms,
    limit: int,
    scope: Scope = EVERYWHERE,
) -> tuple[IdArray, npt.NDArray[np.float32]]:
    """The chunks that share words with the question, best first: (chunk ids, scores), at most `limit`.

    Only searchable chunks of documents that are not deleted, of these libraries, within the scope. A score
    is BM25 over the score of an average passage holding every term of the question once: about 0 to 1, more
    where terms repeat.
    """
    asked = ask_terms(engine, question) if isinstance(question, str) else question
    if not asked.counts or not library_ids or limit <= 0:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    enough = max(CANDIDATES, 3 * limit)
    with engine.connect() as connection:
        gathered = _gather(connection, asked, enough)
        # A few of the best may belong to other libraries, or to documents deleted but yesterday.
        kept = _allowed(connection, gathered[: 2 * enough], library_ids, scope)[:enough]
    if len(kept) < limit and len(gathered) >= enough:
        # What tells most lies outside: inside, the rest tells passages apart.
        inside = np.concatenate([chunks_within(engine, one, scope) for one in library_ids])
        with engine.connect() as connection:
            kept = _inside(connection, asked, np.sort(inside), enough)
    with engine.connect() as connection:
        return _ranked(connection, asked, kept, limit)


def ask_terms(engine: Engine, question: str) -> AskedTerms:
    """The first MAX_QUESTION_TERMS terms of the question. The count of a common term is reckoned, not counted."""
    wanted = dict(islice(asked_terms(question).items(), MAX_QUESTION_TERMS))
    with engine.connect() as connection:
        counts, rows = _counts(connection, list(wanted), _COMMON.setdefault(engine, {}))
    weights = {term: own * math.log(1 + _odds(rows, counts.get(term, 0))) for term, own in wanted.items()}
    return AskedTerms(weights, counts)


def _odds(rows: int, count: int) -> float:
    """How much rarer than common a term in `count` of the rows is, as BM25 has it."""
    return (rows - count + 0.5) / (count + 0.5)


def _counts(
    connection: Connection, wanted: Sequence[str], common: dict[str, tuple[int, int]]
) -> tuple[dict[str, int], int]:
    """How many rows hold each term, and how many rows there are. `common` remembers what was reckoned, and among
    how many rows; while these are about as many it is not reckoned again."""
    rows, _ = _totals(connection)
    last = connection.execute(text("SELECT max(id) FROM lexical_docsize")).scalar() or 0
    counted = "SELECT count(*), max(id) FROM (SELECT rowid AS id FROM lexical WHERE lexical MATCH ? LIMIT ?)"
    counts: dict[str, int] = {}
    for term in wanted:
        before, among = common.get(term, (0, 0))
        if before and abs(rows - among) <= _ABOUT * among:
            counts[term] = before
            continue
        [(count, reached)] = _fetch(connection, counted, [f'"{term}"', COUNTED_PLACES])
        if count == COUNTED_PLACES:
            # It goes on as it began.
            count = min(rows, max(count, round(count * last / reached)))
            if len(common) == _MOST_COMMON:
                common.clear()
            common[term] = count, rows
        if count:
            counts[term] = count
    return counts, rows


def _totals(connection: Connection) -> tuple[int, float]:
    """How many rows there are and how many terms a row has on average, as FTS5 notes it in its first record: to
    count them takes as long as the library is large."""
    block = connection.execute(text("SELECT block FROM lexical_data WHERE id = 1")).scalar()
    rows, tokens = (*_varints(bytes(block or b"")), 0, 0)[:2]
    return rows, tokens / rows if rows else 0.0


def _varints(block: bytes) -> list[int]:
    """Whole numbers of seven bits a byte, the first byte the highest; of nine bytes the last has eight."""
    found: list[int] = []
    value = length = 0
    for byte in block:
        length += 1
        value = value << 8 | byte if length == 9 else value << 7 | byte & 0x7F
        if length == 9 or not byte & 0x80:
            found.append(value)
            value = length = 0
    return found


def _gather(connection: Connection, asked: AskedTerms, enough: int) -> IdArray:
    """Chunks that hold terms of the question, those with the most telling ones first."""
    ordered = asked.by_rarity
    left: list[str] = []
    found: list[tuple[IdArray, float]] = []
    places = GATHERED_PLACES
    for term in ordered:
        if asked.counts[term] <= places:
            ids = _holding(connection, [term], places)
            places -= len(ids)
            found.append((ids, asked.weights[term]))
        else:
            left.append(term)
    if sum(len(ids) for ids, _ in found) < enough and left:
        # Only common words are asked for: chunks that hold two of them, then any.
        for pair in combinations(left[:_PAIRED], 2):
            found.append(
                (_holding(connection, pair, GATHERED_PLACES), sum(asked.weights[one] for one in pair))
            )
        for term in left:
            if len(_by_sum(found)) >= enough:
                break
            found.append((_holding(connection, [term], enough), asked.weights[term]))
    return _by_sum(found)


def _by_sum(found: Sequence[tuple[IdArray, float]]) -> IdArray:
    if not found:
        return np.empty(0, np.int64)
    every, place = np.unique(np.concatenate([ids for ids, _ in found]), return_inverse=True)
    sums = np.bincount(
        place, np.concatenate([np.full(len(ids), weight) for ids, weight in found]), len(every)
    )
    best: IdArray = every[np.lexsort((every, -sums))]
    return best


def _holding(
    connection: Connection, together: Sequence[str], most: int, between: tuple[int, int] | None = None
) -> IdArray:
    """Chunks that hold all of these terms, the lowest ids first; `between` these ids."""
    values: list[object] = [" AND ".join(f'"{term}"' for term in together), *(between or ()), most]
    inside = " AND rowid BETWEEN ? AND ?" if between else ""
    rows = _fetch(connection, f"SELECT rowid FROM lexical WHERE lexical MATCH ?{inside} LIMIT ?", values)  # noqa: S608
    return np.array(rows, np.int64).reshape(-1)


def _fetch(connection: Connection, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them: made into SQLAlchemy's, tens of thousands take longer than their search."""
    driver: Any = connection.connection.driver_connection
    found: list[tuple[Any, ...]] = driver.execute(statement, values).fetchall()
    return found


def _allowed(connection: Connection, ids: IdArray, library_ids: Sequence[int], scope: Scope) -> IdArray:
    """Those of the ids that a search may return."""
    best = ids.tolist()
    # In two steps: asked for both at once, SQLite goes through all of the library's documents.
    mine = select(chunks.c.id, chunks.c.document_id).where(_among(chunks.c.id, best), chunks.c.searchable)
    found = connection.execute(mine.where(*page_conditions(scope))).all()
    owners: dict[int, int] = {chunk_id: document_id for chunk_id, document_id in found}
    statement = (
        select(documents.c.id)
        .where(_among(documents.c.id, sorted(set(owners.values()))), documents.c.deleted_at.is_(None))
        .where(documents.c.library_id.in_(library_ids), *document_conditions(scope))
    )
    allowed = set(connection.scalars(statement))
    return np.array([one for one in best if owners.get(one) in allowed], np.int64)


def _among(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether the column is one of the ids, which go as one value: hundreds of them take longer to bind than to
    find."""
    return column.in_(select(func.json_each(json.dumps(ids)).table_valued("value").c.value))


def _inside(connection: Connection, asked: AskedTerms, inside: IdArray, enough: int) -> IdArray:
    """The best of these chunks, which are all that a search may return."""
    if len(inside) <= _FEW_INSIDE:
        return inside
    found: list[tuple[IdArray, float]] = []
    between = (int(inside[0]), int(inside[-1]))
    reached = 0
    for term in asked.by_rarity:
        ids = _holding(connection, [term], -1, between)
        ids = ids[np.isin(ids, inside, assume_unique=True)]
        found.append((ids, asked.weights[term]))
        reached += len(ids)
        if reached >= GATHERED_PLACES:
            break
    return _by_sum(found)[:enough]


def _ranked(
    connection: Connection, asked: AskedTerms, ids: IdArray, limit: int
) -> tuple[IdArray, npt.NDArray[np.float32]]:
    """These chunks by BM25 over all terms that were asked for."""
    _, length = _totals(connection)
    scored: list[tuple[float, int]] = []
    # Read from the table's own store: asked through the index, each row is looked for anew.
    statement = "SELECT id, c0 FROM lexical_content WHERE id IN (SELECT value FROM json_each(?))"
    for chunk_id, content in _fetch(connection, statement, [json.dumps(ids.tolist())]):
        score = _bm25(asked, content.split(" "), length)
        if score > 0:
            scored.append((-score, chunk_id))
    scored.sort()
    total = sum(asked.weights.values())
    best = scored[:limit]
    return (
        np.array([chunk_id for _, chunk_id in best], np.int64),
        np.array([-score / total for score, _ in best], np.float32),
    )


def _bm25(asked: AskedTerms, held: Sequence[str], length: float) -> float:
    times = Counter(filter(asked.counts.__contains__, held))
    usual = _K1 * (1 - _B + _B * len(held) / length) if length else _K1
    return sum(asked.weights[term] * count * (_K1 + 1) / (count + usual) for term, count in times.items())
