"""Whether a claim lets one person say what its source lets another say."""

from __future__ import annotations

import re

from rag_core.ask.language.tiles import plain
from rag_core.text import CJK

_SAYS = r"(?:said|says|added|adds|stated|states|wrote|writes|argued|argues|claimed|claims|explained|noted|notes|warned|replied|announced|predicted|called|told)"
_NAME = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,4}"
_ENGLISH = (
    re.compile(rf"\b{_SAYS}\s+(?:the [a-z ]{{3,30}},?\s+)?(?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME})(?:,[^,.]{{2,40}})?,?\s+(?:has |have |also )?(?:{_SAYS}|expects?|believes?|thinks?|hopes?)\b"),
    re.compile(rf"\b[Aa]ccording to\s+(?P<name>{_NAME})"),
)  # fmt: skip
_HAN = re.compile(
    rf"(?P<name>[{CJK}]{{2,10}}?)(?:曾|也|还|则|随后|同时)?(?:表示|指出|认为|强调|回应|称(?![为之作号谓])|说(?![明法服])|主张|辩称|坦言)"
)
_NO_NAMES = frozenset(
    [
        "The",
        "A",
        "An",
        "It",
        "He",
        "She",
        "They",
        "We",
        "This",
        "That",
        "These",
        "Those",
        "I",
        "But",
        "And",
        "In",
    ]
)
_NOBODY = re.compile(r"^(?:他|她|其|该|它|有人|据|上述|对此|并|但|而|可以|是)|[他她们]$")
# Of a Chinese name so many characters stand at its end, behind what somebody is.
_GIVEN = 2


def other_speaker(claim: str, source: str) -> str:
    """Whom the claim lets say something, where its source names only others as saying anything; "" where either names
    nobody, and where one of them may be the other."""
    said, there = _speakers(claim), _speakers(source)
    if not said or not there:
        return ""
    strange = [name for name in said if not any(_may_be(name, other) for other in there)]
    return strange[0] if len(strange) == len(said) else ""


def _speakers(text: str) -> list[str]:
    readable = plain(text)
    found = [match["name"] for pattern in _ENGLISH for match in pattern.finditer(readable)]
    names = [" ".join(word for word in name.split() if word not in _NO_NAMES) for name in found]
    han = [match["name"] for match in _HAN.finditer(readable) if not _NOBODY.search(match["name"])]
    return [name for name in (*names, *han) if name]


def _may_be(name: str, other: str) -> bool:
    if name[0].isascii() or other[0].isascii():
        return bool(set(name.split()) & set(other.split()))
    return name[-_GIVEN:] in other or other[-_GIVEN:] in name
