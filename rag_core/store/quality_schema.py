"""The tables of golden questions and of what trials of them found. Times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from rag_core.store.schema import NEVER_REUSED, metadata

# `metadata`: of all tables, these and the ones of `schema`.
__all__ = ["golden_questions", "metadata", "trial_marks", "trials"]

# Questions whose answers are known: what indexes and models are judged by.
golden_questions = Table(
    "golden_questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False, default=""),
    Column("answerable", Boolean, nullable=False, default=True),
    # Where the answer stands: "" where nobody said; page 0 is anywhere in the document.
    Column("filename", String(500), nullable=False, default=""),
    Column("page", Integer, nullable=False, default=0),
    Column("quote", Text, nullable=False, default=""),
    Column("origin", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("deleted_at", Float),
    **NEVER_REUSED,
)

# Golden questions asked of one generation with one set of models. No finished_at: it goes on, or was cut off.
trials = Table(
    "trials",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("generation_id", Integer, nullable=False),
    Column("embedder_id", String(200), nullable=False),
    Column("reranker_id", String(200), nullable=False, default=""),
    # "" where only the search was tried.
    Column("chat_id", String(200), nullable=False, default=""),
    Column("total", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    **NEVER_REUSED,
)

trial_marks = Table(
    "trial_marks",
    metadata,
    Column("trial_id", ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True),
    # No reference: what was measured stays when its question goes.
    Column("golden_id", Integer, primary_key=True),
    Column("answerable", Boolean, nullable=False),
    # Where the search put the right passage, from 1; 0: not found; null: nobody said which it is.
    Column("place", Integer),
    # Null where no answer was asked for.
    Column("refused", Boolean),
    # Whether a citation stands in the right passage; null where there is none to tell it by.
    Column("cited", Boolean),
    Column("answer", Text, nullable=False, default=""),
    Column("seconds", Float, nullable=False),
)
