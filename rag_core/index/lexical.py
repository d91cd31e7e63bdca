"""Word search: BM25 over character bigrams for Chinese, Japanese and Korean and over stemmed words elsewhere.

One SQLite FTS5 table (made by the first migration) holds the terms of every chunk under the chunk's id. It is
written in the transaction that makes a chunk searchable, so it can't drift from the chunks. terms() yields no
white space and, of ASCII, only letters, digits and inner full stops: the table's tokenizer gives back exactly
the terms that were joined by spaces. SQLite ranks single terms; how much a
term weighs is decided here, because FTS5 counts a term that half of the chunks hold as worth nothing,
which leaves a library of a few chunks without any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, Float, Integer, bindparam, column, select, text

from rag_core.index.terms import asked_terms, terms
from rag_core.store.chunks import searchable
from rag_core.store.schema import chunks, documents
from rag_core.store.scope import EVERYWHERE, Scope, document_conditions, page_conditions

MAX_QUESTION_TERMS = 200
# How many places where terms occur one search may score, those of the most telling terms first. Measured on
# eight public sets of up to 11,000 chunks: from 6,000 on, recall does not change with it; time does.
SCORED_PLACES = 10_000


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
class _Weighed:
    term: str
    # What FTS5's own score of the term, in which the term weighs log(odds) or next to nothing, is
    # multiplied by to get ours.
    factor: float


def search_lexical(
    engine: Engine,
    library_ids: Sequence[int],
    question: str,
    limit: int,
    scope: Scope = EVERYWHERE,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The chunks that share words with the question, best first: (chunk ids, scores), at most `limit`.

    Only searchable chunks of documents that are not deleted, of these libraries, within the scope. A score
    is BM25 over the score of an average passage holding every term of the question once: about 0 to 1, more
    where terms repeat.
    """
    wanted = dict(islice(asked_terms(question).items(), MAX_QUESTION_TERMS))
    if not wanted or not library_ids or limit <= 0:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    with engine.connect() as connection:
        weighed, left, total = _weigh(connection, wanted)
        rows = _rank(connection, weighed, library_ids, limit, scope) if weighed else ()
        if left and len(rows) < limit and not scope.is_everywhere:
            # What tells most lies outside: inside, the rest tells passages apart.
            rows = _rank(connection, weighed + left, library_ids, limit, scope)
    ids = np.array([row[0] for row in rows], np.int64)
    return ids, np.array([row[1] / total for row in rows], np.float32)


def _weigh(
    connection: Connection, wanted: Mapping[str, float]
) -> tuple[list[_Weighed], list[_Weighed], float]:
    """The terms to score, those that would take too long, and the sum of the weights of all terms asked for.
    `wanted`: terms and what each counts for."""
    counts, rows = _counts(connection, list(wanted))
    weights = {term: own * math.log(1 + _odds(rows, counts.get(term, 0))) for term, own in wanted.items()}
    weighed: list[_Weighed] = []
    left: list[_Weighed] = []
    places = 0
    for term in sorted(counts, key=lambda term: (-weights[term] / counts[term], term)):
        odds = _odds(rows, counts[term])
        one = _Weighed(term, weights[term] / (math.log(odds) if odds > 1 else 1e-6))
        if weighed and places + counts[term] > SCORED_PLACES:
            left.append(one)
        else:
            places += counts[term]
            weighed.append(one)
    return weighed, left, sum(weights.values())


def term_counts(engine: Engine, question: str) -> tuple[dict[str, int], int]:
    """How many chunks hold each term of the question (those that some hold), and how many chunks there are."""
    with engine.connect() as connection:
        return _counts(connection, list(islice(asked_terms(question), MAX_QUESTION_TERMS)))


def _counts(connection: Connection, wanted: list[str]) -> tuple[dict[str, int], int]:
    rows = int(connection.execute(text("SELECT count(*) FROM lexical_docsize")).scalar_one())
    found = connection.execute(
        text("SELECT term, doc FROM lexical_terms WHERE term IN :terms").bindparams(
            bindparam("terms", expanding=True)
        ),
        {"terms": wanted},
    )
    return {str(term): int(count) for term, count in found}, rows


def _odds(rows: int, count: int) -> float:
    """How much rarer than common a term in `count` of the rows is, as BM25 has it."""
    return (rows - count + 0.5) / (count + 0.5)


def _rank(
    connection: Connection,
    weighed: Sequence[_Weighed],
    library_ids: Sequence[int],
    limit: int,
    scope: Scope,
) -> Sequence[tuple[int, float]]:
    parts = " UNION ALL ".join(
        f"SELECT rowid AS id, -bm25(lexical) * :f{i} AS score FROM lexical WHERE lexical MATCH :t{i}"  # noqa: S608
        for i in range(len(weighed))
    )
    values: dict[str, object] = {}
    for i, term in enumerate(weighed):
        values |= {f"f{i}": term.factor, f"t{i}": f'"{term.term}"'}
    # Materialized: FTS5 can't score inside a query that groups.
    found = text(
        f"WITH found AS MATERIALIZED ({parts}) "  # noqa: S608 (values are bound)
        "SELECT id, sum(score) AS score FROM found GROUP BY id"
    )
    scored = (
        found.bindparams(**values).columns(column("id", Integer), column("score", Float)).subquery("scored")
    )
    statement = (
        select(scored.c.id, scored.c.score)
        .select_from(scored.join(chunks, chunks.c.id == scored.c.id).join(documents))
        .where(searchable(), documents.c.library_id.in_(library_ids))
        .where(*document_conditions(scope), *page_conditions(scope))
        .order_by(scored.c.score.desc(), scored.c.id)
        .limit(limit)
    )
    return [(int(row[0]), float(row[1])) for row in connection.execute(statement)]
