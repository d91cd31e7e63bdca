"""The jobs, read from top to bottom. A step that returned is never done again after a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ingest_jobs.calibrating import Calibrating
from ingest_jobs.measuring import Measuring
from ingest_jobs.rebuild import Rebuild
from ingest_jobs.steps import Attempt
from rag_core.index.kind import KIND_NAMES

T = TypeVar("T")


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
    """Embeds what the embedder has not embedded yet, then drafts the library's index, checks and publishes it."""
    if not _embed(job, step):
        return
    generation_id = step("build", job.build)
    if not generation_id or not step("check", lambda: job.check(generation_id)):
        return
    while (published := step("publish", lambda: job.publish(generation_id))) is False:
        if not _embed(job, step):
            return
    if published:
        step("tidy", job.tidy)


def measure(job: Measuring, step: Step) -> None:
    """Tries each kind of index on the library's vectors; a kind is a step."""
    if not step("begin", job.begin):
        return
    for name in KIND_NAMES:
        if step(f"measure {name}", lambda name=name: job.measure(name)) is None:  # type: ignore[misc]
            return


def calibrate(job: Calibrating, step: Step) -> None:
    """Measures how often the library's questions are wrongly answered and wrongly refused."""
    step("calibrate", job.measure)


def _embed(job: Rebuild, step: Step) -> bool:
    """False when the job is over."""
    while embedded := step("embed", job.embed):
        continue
    return embedded is not None


def _read(attempt: Attempt, step: Step) -> bool:
    """Reads the pages that nobody has read yet, those with a text layer first; False when the job is over."""
    return (
        _all(step, "look", attempt.look)
        and step("reuse", attempt.reuse) is not None
        and _all(step, "text", attempt.read_text)
        and _all(step, "scan", attempt.read_scans)
    )


def _all(step: Step, name: str, work: Callable[[], int]) -> bool:
    """Does the work, which returns how much is left, until nothing is; a step is some pages, several at a
    time. False when the job is over."""
    while left := step(name, work):
        continue
    return left is not None
