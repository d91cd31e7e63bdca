"""Uploaded bytes, stored under their SHA-256: the same file is kept once, whatever it is called."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag_core.errors import InputError, UserError

_PIECE = 2**20
_INCOMING = "incoming"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safely on disk."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files named by their content. Made on first use."""

    root: Path

    def put(self, stream: BinaryIO, limit_bytes: int) -> Stored:
        """Stores what is left of the stream; when it returns, the bytes survive a power cut.

        Raises InputError file_too_large or file_empty, UserError disk_full or data_read_only.
        """
        with _translated():
            partial = self.incoming()
            try:
                stored = _copy(stream, partial, limit_bytes)
                self._keep(partial, stored.sha256)
            finally:
                partial.unlink(missing_ok=True)
        return stored

    def put_file(self, path: Path) -> Stored:
        """Stores a copy of a file of our own making, such as a decrypted copy. Errors as put."""
        with path.open("rb") as stream:
            return self.put(stream, path.stat().st_size)

    def incoming(self) -> Path:
        """A fresh path in the store for a file that is still being written."""
        folder = self.root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / uuid.uuid4().hex

    def path(self, sha256: str) -> Path:
        """Where the bytes are, or would be."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.root / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Removes the bytes; already gone is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def untouched_since(self, before: float) -> Iterator[str]:
        """The SHA-256 of every file that was last put before that time (epoch seconds)."""
        for path in self.root.glob("??/*"):
            if _SHA256.fullmatch(path.name) and _modified(path) < before:
                yield path.name

    def clear_incoming(self, before: float) -> int:
        """Removes unfinished uploads last written before that time; returns how many."""
        stale = [path for path in (self.root / _INCOMING).glob("*") if _modified(path) < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _keep(self, partial: Path, sha256: str) -> None:
        target = self.path(sha256)
        if target.is_file():
            # A fresh time keeps the file from being cleared before its new document is in the database.
            now = time.time()
            os.utime(target, (now, now))
            if target.is_file():
                return
        target.parent.mkdir(exist_ok=True)
        partial.replace(target)
        _sync_folder(target.parent)


def _copy(stream: BinaryIO, target: Path, limit_bytes: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > limit_bytes:
                raise InputError("file_too_large", str(limit_bytes // 2**20))
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise InputError("file_empty")
    return Stored(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError("disk_full") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise UserError("data_read_only") from error
        raise
