"""How sure the recogniser was of a corrected line, and which older version a document takes the place of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("corrections", sa.Column("confidence", sa.Float(), nullable=False, server_default="0"))
    op.add_column("documents", sa.Column("replaces", sa.Integer(), nullable=True))
