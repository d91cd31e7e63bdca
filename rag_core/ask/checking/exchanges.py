"""Whether words of a claim have changed places with others of its source, or one of a kind stands for another of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag_core.ask.checking.roles import is_figure_run, listed_otherwise, other_voice, says, words_beside
from rag_core.ask.language.tiles import Laid, Tile, Token, lay

_KINDS = {
    character: kind
    for kind, characters in enumerate(
        (
            "甲乙丙丁",
            "原被",
            "买卖",
            "前后",
            "父母",
            "多少",
            "日周月季年",
            "上下",
            "左右",
            "东南西北",
            "增减",
            "升降涨跌",
            "高低",
            "供需",
            "男女",
            "内外",
            "早晚",
            "长短",
            "新旧",
            "收支",
        )
    )
    for character in characters
}
# So many of the source's own characters at least stand beside one that is exchanged; fewer at a clause's edge.
SAME_BESIDE = 4
EXCHANGED_TOKENS = 6
_CLAUSE_END = re.compile(r"[，,；;。！？!?\n]")
# Clauses that share this much are told of the same.
_ALIKE = 0.7


def exchanged(laid: Laid) -> str:
    """Words of the claim that have changed places with others of its source, whether names or not: each stands where the
    source has the other; "" for none."""
    if other_voice(laid):
        return ""
    short = [
        tile for tile in laid.tiles if tile.length <= EXCHANGED_TOKENS and says(_run(laid, tile), moved=True)
    ]
    slots = {tile: laid.slot(tile.at, tile.at + tile.length) for tile in short}
    for one in short:
        for other in short:
            same_clause = laid.claim[one.at].clause == laid.claim[other.at].clause
            if one.at < other.at and same_clause and _holds(slots[one], other) and _holds(slots[other], one):
                figures = is_figure_run(_run(laid, one)) or is_figure_run(_run(laid, other))
                if not figures and not listed_otherwise(laid, (one.at, one.at + one.length), slots[one]):
                    return " ".join(token.written for token in _run(laid, one))
    return ""


def _run(laid: Laid, tile: Tile) -> Sequence[Token]:
    return laid.claim[tile.at : tile.at + tile.length]


def _holds(slot: tuple[int, int], tile: Tile) -> bool:
    """Whether the tile lies in the slot of the source."""
    return slot[0] <= tile.place and tile.place + tile.length <= slot[1]


def one_character(laid: Laid, claim: str, source: str) -> str:
    """A Chinese character of the claim that tells one of a kind (甲 of 甲乙) where its source has another of them between
    the same characters; "" for none. Of two clauses of the source that are alike, the one that is nearer counts."""
    there = [clause for clause in _CLAUSE_END.split(source) if clause.strip()]
    for clause in _CLAUSE_END.split(claim):
        own = Counter(clause)
        shared = [(own & Counter(other)).total() for other in there]
        most = max(shared, default=0)
        if most >= _ALIKE * len(clause) > 0:
            nearest = (other for other, count in zip(there, shared, strict=True) if count == most)
            found = [_other_of_kind(lay(clause, other)) for other in nearest]
            if all(found):
                return found[0]
    return _other_of_kind(laid)


def _other_of_kind(laid: Laid) -> str:
    for at, token in enumerate(laid.claim):
        kind = _KINDS.get(token.key)
        if kind is None:
            continue
        before, after = words_beside(laid, at, -1), words_beside(laid, at, 1)
        opens = at == 0 or laid.claim[at - 1].clause != token.clause
        closes = at == len(laid.claim) - 1 or laid.claim[at + 1].clause != token.clause
        if before + after < SAME_BESIDE - (opens or closes) or not (before or opens) or not (after or closes):
            continue
        low, high = laid.slot(at, at + 1)
        instead = [one.key for one in laid.source[low:high]]
        if len(instead) == 1 and instead[0] != token.key and _KINDS.get(instead[0]) == kind:
            return token.written
    return ""
