"""Models from the Hugging Face hub, or from the mirror that HF_ENDPOINT names."""

from __future__ import annotations

import os
import threading
from functools import cache
from pathlib import Path

from rag_core.models.cards import Hub, Repository
from rag_core.models.folders import hash_file
from rag_core.models.progress import Progress, SourceFailed, watched

PROBE_SECONDS = 5.0


@cache
def answers(address: str) -> bool:
    """Whether the server answers within PROBE_SECONDS, name resolution included; asked once a process."""
    import httpx2

    found = threading.Event()

    def probe() -> None:
        try:
            httpx2.head(address, timeout=PROBE_SECONDS, follow_redirects=True)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            return
        found.set()

    # A thread, since a name server that does not answer can't be timed out otherwise.
    thread = threading.Thread(target=probe, name="hub-probe", daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return found.is_set()


def hub_answers() -> bool:
    """Whether the hub can be reached; HF_HUB_OFFLINE=1 says no."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        return False
    return answers(os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co")


def fetch_hub(source: Hub, work: Path, size_mb: int, progress: Progress) -> None:
    """Fill the folder `work`; what lies there already is not fetched again. Raises SourceFailed."""
    if not hub_answers():
        raise SourceFailed("the model hub does not answer")
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    try:
        for repository in source.repositories:
            folder = work / repository.folder
            listed = HfApi().model_info(repository.name, revision=repository.revision, files_metadata=True)
            with watched(work, size_mb * 2**20, repository.name, progress):
                snapshot_download(
                    repository.name,
                    revision=listed.sha or repository.revision,
                    allow_patterns=list(repository.files),
                    local_dir=folder,
                )
            hashes = {file.rfilename: file.lfs.sha256 for file in listed.siblings or [] if file.lfs}
            _check(folder, hashes, repository)
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx2.HTTPError, ConnectionError, ValueError) as error:
        raise SourceFailed(f"model hub: {type(error).__name__}") from error


def _check(folder: Path, hashes: dict[str, str], repository: Repository) -> None:
    """Compare large files with the hub's own hashes; a wrong one is removed, to be fetched afresh."""
    for name, sha256 in hashes.items():
        file = folder / name
        if file.is_file() and hash_file(file) != sha256:
            file.unlink()
            raise SourceFailed(f"{repository.name}: {name} arrived damaged")
