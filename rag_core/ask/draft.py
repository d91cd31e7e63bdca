"""The answer while it is being written: what to show at once, and which sentences are finished."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag_core.ask.checking.cite import hints
from rag_core.text import sentence_spans

# A tail that may turn out to be the start of a [n] mark, or of emphasis, is not shown yet.
_OPEN_TAIL = re.compile(r" *(?:[\[【〔][^\]】〕\n]{0,14}|\*)$| +$")
_EMPHASIS = re.compile(r"\*\*")
# The number of a clause, or a figure, is none: 8.2, 3.5 kg.
_LIST_MARK = re.compile(r"^(?:[-*•·]|\d{1,2}[.)、．](?!\d))\s*")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Finished:
    """A sentence of the answer's text, what it claims, and the source numbers the model put to it."""

    start: int
    end: int
    claim: str
    hinted: frozenset[int]


@dataclass(slots=True)
class Draft:
    """Takes pieces from the model; `text` is what the user has been shown, without [n] marks."""

    text: str = ""
    _tail: str = ""
    _checked: int = 0
    _hints: list[tuple[int, frozenset[int]]] = field(default_factory=list)

    def feed(self, piece: str) -> str:
        """Add a piece; returns what may be shown now."""
        whole = self._tail + piece
        open_tail = _OPEN_TAIL.search(whole)
        cut = open_tail.start() if open_tail else len(whole)
        self._tail = whole[cut:]
        return self._show(whole[:cut])

    def close(self) -> str:
        """No more comes; returns what was still held back."""
        rest, self._tail = self._tail, ""
        return self._show(rest)

    def _show(self, ready: str) -> str:
        clean, found = hints(_EMPHASIS.sub("", ready))
        if found:
            self._hints.append((len(self.text), found))
        if not self.text:
            clean = clean.lstrip()
        self.text += clean
        return clean

    def finished(self, last: bool = False) -> list[Finished]:
        """The sentences finished since the last call; all that remain when `last`."""
        spans = [
            (line.start() + start, line.start() + end)
            for line in _LINE.finditer(self.text)
            for start, end in sentence_spans(line.group())
        ]
        ready = spans if last else spans[:-1]
        fresh = ready[self._checked :]
        self._checked = max(self._checked, len(ready))
        return [self._finished(start, end) for start, end in fresh]

    def _finished(self, start: int, end: int) -> Finished:
        found = [numbers for position, numbers in self._hints if start < position <= end + 1]
        claim = _LIST_MARK.sub("", self.text[start:end])
        return Finished(start, end, claim, frozenset().union(*found))
