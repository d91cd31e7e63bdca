"""Whether the evidence can answer the question, decided before anything is written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from rag_core.ask.evidence.clauses import has_clause, lacks_clause
from rag_core.ask.evidence.contradict import says_the_same
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.labelled import has_field
from rag_core.ask.evidence.rows import has_row
from rag_core.ask.language.asking import parts
from rag_core.ask.language.periods import without_periods
from rag_core.ask.language.sought import EXACT_KINDS, offers, sought
from rag_core.ask.language.words import Rarity, coverage, joins, keys, names_other_codes, question_words
from rag_core.ask.refusal.by_language import by_language
from rag_core.ask.refusal.other_times import (
    names_other_month,
    names_other_quarter,
    names_other_year,
    without_dates,
)
from rag_core.ask.retrieval.scale import USUAL_SCALES, Scales
from rag_core.messages import Language
from rag_core.outline import split_heading
from rag_core.text import CJK, cell_spans, is_cjk, is_row, shares_script
from rag_core.types import Hit

REFUSAL: dict[Language, str] = {
    "en": "The documents do not answer this question. The closest passages are shown below.",
    "zh": "资料中没有找到这个问题的答案。下面是最接近的内容。",
}
MISSING: dict[Language, str] = {
    "en": "The documents do not have “{}”. The closest passages are shown below.",
    "zh": "资料中没有“{}”。下面是最接近的内容。",
}
_CJK_PAIR = re.compile(f"[{CJK}]")
# Answer from this probability on.
ANSWER_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against an answer in the evidence.

    `dense` and `near`: the best passage's and sentence's cosine on the embedder's scale (0 unrelated, 1
    answering; 0 also where nothing was measured). `lead`: how far, on that scale, it lies before the best sentences of other pieces of
    evidence: what only resembles an answer is rarely alone. `passage`: the share of the question's words that
    the best passage holds. `lacking`: the weight of the rarest asked word that no passage holds, 0 to 1
    (Chinese: pairs with a character that none holds). `precise`: 1 when a figure or date is asked for, which a
    passage that is only near does not hold. `latin`: 1 for a question that is not Chinese; words and cosines
    weigh differently there. `foreign`: 1 when the best passage is written in another language than the
    question, so that words in common say nothing. `kind`: 0 when a date or figure is asked for and none of the best
    sentences holds one that the question does not name itself, else 1. `year`: 1 when the question names a year
    beyond all those that the best passages name, or codes (HX-120) of which no passage holds one. `month`: 1 when it
    names a month or a quarter where they name only others, or a clause by its number that the document meant lacks.
    `field`: 1 when one of the best passages has a field or row of the name that is asked for (净含量：128克), or the clause.
    """

    near: float
    lead: float
    passage: float
    lacking: float
    precise: float = 0.0
    latin: float = 0.0
    foreign: float = 0.0
    dense: float = 0.0
    kind: float = 1.0
    year: float = 0.0
    field: float = 0.0
    month: float = 0.0


# The lead is that over the mean of so many others, and a usual one where there are none.
LEAD_OVER, ALONE = 3, 0.3
FARTHEST, NEAREST = -0.5, 1.5

NO_SIGNS = Signs(near=0.0, lead=0.0, passage=0.0, lacking=1.0, kind=0.0)
# The kind that is asked for is looked for in so many of the best sentences.
KIND_AMONG = 3
# Fields are looked for in so many of the best passages.
FIELDS_AMONG = 3
# Years and months are looked for in so many; months in those that say this share of what the best says of the rest.
YEARS_AMONG, SAYING_MOST = 5, 0.8


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over the signs."""

    of: Signs
    bias: float


# Fitted once on samples of open question sets in Chinese and English, with and without their answers, and
# rounded; tests/bench/fit_refusal.py fits such weights anew. The bias is set so that about one question in
# fifteen that has its answer is refused. The lead counts for less than it would by itself: in a contract or a
# manual many passages are about the same, and none of them leads. Of 1,155 questions with an answer none names a year
# beyond those of the passages, and of 420 that name a month one.
WITH_EMBEDDER = Weights(
    Signs(
        near=4.0,
        lead=1.5,
        passage=3.2,
        lacking=-0.4,
        precise=-0.3,
        dense=2.0,
        kind=1.2,
        year=-3.0,
        field=1.5,
        month=-4.5,
    ),
    bias=-6.45,
)
WORDS_ONLY = Weights(
    Signs(
        near=0.0,
        lead=0.0,
        passage=3.6,
        lacking=-0.1,
        precise=-0.4,
        latin=-0.85,
        kind=1.2,
        year=-3.0,
        field=1.5,
        month=-4.5,
    ),
    bias=-2.95,
)
# By meaning alone, where question and passages are written in different languages; fitted on a set of questions that
# has both, its documents, those without the one that answers, and unrelated ones.
ACROSS_LANGUAGES = Weights(
    Signs(
        near=4.5, lead=2.2, passage=0.0, lacking=0.0, latin=0.5, dense=2.3, kind=0.0, year=-3.0, month=-4.5
    ),
    bias=-5.9,
)


def signs(gathered: Gathered, hits: Sequence[Hit], scales: Scales = USUAL_SCALES, quoted: str = "") -> Signs:
    """The signs in the hits (best first) and the sentences gathered from them. Of a question that asks several
    things, those of the part that is most likely answered: what can be said of it is worth saying. `quoted`: what an answer
    without a model would begin with, if anything."""
    if not hits or not gathered.sentences:
        return NO_SIGNS
    asked = dict.fromkeys((gathered.question, *parts(gathered.question)))
    sides = by_language(gathered, hits, quoted)
    return max(
        (_signs(replace(side, question=one), found, scales) for one in asked for side, found in sides),
        key=answerable,
    )


def _signs(gathered: Gathered, hits: Sequence[Hit], scales: Scales) -> Signs:
    asked = question_words(gathered.question)
    texts = [
        keys(f"{context_of(hit.passage.filename, hit.passage.heading)} {hit.passage.text}")
        for hit in hits[:5]
    ]
    everywhere = frozenset().union(*texts)
    characters = frozenset("".join(everywhere))
    lacking = (
        w
        for w in asked
        if w.key not in everywhere and not (_CJK_PAIR.match(w.key) and set(w.key) <= characters)
    )
    rarest = max((w.weight * gathered.rare.weight(w.key) for w in lacking), default=0.0)
    near, lead = _nearness(gathered, scales)
    return Signs(
        near=near,
        lead=lead,
        passage=max(
            _held(gathered.question, hit, text, gathered.rare) for hit, text in zip(hits, texts, strict=False)
        ),
        lacking=min(rarest, 1.0),
        precise=float(sought(gathered.question) in EXACT_KINDS),
        latin=float(not is_cjk(gathered.question)),
        foreign=float(not shares_script(gathered.question, hits[0].passage.text)),
        dense=_within(max(scales.of(gathered.question, hit.passage.text).place(hit.dense) for hit in hits)),
        kind=float(_kind_held(gathered)),
        year=float(_asks_of_another(gathered.question, hits)),
        field=float(has_clause(gathered) or _has_field(gathered, hits[:FIELDS_AMONG])),
        month=float(lacks_clause(gathered) or _asks_of_another_month(gathered, hits)),
    )


def _held(question: str, hit: Hit, said: frozenset[str], rare: Rarity) -> float:
    """The share of what is asked that the passage says. Rows of a table name things without the words that join them,
    and in a question the name of a column runs on (手机 in 手机号)."""
    asked = question_words(question)
    if not is_row(hit.passage.text):
        return coverage(asked, said, rare)
    edges = {edge for place in _columns_named(question, hit) for edge in place}
    told = [
        word
        for word in asked
        if not joins(word) and not (is_cjk(word.key) and any(word.start < edge < word.end for edge in edges))
    ]
    return coverage(told or asked, said, rare)


def _columns_named(question: str, hit: Hit) -> list[tuple[int, int]]:
    """Where in the question the names of the table's columns stand, as (start, end)."""
    header = split_heading(hit.passage.heading)[1]
    names = {header[low:high] for low, high in cell_spans(header)}
    return [found.span() for name in names for found in re.finditer(re.escape(name), question)]


def _asks_of_another(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the question is about another year than the best passages, or about codes that none of them holds."""
    texts = _texts(hits)
    return names_other_year(question, texts[:YEARS_AMONG]) or names_other_codes(question, texts)


def _asks_of_another_month(gathered: Gathered, hits: Sequence[Hit]) -> bool:
    """Whether the question is about another month or quarter than the passages that are meant."""
    meant = _saying_most(gathered, _texts(hits))
    return names_other_month(gathered.question, meant) or names_other_quarter(gathered.question, meant)


def _texts(hits: Sequence[Hit]) -> list[str]:
    return [f"{context_of(one.passage.filename, one.passage.heading)} {one.passage.text}" for one in hits]


def _saying_most(gathered: Gathered, texts: Sequence[str]) -> list[str]:
    """Those of the texts that say most of what is asked besides when, the best first: of many slips and bills each names a
    month, and few are the ones that are meant."""
    wanted = question_words(without_dates(without_periods(gathered.question)))
    held = [coverage(wanted, keys(text), gathered.rare) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: -held[i])
    return [texts[i] for i in order if held[i] >= SAYING_MOST * max(held)][:YEARS_AMONG]


def _has_field(gathered: Gathered, hits: Sequence[Hit]) -> bool:
    return has_row(gathered, hits) or any(
        has_field(
            gathered.question,
            hit.passage.text,
            context_of(hit.passage.filename, hit.passage.heading),
            gathered.rare,
        )
        for hit in hits
    )


def _kind_held(gathered: Gathered) -> bool:
    kind = sought(gathered.question)
    best = sorted(gathered.sentences, key=lambda sentence: -sentence.score)[:KIND_AMONG]
    return kind not in EXACT_KINDS or any(offers(one.text, kind, gathered.question) for one in best)


def _nearness(gathered: Gathered, scales: Scales) -> tuple[float, float]:
    """(near, lead) of the sentences whose cosine was measured; zeros where none was."""
    scale = {item.number: scales.of(gathered.question, item.hit.passage.text) for item in gathered.evidence}
    nearest: dict[int, tuple[float, str]] = {}
    for sentence in gathered.sentences:
        if sentence.cosine:
            # A few codes in a table's row are of no language: what is less near of its passage's and its own counts.
            own = scales.of(gathered.question, sentence.text)
            place = min(one.place(sentence.cosine) for one in (own, scale[sentence.number]))
            nearest[sentence.number] = max((place, sentence.text), nearest.get(sentence.number, (place, "")))
    if not nearest:
        return 0.0, 0.0
    (best, said), *rest = sorted(nearest.values(), reverse=True)
    # What another version of the document says alike is no rival.
    others = [place for place, text in rest if not says_the_same(said, text)][:LEAD_OVER]
    lead = best - sum(others) / len(others) if others else ALONE
    return _within(best), min(lead, 1.0)


def _within(place: float) -> float:
    return min(max(place, FARTHEST), NEAREST)


def answerable(found: Signs) -> float:
    """The probability (0 to 1) that the evidence answers the question. Without any cosine (no embedder) the
    words alone decide; across languages the cosines alone."""
    weights = WORDS_ONLY
    if found.near:
        weights = ACROSS_LANGUAGES if found.foreign else WITH_EMBEDDER
    total = weights.bias + sum(w * x for w, x in zip(astuple(weights.of), astuple(found), strict=True))
    return 1.0 / (1.0 + math.exp(-total))


def refusal_text(question: str, missing: str = "") -> str:
    """What a refusal says, in the question's language; of what the question names and is `missing`, if that is known."""
    language: Language = "zh" if is_cjk(question) else "en"
    return MISSING[language].format(missing) if missing else REFUSAL[language]
