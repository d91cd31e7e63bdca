"""From which chances on a chat model's doubt of a claim counts: the thresholds of its card.

python -m tests.bench.fit_doubts FILE.jsonl… --cache FILE.jsonl [--model ID] [--claims N] [--seed N]

A FILE is one that tests.bench.support_claims makes. The model is asked about the claims that the rules let pass and no source
holds word for word, as the product does, about at most N of each kind and language; what it says is kept in the cache. For each
language the threshold is the largest at which no more than ALARMS of the supported ones among every other claim are
doubted; what it does to the rest of the claims is printed beside it, by kind.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.checking.doubt import ChatScorer, Doubts, weighed
from rag_core.evaluate.common import table
from rag_core.evaluate.support import Claim, area, read_claims, rest
from rag_core.models.cards import ScorerFacts
from rag_core.models.resident import ResidentChat
from rag_core.protocols import Scorer
from rag_core.settings import read_settings
from rag_core.text import is_cjk

ALARMS = 0.03
CLAIMS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that the rules let pass, and the chance that the model gives it."""

    claim: Claim
    chance: float

    @property
    def language(self) -> str:
        return "zh" if is_cjk(self.claim.claim) else "en"


class Kept:
    """A scorer that remembers what it has been asked, in a file; the last chance it gave stands in `last`."""

    def __init__(self, scorer: Scorer, path: Path) -> None:
        self._scorer, self._path = scorer, path
        self.id = scorer.id
        self.last: float | None = None
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
        self._known = {(row["model"], row["claim"], row["source"]): row["chance"] for row in rows}

    def score(self, claim: str, source: str, cancelled: object) -> float | None:
        key = self.id, claim, source
        if key not in self._known:
            chance = self._scorer.score(claim, source, lambda: False)
            self._known[key] = chance
            row = {"model": self.id, "claim": claim, "source": source, "chance": chance}
            with self._path.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.last = self._known[key]
        return self.last


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--cache", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--model", default="Qwen2.5-Coder-1.5B-Instruct")
    parser.add_argument("--claims", type=int, default=CLAIMS, help="of each kind and language")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    scorer = Kept(ChatScorer(ResidentChat(read_settings(), given.model)), given.cache)
    claims = [claim for path in given.files for claim in read_claims(path)]
    random.Random(given.seed).shuffle(claims)
    asked = ask(claims, scorer, given.claims)
    for language in ("zh", "en"):
        own = [one for one in asked if one.language == language]
        if own:
            report(language, own)


def ask(claims: Sequence[Claim], scorer: Kept, most: int) -> list[Asked]:
    """What the scorer says of the claims that come to it, at most so many of a kind and language."""
    doubts = Doubts(scorer, ScorerFacts(0.0, 0.0))
    asked: list[Asked] = []
    counts: defaultdict[tuple[str, bool, bool], int] = defaultdict(int)
    for claim in claims:
        kind = claim.kind, claim.supported, is_cjk(claim.claim)
        if counts[kind] >= most:
            continue
        scorer.last = None
        weighed(claim.claim, rest(claim), doubts)
        if scorer.last is not None:
            counts[kind] += 1
            asked.append(Asked(claim, scorer.last))
            print(f"\r{len(asked)} asked", end="", flush=True)
    print()
    return asked


def fitted(asked: Sequence[Asked]) -> float:
    """The largest threshold at which no more than ALARMS of the supported claims are doubted."""
    chances = sorted(one.chance for one in asked if one.claim.supported)
    return chances[int(ALARMS * len(chances))] if chances else 0.0


def report(language: str, asked: Sequence[Asked]) -> None:
    """Fit on every other claim, and print what that does to the others."""
    own, others = asked[::2], asked[1::2]
    below = fitted(own)
    true, false = (
        [one.chance for one in others if one.claim.supported == supported] for supported in (True, False)
    )
    print(f"{language}: threshold {below:.3f}, area under the curve {area(true, false):.3f}")
    kinds: defaultdict[tuple[bool, str], list[bool]] = defaultdict(list)
    for one in others:
        kinds[one.claim.supported, one.claim.kind].append(one.chance < below)
        kinds[one.claim.supported, "all"].append(one.chance < below)
    rows = [
        ["yes" if supported else "no", kind, str(len(doubted)), f"{sum(doubted) / len(doubted):.3f}"]
        for (supported, kind), doubted in sorted(kinds.items())
    ]
    print(table(["supported", "kind", "claims", "doubted"], rows))


if __name__ == "__main__":
    main()
