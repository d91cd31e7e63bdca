"""Pages as images, each drawn once and kept on disk."""

from __future__ import annotations

import re
import threading
import uuid
from pathlib import Path
from typing import Protocol

from rag_core.errors import InputError
from rag_core.store.files import FileStore

DPI = 120
_FOLDER = "pages"
_NAMED = re.compile(r"[0-9a-f]{64}-.*")


class PageRenderer(Protocol):
    """Draws a page as displayed. The real one works in a child process: files are hostile."""

    def render(self, path: Path, number: int, dpi: int) -> bytes:
        """PNG bytes. Raises InputError or ParserFailure."""
        ...


class PageImages:
    """Page images under a cache folder, named by the file's SHA-256, the page and the resolution."""

    def __init__(self, renderer: PageRenderer, files: FileStore, cache: Path) -> None:
        self._renderer = renderer
        self._files = files
        self._folder = cache / _FOLDER
        self._turn = threading.Lock()

    def get(self, sha256: str, number: int, dpi: int = DPI) -> bytes:
        """The page as PNG. Raises InputError when the file is gone, ParserFailure when it can't be drawn."""
        kept = self._folder / sha256[:2] / f"{sha256}-{number}-{dpi}.png"
        if not kept.exists():
            with self._turn:
                if not kept.exists():
                    self._draw(kept, sha256, number, dpi)
        return kept.read_bytes()

    def _draw(self, kept: Path, sha256: str, number: int, dpi: int) -> None:
        if not self._files.exists(sha256):
            raise InputError("file_missing")
        image = self._renderer.render(self._files.path(sha256), number, dpi)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name(f"{kept.name}.{uuid.uuid4().hex}")
        try:
            partial.write_bytes(image)
            partial.replace(kept)
        finally:
            partial.unlink(missing_ok=True)


def clear_page_images(files: FileStore, cache: Path) -> int:
    """Removes the images of files that are gone; returns how many."""
    stale = [
        path
        for path in (cache / _FOLDER).glob("??/*")
        if _NAMED.fullmatch(path.name) and not files.exists(path.name[:64])
    ]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its header."""
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
