"""Whether a claim puts a name in a place where its source has another one, though the source may hold both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag_core.ask.tiles import Laid, Token
from rag_core.text import CJK

_HAN = re.compile(f"[{CJK}]")
_PLAIN = frozenset(
    "的是在有和与於于被由及或也都就还了这那其之以为对从到将并而但则个该此所会可能共约等后前时间里中上下内外着过使把给向至用因当又再更最很已曾"
)
_PRONOUN = frozenset("他她它们我你咱该此这那其本")
_PLAIN_EN = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "of",
        "on",
        "or",
        "she",
        "so",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "which",
        "who",
        "will",
        "with",
        "would",
        "also",
        "one",
    ]
)
_LISTING = frozenset("和与及或跟同以") | {"and", "or"}
_PASSIVE = frozenset("被由受遭") | {"by"}
_NUMERALS = frozenset("零〇一二两三四五六七八九十百千万亿")
# What a name is written of at most; longer runs that move are clauses in another order.
NAME_TOKENS_ZH, NAME_TOKENS_EN = 16, 5


def displaced(laid: Laid, claim: str) -> str:
    """A name of the claim where the source has another: put in its place, or changed places with it; "" for none."""
    for first, last in _strangers(laid):
        run = laid.claim[first:last]
        low, high = laid.slot(first, last)
        instead = [token for token in laid.source[low:high] if _weighs(token)]
        if not (_says(run) and _says(instead) and _are_names(run, instead)) or _is_figure(run):
            continue
        if _is_pronoun(laid.source[low:high]) or _opens(laid, first, last):
            continue
        if not _same(run, instead) and not _listed(laid, (first, last), (low, high)):
            return claim[run[0].start : run[-1].end]
    return ""


def misplaced_figure(laid: Laid) -> str:
    """A figure of the claim where the source has another one of the same unit, though it may hold both; "" for none."""
    for at, token in enumerate(laid.claim):
        if not token.key[0].isdecimal():
            continue
        low, high = laid.slot(at, at + 1)
        if low <= laid.there[at] < high or not low < high:
            continue
        unit = laid.claim[at + 1].key if at + 1 < len(laid.claim) else ""
        others = [
            place
            for place in range(low, high)
            if laid.source[place].key[0].isdecimal() and laid.source[place].key != token.key
        ]
        if len(others) == 1 and unit == laid.source[min(others[0] + 1, len(laid.source) - 1)].key:
            return token.written
    return ""


def _strangers(laid: Laid) -> Iterator[tuple[int, int]]:
    """Runs of the claim that lie nowhere in the source, or elsewhere than what surrounds them, which they may where
    one of both is in the passive voice."""
    yield from laid.gaps()
    if _other_voice(laid):
        return
    for tile in laid.tiles:
        first, last = tile.at, tile.at + tile.length
        low, high = laid.slot(first, last)
        if tile.length <= _longest(laid.claim[first]) and low < high and not low <= tile.place < high:
            yield first, last


def _opens(laid: Laid, first: int, last: int) -> bool:
    """Whether the only capital of the run is that of a sentence's first word, and the source writes that word small."""
    capitals = [at for at in range(first, last) if laid.claim[at].written[0].isupper()]
    if capitals != [0]:
        return False
    alike = [
        token.written[0].isupper()
        for at, token in enumerate(laid.source)
        if token.key == laid.claim[0].key and at and token.clause == laid.source[at - 1].clause
    ]
    return not any(alike)


def _other_voice(laid: Laid) -> bool:
    """Whether a passive is said in one of them where the other has none."""
    laid_places = frozenset(place for place in laid.there if place >= 0)
    clauses = frozenset(laid.source[place].clause for place in laid_places)
    return any(token.key in _PASSIVE and laid.there[i] < 0 for i, token in enumerate(laid.claim)) or any(
        token.key in _PASSIVE and place not in laid_places and token.clause in clauses
        for place, token in enumerate(laid.source)
    )


def _same(run: Sequence[Token], instead: Sequence[Token]) -> bool:
    """Whether they are mostly the same words: a name in a longer or shorter form."""
    own, other = ({token.key for token in one if _weighs(token)} for one in (run, instead))
    return 2 * len(own & other) > min(len(own), len(other))


def _listed(laid: Laid, own: tuple[int, int], slot: tuple[int, int]) -> bool:
    """Whether what the source has there stands beside it in the claim, with nothing said in between: a list in another
    order."""
    spots = [
        at for at, place in enumerate(laid.there) if slot[0] <= place < slot[1] and _weighs(laid.claim[at])
    ]
    if not spots:
        return False
    low, high = (own[1], min(spots)) if min(spots) >= own[1] else (max(spots) + 1, own[0])
    between = [token for token in laid.claim[low:high] if token.key not in _LISTING]
    return not between or all(token.written[0].isupper() for token in between)


def _longest(token: Token) -> int:
    return NAME_TOKENS_ZH if _HAN.match(token.key) else NAME_TOKENS_EN


def _weighs(token: Token) -> bool:
    return token.key not in _PLAIN and token.key not in _PLAIN_EN


def _says(run: Sequence[Token]) -> bool:
    weighing = sum(_weighs(token) for token in run)
    return weighing >= (2 if run and _HAN.match(run[0].key) else 1)


def _is_pronoun(run: Sequence[Token]) -> bool:
    return any(token.key in _PRONOUN for token in run[:2]) or run[0].key in (
        "it",
        "he",
        "she",
        "they",
        "this",
    )


def _is_figure(run: Sequence[Token]) -> bool:
    """Whether the run is mostly a figure: those are compared by value, elsewhere."""
    numerals = sum(token.key[0].isdigit() or token.key in _NUMERALS for token in run)
    return 2 * numerals >= len(run) or (numerals > 0 and len(run) <= 4)


def _are_names(run: Sequence[Token], instead: Sequence[Token]) -> bool:
    """Whether both runs may be names: capitals in Latin script; in Chinese the characters don't tell."""
    return all(
        any(_HAN.match(token.key) or token.written[0].isupper() for token in one if _weighs(token))
        for one in (run, instead)
    )
