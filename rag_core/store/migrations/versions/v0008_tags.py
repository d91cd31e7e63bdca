"""What people call documents by, and pages in the index of chunks by document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_tags",
        sa.Column(
            "document_id",
            sa.Integer(),
            sa.ForeignKey("documents.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("tag", sa.String(60), primary_key=True, index=True),
    )
    op.drop_index("chunks_by_document", "chunks")
    op.create_index("chunks_by_document", "chunks", ["document_id", "searchable", "first_page", "last_page"])
