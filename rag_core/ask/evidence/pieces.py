"""A document's passages as running text, cut into the sentences and rows that evidence is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_core.ask.evidence.headed import is_header
from rag_core.ask.language.spans import SourceSentence
from rag_core.outline import split_heading
from rag_core.text import APART, ends_sentence, flow, is_row, sentence_spans
from rag_core.types import Passage

LONG_CHARACTERS = 400
_LINE = re.compile(r"[^\n]+")
# A line with two figures apart from each other, or cells set apart, is the row of a table.
_ROW = re.compile(r"(?:^|\s)[-(]?\d[\d,.]*[%)]?\s(?:.*\s)?[-(]?\d[\d,.]*[%)]?(?:\s|$)|\t|\S {3,}\S|\S \| \S")
TABLE_LINES = 3
_CLAUSE = re.compile(r"(?<=[，,；;：:、])|\n")


def joined_text(passages: Sequence[Passage]) -> str:
    """The passages' text in one piece, offsets from the first one's start kept: blanks stand for what is
    left out between them. A sentence that a page's end cuts goes on behind it; what begins with a title there does not
    go on with what stands last on the page before."""
    text = ""
    start = passages[0].start
    for before, passage in pairwise([passages[0], *passages]):
        gap = passage.start - start - len(text)
        begins_anew = passage.first_page > before.last_page and passage.heading != before.heading
        between = APART if begins_anew else "\n"
        mark = between if gap == 1 else "\n" if _runs_on(before, passage) else "\n\n"
        text += mark.ljust(gap)[:gap] + passage.text
    return text


def _runs_on(before: Passage, after: Passage) -> bool:
    """Whether a sentence runs from one passage to the next over the end of a page."""
    tables = is_row(before.text) or is_row(after.text)
    turned = after.first_page > before.last_page and before.heading == after.heading
    return turned and not tables and not ends_sentence(before.text)


def consecutive(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages in runs of consecutive ordinals."""
    runs: list[list[Passage]] = []
    for passage in passages:
        if runs and runs[-1][-1].ordinal + 1 == passage.ordinal:
            runs[-1].append(passage)
        else:
            runs.append([passage])
    return runs


def sentence_pieces(text: str) -> list[tuple[int, int]]:
    """The (start, end) of the text's sentences, rows of tables one by one, too long ones in pieces."""
    return [piece for span in sentence_spans(text) for piece in _pieces(text, *span)]


def source_sentence(
    number: int, passage: Passage, span: tuple[int, int], raw: str, score: float
) -> SourceSentence:
    path, header = split_heading(passage.heading)
    return SourceSentence(
        number=number,
        document_id=passage.document_id,
        filename=passage.filename,
        heading=path,
        header=header if is_row(raw) and not is_header(flow(raw), header) else "",
        start=span[0],
        end=span[1],
        raw=raw,
        text=flow(raw),
        score=score,
        cosine=0.0,
        shown=False,
    )


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentence; the rows of a table one by one; where it is too long to show, its clauses put together
    up to that length."""
    lines = [(start + match.start(), start + match.end()) for match in _LINE.finditer(text[start:end])]
    rows = sum(bool(_ROW.search(text[low:high])) for low, high in lines)
    if len(lines) >= TABLE_LINES and 2 * rows >= len(lines):
        return [trimmed for line in lines if (trimmed := _trim(text, *line))]
    if end - start <= LONG_CHARACTERS:
        return [(start, end)]
    pieces: list[tuple[int, int]] = []
    low = high = start
    cuts = [start + match.end() for match in _CLAUSE.finditer(text[start:end])] + [end]
    for cut in cuts:
        while cut - low > LONG_CHARACTERS:
            stop = high if high > low else low + LONG_CHARACTERS
            pieces.append((low, stop))
            low = high = stop
        high = cut
    pieces.append((low, end))
    return [trimmed for piece in pieces if (trimmed := _trim(text, *piece))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None
