"""Citations: each answer sentence is led to the exact span of source text that supports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag_core.ask.checking.ordinals import of_another_ordinal
from rag_core.ask.checking.verify import Verdict, contradicted, judge, lacking_figures
from rag_core.ask.checking.wording import WORDINGS
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import elsewhen, is_of_dates, periods, periods_in, undated, without_periods
from rag_core.ask.language.spans import SourceSentence, Span, parts_span, span_of, whole_span
from rag_core.ask.language.synonyms import also_said
from rag_core.ask.language.words import Word, coverage, keys, question_words, words
from rag_core.errors import Problem
from rag_core.text import cell_spans, flow, is_row
from rag_core.types import Box, Citation, Region, Sentence

Locate = Callable[[int, int, int], tuple[Region, ...]]
"""(document id, start, end) → where that span of the document's text stands."""

SPANS_LIMIT = 5
CANDIDATES = 8
# A further span must bring at least this share of the claim's words, or a figure the others lack.
WORTH_ADDING = 0.15
# A sentence that holds this share of the claim's words tells it alone.
TOLD_ALONE = 0.6
AT_ODDS = frozenset({"claim_opposite", "claim_elsewhere", "claim_negation", *WORDINGS})
_CLAUSE_END = re.compile(r"[，,；;：:、。！？!?]|\.\s|\n")
NARROW_FROM = 90
_HINT = re.compile(
    r" *[\[【〔](?:\^|来源|资料|source\s*)?\s*(\d{1,2}(?:\s*[,，、-]\s*\d{1,2})*)\s*[\]】〕]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The spans an answer sentence rests on, best first, and how far they bear it. `marked`: the (start, end) in the
    document of the words of the first span that answer the question, where they are told apart."""

    spans: tuple[Span, ...]
    verdict: Verdict
    marked: tuple[tuple[int, int], ...] = ()


def hints(text: str) -> tuple[str, frozenset[int]]:
    """The text without the [n] a model wrote, and those numbers."""
    found = {int(number) for match in _HINT.finditer(text) for number in re.findall(r"\d+", match.group(1))}
    return _HINT.sub("", text), frozenset(found)


def align(
    claim: str, gathered: Gathered, hinted: frozenset[int] = frozenset(), similarity: Similarity | None = None
) -> Aligned:
    """Find the spans that support the claim. What the model cited is only a hint. A claim that no source
    bears has no spans."""
    wanted = words(claim)
    if not gathered.sentences or not any(word.weight >= 0.6 for word in wanted):
        return Aligned((), Verdict("unsupported", 0.0, ""))
    found = _ranked(claim, wanted, gathered, hinted, similarity)
    ranked = [one for one in found if not _names_another(claim, one)] or found
    chosen = [ranked[0]]
    for candidate in ranked[1:CANDIDATES]:
        if len(chosen) < SPANS_LIMIT and _adds(claim, wanted, chosen, candidate, gathered):
            chosen.append(candidate)
    chosen, verdict = _contradicting(claim, wanted, ranked, gathered) or max(
        ((chosen[:count], _judged(claim, chosen[:count], gathered)) for count in range(1, len(chosen) + 1)),
        key=lambda pair: (_ORDER[pair[1].support], pair[1].score, -len(pair[0])),
    )
    if verdict.support == "unsupported":
        # Sentences that tell a figure of another period rank low: it would be said to be nowhere.
        figure = _of_another_period(claim, gathered.question, gathered.sentences)
        return Aligned((), contradicted(claim, Problem("claim_period", figure)) if figure else verdict)
    return Aligned(tuple(narrow(claim, sentence, chosen, gathered) for sentence in chosen), verdict)


_ORDER = {"unsupported": 0, "partly": 1, "supported": 2}


def _contradicting(
    claim: str, wanted: Sequence[Word], ranked: Sequence[SourceSentence], gathered: Gathered
) -> tuple[list[SourceSentence], Verdict] | None:
    """The sentence that tells most of the claim and is at odds with it, and how: what other sentences hold can't hide
    that, unless one of them says it all. None where there is none."""
    first = ranked[0]
    if coverage(wanted, keys(first.dated), gathered.rare) < TOLD_ALONE:
        return None
    verdict = _judged(claim, [first], gathered)
    if verdict.reason not in AT_ODDS:
        return None
    alone = (_judged(claim, [one], gathered) for one in ranked[1:CANDIDATES])
    return None if any(other.support == "supported" for other in alone) else ([first], verdict)


def _judged(claim: str, chosen: Sequence[SourceSentence], gathered: Gathered) -> Verdict:
    figure = _of_another_period(claim, gathered.question, chosen)
    if figure:
        return contradicted(claim, Problem("claim_period", figure))
    figure = of_another_ordinal(claim, [one.said for one in chosen])
    if figure:
        return contradicted(claim, Problem("claim_elsewhere", figure))
    source = "\n".join(sentence.said for sentence in chosen)
    titles = "\n".join(sentence.told.title for sentence in chosen)
    about = " ".join(dict.fromkeys((*(context_of(s.filename, s.heading) for s in chosen), titles)))
    numbers = {sentence.number for sentence in chosen}
    beside = " ".join(sentence.text for sentence in gathered.sentences if sentence.number in numbers)
    return judge(undated(claim, titles), source, about, gathered.rare, gathered.question, beside)


def _of_another_period(claim: str, question: str, chosen: Sequence[SourceSentence]) -> str:
    """The first figure of the claim that the sentences which hold it tell of other periods than the claim does or, where
    it says nothing of when, the question; "" for none."""
    asked = periods(claim) or (frozenset() if any(map(is_of_dates, figures(claim))) else periods(question))
    for figure in figures(without_periods(claim)) if asked else ():
        holding = [one for one in chosen if any(figure.agrees(other) for other in figures(one.said))]
        told = [one.told_of(figure) for one in holding if not is_of_dates(figure)]
        if told and all(one.elsewhen(asked) for one in told):
            return figure.written
    return ""


def _names_another(claim: str, sentence: SourceSentence) -> bool:
    """Whether the sentence names periods, or the end of one, and none that the claim names: its year is another matter's."""
    return elsewhen(periods(claim), periods_in(sentence.said, ended=True))


def _ranked(
    claim: str,
    wanted: Sequence[Word],
    gathered: Gathered,
    hinted: frozenset[int],
    similarity: Similarity | None,
) -> list[SourceSentence]:
    asked = question_words(gathered.question)
    scores: list[float] = []
    for sentence in gathered.sentences:
        held = keys(sentence.dated)
        about = held | keys(context_of(sentence.filename, sentence.heading))
        score = coverage(wanted, held, gathered.rare) + 0.2 * coverage(asked, about, gathered.rare)
        lacking = len(lacking_figures(claim, sentence.dated)) if figures(claim) else 0
        lacking += bool(_of_another_period(claim, gathered.question, [sentence]))
        scores.append(score - 0.25 * lacking + (0.1 if sentence.number in hinted else 0.0))
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    if similarity is not None:
        near = order[:CANDIDATES]
        cosines = similarity(claim, [gathered.sentences[i].text for i in near])
        for i, cosine in zip(near, cosines, strict=True):
            scores[i] += 0.3 * float(cosine)
        order = sorted(near, key=lambda i: -scores[i]) + order[CANDIDATES:]
    return [gathered.sentences[i] for i in order]


def _adds(
    claim: str,
    wanted: Sequence[Word],
    chosen: Sequence[SourceSentence],
    candidate: SourceSentence,
    gathered: Gathered,
) -> bool:
    text = "\n".join(sentence.dated for sentence in chosen)
    more = text + "\n" + candidate.dated
    if len(lacking_figures(claim, more)) < len(lacking_figures(claim, text)):
        return True
    return (
        coverage(wanted, keys(more), gathered.rare)
        >= coverage(wanted, keys(text), gathered.rare) + WORTH_ADDING
    )


def narrow(
    claim: str, sentence: SourceSentence, beside: Sequence[SourceSentence], gathered: Gathered
) -> Span:
    """The shortest run of the sentence's clauses that says as much of the claim as the whole sentence; a
    short sentence stays whole. Of a table's row, the cells that the claim speaks of."""
    if is_row(sentence.raw):
        return parts_span(sentence, _cells_said(claim, sentence.raw) or cell_spans(sentence.raw))
    whole = whole_span(sentence)
    if len(sentence.raw) < NARROW_FROM:
        return whole
    wanted = words(claim)
    full = coverage(wanted, keys(sentence.text), gathered.rare)
    lacking = len(lacking_figures(claim, sentence.text))
    cuts = [0, *(match.end() for match in _CLAUSE_END.finditer(sentence.raw)), len(sentence.raw)]
    runs = sorted(
        (end - start, start, end) for i, start in enumerate(cuts) for end in cuts[i + 1 :] if end > start
    )
    for length, start, end in runs:
        text = sentence.raw[start:end]
        if length < 12 or not text.strip():
            continue
        if (
            coverage(wanted, keys(flow(text)), gathered.rare) >= full - 1e-9
            and len(lacking_figures(claim, text)) <= lacking
        ):
            return span_of(sentence, start, end)
    return whole


def _cells_said(claim: str, row: str) -> list[tuple[int, int]]:
    """The (start, end) of the row's cells that hold a figure or a word of the claim, or a word that may stand for it."""
    said, numbers = keys(claim), figures(claim)
    said |= also_said(said)
    found: list[tuple[int, int]] = []
    for start, end in cell_spans(row):
        cell = row[start:end]
        own = figures(cell)
        agrees = any(figure.agrees(number) for figure in own for number in numbers)
        if agrees or (not own and keys(cell) & said):
            found.append((start, end))
    return found


@dataclass(slots=True)
class Numbering:
    """Gives each span cited in one answer its number; the same span keeps the number it has."""

    locate: Locate
    citations: list[Citation] = field(default_factory=list)

    def cite(self, aligned: Aligned) -> tuple[Citation, ...]:
        """The citations for the spans, known ones as they are."""
        return tuple(
            self._citation(span, aligned.verdict, () if place else aligned.marked)
            for place, span in enumerate(aligned.spans)
        )

    def _citation(self, span: Span, verdict: Verdict, marked: Sequence[tuple[int, int]]) -> Citation:
        source = span.sentence
        for known in self.citations:
            place = known.document_id, known.start, known.end, known.quote
            if place == (source.document_id, span.start, span.end, span.quote):
                return known
        citation = Citation(
            number=len(self.citations) + 1,
            document_id=source.document_id,
            filename=source.filename,
            quote=span.quote,
            start=span.start,
            end=span.end,
            regions=self._regions(source.document_id, span.parts),
            support=verdict.support,
            why=verdict.why,
            marked=self._regions(source.document_id, marked),
        )
        self.citations.append(citation)
        return citation

    def _regions(self, document_id: int, parts: Sequence[tuple[int, int]]) -> tuple[Region, ...]:
        boxes: dict[int, tuple[Box, ...]] = {}
        for start, end in parts:
            for region in self.locate(document_id, start, end):
                boxes[region.page_number] = boxes.get(region.page_number, ()) + region.boxes
        return tuple(Region(number, found) for number, found in boxes.items())


def checked(start: int, end: int, aligned: Aligned, citations: Sequence[Citation]) -> Sentence:
    """The answer sentence answer[start:end] with what was found for it."""
    numbers = tuple(dict.fromkeys(citation.number for citation in citations))
    verdict = aligned.verdict
    return Sentence(start, end, numbers, verdict.support, verdict.why, reason=verdict.reason)
