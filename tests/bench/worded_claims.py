"""How the check of claims bears other words: python -m tests.bench.worded_claims [--misses]

`worded/` holds documents made for this (contract, lease, report, minutes, manual, leaflet, news, judgment …) and, in
claims.LANGUAGE.txt, questions to them with sentences that answer: true ones (+) in other words than the document's, and
false ones (-) that stay near its words and turn what matters (a bound, by for to, per what, all for most, a plan for a
fact, the party, the order, the speaker …). Each is laid on the evidence of its question by the rules alone. Prints for
each kind how many are borne out, in part or not; with --misses the sentences that the rules tell wrong.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.checking.cite import Aligned, align
from tests.core.asking import World, passages

FOLDER = Path(__file__).parent / "worded"
LANGUAGES = ("en", "zh")
_CLAIM = re.compile(r"([+-]) \[(\w+)\] (.+)")


@dataclass(frozen=True, slots=True)
class Made:
    """A claim made for a question to a document, whether it is true, and of which kind it is."""

    document: str
    question: str
    true: bool
    kind: str
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--misses", action="store_true", help="print the sentences that are told wrong")
    given = parser.parse_args()
    for language in LANGUAGES:
        worlds = {path.stem: _world(path) for path in sorted((FOLDER / language).iterdir())}
        counts: defaultdict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
        for made in claims(language):
            found = align(made.text, worlds[made.document].gathered(made.question))
            counts[made.true, made.kind][found.verdict.support] += 1
            if given.misses and made.true != (found.verdict.support == "supported"):
                print(_miss(made, found))
        for true in (True, False):
            _print(language, true, {kind: count for (of, kind), count in counts.items() if of == true})


def claims(language: str) -> Iterator[Made]:
    """The claims of that language in order."""
    document = question = ""
    for line in (FOLDER / f"claims.{language}.txt").read_text("utf-8").splitlines():
        match = _CLAIM.fullmatch(line.strip())
        if match:
            yield Made(document, question, match[1] == "+", match[2], match[3])
        elif line.strip():
            document, question = line.split("|", 1)


def _world(path: Path) -> World:
    texts = [text.lstrip("# ").strip() for text in path.read_text("utf-8").split("\n\n")]
    return World(*passages(*filter(None, texts), filename=path.name))


def _miss(made: Made, found: Aligned) -> str:
    quotes = " / ".join(span.quote for span in found.spans)
    return f"{'+' if made.true else '-'} [{made.kind}] {made.text} | {found.verdict.support} | {found.verdict.why} | {quotes}"


def _print(language: str, true: bool, counts: dict[str, Counter[str]]) -> None:
    print(f"{language}, {'true' if true else 'false'}: kind, claims, borne out, in part, not")
    counts["all"] = sum(counts.values(), Counter())
    for kind, count in sorted(counts.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        figures = (count.total(), *(count[support] for support in ("supported", "partly", "unsupported")))
        print(f"{kind:10}", *(f"{figure:5}" for figure in figures))


if __name__ == "__main__":
    main()
