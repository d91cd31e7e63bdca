"""The words of traditional Chinese texts as word search compares them now: in simplified characters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rag_core.simplified import simplify

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROWS = 1000


def upgrade() -> None:
    connection = op.get_bind()
    after = 0
    while rows := connection.execute(
        sa.text("SELECT rowid, terms FROM lexical WHERE rowid > :after ORDER BY rowid LIMIT :most"),
        {"after": after, "most": _ROWS},
    ).all():
        # A character becomes one character: the pairs of a simplified text are the simplified pairs.
        changed = [
            {"id": row.rowid, "terms": new} for row in rows if (new := simplify(row.terms)) != row.terms
        ]
        if changed:
            connection.execute(sa.text("UPDATE lexical SET terms = :terms WHERE rowid = :id"), changed)
        after = rows[-1].rowid
