"""Cards for the user's own model folders, read from the folder itself."""

from __future__ import annotations

import json
from pathlib import Path

from rag_core.models.cards import EmbedderFacts, ModelCard, Pooling, Role

ADAPTER = "adapter_config.json"


def read_own_card(path: str) -> ModelCard | None:
    """The card of the folder at that path; None when it holds no model that can be run. Its id is the path."""
    folder = Path(path).expanduser()
    if not path or not (folder.is_absolute() or "/" in path) or not folder.is_dir():
        return None
    configuration = _read(folder / "config.json")
    role = _role(folder, configuration)
    if role is None:
        return None
    positions = _number(configuration, "max_position_embeddings", 512)
    return ModelCard(
        id=str(folder.resolve()),
        role=role,
        title=folder.name,
        licence="your own",
        note="A folder of yours.",
        sources=(),
        size_mb=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 2**20,
        memory_mb=0,
        embedder=_embedder(folder, configuration, positions) if role == "embedder" else None,
        context_tokens=_number(configuration, "max_position_embeddings", 4096) if role == "chat" else 0,
    )


def _read(file: Path) -> dict[str, object]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _number(configuration: dict[str, object], key: str, default: int) -> int:
    value = configuration.get(key)
    return value if isinstance(value, int) else default


def _role(folder: Path, configuration: dict[str, object]) -> Role | None:
    if (folder / ADAPTER).is_file() or (not configuration and any(folder.glob("*.gguf"))):
        return "chat"
    names = configuration.get("architectures")
    architecture = str(names[0]) if isinstance(names, list) and names else ""
    if architecture.endswith("ForCausalLM"):
        return "chat"
    if architecture.endswith("ForSequenceClassification"):
        return "reranker"
    return "embedder" if architecture.endswith("Model") else None


def _embedder(folder: Path, configuration: dict[str, object], positions: int) -> EmbedderFacts:
    pooling: Pooling = (
        "cls" if _read(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token") else "mean"
    )
    # RoBERTa-like models count two positions more than they can use.
    usable = positions - 2 if configuration.get("model_type") in ("xlm-roberta", "roberta") else positions
    return EmbedderFacts(_number(configuration, "hidden_size", 0), pooling, usable)
