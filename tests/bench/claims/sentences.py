"""Sentences of a corpus for making claims of, cut here in a way of its own, so that a checker is measured by other cuts."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE_CHARACTERS = 700
_WIDE = re.compile(r"[㐀-鿿]")
_END_ZH = re.compile(r"(?<=[。！？])(?![”’」』）])|\n+")
_END_EN = re.compile(r"(?<=[a-z0-9%)\"][.!?])\s+(?=[A-Z\"])|\n+")
_BRACKETS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"), ("「", "」"), ('"', '"'))
_UNCLEAR = re.compile(r"[?？=<>|{}\\\[\]]|https?:")


@dataclass(frozen=True, slots=True)
class Text:
    """A document of the corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence, the one after it ("" for none), and the stretch of its document around it, title first."""

    document: Text
    sentence: str
    after: str
    source: str

    @property
    def chinese(self) -> bool:
        return is_chinese(self.sentence)


def is_chinese(text: str) -> bool:
    return 2 * len(_WIDE.findall(text)) > len(re.findall(r"\w", text))


def texts(folder: Path) -> list[Text]:
    """The documents of a retrieval or question folder: corpus.jsonl, contexts of items, texts of snippets."""
    found: dict[str, Text] = {}
    for path in sorted(folder.glob("*.jsonl")):
        if path.name in ("queries.jsonl", "answers.jsonl"):
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            held = row.get("text") or row.get("context")
            for text in [held] if isinstance(held, str) else _strings(row.get("positive")):
                found.setdefault(text, Text(str(row["id"]), str(row.get("title", "")), text))
        if path.name == "corpus.jsonl":
            break
    return list(found.values())


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def places(documents: list[Text], count: int, chance: random.Random) -> list[Place]:
    """At most `count` sentences that say something by themselves, each from a document of its own where there are
    as many."""
    order = documents[:]
    chance.shuffle(order)
    found: list[Place] = []
    for _ in range(5):
        for document in order:
            place = _place(document, chance)
            if place is not None and all(place.sentence != other.sentence for other in found):
                found.append(place)
            if len(found) == count:
                return found
    return found


def _place(document: Text, chance: random.Random) -> Place | None:
    chinese = is_chinese(document.text[:2000])
    cut = [piece.strip() for piece in (_END_ZH if chinese else _END_EN).split(document.text)]
    fit = [i for i, piece in enumerate(cut) if _says_something(piece, chinese)]
    if not fit:
        return None
    at = chance.choice(fit)
    low, high = at, at + 1
    limit = SOURCE_CHARACTERS * (1 if chinese else 2)
    while (low or high < len(cut)) and sum(map(len, cut[low:high])) < limit:
        low, high = max(low - 1, 0), min(high + 1, len(cut))
    after = cut[at + 1] if at + 1 < len(cut) and _says_something(cut[at + 1], chinese) else ""
    around = ("" if chinese else " ").join(cut[low:high])
    return Place(
        document, cut[at], after, f"{document.title}\n\n{around}" if _is_name(document.title) else around
    )


def _is_name(title: str) -> bool:
    return 0 < len(title) <= 60


def _says_something(piece: str, chinese: bool) -> bool:
    size = len(piece) if chinese else len(piece.split())
    low, high = (14, 110) if chinese else (8, 45)
    whole = piece.endswith(("。", "！") if chinese else (".", "!"))
    closed = all(piece.count(one) == piece.count(other) for one, other in _BRACKETS)
    return low <= size <= high and whole and closed and not _UNCLEAR.search(piece)
