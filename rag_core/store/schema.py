"""The tables. The database is the truth; index files are rebuilt from it. Times are epoch seconds."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def words_hash(heading: str, text: str) -> int:
    """What the same words under the same heading have in common, as a whole number of 64 bits."""
    digest = hashlib.blake2b(f"{heading}\0{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _words_hash_of_row(context: Any) -> int:
    row = context.get_current_parameters()
    return words_hash(row["heading"], row["text"])


# Ids that a vector, a citation or a job points at must never be reused.
NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}

libraries = Table(
    "libraries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("embedder_id", String(200), nullable=False),
    # Grows in the same transaction as any change that search must see.
    Column("revision", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    **NEVER_REUSED,
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("filename", String(500), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("readable_sha256", String(64), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("problem_code", String(50), nullable=False, default=""),
    Column("problem_detail", Text, nullable=False, default=""),
    Column("page_count", Integer, nullable=False, default=0),
    Column("attempt", Integer, nullable=False, default=1),
    Column("created_at", Float, nullable=False),
    Column("deleted_at", Float),
    # The older version that goes when this one is indexed; 0: both are to stay; null: nobody has said.
    Column("replaces", Integer),
    **NEVER_REUSED,
)

pages = Table(
    "pages",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("engine", String(100), nullable=False, default=""),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("confidence", Float, nullable=False, default=0.0),
    Column("characters", Integer, nullable=False, default=0),
    Column("problem_code", String(50), nullable=False, default=""),
    Column("problem_detail", Text, nullable=False, default=""),
    Column("fingerprint", String(64), nullable=False, default=""),
    # What the page shows, whatever file it stands in: pages of a revised file are known by it.
    Column("content_hash", String(64), nullable=False, default="", index=True),
    # How often the page was read: the proof that a killed worker repeats at most one.
    Column("reads", Integer, nullable=False, default=0),
    # The page's text starts here in the document's text; set when the document is chunked.
    Column("text_start", Integer),
    # zlib-compressed JSON of a types.Page, see store/pages.py.
    Column("content", LargeBinary),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading", Text, nullable=False, default=""),
    Column("first_page", Integer, nullable=False),
    Column("last_page", Integer, nullable=False),
    # False until the document commits: search never sees half a document.
    Column("searchable", Boolean, nullable=False, default=False),
    # By it the vectors of the same words elsewhere are found; words are compared all the same.
    Column("words_hash", BigInteger, nullable=False, default=_words_hash_of_row, index=True),
    UniqueConstraint("document_id", "ordinal"),
    **NEVER_REUSED,
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("chunk_id", ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True),
    Column("embedder_id", String(200), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
)

generations = Table(
    "generations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("embedder_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("parameters", Text, nullable=False, default="{}"),
    Column("vectors", Integer, nullable=False),
    # The highest chunk id that the generation could hold; later chunks are the fresh tail.
    Column("watermark", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("build_seconds", Float, nullable=False),
    Column("recall", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    # Readers use the generation with the latest published_at; null while it is being built, and for one
    # that was refused.
    Column("published_at", Float),
    # JSON list of a generations.Check each; see store/generations.py.
    Column("checks", Text, nullable=False, default="[]"),
    **NEVER_REUSED,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("deleted_at", Float),
    **NEVER_REUSED,
)

conversation_libraries = Table(
    "conversation_libraries",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), primary_key=True),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # JSON of a types.Answer, see store/conversations.py
    Column("created_at", Float, nullable=False),
    Column("dropped_at", Float),  # created_at of the turn in whose place it can be brought back
    **NEVER_REUSED,
)

# The question of a conversation that is being answered, or whose answer was cut off.
unanswered = Table(
    "unanswered",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("question", Text, nullable=False),
    Column("instead_of", Integer),  # the turn whose place the answer was to take
)

# Files that conversations were exported as; what the file says stays in the file.
exports = Table(
    "exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("seal", String(64), nullable=False),
    Column("created_at", Float, nullable=False),  # the moment that the file records as that of its export
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("process_id", Integer, nullable=False),
    Column("host", String(200), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

# What people have put right of recognised lines; it is applied again whenever the page is read anew.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("page_number", Integer, nullable=False),
    # Where the line stands: x0, y0, x1, y1 in page fractions, as a JSON list.
    Column("box", Text, nullable=False),
    Column("recognised", Text, nullable=False),
    Column("corrected", Text, nullable=False),
    # The recogniser's own, for going back.
    Column("confidence", Float, nullable=False, default=0.0),
    Column("created_at", Float, nullable=False),
    **NEVER_REUSED,
)

# What a person said of an answer; at most one a turn, the latest.
feedback = Table(
    "feedback",
    metadata,
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("reason", String(30), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    # JSON of a feedback.Picked: the passage that would have been right; "" where none was picked.
    Column("picked", Text, nullable=False, default=""),
    Column("created_at", Float, nullable=False),
)

# What chat models are told in a library, by language. The version activated last is in use, else the default.
prompts = Table(
    "prompts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("libraries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("language", String(2), nullable=False),
    Column("version", Integer, nullable=False),
    Column("template", Text, nullable=False),  # JSON of a types.Template
    Column("note", String(200), nullable=False, default=""),
    Column("created_at", Float, nullable=False),
    Column("activated_at", Float),
    UniqueConstraint("library_id", "language", "version"),
    **NEVER_REUSED,
)

# What people call documents by, to search in some of them.
document_tags = Table(
    "document_tags",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(60), primary_key=True, index=True),
)

Index("corrections_by_page", corrections.c.document_id, corrections.c.page_number)
Index("pages_by_state", pages.c.document_id, pages.c.state, pages.c.number)
# All that a search within documents and pages asks of chunks.
Index(
    "chunks_by_document", chunks.c.document_id, chunks.c.searchable, chunks.c.first_page, chunks.c.last_page
)
