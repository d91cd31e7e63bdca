"""Whether a claim lays on one party what its source lays on the other, or changes the two sides of a relation round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.language.sides import PARTIES, SIDES
from rag_core.ask.language.tiles import plain
from rag_core.ask.language.words import words

_NAME = re.compile(
    "|".join(rf"\b{one}s?\b" if one.isascii() else one for one in sorted(PARTIES, key=len, reverse=True))
)
# Of whose something is, to or of whom, or who is asked to: not who acts.
_NO_ACTOR_BEFORE = re.compile(
    r"(?:[到向给对与和为按经在使令]|要求|请求|通知|允许|协助|\b(?:to|of|for|from|with|against|requires?|asks?|asked) (?:the |an? )?)$"
)
_NO_ACTOR_BEHIND = re.compile(r"^(?:['’]s?\b|['’]|的|(?:厂区|现场|账户|所在地|指定))")
_OTHER = frozenset((one, other) for pair in SIDES for one, other in (pair, pair[::-1]))
_CLAUSE = re.compile(r"[;；。！？!?\n，,]|\.\s")
# Where the one who acts need not stand first, or only is said to say something.
_TURNED = re.compile(
    r"\bby\b|由|被(?!告|上诉|申请)|\b(?:said|says|argued?s?|claims?|claimed|denie[sd])\b|辩称|诉称|主张|认为|[^名自]称"
)
_RELATION = re.compile(
    r"\b(?:before|because|than|overtook|overtakes|succeeded|succeeds|replaced|replaces|caused|causes|led to|leads to)\b|导致|造成|接替|取代|师从|高于|低于|优于|超过|因为|引起"
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being)\s\w*\s?(?:succeeded|replaced|caused|overtaken)\b|被|由"
)
_SENTENCE = re.compile(r"[。；;！？!?\n]|\.\s")
_SHARED_LEAST = 2


def other_party(claim: str, source: str) -> str:
    """The party of the claim that does what the source has the other of the two do, or the word between two sides that
    have changed places; "" for neither."""
    said, held = plain(claim).lower(), plain(source).lower()
    return _acting(said, held) or _turned_round(said, held)


def _acting(said: str, held: str) -> str:
    there = list(_clauses(held))
    for one in _clauses(said):
        most = max((len(one.rest & other.rest) for other in there), default=0)
        best = [other for other in there if len(one.rest & other.rest) == most]
        if most < _SHARED_LEAST or any(_TURNED.search(clause.text) for clause in (one, *best)):
            continue
        # Two parties named: other verbs may turn them round (to buy of, to sell to).
        if len(one.named) > 1 and any(one.rest - other.rest for other in best):
            continue
        party = one.acting[0]
        if all(
            party not in other.acting and any((party, name) in _OTHER for name in other.acting)
            for other in best
        ):
            return party
    return ""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause in which parties act: those that do, in order, all that it names, and what else it says."""

    text: str
    acting: tuple[str, ...]
    named: frozenset[str]
    rest: frozenset[str]


def _clauses(text: str) -> Iterator[_Clause]:
    for clause in _CLAUSE.split(text):
        found = [(match, match.group().removesuffix("s")) for match in _NAME.finditer(clause)]
        acting = tuple(name for match, name in found if _acts(clause, match))
        if acting:
            rest = _weighing(_NAME.sub(" ", clause))
            yield _Clause(clause, acting, frozenset(name for _, name in found), rest)


def _acts(clause: str, match: re.Match[str]) -> bool:
    before, behind = clause[: match.start()], clause[match.end() :]
    return not (_NO_ACTOR_BEFORE.search(before) or _NO_ACTOR_BEHIND.search(behind))


def _turned_round(said: str, held: str) -> str:
    match = _RELATION.search(said)
    if match is None or _PASSIVE.search(said):
        return ""
    own = _sides(said, match)
    for sentence in _SENTENCE.split(held):
        other = next((one for one in _RELATION.finditer(sentence) if one.group() == match.group()), None)
        if other is None or _PASSIVE.search(sentence):
            continue
        left, right = _sides(sentence, other)
        across, along = (len(own[0] & right), len(own[1] & left)), len(own[0] & left) + len(own[1] & right)
        if min(across) and sum(across) > 2 * along:
            return match.group()
    return ""


def _sides(text: str, match: re.Match[str]) -> Sequence[frozenset[str]]:
    """What is said on each side of the match and not on the other."""
    left, right = _weighing(text[: match.start()]), _weighing(text[match.end() :])
    return left - right, right - left


def _weighing(text: str) -> frozenset[str]:
    return frozenset(word.key for word in words(text) if word.weight > 0.5)
