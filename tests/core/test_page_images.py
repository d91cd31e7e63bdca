"""Page images: drawn once, kept on disk, never half."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rag_core.errors import InputError
from rag_core.page_images import PageImages, clear_page_images, png_size
from rag_core.store.files import FileStore

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


@dataclass
class Renderer:
    """Counts what it draws."""

    drawn: list[tuple[int, int]] = field(default_factory=list)

    def render(self, path: Path, number: int, dpi: int) -> bytes:
        if number > 3:
            raise InputError("page_failed")
        self.drawn.append((number, dpi))
        return PNG


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_a_page_is_drawn_once(files: FileStore, tmp_path: Path) -> None:
    stored = files.put(io.BytesIO(b"content"), 100)
    renderer = Renderer()
    images = PageImages(renderer, files, tmp_path / "cache")
    threads = [threading.Thread(target=images.get, args=(stored.sha256, 1)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(renderer.drawn) == 1
    assert PageImages(Renderer(), files, tmp_path / "cache").get(stored.sha256, 1) == PNG
    assert images.get(stored.sha256, 2) == images.get(stored.sha256, 1, dpi=300) == PNG
    assert len(renderer.drawn) == 3


def test_a_page_that_cannot_be_drawn_leaves_nothing(files: FileStore, tmp_path: Path) -> None:
    stored = files.put(io.BytesIO(b"content"), 100)
    images = PageImages(Renderer(), files, tmp_path / "cache")
    with pytest.raises(InputError, match="page_failed"):
        images.get(stored.sha256, 4)
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_file_that_is_gone_says_so(files: FileStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file_missing"):
        PageImages(Renderer(), files, tmp_path / "cache").get("0" * 64, 1)


def test_the_size_of_a_png() -> None:
    assert png_size(PNG) == (640, 480)


def test_images_of_files_that_are_gone_are_cleared(files: FileStore, tmp_path: Path) -> None:
    kept, gone = (files.put(io.BytesIO(content), 100).sha256 for content in (b"kept", b"gone"))
    images = PageImages(Renderer(), files, tmp_path / "cache")
    for sha256 in (kept, gone):
        images.get(sha256, 1)
        images.get(sha256, 2)
    files.remove(gone)
    assert clear_page_images(files, tmp_path / "cache") == 2
    assert {path.name[:64] for path in (tmp_path / "cache").rglob("*.png")} == {kept}
    assert clear_page_images(files, tmp_path / "nothing") == 0
