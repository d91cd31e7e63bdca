"""What an index was checked for before it was put to use, or why it was not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("generations", sa.Column("checks", sa.Text(), nullable=False, server_default="[]"))
