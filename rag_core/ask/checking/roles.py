"""Whether a claim puts a name in a place where its source has another one, though the source may hold both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag_core.ask.language.tiles import Laid, Token
from rag_core.text import CJK

_HAN = re.compile(f"[{CJK}]")
_PLAIN = frozenset(
    "的是在有和与於于被由及或也都就还了这那其之以为对从到将并而但则个该此所会可能共约等后前时间里中上下内外着过使把给向至用因当又再更最很已曾"
)
# Those of them that words are also made of.
_HALF = frozenset("中上下内外前后里时间等共能可会过使用因约")
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
# In Chinese, capitals don't tell names: what stands in another's place is one only where the source's own words run on beside
# it for so many characters, and where it is not in the source at all, only if it is as short as this.
SAME_WORDS_ZH, GAP_TOKENS_ZH = 5, 8


def displaced(laid: Laid, claim: str) -> str:
    """A name of the claim where the source has another: put in its place, or changed places with it; "" for none."""
    for first, last in _strangers(laid, claim):
        run = laid.claim[first:last]
        low, high = laid.slot(first, last)
        instead = [token for token in laid.source[low:high] if token.clause >= 0 or run[0].clause < 0]
        moved = laid.there[first] >= 0
        if not (says(run, moved) and says(instead, moved) and _are_names(run, instead)) or is_figure_run(run):
            continue
        if _is_pronoun(laid.source[low:high]) or _opens(laid, first, last):
            continue
        listed = moved and listed_otherwise(laid, (first, last), (low, high))
        if not _same(run, instead) and not listed:
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


def _strangers(laid: Laid, claim: str) -> Iterator[tuple[int, int]]:
    """Runs of the claim that lie nowhere in the source, or elsewhere than what surrounds them, which they may where
    one of both is in the passive voice."""
    for first, last in laid.gaps():
        if not _HAN.match(laid.claim[first].key) or _between_same_words(laid, first, last):
            yield first, last
    if other_voice(laid):
        return
    for tile in laid.tiles:
        first, last = tile.at, tile.at + tile.length
        low, high = laid.slot(first, last)
        han = bool(_HAN.match(laid.claim[first].key))
        short = tile.length <= (NAME_TOKENS_ZH if han else NAME_TOKENS_EN)
        if (
            (short or _titled(laid.claim[first:last], claim))
            and low < high
            and not low <= tile.place < high
            and (
                not han
                or max(words_beside(laid, first, -1), words_beside(laid, last - 1, 1)) >= SAME_WORDS_ZH
            )
        ):
            yield first, last


def _between_same_words(laid: Laid, first: int, last: int) -> bool:
    """Whether the run is short, of one clause, and stands between words of the source, or like what stands there at the edge
    of a clause, and those go on for a while on one side: in Chinese only that tells another name from another way to say it."""
    if laid.claim[first].clause != laid.claim[last - 1].clause or last - first > GAP_TOKENS_ZH:
        return False
    before, after = words_beside(laid, first, -1), words_beside(laid, last - 1, 1)
    low, high = laid.slot(first, last)
    opens = _is_edge(laid.claim, first) and _is_edge(laid.source, low)
    closes = _is_edge(laid.claim, last) and _is_edge(laid.source, high)
    return max(before, after) >= SAME_WORDS_ZH and (before > 0 or opens) and (after > 0 or closes)


def _is_edge(tokens: Sequence[Token], at: int) -> bool:
    """Whether a clause ends before the token and another begins with it."""
    return at in (0, len(tokens)) or tokens[at - 1].clause != tokens[at].clause


def words_beside(laid: Laid, at: int, step: int) -> int:
    """How many tokens of the source go on right beside the claim's token, brackets passed over."""
    own, i = laid.claim[at].clause, at + step
    while 0 <= i < len(laid.claim) and laid.claim[i].clause < 0 <= own:
        i += step
    if not 0 <= i < len(laid.claim) or laid.claim[i].clause != own or laid.there[i] < 0:
        return 0
    count, place = 0, laid.there[i]
    while 0 <= i < len(laid.claim) and laid.there[i] == place:
        count, place, i = count + 1, place + step, i + step
    return count


def _titled(run: Sequence[Token], claim: str) -> bool:
    """Whether the run is all that stands between the marks of a title."""
    return claim[run[0].start - 1 : run[0].start] == "《" and claim[run[-1].end : run[-1].end + 1] == "》"


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


def other_voice(laid: Laid) -> bool:
    """Whether a passive is said in one of them where the other has none."""
    places = frozenset(place for place in laid.there if place >= 0)
    clauses = frozenset(laid.source[place].clause for place in places)
    here = [i for i, token in enumerate(laid.claim) if token.key in _PASSIVE]
    there = [i for i, token in enumerate(laid.source) if token.key in _PASSIVE and token.clause in clauses]
    lost, added = [i for i in there if i not in places], [i for i in here if laid.there[i] < 0]
    return len(lost) != len(added)


def _same(run: Sequence[Token], instead: Sequence[Token]) -> bool:
    """Whether they are mostly the same words: a name in a longer or shorter form."""
    own, other = ([token.key for token in one if _weighs(token)] for one in (run, instead))
    if 2 * len(frozenset(own) & frozenset(other)) <= min(len(frozenset(own)), len(frozenset(other))):
        return False
    shorter, longer = sorted((own, other), key=len)
    if not _HAN.match(run[0].key):
        return True
    rest = iter(longer)
    return all(key in rest for key in shorter)


def listed_otherwise(laid: Laid, own: tuple[int, int], slot: tuple[int, int]) -> bool:
    """Whether what the source has there stands beside it in the claim, with nothing said in between: a list in another
    order."""
    aside = laid.claim[own[0]].clause < 0
    spots = [
        at
        for at, place in enumerate(laid.there)
        if slot[0] <= place < slot[1] and _weighs(laid.claim[at]) and (aside or laid.claim[at].clause >= 0)
    ]
    if not spots:
        return False
    low, high = (own[1], min(spots)) if min(spots) >= own[1] else (max(spots) + 1, own[0])
    between = [token for token in laid.claim[low:high] if token.key not in _LISTING]
    return not between or all(token.written[0].isupper() for token in between)


def _weighs(token: Token) -> bool:
    return token.key not in _PLAIN and token.key not in _PLAIN_EN


def says(run: Sequence[Token], moved: bool) -> bool:
    """Whether the run may be a name. `moved`: the source has it, elsewhere: then it is a word, though one of its characters
    alone may say nothing (上海, 中学)."""
    weighing = sum(_weighs(token) for token in run)
    if not run or not _HAN.match(run[0].key):
        return weighing >= 1
    return weighing >= 2 or (moved and weighing == 1 and any(token.key in _HALF for token in run))


def _is_pronoun(run: Sequence[Token]) -> bool:
    """Whether the run begins with a pronoun, or with a particle and one (由其, but not 日本)."""
    first = [token.key for token in run[:2]]
    return (
        first[0] in _PRONOUN
        or (first[0] in _PLAIN and first[-1] in _PRONOUN)
        or first[0] in ("it", "he", "she", "they", "this")
    )


def is_figure_run(run: Sequence[Token]) -> bool:
    """Whether the run is mostly a figure: those are compared by value, elsewhere."""
    numerals = sum(token.key[0].isdigit() or token.key in _NUMERALS for token in run)
    return 2 * numerals >= len(run) or (numerals > 0 and len(run) <= 4)


def _are_names(run: Sequence[Token], instead: Sequence[Token]) -> bool:
    """Whether both runs may be names: capitals in Latin script; in Chinese the characters don't tell."""
    return all(
        any(_HAN.match(token.key) or token.written[0].isupper() for token in one if _weighs(token))
        for one in (run, instead)
    )
