"""The frozen values that travel between stages; those that stand on a page are defined in `pages`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag_core.errors import Problem
from rag_core.pages import (
    BLOCK_BREAK as BLOCK_BREAK,
    LINE_BREAK as LINE_BREAK,
    PAGE_BREAK as PAGE_BREAK,
    Block as Block,
    BlockKind as BlockKind,
    Box as Box,
    Cell as Cell,
    Line as Line,
    LineSource as LineSource,
    Page as Page,
    ParsedDocument as ParsedDocument,
    Region as Region,
)

PageState = Literal["waiting", "needs_ocr", "read", "empty", "failed"]
DocumentState = Literal[
    "waiting", "reading", "indexing", "indexed", "partly", "needs_password", "rejected", "cancelled"
]
Support = Literal["supported", "partly", "unsupported"]


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page's line in the ledger."""

    document_id: int
    number: int
    state: PageState
    engine: str
    seconds: float
    confidence: float
    characters: int
    problem: Problem | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Library:
    """A set of documents that share one embedder."""

    id: int
    name: str
    embedder_id: str
    revision: int
    created_at: float


@dataclass(frozen=True, slots=True)
class Document:
    """A file in a library. `readable_sha256` names the bytes that are parsed: the upload's own, or
    its decrypted copy. `pages_done` counts pages read, empty or failed. `replaces` is the older version
    that goes when this one is indexed; 0: both are to stay; None: nobody has said. Times are epoch seconds."""

    id: int
    library_id: int
    filename: str
    sha256: str
    readable_sha256: str
    bytes: int
    state: DocumentState
    problem: Problem | None
    page_count: int
    pages_done: int
    attempt: int
    created_at: float
    deleted_at: float | None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document: document.text[start:end] == text."""

    ordinal: int
    start: int
    end: int
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored chunk as search returns it. `start` and `end` are offsets in the document's text."""

    id: int
    document_id: int
    library_id: int
    filename: str
    ordinal: int
    start: int
    end: int
    text: str
    heading: str
    first_page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its final score (0 to 1) and where each search put it (from 1; 0 = not found).
    `dense` is the cosine with the question, `lexical` the BM25 score over the best BM25 score a
    passage holding every term once could reach; both 0 when not found there."""

    passage: Passage
    score: float
    dense: float
    lexical: float
    dense_rank: int
    lexical_rank: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answer may rest on: hit plus neighbours, numbered from 1 as printed in the prompt."""

    number: int
    hit: Hit
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact span that supports a sentence; `number` counts from 1 within the answer. A snapshot:
    it stays readable when its document is gone. `start` and `end` are offsets in the document's text. `marked`: where the
    very words that answer the question stand in it, none where they are not told apart."""

    number: int
    document_id: int
    filename: str
    quote: str
    start: int
    end: int
    regions: tuple[Region, ...]
    support: Support
    why: str
    marked: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Answer text[start:end] and the numbers of the citations it rests on. `marked`: (start, end) in the answer's text of
    the very words that answer the question, None where they are not told apart. `reason` is the code in messages of `why`,
    which says it in the answer's language; both "" where nothing is amiss."""

    start: int
    end: int
    citations: tuple[int, ...]
    support: Support
    why: str
    marked: tuple[int, int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds spent; `first_token` counts from the question's arrival."""

    rewrite: float = 0.0
    search: float = 0.0
    rerank: float = 0.0
    evidence: float = 0.0
    first_token: float = 0.0
    generate: float = 0.0
    cite: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why a passage was not enough for an answer. `number` is its evidence's; `holds` and `lacks` are words of the
    question as it writes them, the most telling first; `kind` is what was asked for and is not there: "date",
    "number", "person", "place", "reason", or "" where nothing of the kind is amiss."""

    number: int
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`refused` is true when the documents don't hold the answer: then `text` says so, `evidence` holds what
    came closest and `shortfalls` why each piece of it was not enough. `insisted`: it would have been refused,
    but the user wanted an answer all the same. `looked_in`: the files that alone were looked in, because the question
    points or leans back to them. `overview`: it tells what documents are about. `courtesy`: a polite word in return
    for one; nothing was searched. `model_id` is "quote" in quote mode. `stopped`: the user
    stopped it."""

    question: str
    searched: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    refused: bool
    stopped: bool
    model_id: str
    generations: tuple[int, ...]
    timings: Timings
    shortfalls: tuple[Shortfall, ...] = ()
    insisted: bool = False
    looked_in: tuple[str, ...] = ()
    overview: bool = False
    courtesy: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """How a chat model is told what to do: who it is, how it goes about it, the length and format of the answer,
    examples; then the message, whose `layout` has the gaps {begin} {sources} {end} {question}. `begin` and
    `end` part the sources from all else and hold the gap {fence}, a name that no text in them can foresee."""

    role: str
    steps: str
    form: str
    examples: str
    layout: str
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer in a conversation."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Searching:
    """The question that is searched for (rewritten from the conversation)."""

    searched: str


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence that the answer will rest on."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A finished sentence with the citations found for it."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer."""

    answer: Answer


Event = Searching | Found | Token | Checked | Done
