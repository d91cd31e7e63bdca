"""Uploaded bytes under their SHA-256."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from rag_core.errors import InputError, UserError
from rag_core.store.files import FileStore


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_the_same_content_is_kept_once(files: FileStore) -> None:
    first = files.put(io.BytesIO(b"abc"), 10)
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert files.put(io.BytesIO(b"abc"), 10) == first
    assert files.path(first.sha256).read_bytes() == b"abc"
    assert [path.name for path in files.root.rglob("*") if path.is_file()] == [first.sha256]


@pytest.mark.parametrize(("content", "code"), [(b"", "file_empty"), (b"x" * (2**20 + 1), "file_too_large")])
def test_what_is_refused_leaves_nothing_behind(files: FileStore, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        files.put(io.BytesIO(content), 2**20)
    assert caught.value.problem.code == code
    assert [path for path in files.root.rglob("*") if path.is_file()] == []


class _FullDisk(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError(errno.ENOSPC, "no space left")


def test_a_full_disk_says_so(files: FileStore) -> None:
    with pytest.raises(UserError) as caught:
        files.put(_FullDisk(), 10)
    assert caught.value.problem.code == "disk_full"


def test_a_name_is_never_a_path(files: FileStore) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        files.path("../../etc/passwd")


def test_clearing_spares_what_is_fresh(files: FileStore) -> None:
    old, new = files.put(io.BytesIO(b"old"), 10), files.put(io.BytesIO(b"new"), 10)
    long_ago = time.time() - 10_000
    os.utime(files.path(old.sha256), (long_ago, long_ago))
    assert list(files.untouched_since(time.time() - 5000)) == [old.sha256]
    files.put(io.BytesIO(b"old"), 10)
    assert list(files.untouched_since(time.time() - 5000)) == []
    files.remove(new.sha256)
    files.remove(new.sha256)
    assert not files.exists(new.sha256)


def test_unfinished_uploads_are_cleared(files: FileStore) -> None:
    partial = files.incoming()
    partial.write_bytes(b"half")
    assert files.clear_incoming(time.time() - 60) == 0
    assert files.clear_incoming(time.time() + 60) == 1
    assert not partial.exists()
