"""What people say of answers, questions whose answers are known, and how trials of those went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Integer(), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("picked", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "golden_questions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "library_id", sa.Integer(), sa.ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answerable", sa.Boolean(), nullable=False),
        sa.Column("filename", sa.String(500), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("deleted_at", sa.Float()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_golden_questions_library_id", "golden_questions", ["library_id"], unique=False)
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "library_id", sa.Integer(), sa.ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("embedder_id", sa.String(200), nullable=False),
        sa.Column("reranker_id", sa.String(200), nullable=False),
        sa.Column("chat_id", sa.String(200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trials_library_id", "trials", ["library_id"], unique=False)
    op.create_table(
        "trial_marks",
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("golden_id", sa.Integer(), primary_key=True),
        sa.Column("answerable", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.Column("refused", sa.Boolean()),
        sa.Column("cited", sa.Boolean()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
