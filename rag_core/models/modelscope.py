"""Models from ModelScope, over its plain HTTPS interface (modelscope.cn/docs: model files)."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from rag_core.models.cards import ModelScope, Repository
from rag_core.models.folders import hash_file
from rag_core.models.hub import answers
from rag_core.models.progress import Progress, SourceFailed, watched

TIMEOUT_SECONDS = 30.0
BLOCK_BYTES = 2**20
PARTIAL_CONTENT = 206


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    bytes: int
    sha256: str


def endpoint() -> str:
    """The server's address."""
    return os.environ.get("MODELSCOPE_ENDPOINT", "").rstrip("/") or "https://modelscope.cn"


def fetch_modelscope(source: ModelScope, work: Path, size_mb: int, progress: Progress) -> None:
    """Fill the folder `work`; complete files there are kept, half ones continued. Raises SourceFailed."""
    import httpx2

    if not answers(endpoint()):
        raise SourceFailed("ModelScope does not answer")
    try:
        for repository in source.repositories:
            for file in _list(repository):
                with watched(work, size_mb * 2**20, f"{repository.name}: {file.name}", progress):
                    _fetch(repository, file, work / repository.folder / file.name)
    except (httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
        raise SourceFailed(f"ModelScope: {type(error).__name__}") from error


def _list(repository: Repository) -> tuple[_Listed, ...]:
    import httpx2

    address = f"{endpoint()}/api/v1/models/{repository.name}/repo/files"
    asked = {"Revision": repository.revision, "Recursive": "true"}
    reply = httpx2.get(address, params=asked, timeout=TIMEOUT_SECONDS, follow_redirects=True)
    reply.raise_for_status()
    rows = [row for row in reply.json()["Data"]["Files"] if row["Type"] == "blob"]
    files = tuple(_Listed(str(row["Path"]), int(row["Size"]), str(row.get("Sha256") or "")) for row in rows)
    wanted = tuple(
        file for file in files if any(fnmatch.fnmatch(file.name, pattern) for pattern in repository.files)
    )
    for file in wanted:
        path = PurePosixPath(file.name)
        if path.is_absolute() or ".." in path.parts:
            raise SourceFailed(f"ModelScope lists a file outside the model: {file.name}")
    return wanted


def _fetch(repository: Repository, file: _Listed, target: Path) -> None:
    if target.is_file() and target.stat().st_size == file.bytes:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".new")
    _download(repository, file, unfinished)
    if unfinished.stat().st_size != file.bytes or (file.sha256 and hash_file(unfinished) != file.sha256):
        unfinished.unlink()
        raise SourceFailed(f"{repository.name}: {file.name} arrived damaged")
    unfinished.rename(target)


def _download(repository: Repository, file: _Listed, unfinished: Path) -> None:
    import httpx2

    address = f"{endpoint()}/models/{repository.name}/resolve/{quote(repository.revision)}/{quote(file.name)}"
    here = unfinished.stat().st_size if unfinished.is_file() else 0
    headers = {"Range": f"bytes={here}-"} if 0 < here < file.bytes else {}
    with httpx2.stream(
        "GET", address, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=True
    ) as reply:
        reply.raise_for_status()
        # A server that ignores the range sends everything again.
        with unfinished.open("ab" if reply.status_code == PARTIAL_CONTENT else "wb") as sink:
            for block in reply.iter_bytes(BLOCK_BYTES):
                if sink.tell() + len(block) > file.bytes:
                    raise SourceFailed(f"{repository.name}: {file.name} is longer than listed")
                sink.write(block)
