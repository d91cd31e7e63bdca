"""The moment a document becomes searchable: rows and words in one transaction."""

from __future__ import annotations

from sqlalchemy import Engine

from rag_core.errors import Problem
from rag_core.index.lexical import write_rows
from rag_core.store.chunks import commit_document
from rag_core.types import DocumentState


def publish_document(
    engine: Engine,
    document_id: int,
    state: DocumentState,
    problem: Problem | None = None,
    attempt: int | None = None,
) -> bool:
    """Makes all of the document's chunks searchable at once, by words too, and sets its state.

    False, and nothing changes, when the document is deleted or, where an attempt is given, that attempt
    is over: cancelled, finished, or taken up by a later one.
    """
    return commit_document(engine, document_id, attempt, (state, problem), write_rows)
