"""Whether the support check tells what a source says from what it does not, on claims with their sources."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag_core.ask.checking.cite import Aligned, align
from rag_core.ask.checking.doubt import Doubts, doubts_of, weighed
from rag_core.ask.evidence.gather import gather
from rag_core.errors import ModelUnavailable
from rag_core.evaluate.common import FormError, progress, read_rows, table, versions
from rag_core.evaluate.models import open_models
from rag_core.models.defaults import default_ids
from rag_core.models.resident import ResidentChat
from rag_core.settings import Settings, read_settings
from rag_core.types import Hit, Passage, Support

_NO_KIND = {True: "supported", False: "unsupported"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A row: a claim, the text it is said to rest on, and whether it does."""

    claim: str
    source: str
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with the check's word on it."""

    claim: Claim
    support: Support
    score: float

    @property
    def flagged(self) -> bool:
        return self.support != "supported"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE.jsonl", help="rows {claim, source, supported[, kind]}"
    )
    parser.add_argument(
        "--scorer",
        choices=("none", "chat", "reranker"),
        default="none",
        help="also ask this model about what the rules let pass: figures under `scored` (default none)",
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of each file, by the rules alone and, with a scorer, by both under `scored`; prints tables of kinds.
    Raises ModelUnavailable for a scorer that is not here or not fit to be one."""
    sets = [(path.stem, read_claims(path, arguments.limit)) for path in arguments.files]
    doubts = None if arguments.scorer == "none" else open_doubts(read_settings(), arguments.scorer)
    figures: dict[str, object] = {}
    for name, claims in sets:
        ruled, scored = judge_all(claims, doubts, progress(name, len(claims)))
        measured = measure(ruled)
        _print(name, measured)
        both = {}
        if doubts is not None:
            both = {"scored": measure(scored)}
            _print(f"{name}, scored", both["scored"])
        settings = {"limit": arguments.limit or 0, "scorer": doubts.scorer.id if doubts else ""}
        figures[name] = {**measured, **both, "settings": settings, "versions": versions()}
    return figures


def judge_all(
    claims: Sequence[Claim], doubts: Doubts | None, tell: Callable[[int], None]
) -> tuple[list[Judged], list[Judged]]:
    """The rules' word on each claim, and the word of rules and scorer (the rules' where there is no scorer)."""
    ruled: list[Judged] = []
    scored: list[Judged] = []
    for done, claim in enumerate(claims, 1):
        aligned = rest(claim)
        ruled.append(_judged(claim, aligned))
        scored.append(_judged(claim, weighed(claim.claim, aligned, doubts)))
        tell(done)
    return ruled, scored


def open_doubts(settings: Settings, scorer: str) -> Doubts:
    """The chat model ("chat") or the reranker ("reranker") as a scorer with its own thresholds. Raises ModelUnavailable where
    there is none, or its card has no thresholds."""
    chosen = default_ids(settings)
    if scorer == "chat":
        model_id = chosen.chat
        doubts = doubts_of(ResidentChat(settings, model_id), None) if model_id else None
    else:
        model_id = chosen.reranker
        doubts = doubts_of(None, open_models(settings).reranker) if model_id else None
    if doubts is None:
        raise ModelUnavailable("scorer_unfit", model_id or scorer)
    return doubts


def read_claims(path: Path, limit: int | None = None) -> list[Claim]:
    """The rows of a file. Raises FormError, also for a file without rows."""
    claims = [
        Claim(
            row.text("claim"),
            row.text("source"),
            row.flag("supported"),
            row.text("kind", _NO_KIND[row.flag("supported")]),
        )
        for row in read_rows(path)
    ]
    if not claims:
        raise FormError(path, 0, "holds no rows")
    return claims[:limit]


def rest(claim: Claim) -> Aligned:
    """What the product's own check lets the claim rest on, the source being all the evidence there is."""
    passage = Passage(1, 1, 1, "", 0, 0, len(claim.source), claim.source, "", 1, 1)
    hit = Hit(passage, 1.0, 1.0, 1.0, 1, 1)
    return align(claim.claim, gather("", [hit], lambda passage, before, after: ()))


def _judged(claim: Claim, aligned: Aligned) -> Judged:
    return Judged(claim, aligned.verdict.support, aligned.verdict.score)


def measure(judged: Sequence[Judged]) -> dict[str, object]:
    """Precision and recall of "supported" (what is only partly supported counts as flagged), the area under the curve
    of the score, the share of false claims that is flagged and of true ones (false alarms), and both by kind."""
    true = [one for one in judged if one.claim.supported]
    false = [one for one in judged if not one.claim.supported]
    passed = [one for one in judged if not one.flagged]
    right = sum(one.claim.supported for one in passed)
    precision, recall = right / max(len(passed), 1), right / max(len(true), 1)
    kinds: defaultdict[tuple[bool, str], list[bool]] = defaultdict(list)
    for one in judged:
        kinds[not one.claim.supported, one.claim.kind].append(one.flagged)
    return {
        "claims": len(judged),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if right else 0.0,
        "auc": area([one.score for one in true], [one.score for one in false]),
        "flagged": _share([one.flagged for one in false]),
        "false_alarms": _share([one.flagged for one in true]),
        "kinds": {
            kind: {"claims": len(flags), "supported": not false_claims, "flagged": _share(flags)}
            for (false_claims, kind), flags in sorted(kinds.items())
        },
    }


def area(true: Sequence[float], false: Sequence[float]) -> float:
    """The chance that a true claim scores above a false one; 0.5 where one of them is missing."""
    if not true or not false:
        return 0.5
    ordered = np.sort(np.array(false))
    below = np.searchsorted(ordered, np.array(true), "left") + np.searchsorted(
        ordered, np.array(true), "right"
    )
    return float(below.mean() / 2 / len(false))


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _print(name: str, measured: dict[str, object]) -> None:
    shown = ("claims", "precision", "recall", "f1", "auc", "flagged", "false_alarms")
    print(table(["set", *shown], [[name, *(_cell(measured[field]) for field in shown)]]))
    kinds = measured["kinds"]
    assert isinstance(kinds, dict)  # noqa: S101  (for the type checker)
    rows = [
        [kind, "yes" if one["supported"] else "no", one["claims"], one["flagged"]]
        for kind, one in kinds.items()
    ]
    print(table(["kind", "supported", "claims", "flagged"], rows), end="\n\n")


def _cell(value: object) -> str | float:
    return value if isinstance(value, float) else str(value)
