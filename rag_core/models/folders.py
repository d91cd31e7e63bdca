"""Where models lie, and whether they are whole.

A model is the folder Settings.models/<id>. Fetched ones hold a manifest of their files' sizes and hashes; a folder
without one was put there by hand and is taken as it is. Everything unfinished lies in Settings.models/.partial.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from rag_core.errors import ModelUnavailable
from rag_core.models.cards import ModelCard
from rag_core.models.catalogue import find_card
from rag_core.settings import Settings

MANIFEST = "wenju.json"
WEIGHTS = ("*.safetensors", "*.bin", "*.gguf")
HASH_BYTES = 2**20


def find(settings: Settings, model_id: str) -> Path | None:
    """The model's folder when it is here and complete (sizes compared, hashes not); never touches the network.
    `model_id` is a name of the catalogue or the path of a model folder."""
    card = find_card(model_id)
    return find_folder(settings, card) if card else None


def find_folder(settings: Settings, card: ModelCard) -> Path | None:
    """As find, for a card at hand."""
    folder = settings.models / card.id  # the id of a folder of one's own is its absolute path
    return folder if is_complete(folder, card) else None


def require(settings: Settings, model_id: str) -> Path:
    """The model's folder. Raises ModelUnavailable when it is not here."""
    if find_card(model_id) is None:
        raise ModelUnavailable("model_unknown", model_id)
    folder = find(settings, model_id)
    if folder is None:
        raise ModelUnavailable("model_unavailable", model_id)
    return folder


def is_complete(folder: Path, card: ModelCard) -> bool:
    """Whether every file that must be there is there, at its recorded size."""
    if not folder.is_dir():
        return False
    manifest = read_manifest(folder)
    if manifest:
        return all(_size(folder / name) == size for name, size, _ in manifest)
    if card.ocr:
        names = (card.ocr.detection, card.ocr.recognition, card.ocr.orientation)
        return all((folder / name / "inference.onnx").is_file() for name in names)
    if card.role == "layout":
        return any(folder.rglob("*.onnx"))
    return any(file for pattern in WEIGHTS for file in folder.glob(pattern))


def read_manifest(folder: Path) -> tuple[tuple[str, int, str], ...]:
    """The recorded files: path in the folder, bytes, SHA-256. Empty when nothing is recorded."""
    try:
        rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return tuple((str(name), int(size), str(sha256)) for name, size, sha256 in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def damaged_files(folder: Path) -> tuple[str, ...]:
    """The recorded files whose content is not what was fetched (reads every byte)."""
    return tuple(
        name
        for name, size, sha256 in read_manifest(folder)
        if _size(folder / name) != size or hash_file(folder / name) != sha256
    )


def publish(work: Path, target: Path) -> None:
    """Move the finished folder `work` to `target` in one step, its manifest written; replaces what was there."""
    files = sorted(file for file in work.rglob("*") if file.is_file() and file.name != MANIFEST)
    rows = [(file.relative_to(work).as_posix(), file.stat().st_size, hash_file(file)) for file in files]
    for file in files:
        file.chmod(0o644)
        _sync(file)
    manifest = work / MANIFEST
    manifest.write_text(json.dumps({"files": rows}, indent=1), encoding="utf-8")
    _sync(manifest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        discard(target)
    work.rename(target)
    _sync(target.parent)


def discard(folder: Path) -> None:
    """Remove a model's folder; it is out of sight before the first file goes."""
    grave = partial_folder(folder.parent, f"{folder.name}.old")
    grave.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(grave, ignore_errors=True)
    folder.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)


def partial_folder(models: Path, name: str) -> Path:
    """Where unfinished work of that name lies."""
    return models / ".partial" / name


def hash_file(file: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
