"""The exact places in a document that a citation points at: a sentence, a clause of it, cells of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.language.figures import Figure, figures
from rag_core.ask.language.periods import NOT_TOLD, Period, Told, periods
from rag_core.text import cell_spans, flow, is_cjk, is_row

# Between passages that running heads part, joined text holds blanks for what is left out there.
_PIECE = re.compile(r"\S+(?:\s{1,2}\S+)*")
CELL_MARK = " · "


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a document: document text[start:end] flowed is `text`. `number` is its evidence's;
    `heading` the path of titles above it; `header` names the columns where it is a table's row, else "".
    `score` says how much it bears on the question (higher is better), `cosine` how near it is to it (0
    where not measured); `shown`: it goes into the prompt; `title`: it names things, but says nothing of them; `above`:
    the line of a list of facts that it leans on, or what announces the list of which it is an entry; "" for none; `told`: the
    period that its figures are told of."""

    number: int
    document_id: int
    filename: str
    heading: str
    header: str
    start: int
    end: int
    raw: str
    text: str
    score: float
    cosine: float
    shown: bool
    title: bool = False
    above: str = ""
    told: Told = NOT_TOLD

    @property
    def said(self) -> str:
        """What the sentence says by itself: a row says it together with the names of its columns."""
        return f"{self.header}\n{self.text}" if self.header else self.text

    @property
    def dated(self) -> str:
        """What the sentence says by itself, below the title that says of which period, if any."""
        return f"{self.told.title}\n{self.said}" if self.told.title else self.said

    @property
    def led(self) -> str:
        """The sentence behind the line that it leans on, if any; a row's cells with the names of their columns."""
        if self.header:
            return self.readable
        return f"{self.above}\n{self.text}" if self.above else self.text

    @property
    def readable(self) -> str:
        """The sentence as a reader likes it: a row as its cells, each with the name of its column."""
        if not is_row(self.raw):
            return self.text
        return CELL_MARK.join(reading for _, reading in self.cells)

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Of a row, each cell that is not empty: the name of its column ("" for none), and the cell as it is read."""
        cells, names = all_cells(self.raw), all_cells(self.header)
        named = len(names) == len(cells)
        return tuple(
            (
                names[at] if named else "",
                _named(names[at], cell) if named and at and names[at] and names[at] != cell else cell,
            )
            for at, cell in enumerate(cells)
            if cell
        )

    def told_of(self, figure: Figure) -> Told:
        """The period that the figure is told of: in a table's row that of its column, where columns name any."""
        columns = [
            (periods(name), any(figure.agrees(other) for other in figures(reading)))
            for name, reading in (self.cells if self.header else ())
        ]
        if not any(named for named, _ in columns):
            return self.told
        own = frozenset[Period]().union(*(named for named, holds in columns if holds))
        return Told(own, self.told.title, sure=True)

    def places(self) -> list[int]:
        """Where in `raw` each character of `text` stands, and behind the last one its end."""
        found: list[int] = []
        at = 0
        for character in self.text:
            while character != self.raw[at] and not (character == " " and self.raw[at].isspace()):
                at += 1
            found.append(at)
            at += 1
        return [*found, at]


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a document's text: document text[start:end] == raw, where nothing is left out in between.
    `parts` are the (start, end) of what is pointed at in it, in order."""

    sentence: SourceSentence
    start: int
    end: int
    parts: tuple[tuple[int, int], ...]

    @property
    def raw(self) -> str:
        return self._slice(self.start, self.end)

    @property
    def quote(self) -> str:
        """What is pointed at, as it is read."""
        pieces = [flow(self._slice(*part)) for part in self.parts]
        return CELL_MARK.join(pieces) if is_row(self.sentence.raw) else flow("\n".join(pieces))

    def _slice(self, start: int, end: int) -> str:
        return self.sentence.raw[start - self.sentence.start : end - self.sentence.start]


def whole_span(sentence: SourceSentence) -> Span:
    """The span of the whole sentence; of a row, all its cells."""
    return span_of(sentence, 0, len(sentence.raw))


def span_of(sentence: SourceSentence, low: int, high: int) -> Span:
    """The span of sentence.raw[low:high], white space around it left out."""
    text = sentence.raw[low:high]
    pieces = cell_spans(text) if is_row(text) else tuple(match.span() for match in _PIECE.finditer(text))
    return parts_span(sentence, [(low + start, low + end) for start, end in pieces])


def parts_span(sentence: SourceSentence, parts: Sequence[tuple[int, int]]) -> Span:
    """The span of these (start, end) of sentence.raw, in order; of the whole where there are none."""
    base = sentence.start
    if not parts:
        return Span(sentence, base, sentence.end, ((base, sentence.end),))
    placed = tuple((base + start, base + end) for start, end in parts)
    return Span(sentence, placed[0][0], placed[-1][1], placed)


def _named(name: str, cell: str) -> str:
    return f"{name}：{cell}" if is_cjk(name) else f"{name}: {cell}"


def all_cells(row: str) -> list[str]:
    """All cells of a table's row, the empty ones too."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")] if row else []
