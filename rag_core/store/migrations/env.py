"""Run by Alembic: applies the migrations on the connection that open_database hands over."""

from __future__ import annotations

from alembic import context

from rag_core.store.quality_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds the lock; all migrations commit together or not at all.
    transaction_per_migration=False,
)
context.run_migrations()
