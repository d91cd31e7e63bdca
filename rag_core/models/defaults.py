"""Which models are used when the settings say "auto": a pure choice from facts, and the gathering of the facts."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag_core.models.cards import Hub, ModelCard, ModelScope, Wheels
from rag_core.models.catalogue import CARDS, find_card
from rag_core.models.folders import find
from rag_core.settings import Settings

AUTO = "auto"
QUOTE = "quote"
NONE = "none"
MANY_CORES = 8
# Memory the machine needs beside a model: the system, the app, a worker.
SPARE_MB = 1500
# Of the GPU's memory, what a model may take: the prompt needs the rest.
GPU_SHARE = 0.85
MB = 2**20

# The best first; those of STRONG_ONLY are slow without a GPU or many cores.
EMBEDDERS = ("bge-m3", "multilingual-e5-small", "bge-small-zh-v1.5", "m3e-small", "all-MiniLM-L6-v2")
RERANKERS = ("bge-reranker-v2-m3",)
CHATS = (
    "Qwen2.5-14B-Instruct",
    "Qwen2.5-7B-Instruct",
    "Qwen3-4B-Instruct-2507",
    "Qwen2.5-1.5B-Instruct",
    "Qwen2.5-Coder-1.5B-Instruct",
    "Qwen2.5-0.5B-Instruct",
    "Qwen2.5-Coder-0.5B-Instruct",
)
OCRS = ("PP-OCRv6-small", "PP-OCRv5-server")
LAYOUTS = ("PP-DocLayout_plus-L", "PicoDet-CDLA")
GPU_ONLY = frozenset({"Qwen2.5-14B-Instruct", "Qwen2.5-7B-Instruct"})
STRONG_ONLY = frozenset({"bge-m3", "bge-reranker-v2-m3", "Qwen3-4B-Instruct-2507", "PP-DocLayout_plus-L"})
FALLBACK_EMBEDDER = "multilingual-e5-small"
FALLBACK_OCR = "PP-OCRv6-small"


@dataclass(frozen=True, slots=True)
class Defaults:
    """The model of each role. An empty reranker or layout means none; an empty chat means quote mode: answers
    are made of the documents' own sentences."""

    embedder: str
    reranker: str
    chat: str
    ocr: str
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the choice depends on. `available` are the models that can be used: those here, or, when fetching,
    those that a source which answers has. `gpu_memory_mb` is 0 without a GPU."""

    memory_mb: int
    gpu_memory_mb: int
    cores: int
    available: frozenset[str]


def choose_defaults(facts: Facts) -> Defaults:
    """The best models that are available and that the machine carries."""
    return Defaults(
        embedder=_first(EMBEDDERS, facts) or FALLBACK_EMBEDDER,
        reranker=_first(RERANKERS, facts),
        chat=_first(CHATS, facts),
        ocr=_first(OCRS, facts) or FALLBACK_OCR,
        layout=_first(LAYOUTS, facts),
    )


def _first(ids: tuple[str, ...], facts: Facts) -> str:
    """The first of the models that is available and carried; empty when none is."""
    cards = (find_card(model_id) for model_id in ids if model_id in facts.available)
    return next((card.id for card in cards if card and _carries(facts, card)), "")


def _carries(facts: Facts, card: ModelCard) -> bool:
    if card.role == "ocr":
        return True
    if facts.gpu_memory_mb and card.memory_mb <= facts.gpu_memory_mb * GPU_SHARE:
        return True
    if card.id in GPU_ONLY or (card.id in STRONG_ONLY and facts.cores < MANY_CORES):
        return False
    return card.memory_mb + SPARE_MB <= facts.memory_mb


def default_ids(settings: Settings) -> Defaults:
    """The models to use now: those the settings name, else the best of those that are here. Never touches the
    network. With a chat server, `chat` is the model's name there ("auto": the first it offers)."""
    here = frozenset(card.id for card in CARDS if find(settings, card.id))
    return _with_settings(settings, choose_defaults(gather_facts(settings, here)))


def default_ids_to_fetch(settings: Settings) -> Defaults:
    """The models to fetch: the best that are here or that a source which answers has. Asks the hubs."""
    from rag_core.models.hub import answers, hub_answers
    from rag_core.models.modelscope import endpoint

    names = {name.strip() for name in settings.model_sources.split(",")}
    kinds: list[type[Hub] | type[ModelScope] | type[Wheels]] = []
    if "hub" in names and hub_answers():
        kinds.append(Hub)
    if "modelscope" in names and answers(endpoint()):
        kinds.append(ModelScope)
    if "wheel" in names:
        kinds.append(Wheels)
    obtainable = frozenset(
        card.id
        for card in CARDS
        if find(settings, card.id) or any(isinstance(source, tuple(kinds)) for source in card.sources)
    )
    return _with_settings(settings, choose_defaults(gather_facts(settings, obtainable)))


def _with_settings(settings: Settings, chosen: Defaults) -> Defaults:
    chat = chosen.chat if settings.chat == AUTO and not settings.chat_url else settings.chat
    return Defaults(
        embedder=chosen.embedder if settings.embedder == AUTO else settings.embedder,
        reranker=chosen.reranker if settings.reranker == AUTO else settings.reranker.replace(NONE, ""),
        chat="" if chat == QUOTE else chat,
        ocr=chosen.ocr,
        layout=chosen.layout,
    )


def gather_facts(settings: Settings, available: frozenset[str]) -> Facts:
    """This machine's facts; without a GPU when the settings say device "cpu"."""
    import psutil

    return Facts(
        memory_mb=min(psutil.virtual_memory().total // MB, _container_memory_mb()),
        gpu_memory_mb=0 if settings.device == "cpu" else gpu_memory_mb(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        available=available,
    )


def _container_memory_mb() -> int:
    """The control group's limit, in a container; practically endless elsewhere."""
    try:
        text = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        return int(text) // MB
    except (OSError, ValueError):
        return 2**40


@cache
def gpu_memory_mb() -> int:
    """The largest GPU's memory, asked of nvidia-smi (importing torch takes seconds); 0 without one."""
    tool = shutil.which("nvidia-smi")
    if tool is None or os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        return 0
    command = [tool, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        reply = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        return max((int(line) for line in reply.stdout.split()), default=0)
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0
