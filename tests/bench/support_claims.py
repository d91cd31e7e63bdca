"""Claims with their sources, true and false ones, made of the texts of a set.

python -m tests.bench.support_claims FOLDER… --out FILE.jsonl [--sentences N] [--seed N]

A FOLDER is one that `evaluate retrieval` or `evaluate answers` reads. Of each sentence drawn, the file gets what
says the same in slightly other words (a clause dropped, clauses in another order, two sentences merged, synonyms of
particles, full and half width, a pronoun resolved; supported) and what says something else (a number, unit, date or
name changed, a negation put in or taken out, a comparison turned, names swapped, a sentence of another document; not
supported). Rows: {claim, source, supported, kind, language}, as `evaluate support` reads them. The makers share
nothing with the checker, so that its blind spots show.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from tests.bench.claims.corrupt import Elsewhere, corruptions, names_in
from tests.bench.claims.reword import rewordings
from tests.bench.claims.sentences import Place, places, texts

SENTENCES = 300


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="drawn from each folder")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    for folder in given.folders:
        rows += claims(folder, given.sentences, random.Random(given.seed))
    given.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(f"{len(rows)} claims, {sum(bool(row['supported']) for row in rows)} of them supported")


def claims(folder: Path, count: int, chance: random.Random) -> list[dict[str, object]]:
    """The rows made of `count` sentences of the folder."""
    drawn = places(texts(folder), count, chance)
    names = {
        chinese: [name for one in drawn if one.chinese == chinese for name in names_in(one.source, chinese)]
        for chinese in (True, False)
    }
    rows: list[dict[str, object]] = []
    for place in drawn:
        elsewhere = Elsewhere(names[place.chinese], [one for one in drawn if one.chinese == place.chinese])
        made = [(kind, claim, True) for kind, claim in rewordings(place, chance).items()]
        made += [(kind, claim, False) for kind, claim in corruptions(place, elsewhere, chance).items()]
        rows += [_row(place, *one) for one in made]
    return rows


def _row(place: Place, kind: str, claim: str, supported: bool) -> dict[str, object]:
    language = "zh" if place.chinese else "en"
    return {
        "claim": claim,
        "source": place.source,
        "supported": supported,
        "kind": kind,
        "language": language,
    }


if __name__ == "__main__":
    main()
