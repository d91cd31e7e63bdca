"""The two jobs, read from top to bottom. A step that returned is never done again after a restart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from ingest_jobs.rebuild import Rebuild
from ingest_jobs.steps import Attempt

T = TypeVar("T")
TEXT_PAGES_A_STEP = 16


class Step(Protocol):
    """Does the work and records what it returned; gives that back, without working, when the job is
    resumed. None: the job is over, because it is no longer wanted or because the work failed for good."""

    def __call__(self, name: str, work: Callable[[], T]) -> T | None: ...


def ingest(attempt: Attempt, step: Step) -> None:
    """Reads, cuts, embeds and publishes one document."""
    if not step("open", attempt.open):
        return
    if not _read(attempt, step):
        return
    if not step("cut", attempt.cut):
        return
    while embedded := step("embed", attempt.embed):
        continue
    if embedded is not None:
        step("publish", attempt.publish)


def rebuild(job: Rebuild, step: Step) -> None:
    """Embeds what the library's embedder has not embedded yet, then builds and publishes its index."""
    while embedded := step("embed", job.embed):
        continue
    if embedded is not None:
        step("build", job.build)


def _read(attempt: Attempt, step: Step) -> bool:
    """Reads all pages, digital ones in runs, scans one by one; False when the job is over."""
    unread = step("unread", attempt.unread)
    if unread is None:
        return False
    for start in range(0, len(unread), TEXT_PAGES_A_STEP):
        if not step("text", partial(attempt.read_text, unread[start : start + TEXT_PAGES_A_STEP])):
            return False
    scans = step("scans", attempt.scans)
    if scans is None:
        return False
    return all(step("scan", partial(attempt.read_scan, number)) for number in scans)
