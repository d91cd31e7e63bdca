"""What another document says otherwise: the same sentence there, with another figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.named import named
from rag_core.ask.language.figures import Figure, beyond, figures, without_figures
from rag_core.ask.language.periods import is_of_dates
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.messages import Language

# Which document it is beside the one cited: of two of one name, the one that came earlier or later.
Which = Literal["another", "earlier", "later"]
LEAD: Mapping[Language, Mapping[Which, str]] = {
    "en": {
        "another": "Another document has: ",
        "earlier": "The file of this name that was added earlier has: ",
        "later": "The file of this name that was added later has: ",
    },
    "zh": {
        "another": "另一份文件写的是：",
        "earlier": "较早添加的同名文件写的是：",
        "later": "较晚添加的同名文件写的是：",
    },
}
# Two sentences are the same but for their figures when they share so much of their other words.
SAME_SENTENCE = 0.7


@dataclass(frozen=True, slots=True)
class Contradicting:
    """A sentence that says otherwise than a source of the answer, and which document it is from."""

    sentence: SourceSentence
    which: Which


def contradicting(gathered: Gathered, sources: Sequence[SourceSentence]) -> Contradicting | None:
    """The best sentence of another document that says of what is asked the same as one of the answer's sources, but
    with another figure of the same unit; None where there is none, where the sources hold it already, or where the
    question names the source's document and not the other."""
    cited = {(one.document_id, one.start) for one in sources}
    ranked = sorted(gathered.sentences, key=lambda one: -one.score)
    others = [one for one in ranked if not one.title and (one.document_id, one.start) not in cited]
    meant = named(gathered.question, gathered.sentences, gathered.rare)
    for source in sources:
        told = _of_other_documents(source, sources)
        for other in others:
            less_meant = meant[other.document_id] < meant[source.document_id]
            if other.document_id == source.document_id or less_meant or _tells(told, other):
                continue
            if _of_another_time(gathered, source, other):
                continue
            if (
                says_the_same(source.text, other.text)
                and _differ(gathered, source, other)
                and _as_much(gathered, source, other)
            ):
                return Contradicting(other, _which(source, other))
    return None


def _of_another_time(gathered: Gathered, source: SourceSentence, other: SourceSentence) -> bool:
    """Whether a month or a year that the question names is named in the source's document and only others of its kind in
    the other: of pay slips and bills each month has its own."""
    texts = (
        "\n".join(one.text for one in gathered.sentences if one.document_id == said.document_id)
        for said in (source, other)
    )
    mine, theirs = (
        _times(f"{context_of(said.filename, said.heading)}\n{text}")
        for said, text in zip((source, other), texts, strict=True)
    )
    return any(
        asked <= mine[unit] and theirs[unit] and not asked & theirs[unit]
        for unit, asked in _times(gathered.question).items()
        if asked
    )


def _times(text: str) -> dict[str, frozenset[float]]:
    """The months and the years that the text names."""
    dates = [figure for figure in figures(text) if is_of_dates(figure)]
    return {
        "month": frozenset(figure.value for figure in dates if figure.unit == "month"),
        "year": frozenset(figure.value for figure in dates if figure.unit in ("year", "")),
    }


def _which(source: SourceSentence, other: SourceSentence) -> Which:
    """Ids of documents are given in the order in which files are added, and never again."""
    if source.filename != other.filename:
        return "another"
    return "earlier" if other.document_id < source.document_id else "later"


def _of_other_documents(source: SourceSentence, sources: Sequence[SourceSentence]) -> tuple[Figure, ...]:
    """The figures that the answer has already cited from elsewhere."""
    return tuple(
        figure for one in sources if one.document_id != source.document_id for figure in figures(one.text)
    )


def _tells(told: Sequence[Figure], other: SourceSentence) -> bool:
    own = figures(other.text)
    return bool(told) and all(any(figure.agrees(known) for known in told) for figure in own)


def says_the_same(one: str, other: str) -> bool:
    """Whether two sentences are the same but for their figures."""
    mine, theirs = keys(without_figures(one)), keys(without_figures(other))
    union = len(mine | theirs)
    return bool(union) and len(mine & theirs) / union >= SAME_SENTENCE


def _differ(gathered: Gathered, one: SourceSentence, other: SourceSentence) -> bool:
    """Whether each has a figure that the question does not name and the other lacks, of one unit."""
    asked = figures(gathered.question)
    mine, theirs = beyond(figures(one.text), asked), beyond(figures(other.text), asked)
    alone, instead = beyond(mine, theirs), beyond(theirs, mine)
    return any(figure.unit == own.unit for figure in instead for own in alone)


def _as_much(gathered: Gathered, one: SourceSentence, other: SourceSentence) -> bool:
    """Whether the other says as much of what is asked: not the same of somebody else."""
    asked = question_words(gathered.question)
    mine, theirs = (
        coverage(
            asked, keys(f"{context_of(said.filename, said.heading)} {said.above} {said.said}"), gathered.rare
        )
        for said in (one, other)
    )
    return theirs >= mine - 1e-9
