"""Whether a claim has in brackets behind one name what its source has behind another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from rag_core.ask.language.tiles import Laid, Token
from rag_core.text import is_cjk


def swapped_aside(laid: Laid) -> str:
    """What the claim has in brackets behind one name and the source behind another, where the source has something else
    in brackets behind the first; "" for none."""
    held = list(_asides(laid.source))
    for host, said in _asides(laid.claim):
        alike = [_shared_end(host, other) for other, aside in held if _same(aside, said)]
        other = max((_shared_end(host, one) for one, aside in held if not _same(aside, said)), default=0)
        if alike and other > max(alike) and other >= _least(host):
            return " ".join(token.written for token in said)
    return ""


def _asides(tokens: Sequence[Token]) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """What stands in brackets, with the words that run up to it."""
    for at, token in enumerate(tokens):
        if token.clause >= 0 or at == 0 or tokens[at - 1].clause < 0:
            continue
        first, last = at - 1, at
        while first and tokens[first].start - tokens[first - 1].end <= 1 and tokens[first - 1].clause >= 0:
            first -= 1
        while last < len(tokens) and tokens[last].clause == token.clause:
            last += 1
        yield tokens[first:at], tokens[at:last]


def _shared_end(one: Sequence[Token], other: Sequence[Token]) -> int:
    """How many words both end with."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].key == pair[1].key, pairs))


def _least(host: Sequence[Token]) -> int:
    """How many words at least make out what stands before a bracket."""
    return 2 if is_cjk(host[-1].key) else 1


def _same(one: Sequence[Token], other: Sequence[Token]) -> bool:
    return [token.key for token in one] == [token.key for token in other]
