"""Pages by their state, and chunks by their words."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    op.create_index("pages_by_state", "pages", ["document_id", "state", "number"], unique=False)
    op.add_column("chunks", sa.Column("words_hash", sa.BigInteger(), nullable=False, server_default="0"))
    _fill(op.get_bind())
    op.create_index(op.f("ix_chunks_words_hash"), "chunks", ["words_hash"], unique=False)


def _fill(connection: sa.Connection) -> None:
    some = sa.text("SELECT id, heading, text FROM chunks WHERE id > :last ORDER BY id LIMIT :count")
    change = sa.text("UPDATE chunks SET words_hash = :words WHERE id = :id")
    last = 0
    while rows := connection.execute(some, {"last": last, "count": _AT_ONCE}).all():
        last = rows[-1].id
        connection.execute(change, [{"id": row.id, "words": _hash(row.heading, row.text)} for row in rows])


def _hash(heading: str, text: str) -> int:
    digest = hashlib.blake2b(f"{heading}\0{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
