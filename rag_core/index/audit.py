"""Proof of deletion: where in the data folder a word is still to be found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, select, text

from rag_core.index.terms import terms
from rag_core.page_codec import decode_page
from rag_core.settings import Settings
from rag_core.store.schema import pages

_BLOCK = 1 << 20


def audit(settings: Settings, engine: Engine, token: str) -> tuple[str, ...]:
    """Every place under the data folder that holds the token: files by their path in it, as bytes of UTF-8 or
    UTF-16 in any case of letters, free pages and logs of the databases included; and what stands there packed,
    pages and the words' index. Models are left out: no document goes into them. Empty: it is nowhere.

    What is packed inside a file that a user uploaded (a PDF's streams) is not unpacked: such a file is itself
    what a deletion removes.
    """
    needles = _needles(token)
    found = [
        str(path.relative_to(settings.home))
        for path in sorted(settings.home.rglob("*"))
        if path.is_file() and settings.models not in path.parents and _holds(path, needles)
    ]
    found += _pages_with(engine, token)
    if _is_known_word(engine, token):
        found.append("words")
    return tuple(found)


def _needles(token: str) -> tuple[bytes, ...]:
    escaped = json.dumps(token)[1:-1]
    spellings = {token, token.lower(), token.upper(), token.casefold(), escaped}
    return tuple(
        sorted(
            {some.encode(code) for some in spellings if some for code in ("utf-8", "utf-16-le", "utf-16-be")}
        )
    )


def _holds(path: Path, needles: tuple[bytes, ...]) -> bool:
    longest = max(map(len, needles))
    rest = b""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                window = rest + block
                if any(needle in window for needle in needles):
                    return True
                rest = window[-longest:]
    except FileNotFoundError:
        # Gone while it was looked for.
        return False
    return False


def _pages_with(engine: Engine, token: str) -> Iterator[str]:
    statement = select(pages.c.document_id, pages.c.number, pages.c.content).where(
        pages.c.content.is_not(None)
    )
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=200).execute(statement):
            if token.casefold() in decode_page(row.content).text.casefold():
                yield f"document {row.document_id}, page {row.number}"


def _is_known_word(engine: Engine, token: str) -> bool:
    """Whether every term of the token is a term of some chunk: words are kept apart from each other there."""
    wanted = terms(token)
    with engine.connect() as connection:
        return bool(wanted) and all(
            connection.execute(text("SELECT 1 FROM lexical_terms WHERE term = :term"), {"term": one}).first()
            for one in wanted
        )
