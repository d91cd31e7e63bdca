"""The words inside a quoted sentence that answer the question: a date, a figure, a name, a phrase beside what is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise

from rag_core.ask.language.asking import around, beside, reach
from rag_core.ask.language.figures import UNITS
from rag_core.ask.language.sought import EXACT_KINDS, Kind, offers, sought
from rag_core.ask.language.words import Word, keys, words
from rag_core.text import CJK, is_cjk

LONGEST = 40
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:(?:公元前?|前)?[\d〇零一二三四五六七八九十]{{2,4}}\s?年(?:代|初|末|底)?(?:\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?[日号])?|[一二三四五六七八九十]{{1,3}}月(?:[一二三四五六七八九十]{{1,3}}[日号])?)?|\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号]|[{CJK}]{{2}}[元一二三四五六七八九十]{{1,3}}年(?:[（(]\d{{2,4}}年[)）])?|\d{{1,2}}世纪(?:\d0年代|初|末|中叶)?)"
    rf"|\b(?:\d{{1,2}} (?:{_MONTHS}) \d{{3}}|(?:\d{{1,2}} )?(?:{_MONTHS})(?: \d{{1,2}})?(?:,? \d{{4}})?|"
    r"\d{4}s?(?: (?:BC|AD|BCE|CE))?|\d{1,2}(?:st|nd|rd|th) century)\b"
)
# What ends a figure's unit: "30日为", "£1,326 on".
_NO_UNIT_ZH = "的是在有和与於于被由及或也都就还了这那其之以为對对从到將将並并而但则該该会等"
_UNIT_ZH = "|".join(sorted((unit for unit in UNITS if re.match(f"[{CJK}]", unit)), key=len, reverse=True))
_NO_UNIT_EN = r"(?!(?:on|of|for|from|in|at|to|by|and|or|the|a|an|is|are|was|were|with|as|per|when|if|but|which|that|who|plus|including|due|payable|each|every|before|after|until|within)\b)"
_FIGURE = re.compile(
    rf"[约約]?第?(?:[\d〇零一二三四五六七八九十百千万亿两]+(?:[,.]\d+)*)(?:至|到|-|–|~|—)?(?:[\d.,]*\d)?\s?(?:[%％‰]|{_UNIT_ZH}|(?:(?![{_NO_UNIT_ZH}])[{CJK}]){{0,3}})|[$€£]?\d[\d,.]*\d?(?:\s?(?:to|–|-)\s?\d[\d,.]*)?(?:\s?%| ?{_NO_UNIT_EN}[a-z]+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundreds?|thousands?|millions?|half|dozens?)\b(?: (?:hundred|thousand|million|billion|percent|dozen))*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"《[^》]{1,40}》|“[^”]{1,40}”|「[^」]{1,40}」|\"[^\"]{1,60}\"|『[^』]{1,40}』")
_NAME_EN = re.compile(r"\b[A-Z][\w'’.-]*(?: (?:of |the |de |von |van |and |for |du |la )*[A-Z0-9][\w'’.-]*)*")
# No figure is cut in two: 0.5, 18:30 and 1,200 are whole.
_PIECE_ZH = re.compile(
    r"(?<!\d)[,:]|[,:](?!\d)|[，；;。：！？!?（）()\s、]|是一[种個个座条部家位名所]|[的是在有和与於于被由及或也都就还了这那其之以为對对从到將将並并而但则該该会等]|位于|称为|成为|属于|包括|例如"
)
_PIECE_EN = re.compile(
    r"(?<!\d)[,.:]|[,.:](?!\d)|[;!?()\[\]\"“”]|\s(?:—|–|-)\s|\b(?:is|are|was|were|be|been|being|has|have|had|by|in|on|at|to|of|for|from|with|as|and|or|that|which|who|the|a|an|its|their|his|her|because|since|when|while|would|could|can|will|did|does|do|not|also|into|than|such|it|they|he|she|this|these|those)\b"
)
_STOP = re.compile(r"[，；。！？;]|[,.:] ")
_EDGE = " \t\n，,。；;：:、.的了【】"
_LEADS: dict[Kind, re.Pattern[str]] = {
    "person": re.compile(r"(?:[由被]|\bby )$"),
    "place": re.compile(r"(?:位于|位於|地处|坐落于|[在于至到]|\b(?:in|at|near|to|from|on)(?: the)? )$"),
    "reason": re.compile(r"(?:因为|由于|因|為|为了|\b(?:because|because of|due to|since|to) )$"),
    "date": re.compile(r"(?:[于在自从]|\b(?:in|on|since|until) )$"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What speaks for a run of the sentence as the answer.

    `typed`: it is of the kind asked for (date, figure, person, place), or quoted where a work is asked for. `beside`: how near
    it stands to the words that the question has beside its asking word (0 to 1); `near`: to any of its words. `same`: a clause of
    the sentence holds both. `known`: the share of it that the question says itself. `short`, `long`: its length, in characters
    over ten, of what is less and more than eight. `whole`: it fills what stands between function words. `follows`, `precedes`:
    how near it stands behind what the question says before its asking word, and before what it says behind it. `head`: it
    ends on what is asked for ("which company": a company). `led`: a word stands before it that leads to such answers ("by"
    for whom, "in" for where). `clause`: it begins or ends with a clause.
    """

    typed: float
    beside: float
    near: float
    same: float
    known: float
    short: float
    long: float
    whole: float
    follows: float
    precedes: float
    head: float
    led: float
    clause: float


# Fitted on half of open question sets with their answers, a language each, and rounded.
CHINESE = Traits(
    typed=2.5, beside=1.6, near=-0.6, same=0.0, known=-2.0, short=-1.5, long=-0.6, whole=-0.8,
    follows=1.8, precedes=1.8, head=1.6, led=1.9, clause=0.6,
)  # fmt: skip
ENGLISH = Traits(
    typed=3.0, beside=1.2, near=0.8, same=1.2, known=-2.0, short=-0.4, long=-0.6, whole=0.3,
    follows=1.0, precedes=0.0, head=0.7, led=0.8, clause=0.8,
)  # fmt: skip
# Marked from this share of the chances on that lies on the answer or on runs that overlap it.
SURE_FROM = 0.5
# So near behind the question's words (0 to 1) an English phrase must stand that is marked for that.
FOLLOWS = 0.34


def answer_span(question: str, sentence: str, sure_from: float = SURE_FROM) -> tuple[int, int] | None:
    """The (start, end) in the sentence of what answers the question, None where that is not sure enough."""
    weights = CHINESE if is_cjk(sentence) else ENGLISH
    found = [
        (weigh(traits, weights), span, _tells(traits, question, sentence, sentence[slice(*span)]))
        for traits, span in candidates(question, sentence)
    ]
    if not found:
        return None
    score, (start, end), tells = max(found)
    if not tells:
        return None
    chances = [(math.exp(other - score), span) for other, span, _ in found]
    near = sum(chance for chance, (low, high) in chances if low < end and high > start)
    return (start, end) if near >= sure_from * sum(chance for chance, _ in chances) else None


def _tells(traits: Traits, question: str, sentence: str, run: str) -> bool:
    """Whether more than nearness speaks for the run: where a date or figure is asked for, it holds one; of English
    phrases that are no date, figure or person, those that do not stand behind what the question says before its asking
    word are wrong as often as right."""
    kind = sought(question)
    if kind in EXACT_KINDS:
        return offers(run, kind, question)
    if is_cjk(sentence) or kind == "person":
        return True
    return traits.follows >= FOLLOWS or (kind == "other" and bool(traits.typed))


def weigh(traits: Traits, weights: Traits) -> float:
    """How well a run with these traits answers."""
    pairs: Iterator[tuple[float, float]] = zip(astuple(weights), astuple(traits), strict=True)
    return sum(weight * value for weight, value in pairs)


def candidates(question: str, sentence: str) -> Iterator[tuple[Traits, tuple[int, int]]]:
    """Runs of the sentence that may answer, with their traits."""
    kind = sought(question)
    asking = around(question)
    spots = _spots(sentence, {word.key: word.weight for word in beside(question)})
    asked = keys(question)
    typed = frozenset(_typed(kind, question, sentence))
    pieces = frozenset(_pieces(sentence, spots))
    lead = _LEADS.get(kind)
    for start, end in sorted(typed | pieces):
        text = sentence[start:end]
        known = _known(text, asked)
        if known > 0.99:
            continue
        size = (1.0 if is_cjk(text) else 0.4) * len(text)
        yield (
            Traits(
                typed=float((start, end) in typed),
                beside=_nearest(spots, start, end, sentence, weighted=True),
                near=_nearest(spots, start, end, sentence, weighted=False),
                same=_same_clause(spots, start, end, sentence),
                known=known,
                short=max(8 - size, 0) / 10,
                long=max(size - 8, 0) / 10,
                whole=float((start, end) in pieces),
                follows=_behind(asking.before, sentence, start),
                precedes=_ahead(asking.behind, sentence, end),
                head=_ends_on(asking.behind, text),
                led=float(bool(lead and lead.search(sentence[max(start - 12, 0) : start]))),
                clause=float(_edge(sentence[:start].rstrip()[-1:]) or _edge(sentence[end:].lstrip()[:1])),
            ),
            (start, end),
        )


def _behind(before: str, sentence: str, start: int) -> float:
    """How near the candidate stands behind the end of what the question says before its asking word."""
    if not before.strip():
        return 0.0
    if not is_cjk(sentence):
        return _closest(sentence, start, words(before)[-2:], behind=True)
    best = 0.0
    for size in (3, 2, 1):
        tail = before[-size:]
        at = sentence.rfind(tail, 0, start) if len(tail) == size else -1
        if at >= 0 and (size > 1 or tail in "由被在于是为叫与和有"):
            best = max(best, math.exp(-(start - at - size) / 3) * (0.4 + 0.2 * size))
    return best


def _ahead(after: str, sentence: str, end: int) -> float:
    """How near it stands before what the question says behind its asking word."""
    if not after.strip():
        return 0.0
    if not is_cjk(sentence):
        return _closest(sentence, end, words(after)[:3], behind=False)
    best = 0.0
    for i in range(min(len(after) - 1, 4)):
        at = sentence.find(after[i : i + 2], end)
        if at >= 0:
            best = max(best, math.exp(-(at - end) / 3) * (1 - 0.15 * i))
    return best


def _closest(sentence: str, place: int, wanted: Sequence[Word], *, behind: bool) -> float:
    named = {word.key for word in wanted if word.weight >= 0.6}
    gaps = (
        (place - word.end) if behind else (word.start - place)
        for word in words(sentence)
        if word.key in named
    )
    return max((math.exp(-gap / 12) for gap in gaps if gap >= 0), default=0.0)


def _ends_on(after: str, text: str) -> float:
    if is_cjk(text):
        head = after[:3]
        return max(
            (0.5 + 0.5 * (i > 0) for i in (0, 1) if len(head) > i and text.endswith(head[: i + 1])),
            default=0.0,
        )
    heads = {word.key for word in words(after)[:2] if word.weight >= 0.6}
    last = words(text)[-1:]
    return float(bool(last) and last[0].key in heads)


def _edge(character: str) -> bool:
    return not character or character in "，,；;。：:.（("


def _spots(sentence: str, weights: dict[str, float]) -> list[tuple[int, int, float]]:
    """Where the sentence says words of the question, and how much they count."""
    return [(w.start, w.end, weights[w.key]) for w in words(sentence) if weights.get(w.key, 0.0) > 0.02]


def _nearest(
    spots: Sequence[tuple[int, int, float]], start: int, end: int, sentence: str, *, weighted: bool
) -> float:
    far = reach(sentence)
    return max(
        (
            (weight if weighted else 1.0) * math.exp(-max(low - end, start - high, 0) / far)
            for low, high, weight in spots
            if high <= start or low >= end
        ),
        default=0.0,
    )


def _same_clause(spots: Sequence[tuple[int, int, float]], start: int, end: int, sentence: str) -> float:
    low = max((sentence.rfind(mark, 0, start) for mark in "，,；;。"), default=-1)
    high = min((at for mark in "，,；;。" if (at := sentence.find(mark, end)) >= 0), default=len(sentence))
    within = [weight for first, last, weight in spots if low < first and last <= high]
    return min(sum(within), 2.0) / 2


def _known(text: str, asked: frozenset[str]) -> float:
    own = keys(text)
    return len(own & asked) / len(own) if own else 1.0


def _typed(kind: Kind, question: str, sentence: str) -> Iterator[tuple[int, int]]:
    patterns = {
        "date": (_DATE,),
        "number": (_FIGURE,),
        "person": (_NAME_EN,),
        "place": (_NAME_EN,),
        "other": (_QUOTED,)
        if re.search(
            r"书|歌|片|剧|作品|专辑|杂志|小说|名字|名称|叫|称|book|song|film|album|title|name|called",
            question,
        )
        else (),
        "reason": (),
    }[kind]
    for pattern in patterns:
        for match in pattern.finditer(sentence):
            yield from _stripped(sentence, *match.span())


def _pieces(sentence: str, spots: Sequence[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """What stands between function words, punctuation and words of the question, and up to four such pieces in a row."""
    wide = is_cjk(sentence)
    cuts = [match.span() for match in (_PIECE_ZH if wide else _PIECE_EN).finditer(sentence)]
    cuts += [(low, high) for low, high, _ in spots]
    bounds = sorted({0, len(sentence), *(edge for cut in cuts for edge in cut)})
    parts = [(low, high) for low, high in pairwise(bounds) if sentence[low:high].strip(_EDGE)]
    inner = frozenset(cuts)
    starts = [part for part in parts if part not in inner]
    for low, _ in starts:
        ends = [high for first, high in parts if first >= low][:6]
        for high in ends:
            if high - low > LONGEST * (1 if wide else 2) or _STOP.search(sentence[low:high].rstrip(_EDGE)):
                break
            yield from _stripped(sentence, low, high)


def _stripped(sentence: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    text = sentence[start:end]
    left = len(text) - len(text.lstrip(_EDGE))
    right = len(text.rstrip(_EDGE))
    if right > left:
        yield start + left, start + right
