"""Where in a library the answers of golden questions stand, as the passages are cut now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select

from rag_core.store.census import Asked, asked_questions
from rag_core.store.chunks import searchable
from rag_core.store.documents import list_documents
from rag_core.store.golden import Golden, Wanted, list_golden
from rag_core.store.schema import chunks, documents
from rag_core.types import Passage

# Words are told by runs of so many characters; a passage holds a quote when it has half of its runs, and of two
# that share it each does that has half as many as the other.
_RUN = 6
_HELD = 0.5


def places(engine: Engine, library_id: int, some: Sequence[Wanted]) -> tuple[tuple[Passage, ...], ...]:
    """For each, the passages that hold its answer: those with the quoted words, or all on the page, or all of
    the document where no page is named. None where nobody said, or the document is gone."""
    with engine.connect() as connection:
        return tuple(_holding(connection, library_id, one) for one in some)


def without_document(engine: Engine, library_id: int) -> tuple[Golden, ...]:
    """The library's golden questions whose answer stands in a document that is not there (any more)."""
    here = {one.filename for one in list_documents(engine, library_id)}
    named = (one for one in list_golden(engine, library_id) if one.wanted.answerable and one.wanted.filename)
    return tuple(one for one in named if one.wanted.filename not in here)


def known_questions(engine: Engine, library_id: int, limit: int) -> tuple[Asked, ...]:
    """Questions whose passages are known, golden ones first, then those that were asked and answered, each once."""
    golden = [one.wanted for one in list_golden(engine, library_id) if one.wanted.answerable][:limit]
    held = places(engine, library_id, golden)
    known = {
        wanted.question: Asked(wanted.question, tuple(one.id for one in some))
        for wanted, some in zip(golden, held, strict=True)
    }
    for asked in asked_questions(engine, library_id, limit - len(known)):
        known.setdefault(asked.question, asked)
    return tuple(known.values())


def _holding(connection: Connection, library_id: int, wanted: Wanted) -> tuple[Passage, ...]:
    if not wanted.answerable or not wanted.filename:
        return ()
    statement = (
        select(chunks, documents.c.filename, documents.c.library_id)
        .select_from(chunks.join(documents))
        .where(searchable(), documents.c.library_id == library_id, documents.c.filename == wanted.filename)
        .order_by(chunks.c.id)
    )
    if wanted.page:
        statement = statement.where(chunks.c.first_page <= wanted.page, chunks.c.last_page >= wanted.page)
    found = [
        Passage(
            row.id,
            row.document_id,
            row.library_id,
            row.filename,
            row.ordinal,
            row.start,
            row.end,
            row.text,
            row.heading,
            row.first_page,
            row.last_page,
        )
        for row in connection.execute(statement)
    ]
    return _with_quote(found, wanted.quote)


def _with_quote(found: list[Passage], quote: str) -> tuple[Passage, ...]:
    """Those that hold the quote; all where none does, as when the page was read anew and says it otherwise."""
    runs = _runs(quote)
    if not runs or not found:
        return tuple(found)
    shares = [len(runs & _runs(one.text, min(map(len, runs)))) / len(runs) for one in found]
    best = max(shares)
    if best < _HELD:
        return tuple(found)
    return tuple(one for one, share in zip(found, shares, strict=True) if share >= _HELD * best)


def _runs(text: str, length: int = _RUN) -> set[str]:
    """All runs of so many letters; of a shorter text the whole."""
    bare = "".join(text.split()).casefold()
    return {bare[at : at + length] for at in range(max(1, len(bare) - length + 1))} - {""}
