"""How the words of a claim lie in its source: the longest common runs, and what stands in each place otherwise."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag_core.ask.language.words import keys
from rag_core.simplified import simplify
from rag_core.text import CJK, without_raised

_TOKEN = re.compile(rf"[{CJK}]|\d+(?:,\d{{3}})*(?:\.\d+)?%?|[^\W\d_{CJK}]+(?:['’][^\W\d_]+)?")
_CLAUSE_END = re.compile(r"[，；;。！？!?：\n]|(?<!\d)[,:]|[,:](?!\d)|\.\s|\.$")
_ASIDE = re.compile(r"[（(][^（()）\n]{1,120}[）)]")
_IS_CJK = re.compile(f"[{CJK}]")
_STOP = re.compile(r"[。！？!?；;\n.]")
# Runs further apart than this in the source do not enclose a place for what stands between them in the claim.
NEAR = 12


@dataclass(frozen=True, slots=True)
class Token:
    """A character (Chinese) or word at text[start:end]; equal keys mean the same. Tokens of one clause have the same
    `clause`."""

    key: str
    written: str
    start: int
    end: int
    clause: int


@dataclass(frozen=True, slots=True)
class Tile:
    """claim[at:at+length] says the same as source[place:place+length], in tokens."""

    at: int
    place: int
    length: int


@dataclass(frozen=True, slots=True)
class Laid:
    """A claim laid on its source. `there[i]` is the place of the claim's token i in the source, -1 for none."""

    claim: tuple[Token, ...]
    source: tuple[Token, ...]
    tiles: tuple[Tile, ...]
    there: tuple[int, ...]

    def slot(self, first: int, last: int) -> tuple[int, int]:
        """The tokens of the source that stand where the claim has [first:last]: between what surrounds it or, where a
        clause begins or ends with it, up to there; (0, 0) where the surroundings do not lie together."""
        before, after = self._beside(first, -1), self._beside(last - 1, 1)
        if before >= 0 and after >= 0:
            return (before + 1, after) if 0 < after - before <= NEAR else (0, 0)
        if before >= 0:
            return before + 1, self._clause_end(before, 1) + 1
        return (self._clause_end(after, -1), after) if after >= 0 else (0, 0)

    def _beside(self, at: int, step: int) -> int:
        """Where the next token of the same clause that lies somewhere lies, brackets in it passed over; -1 for none."""
        own, i = self.claim[at].clause, at + step
        while 0 <= i < len(self.claim) and (self.claim[i].clause == own or self.claim[i].clause < 0 <= own):
            if self.there[i] >= 0 and self.claim[i].clause == own:
                return self.there[i]
            i += step
        return -1

    def _clause_end(self, place: int, step: int) -> int:
        """The last token of the clause in that direction, not further than near; brackets in it are passed over."""
        own, end, i = self.source[place].clause, place, place
        while 0 <= i + step < len(self.source) and abs(i + step - place) <= NEAR:
            i += step
            if self.source[i].clause == own:
                end = i
            elif own < 0 or self.source[i].clause >= 0:
                break
        return end

    def beside(self, text: str, figures: Callable[[str], bool]) -> str:
        """Where the source, whose compared form is `text`, tells what the claim says: its clauses that hold most of it, at
        least half as much as the one that holds most; where sentences hold a figure of it, as `figures` says, those in them."""
        counts = Counter(self.source[place].clause for place in self.there if place >= 0)
        least = max(max(counts.values(), default=0) / 2, 1)
        most: list[str] = []
        telling: list[str] = []
        for sentence in self._sentences(text):
            held = [said for clause, said in sentence.items() if counts[clause] >= least]
            most += held
            if any(figures(said) for said in sentence.values()):
                telling += held or sentence.values()
        return "\n".join(telling or most)

    def _sentences(self, text: str) -> list[dict[int, str]]:
        """The clauses of the source by their numbers, a sentence each."""
        found: list[dict[int, str]] = [{}]
        start = end = 0
        for at, token in enumerate(self.source):
            if at and token.clause != self.source[at - 1].clause:
                if _STOP.search(text[end : token.start]):
                    found.append({})
                start = token.start
            end = token.end
            found[-1][token.clause] = text[start:end]
        return found

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The runs [first:last] of the claim's tokens that lie nowhere."""
        first = 0
        while first < len(self.there):
            last = first
            while last < len(self.there) and self.there[last] < 0:
                last += 1
            if last > first:
                yield first, last
            first = last + 1


def plain(text: str) -> str:
    """The text as it is compared, in simplified characters, offsets kept wherever one character becomes one."""
    return simplify(
        "".join(
            folded if len(folded := unicodedata.normalize("NFKC", character)) == 1 else character
            for character in without_raised(text)
        )
    )


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of the text in order."""
    readable = plain(text)
    asides = [match.span() for match in _ASIDE.finditer(readable)]
    ends = [
        match.end()
        for match in _CLAUSE_END.finditer(readable)
        if not any(low < match.start() < high for low, high in asides)
    ]
    return tuple(
        Token(_key(match.group()), match.group(), *match.span(), _clause(match, ends, asides))
        for match in _TOKEN.finditer(readable)
    )


def _clause(match: re.Match[str], ends: Sequence[int], asides: Sequence[tuple[int, int]]) -> int:
    """The number of the clause; what stands in brackets is one of its own, counted down from -1."""
    for number, (low, high) in enumerate(asides, start=1):
        if low < match.start() < high:
            return -number
    return bisect_left(ends, match.end())


def _key(token: str) -> str:
    if _IS_CJK.match(token):
        return token
    if token[0].isdigit():
        return token.replace(",", "")
    return next(iter(keys(token)), token.lower())


def lay(claim: str, source: str) -> Laid:
    """Lay the claim on the source: longest runs first, then single tokens between what is laid."""
    said, held = tokens(claim), tokens(source)
    there = [-1] * len(said)
    used = [False] * len(held)
    runs = sorted(_runs(said, held), key=lambda run: (-run[0], run[1], run[2]))
    for (length, at), alike in groupby(runs, key=lambda run: run[:2]):
        for place in sorted((run[2] for run in alike), key=lambda place: _apart(there, at, length, place)):
            _put(there, used, (length, at, place), _shortest(said[at]))
    _fill(said, held, there, used)
    return Laid(said, held, tuple(_tiles(there)), tuple(there))


def _apart(there: Sequence[int], at: int, length: int, place: int) -> int:
    """How far the run would lie from where its neighbours in the claim lie already."""
    before = next((i for i in range(at - 1, -1, -1) if there[i] >= 0), -1)
    after = next((i for i in range(at + length, len(there)) if there[i] >= 0), -1)
    gaps = [abs(place - there[i] - (at - i)) for i in (before, after) if i >= 0]
    return min(gaps, default=0)


def _shortest(token: Token) -> int:
    return 2 if _IS_CJK.match(token.key) else 1


def _runs(said: Sequence[Token], held: Sequence[Token]) -> list[tuple[int, int, int]]:
    """The common runs within a clause of both as (length, start in the claim, start in the source), none that can be
    made longer."""
    where: defaultdict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(held):
        where[token.key].append(place)
    found: list[tuple[int, int, int]] = []
    before: dict[int, int] = {}
    for at in range(len(said) + 1):
        on = 0 < at < len(said) and said[at].clause == said[at - 1].clause
        now = {
            place: 1
            + (before.get(place - 1, 0) if on and held[place].clause == held[place - 1].clause else 0)
            for place in (where.get(said[at].key, ()) if at < len(said) else ())
        }
        found += [(n, at - n, place + 1 - n) for place, n in before.items() if now.get(place + 1, 1) == 1]
        before = now
    return found


def _put(there: list[int], used: list[bool], run: tuple[int, int, int], shortest: int) -> None:
    """Lay what is still free of the run, piece by piece."""
    length, at, place = run
    free = 0
    for i in range(length + 1):
        if i < length and there[at + i] < 0 and not used[place + i]:
            free += 1
            continue
        if free >= shortest:
            for j in range(i - free, i):
                there[at + j] = place + j
                used[place + j] = True
        free = 0


def _fill(said: Sequence[Token], held: Sequence[Token], there: list[int], used: list[bool]) -> None:
    for at, token in enumerate(said):
        if there[at] >= 0:
            continue
        before = next((there[i] for i in range(at - 1, -1, -1) if there[i] >= 0), -1)
        after = next((there[i] for i in range(at + 1, len(said)) if there[i] >= 0), len(held))
        if after - before > NEAR + 4:
            after = before + NEAR if before >= 0 else after
        for place in range(max(before + 1, after - NEAR - 4, 0), min(after, len(held))):
            if held[place].key == token.key and not used[place]:
                there[at], used[place] = place, True
                break


def _tiles(there: Sequence[int]) -> Iterator[Tile]:
    at = 0
    while at < len(there):
        length = 1
        while there[at] >= 0 and at + length < len(there) and there[at + length] == there[at] + length:
            length += 1
        if there[at] >= 0:
            yield Tile(at, there[at], length)
        at += length
