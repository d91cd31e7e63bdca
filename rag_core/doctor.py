"""Say what is here, what is missing, and what to do about it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from rag_core.models.catalogue import find_card
from rag_core.models.defaults import default_ids, gpu_memory_mb
from rag_core.models.folders import find, read_manifest
from rag_core.parse.formats import office
from rag_core.settings import Settings

Grade = Literal["ok", "note", "bad"]
OLDEST_PYTHON = (3, 11)
PORT = 8501
SPACE_GB = 5
GB = 2**30
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
# What pip calls a library and what Python calls it, where they differ.
MODULES = {
    "PyMuPDF": "pymupdf",
    "faiss-cpu": "faiss",
    "llama-index-core": "llama_index.core",
    "opencv-contrib-python": "cv2",
    "SQLAlchemy": "sqlalchemy",
    "PyYAML": "yaml",
    "huggingface-hub": "huggingface_hub",
    "sentence-transformers": "sentence_transformers",
    "protobuf": "google.protobuf",
    "PyStemmer": "Stemmer",
    "charset-normalizer": "charset_normalizer",
    "markdown-it-py": "markdown_it",
    "opencc-python-reimplemented": "opencc",
}
FETCH = "Run: python -m rag_core.models fetch"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do when it is not "ok"."""

    grade: Grade
    what: str
    advice: str = ""


def run(settings: Settings) -> int:
    """Print every finding; 0 when nothing stands in the way, else 1."""
    marks = {"ok": "ok  ", "note": "note", "bad": "BAD "}
    worst = 0
    for finding in examine(settings):
        sys.stdout.write(f"{marks[finding.grade]}  {finding.what}\n")
        if finding.advice:
            sys.stdout.write(f"      {finding.advice}\n")
        worst |= finding.grade == "bad"
    return int(worst)


def examine(settings: Settings) -> Iterator[Finding]:
    """The findings, one after another. Changes nothing but a file that it removes again."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python,
        _libraries,
        _sqlite,
        _folder,
        _space,
        _models,
        _office,
        _gpu,
        _port,
    )
    for check in checks:
        yield from check(settings)


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield Finding("bad", f"Python {version}", "Wenju needs Python 3.11 or newer.")
    else:
        yield Finding("ok", f"Python {version}")


def _libraries(_: Settings) -> Iterator[Finding]:
    wanted = list(_requirements())
    wrong = 0
    for name, version in wanted:
        found = _installed(name)
        importable = importlib.util.find_spec(MODULES.get(name, name).split(".")[0]) is not None
        if not found or not importable:
            wrong += 1
            yield Finding("bad", f"{name} is not installed", "Run: pip install -r requirements.txt")
        elif found.split("+")[0] != version:
            wrong += 1
            yield Finding(
                "note", f"{name} {found}, tested with {version}", "Run: pip install -r requirements.txt"
            )
    if wanted and not wrong:
        yield Finding("ok", f"{len(wanted)} libraries at the versions tested")


def _requirements() -> Iterator[tuple[str, str]]:
    """The pinned libraries: name without extras, version."""
    if not REQUIREMENTS.is_file():
        return
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        name, separator, version = line.partition("#")[0].strip().partition("==")
        if separator:
            yield name.partition("[")[0], version.partition(";")[0].strip()


def _installed(name: str) -> str:
    """The installed version; the GPU build of faiss stands for the CPU one. Empty when there is none."""
    for candidate in (name, name.replace("faiss-cpu", "faiss-gpu")):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return ""


def _sqlite(_: Settings) -> Iterator[Finding]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(words)")
        yield Finding("ok", f"SQLite {sqlite3.sqlite_version} with full-text search")
    except sqlite3.OperationalError:
        yield Finding(
            "bad", f"SQLite {sqlite3.sqlite_version} lacks FTS5", "Use a Python whose SQLite has FTS5."
        )
    finally:
        connection.close()


def _folder(settings: Settings) -> Iterator[Finding]:
    probe = settings.home / f".doctor-{os.getpid()}"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        advice = "Make it writable, or set WENJU_HOME to another folder."
        yield Finding("bad", f"Data folder {settings.home}: {error.strerror}", advice)
        return
    yield Finding("ok", f"Data folder {settings.home}")


def _space(settings: Settings) -> Iterator[Finding]:
    place = next((folder for folder in (settings.home, *settings.home.parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(place).free / GB
    if free < SPACE_GB:
        yield Finding("note", f"{free:.1f} GB free", f"Models and documents want {SPACE_GB} GB or more.")
    else:
        yield Finding("ok", f"{free:.0f} GB free")


def _models(settings: Settings) -> Iterator[Finding]:
    used = default_ids(settings)
    yield _model(settings, "embedder", used.embedder, "Nothing can be searched by meaning without it.")
    yield _model(settings, "recognition", used.ocr, "Scans can't be read without it.")
    if used.layout:
        loss = "Figures and running heads on scans are told less well."
        yield _model(settings, "layout", used.layout, loss, missing="note")
    if used.reranker:
        yield _model(settings, "reranker", used.reranker, "Set WENJU_RERANKER=none to do without.")
    if settings.chat_url:
        yield Finding("ok", f"chat: {used.chat} on {settings.chat_url}")
    elif used.chat:
        yield _model(settings, "chat", used.chat, "Set WENJU_CHAT=quote to answer with quotations only.")
    elif settings.chat == "quote":
        yield Finding("ok", "chat: quotations, as set")
    else:
        yield Finding("note", "chat: none here, answers quote the documents", FETCH)


def _model(settings: Settings, role: str, model_id: str, loss: str, missing: Grade = "bad") -> Finding:
    card = find_card(model_id)
    if card is None:
        return Finding("bad", f"{role}: no model is named {model_id}", "See: python -m rag_core.models list")
    folder = find(settings, model_id)
    if folder is None:
        return Finding(missing, f"{role}: {model_id} is not here", f"{loss} {FETCH} {model_id}")
    how = "sizes as fetched" if read_manifest(folder) else "put there by hand"
    return Finding("ok", f"{role}: {model_id} ({how}; every byte: python -m rag_core.models check)")


def _office(_: Settings) -> Iterator[Finding]:
    place = office.program()
    if place:
        yield Finding("ok", f"LibreOffice: {place}")
    else:
        advice = f"Office files can't be read without it; Debian and Ubuntu: apt install {office.PACKAGES}"
        yield Finding("note", "LibreOffice: not installed", advice)


def _gpu(settings: Settings) -> Iterator[Finding]:
    memory = gpu_memory_mb()
    if settings.device == "cpu":
        yield Finding("ok", "GPU: not used, as set")
    elif not memory:
        yield Finding("ok", "GPU: none; everything runs on the CPU")
    elif _torch_sees_gpu():
        yield Finding("ok", f"GPU: {memory // 1024} GB")
    else:
        yield Finding(
            "note", "GPU: there, but this torch can't use it", "Run: pip install -r requirements-gpu.txt"
        )


def _torch_sees_gpu() -> bool:
    """Asked in a process of its own: torch takes seconds to load and keeps the GPU busy."""
    code = "import torch, sys; sys.exit(not torch.cuda.is_available())"
    try:
        return (
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, timeout=60, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


def _port(_: Settings) -> Iterator[Finding]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            advice = f"Wenju may be running already; else: streamlit run app.py --server.port {PORT + 1}"
            yield Finding("note", f"Port {PORT} is taken", advice)
            return
    yield Finding("ok", f"Port {PORT} is free")
