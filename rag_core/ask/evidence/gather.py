"""From hits to evidence: neighbours joined, near-duplicates folded, and only the sentences that matter kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import PurePath

from rag_core.ask.evidence.fields import REACH, leaned_on
from rag_core.ask.evidence.fold import Neighbours, fold
from rag_core.ask.evidence.forms import is_form, whose
from rag_core.ask.evidence.headed import Known, is_record, known_from, titles_among
from rag_core.ask.evidence.named import by_name
from rag_core.ask.evidence.pieces import consecutive, joined_text, sentence_pieces, source_sentence
from rag_core.ask.evidence.similar import Similarity, with_similarity
from rag_core.ask.language.bounds import by_case
from rag_core.ask.language.everyday import OtherWords, other_words, share_said
from rag_core.ask.language.lists import REACH as LED_REACH, announcers
from rag_core.ask.language.periods import Told, elsewhen, in_force, periods
from rag_core.ask.language.ranged import by_range
from rag_core.ask.language.sides import PARTIES
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.superlatives import compares
from rag_core.ask.language.words import (
    Rarity,
    Word,
    joins,
    keys,
    question_words,
    rarity,
    rough_tokens,
)
from rag_core.outline import split_heading
from rag_core.text import (
    flow,
    is_cjk,
    shares_script,
)
from rag_core.types import Evidence, Hit, Passage

TOKEN_BUDGET = 350
HIT_WEIGHT = 0.25
# What a file's name or heading says already tells little about one of its sentences.
TOPIC_FACTOR = 0.4
_TITLE_FACTOR = 0.4
# What a line of a list says by one above it counts for so much.
LEANING = 0.9
_SIDES = keys("\n".join(PARTIES))
# In fewer passages a party's name tells one line from the next.
_PASSAGES_OF_CONTRACT = 4
# What the title says above a sentence that is not the first below it.
UNDER_TITLE = 0.6


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence for a question and its sentences in document order, with the rarity of words in it."""

    question: str
    evidence: tuple[Evidence, ...]
    sentences: tuple[SourceSentence, ...]
    rare: Rarity

    @property
    def shown(self) -> tuple[SourceSentence, ...]:
        return tuple(sentence for sentence in self.sentences if sentence.shown)


def context_of(filename: str, heading: str) -> str:
    """What a passage is about beside its own words: its file's name and the titles above it."""
    return f"{PurePath(filename).stem} {heading}".replace("_", " ")


def less_topical(asked: Sequence[Word], context: frozenset[str]) -> list[Word]:
    """The words, those that the context holds weighing less; so does a pair that only joins one of them to the
    next word (馆的 behind 茶馆)."""
    characters = frozenset("".join(key for key in context if is_cjk(key)))
    return [
        replace(word, weight=word.weight * TOPIC_FACTOR)
        if word.key in context or (joins(word) and not characters.isdisjoint(word.key))
        else word
        for word in asked
    ]


def gather(
    question: str,
    hits: Sequence[Hit],
    neighbours: Neighbours,
    similarity: Similarity | None = None,
    budget: int = TOKEN_BUDGET,
    lift: float = 0.0,
) -> Gathered:
    """The evidence that the hits give for the question; sentences up to `budget` tokens are `shown`. `lift`: how much
    more the cosines of sentences in another language than the question's count, as Scales.lift says."""
    rare = rarity(
        f"{context_of(hit.passage.filename, hit.passage.heading)} {hit.passage.text}" for hit in hits
    )
    evidence = tuple(
        Evidence(number, hit, passages)
        for number, (hit, passages) in enumerate(fold(hits, neighbours, compares(question)), start=1)
    )
    found = sentences_in(question, evidence, rare)
    # Of a few codes in a table's row no language can be told; their passage's then counts, too.
    foreign = {item.number for item in evidence if not shares_script(question, item.hit.passage.text)}
    lifted = {number: lift for number in foreign}
    near = with_similarity(question, found, similarity, lifted)
    scored = by_range(question, by_case(question, by_name(question, near, rare)), rare)
    return Gathered(question, evidence, _cut(scored, budget), rare)


def also_shown(gathered: Gathered, sentences: Collection[SourceSentence]) -> Gathered:
    """The evidence with these of its sentences shown, beyond the budget where need be: of ten steps none may be missing."""
    if not sentences:
        return gathered
    places = {(one.document_id, one.start) for one in sentences}
    shown = (
        replace(one, shown=one.shown or (one.document_id, one.start) in places) for one in gathered.sentences
    )
    return replace(gathered, sentences=tuple(shown))


def sentences_in(question: str, evidence: Sequence[Evidence], rare: Rarity) -> list[SourceSentence]:
    """The sentences of the evidence in their order, scored by the question's words; none shown."""
    asked, known = question_words(question), known_from(question)
    return [sentence for item in evidence for sentence in _sentences(item, asked, known, rare)]


def _sentences(item: Evidence, asked: Sequence[Word], known: Known, rare: Rarity) -> list[SourceSentence]:
    found: list[SourceSentence] = []
    sides, others = said_throughout(asked, rare), other_words(known.question)
    for run in consecutive(item.passages):
        text, base = joined_text(run), run[0].start
        starts = [passage.start - base for passage in run]
        spans = sentence_pieces(text)
        homes = [run[bisect_right(starts, start) - 1] for start, _ in spans]
        focus = {
            passage.id: less_topical(asked, sides | keys(context_of(passage.filename, passage.heading)))
            for passage in run
        }
        texts = [text[start:end] for start, end in spans]
        headings = {home.id: _heading(home) for home in run}
        owners = {home.id: whose(split_heading(home.heading)[1], home.text.split("\n")) for home in run}
        titles = titles_among(texts, [headings[home.id] for home in homes], known)
        asks = [focus[home.id] for home in homes]
        breaks = [True, *("\n" in text[low[1] : high[0]] for low, high in pairwise(spans))]
        above = [
            head
            or owners[homes[i].id]
            or _above(known.question, asks[i], texts[max(i - REACH, 0) : i + 1], rare)
            for i, head in enumerate(announcers(texts, breaks))
        ]
        told = in_force([flow(text) for text in texts], [headings[home.id] for home in homes])
        said = _in_period(known.question, _titled(texts, titles), told)
        over = _over(texts, titles)
        own = [
            max(
                _held(asks[i], text, (above[i], LEANING), rare, others),
                _held(asks[i], text, (over[i], UNDER_TITLE), rare, others),
            )
            for i, text in enumerate(said)
        ]
        for i, ((start, end), home) in enumerate(zip(spans, homes, strict=True)):
            near = max(own[max(0, i - 1) : i] + own[i + 1 : i + 2], default=0.0)
            score = 0.9 * own[i] + 0.1 * near + HIT_WEIGHT * item.hit.score
            made = source_sentence(
                item.number,
                replace(home, heading=headings[home.id]),
                (base + start, base + end),
                text[start:end],
                score,
            )
            sentence = replace(made, above=flow(above[i]), told=told[i])
            title = titles[i]
            found.append(replace(sentence, score=score * _TITLE_FACTOR, title=True) if title else sentence)
    return found


def said_throughout(asked: Sequence[Word], rare: Rarity) -> frozenset[str]:
    """What the question calls a party, where every other passage does, too: that tells no clause from another."""
    if rare.texts < _PASSAGES_OF_CONTRACT:
        return frozenset()
    return frozenset(
        word.key for word in asked if word.key in _SIDES and 2 * rare.counts.get(word.key, 0) >= rare.texts
    )


def _in_period(question: str, texts: Sequence[str], told: Sequence[Told]) -> list[str]:
    """The texts, each below the title that puts it into the period asked for, if one does: it says that, too."""
    asked = periods(question)
    return [
        f"{one.title}\n{text}" if asked and one.title and not elsewhen(asked, one.periods) else text
        for text, one in zip(texts, told, strict=True)
    ]


def _heading(passage: Passage) -> str:
    """The passage's heading, without the names of its table's columns where these are a form's first row."""
    path, header = split_heading(passage.heading)
    return path if is_form(header, passage.text.split("\n")) else passage.heading


def _titled(texts: Sequence[str], titles: Sequence[bool]) -> list[str]:
    """The texts, each below the title right above it, if any: it says that, too. The names of a table's columns are
    all its rows' alike, not the first one's."""
    above = [text if title and not is_record(text) else "" for text, title in zip(texts, titles, strict=True)]
    return [f"{title}\n{text}" if title else text for title, text in zip(["", *above], texts, strict=False)]


def _over(texts: Sequence[str], titles: Sequence[bool]) -> list[str]:
    """For each text the title that it stands under, within reach; "" for none."""
    found: list[str] = []
    last, over = -REACH, ""
    for i, (text, title) in enumerate(zip(texts, titles, strict=True)):
        if title and not is_record(text):
            last, over = i, text
        found.append(over if i - last <= REACH and i != last else "")
    return found


def _above(question: str, asked: Sequence[Word], texts: Sequence[str], rare: Rarity) -> str:
    """Of lines of facts, the one that the last leans on; "" for none."""
    at = leaned_on(question, asked, texts, rare)
    return "" if at is None else texts[at]


def _held(
    asked: Sequence[Word], text: str, leaning: tuple[str, float], rare: Rarity, others: OtherWords
) -> float:
    """The share of what is asked that the text says, also in other words, and the share given of what it has from the line
    above."""
    above, share = leaning
    own = share_said(asked, text, keys(text), rare, others)
    if not above:
        return own
    both = share_said(asked, f"{above}\n{text}", keys(text) | keys(above), rare, others)
    return own + share * (both - own)


def _cut(found: Sequence[SourceSentence], budget: int) -> tuple[SourceSentence, ...]:
    """Mark the best sentences as shown, up to the budget; the one before and the one after the very best
    come along, because answers lean on them, and with each the line that it leans on itself. Order stays."""
    ranked = sorted(range(len(found)), key=lambda i: -found[i].score)
    order = list(dict.fromkeys(i for best in _beside(found, ranked[:2]) + ranked for i in _led(found, best)))
    shown: set[int] = set()
    seen: set[frozenset[str]] = set()
    for i in order:
        cost = rough_tokens(found[i].text)
        said = keys(found[i].text)
        if said in seen:
            continue
        if cost <= budget:
            shown.add(i)
            seen.add(said)
            budget -= cost
    return tuple(replace(sentence, shown=i in shown) for i, sentence in enumerate(found))


def _led(found: Sequence[SourceSentence], i: int) -> list[int]:
    """The sentence behind the one that it leans on, if that is at hand."""
    above = range(i - 1, max(i - 1 - LED_REACH, -1), -1) if found[i].above else range(0)
    led = (j for j in above if found[j].text == found[i].above and found[j].number == found[i].number)
    return [*islice(led, 1), i]


def _beside(found: Sequence[SourceSentence], best: Sequence[int]) -> list[int]:
    order: list[int] = []
    for i in best:
        near = [j for j in (i, i + 1, i - 1) if 0 <= j < len(found) and found[j].number == found[i].number]
        order += near
    return order
