"""What was found of refusal in one library: the chance from which on it answers, and how often that errs.

It is kept beside the library's indexes, as something that is made anew from the library's text.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag_core.ask.refusal.refuse import ANSWER_FROM

FILE = "refusal.json"
# 95 %, two-sided.
_Z = 1.96
EVEN_STRICTNESS, STRICTEST = 50, 100
# From even to strictest, the odds that an answer takes grow so many times (as a logarithm).
_STRICTNESS_ODDS = 3.0


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the questions asked went wrong."""

    wrong: int
    asked: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was asked."""
        return self.wrong / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval, 0 to 1; all of it where nothing was asked."""
        if not self.asked:
            return 0.0, 1.0
        n, p = self.asked, self.share
        middle = p + _Z**2 / (2 * n)
        reach = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        whole = 1 + _Z**2 / n
        return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`answer_from` is the chance (see refuse.answerable) from which on the library's questions are answered.
    `false_answers`: of questions that its text does not answer, how many would be answered; `false_refusals`: of
    those that it answers, how many would be refused; both on questions that had no part in the choice.
    `chunks` is how many the library had, `made_at` in epoch seconds."""

    library_id: int
    embedder_id: str
    chunks: int
    answer_from: float
    false_answers: Rate
    false_refusals: Rate
    made_at: float


def save_calibration(indexes: Path, calibration: Calibration) -> None:
    """Keeps it in place of the one before."""
    folder = indexes / str(calibration.library_id)
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.{os.getpid()}.new"
    new.write_text(json.dumps(asdict(calibration)), encoding="utf-8")
    new.replace(folder / FILE)


def load_calibration(indexes: Path, library_id: int) -> Calibration | None:
    """The library's calibration; None where there is none that can be read."""
    try:
        kept = json.loads((indexes / str(library_id) / FILE).read_text(encoding="utf-8"))
        return Calibration(
            library_id=int(kept["library_id"]),
            embedder_id=str(kept["embedder_id"]),
            chunks=int(kept["chunks"]),
            answer_from=float(kept["answer_from"]),
            false_answers=_rate(kept["false_answers"]),
            false_refusals=_rate(kept["false_refusals"]),
            made_at=float(kept["made_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def answer_from(indexes: Path, library_ids: Sequence[int], strictness: int = EVEN_STRICTNESS) -> float:
    """The chance (0 to 1) from which on questions to these libraries are answered: as their calibrations have
    it, else the usual one. `strictness` is 0 to 100: less than 50 answers more, more than 50 refuses more."""
    kept = [load_calibration(indexes, library_id) for library_id in library_ids]
    odds = [log_odds(one.answer_from if one else ANSWER_FROM) for one in kept] or [log_odds(ANSWER_FROM)]
    turned = (min(strictness, STRICTEST) - EVEN_STRICTNESS) / EVEN_STRICTNESS
    return chance_of(sum(odds) / len(odds) + _STRICTNESS_ODDS * turned)


def log_odds(chance: float) -> float:
    """The logarithm of the odds of a chance, which is neither 0 nor 1."""
    return math.log(chance / (1 - chance))


def chance_of(odds: float) -> float:
    """The chance with these odds (as a logarithm)."""
    return 1 / (1 + math.exp(-odds))


def _rate(kept: dict[str, int]) -> Rate:
    return Rate(int(kept["wrong"]), int(kept["asked"]))
