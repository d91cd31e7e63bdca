"""Lines cut into the texts of cells, and what is left of them."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Sequence

from rag_core.parse.digital.glyphs import Segment, union
from rag_core.parse.tables.rulings import Bars
from rag_core.parse.tables.words import LEAST_LINE, Chunk, Frame, Word
from rag_core.types import Line

# A line through a word, in heights: so far from its ends, so near to where one of its characters ends.
_WITHIN, _NEAR_END = 0.5, 0.5
_NO_SPACE = 0.12
# Programs set a little room between Chinese characters and figures, where no one typed a space.
_NO_SPACE_BESIDE_FIGURES = 0.22
_BESIDE_FIGURES = re.compile("[\u3400-\u9fff][0-9]|[0-9][\u3400-\u9fff]")


def line_of(text: Chunk, segments: Sequence[Segment]) -> Line:
    """The words of a text as one line, with the edges of its characters."""
    parts: list[Line] = []
    ends: list[float] = []
    starts: list[float] = []
    for number, group in itertools.groupby(text.words, key=lambda word: word.segment):
        words = list(group)
        parts.append(_cut(segments[number].line, words[0].first, words[-1].last))
        starts.append(words[0].rect[0])
        ends.append(words[-1].rect[2])
    line = parts[0]
    for index, part in enumerate(parts[1:], start=1):
        beside = _BESIDE_FIGURES.fullmatch(line.text[-1:] + part.text[:1])
        least = _NO_SPACE_BESIDE_FIGURES if beside else _NO_SPACE
        apart = starts[index] - ends[index - 1] > least * text.words[0].height
        line = _joined(line, part, " " if apart else "")
    return line


def _joined(line: Line, part: Line, space: str) -> Line:
    trust = line.confidence * len(line.text) + part.confidence * len(part.text)
    return dataclasses.replace(
        line,
        text=line.text + space + part.text,
        box=union([line.box, part.box]),
        confidence=trust / (len(line.text) + len(part.text)),
        edges=(*(line.edges if space else line.edges[:-1]), *part.edges),
    )


def _cut(line: Line, first: int, last: int) -> Line:
    if (first, last) == (0, len(line.text)):
        return line
    return dataclasses.replace(
        line,
        text=line.text[first:last],
        box=line.span_box(first, last),
        edges=line.edges[first : last + 1],
    )


def rest_of(segments: Sequence[Segment], taken: set[Word]) -> Iterable[Segment]:
    """The segments, without the words that stand in tables."""
    gone: dict[int, list[Word]] = {}
    for word in taken:
        gone.setdefault(word.segment, []).append(word)
    for number, segment in enumerate(segments):
        if number not in gone:
            yield segment
            continue
        at = 0
        for word in sorted(gone[number], key=lambda one: one.first):
            yield from _kept(segment, at, word.first)
            at = word.last
        yield from _kept(segment, at, len(segment.line.text))


def _kept(segment: Segment, first: int, last: int) -> Iterable[Segment]:
    text = segment.line.text[first:last]
    first += len(text) - len(text.lstrip(" "))
    last -= len(text) - len(text.rstrip(" "))
    if first < last:
        yield dataclasses.replace(segment, line=_cut(segment.line, first, last))


def cut_at_lines(words: Sequence[Word], segments: Sequence[Segment], down: Bars, frame: Frame) -> list[Word]:
    """The words, with recognised ones that run over a line drawn `down` in two: they were found as one with what
    stands in the next cell."""
    found: list[Word] = []
    for word in words:
        line = segments[word.segment].line
        places = _crossing(word, down) if line.source == "ocr" else []
        first = word.first
        for at in places:
            ends = [frame.along(line, first, end)[2] for end in range(first + 1, word.last)]
            apart = [abs(end - at) for end in ends]
            if apart and min(apart) <= _NEAR_END * word.height:
                end = first + 1 + apart.index(min(apart))
                found.append(
                    Word(frame.along(line, first, end), line.text[first:end], word.segment, first, end)
                )
                first = end
        cut = first > word.first
        rect = frame.along(line, first, word.last) if cut else word.rect
        found.append(Word(rect, line.text[first : word.last], word.segment, first, word.last))
    return found


def _crossing(word: Word, down: Bars) -> list[float]:
    """Where lines drawn down go through the word, from left to right."""
    x0, y0, x1, y1 = word.rect
    edge = _WITHIN * word.height
    through = (down[:, 0] > x0 + edge) & (down[:, 0] < x1 - edge) & (down[:, 1] <= y0) & (down[:, 2] >= y1)
    through &= down[:, 2] - down[:, 1] >= LEAST_LINE * word.height
    return sorted(down[through][:, 0].tolist())
