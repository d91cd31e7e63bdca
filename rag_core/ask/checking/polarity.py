"""Whether a claim denies what its source affirms, or turns a comparison round, told where the two say the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag_core.ask.language.tiles import Laid, Token, plain

_NEGATION = re.compile(
    r"不(?![同仅但断少久过管论单只错妨])|没有?|未(?!来|必|知)|無(?!論|線|錫)|无(?!论|线|锡|数|双|人机)|非(?!常|洲|凡|典|裔|律宾)|否认|拒绝|拒收|禁止|除外|[勿莫别](?=[^一-龥]|[再要让说])"
    r"|\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|fails?|failed|refused|denied|prohibited|excluded|excludes?|excluding|unknown)\b|n['’]t\b"
)
# What only bounds a figure: a denial that turns it round is told by `limits`.
_BOUND = (
    r"不(?:得|能|应|可|会)?(?:超过|超出|低于|少于|高于|多于|大于|小于|晚于|早于|短于|长于|足|到)|未(?:超过|达|满|到)|没有?(?:超过|达到?|到|满)|不(?:足|到|满)(?=.{0,6}[\d一二三四五六七八九十百千万])"
    r"|\b(?:no|not|nor|never)\b[\w ]{0,12}?\b(?:less|fewer|more|longer|older|later|earlier|greater|higher|lower|larger|younger|shorter|exceed\w*)\b"
    r"|\b(?:nobody|no one|none)\b(?= \w+ (?:\w+ )?more than)"
)
_NO_NEGATION = re.compile(
    rf"南非|除非|是非|东非|西非|北非|是否|能否|差不多|不得不|不可避免|无不|莫不|\bnot only\b|\bno\.\s*\d|\bnot least\b|\bwhether or not\b|{_BOUND}"
)
_OPPOSITES = tuple(
    (re.compile(first), re.compile(second))
    for first, second in (
        (r"增加|增长|上升|提高|上涨|增至|提升|升至|扩大", r"减少|下降|降低|下跌|降至|下滑|减至|缩小"),
        (r"高于|大于|超过|多于|优于|逾|以上", r"低于|小于|不足|少于|不到|未达|逊于|以下"),
        (r"最[高大多长早好强重快新先远]", r"最[低小少短晚差弱轻慢旧后近]"),
        (r"首次|首个|首任|第一[次个任]", r"最后一?[次个任]|末任"),
        (r"盈利|净利润", r"亏损|净亏损"),
        (r"支持|赞成|同意|批准|通过", r"反对|否决|驳回"),
        (r"早于|之前|以前|前夕", r"晚于|之后|以后"),
        (r"允许|可以|应当|能够", r"禁止|不得|不可以|不应|不能"),
        (r"至少|不少于|不低于", r"至多|最多|不超过|不多于"),
        (r"胜|击败|战胜|赢", r"败给|负于|输|不敌"),
        (r"进口|流入|买入|收入", r"出口|流出|卖出|支出"),
        (r"\b(?:(?:go(?:es|ne)?|went) up|increas\w*|grew|grow\w*|rose|ris(?:e|en|ing)|higher|gain\w*|more|greater|larger|bigger)\b", r"\b(?:(?:go(?:es|ne)?|went) down|decreas\w*|fell|fall\w*|declin\w*|drop\w*|lower\w*|lost|loss\w*|less|fewer|smaller)\b"),
        (r"\b(?:largest|highest|most|longest|biggest|best|greatest|maximum)\b", r"\b(?:smallest|lowest|least|shortest|worst|fewest|minimum)\b"),
        (r"\b(?:earliest|oldest|older|earlier|first|eldest)\b", r"\b(?:latest|youngest|younger|later|last|final|newest)\b"),
        (r"\b(?:above|over|exceed\w*|at least)\b", r"\b(?:below|under|at most)\b"),
        (r"\b(?:before|prior)\b", r"\b(?:after|following)\b"),
        (r"\b(?:better|stronger|faster|heavier|longer|taller|wider)\b", r"\b(?:worse|weaker|slower|lighter|shorter|narrower)\b"),
        (r"\b(?:won|wins|victory|defeats)\b", r"\b(?:lost|loses|defeated by|defeat)\b"),
        (r"\b(?:accept\w*|approv\w*|support\w*|allow\w*|permit\w*)\b", r"\b(?:reject\w*|oppos\w*|refus\w*|forbid\w*|forbad\w*|prohibit\w*)\b"),
        (r"\binclud\w*", r"\bexclud\w*"),
        (r"\b(?:start\w*|began|begin\w*|begun)\b", r"\b(?:finish\w*|ended|ending|complet\w*)\b"),
        (r"\b(?:from|since)\b", r"\b(?:until|till)\b"),
        (r"\bvot\w+ (?:\w+ ){0,4}for\b|\bin favou?r\b", r"\bagainst\b"),
        (r"事前|事先|提前", r"事后|事後"),
        (r"\b(?:north\w*)\b", r"\b(?:south\w*)\b"),
        (r"\b(?:east\w*)\b", r"\b(?:west\w*)\b"),
    )
)  # fmt: skip
# A word is denied by what stands at most so many tokens before it.
REACH = 3
CLAUSE_SHARED = 2


def denied(laid: Laid, claim: str, source: str) -> bool:
    """Whether a word that both hold is negated in one of them only."""
    own, others = _negations(claim, laid.claim), _negations(source, laid.source)
    if _as_often(laid, own, others):
        return False
    said, held = frozenset[int]().union(*own), frozenset[int]().union(*others)
    back = {place: at for at, place in enumerate(laid.there) if place >= 0}
    there = dict(enumerate(laid.there))
    return _one_sided(said, laid.claim, there, held, laid.source) or _one_sided(
        held, laid.source, back, said, laid.claim
    )


def _as_often(laid: Laid, said: Sequence[frozenset[int]], held: Sequence[frozenset[int]]) -> bool:
    """Whether the claim denies as often as the clauses of its source on which it lies: then another place of the denial is
    another way to say it."""
    counts = Counter(laid.source[place].clause for place in laid.there if place >= 0)
    there = [one for one in held if any(counts[laid.source[at].clause] >= CLAUSE_SHARED for at in one)]
    return bool(said) and len(said) == len(there)


def _one_sided(
    own: frozenset[int],
    mine: Sequence[Token],
    other: dict[int, int],
    others: frozenset[int],
    theirs: Sequence[Token],
) -> bool:
    """Whether one of the negations at `own` has no counterpart near where the words it denies stand in the other text."""
    back = {place: at for at, place in other.items() if place >= 0}
    for at in own:
        if at - 1 in own:
            continue
        last = at
        while last + 1 in own:
            last += 1
        place = _denied_place(at, last, mine, other)
        if place < 0:
            continue
        low = place
        while (
            low > 0 and place - low < REACH + (last - at) and theirs[low - 1].clause == theirs[place].clause
        ):
            low -= 1
        said = back[place] == last
        near = [
            spot
            for spot in range(low, min(place + 2, len(theirs)))
            if spot in others and not (said and spot == place)
        ]
        if all(_taken(spot, range(at, last + 1), own, back, other) for spot in near):
            return True
    return False


def _taken(spot: int, run: range, own: frozenset[int], back: dict[int, int], other: dict[int, int]) -> bool:
    """Whether the negation at `spot` is the counterpart of one beside the run: it and a word next to it lie together."""
    partner = back.get(spot, -1)
    together = other.get(partner + 1, -1) == spot + 1 or other.get(partner - 1, -1) == spot - 1
    return partner in own and partner not in run and together


def _denied_place(at: int, last: int, mine: Sequence[Token], other: dict[int, int]) -> int:
    """Where what the negation [at:last] denies stands in the other text: the rest of the negation itself, where that
    holds less of it (有 for 没有), or the next word of the clause; -1 where it is not there."""
    if other.get(at, -1) < 0 and last > at and other.get(last, -1) >= 0:
        return other[last]
    following = [
        i for i in range(last + 1, min(last + 1 + REACH, len(mine))) if mine[i].clause == mine[last].clause
    ]
    for i in following:
        if other.get(i, -1) >= 0:
            return other[i]
    return -1


def _negations(text: str, tokens: Sequence[Token]) -> tuple[frozenset[int], ...]:
    """The tokens of each word that negates."""
    readable = _NO_NEGATION.sub(lambda match: "~" * len(match.group()), plain(text).lower())
    spans = [match.span() for match in _NEGATION.finditer(readable)]
    return tuple(
        frozenset(i for i, token in enumerate(tokens) if low < token.end and token.start < high)
        for low, high in spans
    )


def turned(laid: Laid, claim: str, source: str) -> str:
    """The word of the claim in whose place the source has its opposite, "" for none."""
    said, held = plain(claim).lower(), plain(source).lower()
    for first, second in _OPPOSITES:
        for one, other in ((first, second), (second, first)):
            for match in one.finditer(said):
                own = [
                    i
                    for i, token in enumerate(laid.claim)
                    if match.start() < token.end and token.start < match.end()
                ]
                if own and _stands_instead(laid, own, other, one, held):
                    return match.group()
    return ""


def _stands_instead(
    laid: Laid, own: Sequence[int], other: re.Pattern[str], one: re.Pattern[str], held: str
) -> bool:
    strange = [i for i in own if laid.there[i] < 0]
    if not strange:
        return False
    low, high = laid.slot(strange[0], strange[-1] + 1)
    if high <= low:
        return False
    low, high = max(low - 2, 0), min(high + 2, len(laid.source))
    window = held[laid.source[low].start : laid.source[high - 1].end]
    return bool(other.search(window)) and not one.search(window)
