"""What of a library's indexes is no longer searched, and clearing it away."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from rag_core.index.build import only_builder
from rag_core.index.gate import folder_bytes
from rag_core.store.census import embeddings_by_others
from rag_core.store.generations import (
    Generation,
    discard_generation,
    forget_embeddings,
    list_generations,
    published,
)
from rag_core.store.libraries import get_library


@dataclass(frozen=True, slots=True)
class Surplus:
    """Generations that are not in use (kept for going back, refused, unfinished), the bytes of their files, and the
    embeddings, with their bytes, that only they need."""

    generations: tuple[Generation, ...]
    bytes: int
    embeddings: int
    embedding_bytes: int


def surplus(engine: Engine, library_id: int, folder: Path) -> Surplus:
    """What clearing would remove. Raises NotFound when the library is gone."""
    current = published(engine, library_id)
    others = tuple(one for one in list_generations(engine, library_id) if one != current)
    count, size = embeddings_by_others(engine, library_id, get_library(engine, library_id).embedder_id)
    files = sum(map(folder_bytes, _folders(folder / str(library_id), current)))
    return Surplus(others, files, count, size)


def clear_surplus(engine: Engine, library_id: int, folder: Path) -> Surplus:
    """Removes all generations but the one in use, and embeddings that it does not need; returns what that was.
    There is no going back after that. Not for while a rebuild is under way: its draft would go. Raises NotFound
    when the library is gone."""
    home = folder / str(library_id)
    with only_builder(home):
        found = surplus(engine, library_id, folder)
        for one in found.generations:
            discard_generation(engine, one.id)
        for path in _folders(home, published(engine, library_id)):
            shutil.rmtree(path, ignore_errors=True)
        forget_embeddings(engine, library_id, [get_library(engine, library_id).embedder_id])
    return found


def _folders(home: Path, current: Generation | None) -> list[Path]:
    kept = str(current.id) if current else ""
    return [path for path in home.iterdir() if path.is_dir() and path.name != kept] if home.is_dir() else []
