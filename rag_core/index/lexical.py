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
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import Stemmer
from sqlalchemy import Connection, Engine, bindparam, text

from rag_core.text import CJK, flow, normalise, without_raised

MAX_QUESTION_TERMS = 200
# A single character says little beside the pairs, yet 年 must find 年度, and a question may be one character.
SINGLE_WEIGHT = 0.3
# How many places where terms occur one search may score, those of the most telling terms first. Measured on
# eight public sets of up to 11,000 chunks: from 6,000 on, recall does not change with it; time does.
SCORED_PLACES = 10_000
_LONGEST_TERM = 64
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)*"
_TERM = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<number>{_NUMBER})|(?P<word>(?:(?![{CJK}\d_])[\w\u0300-\u036f])+)")
_COMBINING = re.compile(r"[\u0300-\u036f]")


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats kept; the same for a question and a passage.

    Compared after NFKC and case folding; a line break between two Chinese characters separates nothing.
    A run of CJK characters gives its pairs, then its characters; a number stays whole, without its
    thousands separators; any other word is stemmed as English, without accents.
    """
    stem = Stemmer.Stemmer("english").stemWord
    found: list[str] = []
    for match in _TERM.finditer(normalise(flow(without_raised(text)))):
        piece = match.group()
        if match.lastgroup == "cjk":
            found += [a + b for a, b in pairwise(piece)]
            found += piece
        elif match.lastgroup == "number":
            found.append(piece.replace(",", "")[:_LONGEST_TERM])
        else:
            found.append(stem(_without_accents(piece)[:_LONGEST_TERM]))
    return found


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return _COMBINING.sub("", unicodedata.normalize("NFKD", word)) or word


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
    document_ids: Sequence[int] | None = None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The chunks that share words with the question, best first: (chunk ids, scores), at most `limit`.

    Only searchable chunks of documents that are not deleted, of these libraries, and of these documents
    where they are given. A score is BM25 over the score of an average passage holding every term of the
    question once: about 0 to 1, more where terms repeat.
    """
    wanted = list(dict.fromkeys(terms(question)))[:MAX_QUESTION_TERMS]
    if not wanted or not library_ids or limit <= 0 or (document_ids is not None and not document_ids):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    with engine.connect() as connection:
        weighed, total = _weigh(connection, wanted)
        if not weighed:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = _rank(connection, weighed, library_ids, limit, document_ids)
    ids = np.array([row[0] for row in rows], np.int64)
    return ids, np.array([row[1] / total for row in rows], np.float32)


def _weigh(connection: Connection, wanted: Sequence[str]) -> tuple[list[_Weighed], float]:
    """The terms to score, and the sum of the weights of all terms asked for."""
    rows = int(connection.execute(text("SELECT count(*) FROM lexical_docsize")).scalar_one())
    found = connection.execute(
        text("SELECT term, doc FROM lexical_terms WHERE term IN :terms").bindparams(
            bindparam("terms", expanding=True)
        ),
        {"terms": list(wanted)},
    )
    counts = {str(term): int(count) for term, count in found}
    alone = all(map(_is_single, wanted))
    weights = {
        term: math.log(1 + _odds(rows, counts.get(term, 0)))
        * (SINGLE_WEIGHT if _is_single(term) and not alone else 1.0)
        for term in wanted
    }
    weighed: list[_Weighed] = []
    places = 0
    for term in sorted(counts, key=lambda term: (-weights[term] / counts[term], term)):
        if weighed and places + counts[term] > SCORED_PLACES:
            continue
        places += counts[term]
        odds = _odds(rows, counts[term])
        weighed.append(_Weighed(term, weights[term] / (math.log(odds) if odds > 1 else 1e-6)))
    return weighed, sum(weights.values())


def _odds(rows: int, count: int) -> float:
    """How much rarer than common a term in `count` of the rows is, as BM25 has it."""
    return (rows - count + 0.5) / (count + 0.5)


def _is_single(term: str) -> bool:
    return len(term) == 1 and not term.isascii()


def _rank(
    connection: Connection,
    weighed: Sequence[_Weighed],
    library_ids: Sequence[int],
    limit: int,
    document_ids: Sequence[int] | None,
) -> Sequence[tuple[int, float]]:
    parts = " UNION ALL ".join(
        f"SELECT rowid AS id, -bm25(lexical) * :f{i} AS score FROM lexical WHERE lexical MATCH :t{i}"  # noqa: S608
        for i in range(len(weighed))
    )
    chosen = "AND d.id IN :documents" if document_ids is not None else ""
    statement = text(
        # Materialized: FTS5 can't score inside a query that groups.
        f"WITH found AS MATERIALIZED ({parts}) "  # noqa: S608 (values are bound)
        "SELECT s.id, s.score FROM (SELECT id, sum(score) AS score FROM found GROUP BY id) AS s "
        "JOIN chunks AS c ON c.id = s.id JOIN documents AS d ON d.id = c.document_id "
        f"WHERE c.searchable AND d.deleted_at IS NULL AND d.library_id IN :libraries {chosen} "
        "ORDER BY s.score DESC, s.id LIMIT :limit"
    ).bindparams(bindparam("libraries", expanding=True))
    values: dict[str, object] = {"libraries": list(library_ids), "limit": limit}
    if document_ids is not None:
        statement = statement.bindparams(bindparam("documents", expanding=True))
        values["documents"] = list(document_ids)
    for i, term in enumerate(weighed):
        values |= {f"f{i}": term.factor, f"t{i}": f'"{term.term}"'}
    return [(int(row[0]), float(row[1])) for row in connection.execute(statement, values)]
