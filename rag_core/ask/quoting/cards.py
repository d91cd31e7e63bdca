"""Cards, letters and labels: short lines that say who or what is meant once, each of the others something of it. Which of
them answers, the words of a question often do not tell; then several are quoted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rag_core.ask.evidence.fields import is_line
from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.language.sought import EXACT_KINDS, offers, sought
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.superlatives import compares
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.text import clause_number, is_cjk, is_row

# So many lines are quoted in all, of so many characters.
MOST_LINES, MOST_CHARACTERS = 3, 300
# A line that says this share of what is asked is sure enough to stand alone. Of Chinese pairs some only join two words.
SURE_ZH, SURE_EN = 0.45, 0.75
# A row whose columns have names is sure with so much of that.
SURE_ROW = 0.8
# A line that seems to hold no person, place or reason is sure with so much where one is sought.
SURE_LACKING = 0.9
# A passage is a card when this share of its sentences are lines.
_MOSTLY = 0.3
# What belongs to a card stands no further off, in characters: about a page of a form.
_PAGE = 1500


def more_lines(
    gathered: Gathered, ranked: Sequence[SourceSentence], chosen: Collection[SourceSentence]
) -> list[SourceSentence]:
    """What answers best beside a line that was chosen, on the same page of its document: other lines where it is on a card,
    alone, and says little of what is asked; where a figure or a date is sought that nothing chosen holds, what holds one.
    `ranked`: the evidence's sentences, best first."""
    question, first = gathered.question, next(iter(chosen))
    kind = sought(question)
    lacking = kind in EXACT_KINDS and not any(offers(one.text, kind, question) for one in chosen)
    if not _is_line(first) or not (lacking or _unsure(gathered, chosen)):
        return []
    found: list[SourceSentence] = []
    room = MOST_CHARACTERS - sum(len(one.text) for one in chosen)
    for one in ranked:
        near = one.document_id == first.document_id and abs(one.start - first.start) <= _PAGE
        fits = kind not in EXACT_KINDS or offers(one.text, kind, question)
        if one.title or one in chosen or not near or not fits:
            continue
        room -= len(one.text)
        if room < 0 or len(found) + 1 == MOST_LINES:
            break
        found.append(one)
    return found


def _is_line(sentence: SourceSentence) -> bool:
    labelled = is_row(sentence.raw) or sentence.text.startswith("【")
    return labelled or all(is_line(line[clause_number(line) :]) for line in sentence.raw.split("\n"))


def _unsure(gathered: Gathered, chosen: Collection[SourceSentence]) -> bool:
    """Whether a line on a card that was chosen alone says little of what is asked, its document's name and headings
    counted in. Of a person or a place it is told too badly whether it holds one."""
    question, line = gathered.question, next(iter(chosen))
    beside = [_is_line(one) for one in gathered.sentences if one.number == line.number]
    # Of rows that are compared for their greatest, others would be none.
    compared = bool(line.header) and compares(question)
    if len(chosen) > 1 or compared or sum(beside) < _MOSTLY * len(beside):
        return False
    sure_from = (SURE_ZH if is_cjk(question) else SURE_EN) * (SURE_ROW if line.header else 1.0)
    if not offers(line.text, sought(question), question):
        sure_from = SURE_LACKING
    told = f"{context_of(line.filename, line.heading)} {line.said} {line.above}"
    return coverage(question_words(question), keys(told), gathered.rare) < sure_from
