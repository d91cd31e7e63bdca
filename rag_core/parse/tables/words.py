"""The words of a page in the frame of its reader, the rows they stand in, and what belongs together."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.order.rows import is_askew
from rag_core.parse.tables.rulings import Bars, Rulings
from rag_core.types import Box, Line

Rect = tuple[float, float, float, float]

_LEAST_HEIGHT = 0.3
_SAME_ROW = 0.45
_GAP_SPACES = 1.7
_LEAST_GAP = 0.4
_MOST_GAP = 0.95
_USUAL_SPACE = 0.28
_BULLET_GAP = 3.0
# The boxes around recognised words are too wide, in heights.
_OVERLAP = 0.2
# Shorter ones may be strokes of letters.
LEAST_LINE = 4.0
# Results above or below what is normal, before their unit.
_FLAGS = frozenset("↑↓")
_BULLETS = frozenset("•·▪●○◦■□➢➤►✓❑❖◆◇")
_LEADER = re.compile(r"[.·…‧・_=\-–—]{4,}")
_DASHES = re.compile(r"[_=\-–—]{4,}")
# Thousands that are parted by spaces.
_START, _GROUP = re.compile(r"[(+\-–]*\d{1,3}"), re.compile(r"\d{3}([.,]\d+)?[)%]*")
_GOES_ON = ",.:/-–"
_AMOUNT = re.compile(r"[(\[<>≤≥~±+\-–—$€£¥￥]*\d[\d.,:/%‰)\]\-–—*]*|[-–—*]+|n/?a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """Maps the page (fractions, as displayed) to points as a reader sees them whose text is turned
    clockwise by `turn`: upright, origin top left. `lean` is how far rows fall on their way to the right, a
    few hundredths at most: in the frame they are level."""

    turn: int
    width: float
    height: float
    lean: float = 0.0

    def rect(self, box: Box) -> Rect:
        x0, y0, x1, y1 = self._upright(box)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        across, down = self._levelled(x, y)
        height = self._own_height(x1 - x0, y1 - y0)
        return across - (x1 - x0) / 2, down - height / 2, across + (x1 - x0) / 2, down + height / 2

    def box(self, rect: Rect) -> Box:
        """What `rect` undoes."""
        x0, y0, x1, y1 = rect
        across, down = -self.lean * (y0 + y1) / 2, self.lean * (x0 + x1) / 2
        x0, y0, x1, y1 = x0 + across, y0 + down, x1 + across, y1 + down
        match self.turn:
            case 0:
                points = x0, y0, x1, y1
            case 90:
                points = self.width - y1, x0, self.width - y0, x1
            case 180:
                points = self.width - x1, self.height - y1, self.width - x0, self.height - y0
            case _:
                points = y0, self.height - x1, y1, self.height - x0
        size = np.array([self.width, self.height] * 2)
        return Box(*np.clip(np.array(points) / size, 0.0, 1.0).tolist())

    def along(self, line: Line, start: int, end: int) -> Rect:
        """The rectangle of line.text[start:end]."""
        if not self.lean:
            return self.rect(line.span_box(start, end))
        x0, y0, x1, y1 = self._upright(line.box)
        first, _, last, _ = self._upright(line.span_box(start, end))
        middle, x = (y0 + y1) / 2, (first + last) / 2
        _, down = self._levelled((x0 + x1) / 2, middle)
        across, _ = self._levelled(x, middle + self.lean * (x - (x0 + x1) / 2))
        height = self._own_height(x1 - x0, y1 - y0)
        return across - (last - first) / 2, down - height / 2, across + (last - first) / 2, down + height / 2

    def levelled(self, rulings: Rulings) -> Rulings:
        """The rulings of the upright page that leans, in the frame."""
        across, down = rulings.across.copy(), rulings.down.copy()
        across[:, 0] -= self.lean * (across[:, 1] + across[:, 2]) / 2
        down[:, 0] += self.lean * (down[:, 1] + down[:, 2]) / 2
        return Rulings(across, down)

    def _levelled(self, x: float, y: float) -> tuple[float, float]:
        return x + self.lean * y, y - self.lean * x

    def _own_height(self, width: float, height: float) -> float:
        """The height of what stands in a box of the page that leans."""
        return max(height - abs(self.lean) * width, _LEAST_HEIGHT * height)

    def _upright(self, box: Box) -> Rect:
        x0, x1, y0, y1 = box.x0 * self.width, box.x1 * self.width, box.y0 * self.height, box.y1 * self.height
        match self.turn:
            case 0:
                return x0, y0, x1, y1
            case 90:
                return y0, self.width - x1, y1, self.width - x0
            case 180:
                return self.width - x1, self.height - y1, self.width - x0, self.height - y0
            case _:
                return self.height - y1, x0, self.height - y0, x1


@dataclass(frozen=True, slots=True)
class Word:
    """A word of segment number `segment`: its characters first:last."""

    rect: Rect
    text: str
    segment: int
    first: int
    last: int

    @property
    def height(self) -> float:
        return self.rect[3] - self.rect[1]

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.rect
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def is_amount(self) -> bool:
        return _AMOUNT.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words of one row that belong together, from left to right, and where they start and end."""

    words: tuple[Word, ...]
    row: int
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class TextRow:
    """What stands on one row, from left to right."""

    top: float
    bottom: float
    chunks: tuple[Chunk, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def chunk_of(words: Sequence[Word], row: int) -> Chunk:
    return Chunk(tuple(words), row, words[0].rect[0], max(word.rect[2] for word in words))


def amounts_apart(chunk: Chunk) -> list[Chunk]:
    """Each amount of a chunk of amounts; the chunk as it is where it has words, or groups of three digits. An arrow ends
    what it is said of."""
    words = chunk.words
    for at, word in enumerate(words[:-1], start=1):
        if word.text in _FLAGS:
            return [chunk_of(words[:at], chunk.row), *amounts_apart(chunk_of(words[at:], chunk.row))]
    whole = any(
        _GROUP.fullmatch(after.text) and _START.fullmatch(before.text)
        for before, after in itertools.pairwise(words)
    )
    if whole or len(words) < 2 or not all(word.is_amount and word.text[-1] not in _GOES_ON for word in words):
        return [chunk]
    return [chunk_of([word], chunk.row) for word in words]


def words_of(segments: Sequence[Segment], frame: Frame) -> list[Word]:
    """The words of the segments that are turned as the frame is; those of watermarks are in no table."""
    return [
        Word(frame.along(segment.line, start, end), segment.line.text[start:end], number, start, end)
        for number, segment in enumerate(segments)
        if segment.turn == frame.turn and not is_askew(segment.line)
        for start, end in _spans(segment.line.text)
    ]


def is_leader(word: Word) -> bool:
    """Whether the word is no word but a row of dots, or a line drawn with dashes."""
    return _LEADER.fullmatch(word.text) is not None


def dashed_rules(words: Iterable[Word], least: float) -> Bars:
    """Lines across that are drawn with dashes, at least this long."""
    rules = [
        (word.middle[1], word.rect[0], word.rect[2])
        for word in words
        if _DASHES.fullmatch(word.text) and word.rect[2] - word.rect[0] >= least
    ]
    return np.array(rules).reshape(-1, 3)


def usual_gap(words: Sequence[Word]) -> float:
    """The widest gap between words that belong together, in heights of their row."""
    gaps = [
        (after.rect[0] - before.rect[2]) / max(before.height, 1e-6)
        for before, after in itertools.pairwise(words)
        if before.segment == after.segment
    ]
    space = statistics.median(gaps) if gaps else _USUAL_SPACE
    return min(max(_GAP_SPACES * space, _LEAST_GAP), _MOST_GAP)


def text_rows(words: Sequence[Word], gap: float, down: Bars | None = None) -> list[TextRow]:
    """The words in rows from top to bottom. What stands on two sides of a line drawn `down` is apart."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle[1]):
        leader = max(rows[-1], key=lambda one: one.height) if rows else word
        apart = abs(word.middle[1] - leader.middle[1])
        if rows and apart < _SAME_ROW * min(word.height, leader.height):
            rows[-1].append(word)
        else:
            rows.append([word])
    found: list[TextRow] = []
    for number, row in enumerate(rows):
        tallest = max(row, key=lambda one: one.height)
        found.append(TextRow(tallest.rect[1], tallest.rect[3], tuple(_chunks(row, number, gap, down))))
    return found


def _chunks(row: Sequence[Word], number: int, gap: float, down: Bars | None) -> Iterable[Chunk]:
    chunk: list[Word] = []
    for word in sorted(row, key=lambda word: word.rect[0]):
        parted = chunk and down is not None and _are_parted(chunk[-1], word, down)
        if chunk and (parted or not _goes_on(chunk, word, gap)):
            yield chunk_of(chunk, number)
            chunk = []
        chunk.append(word)
    if chunk:
        yield chunk_of(chunk, number)


def _goes_on(chunk: Sequence[Word], word: Word, gap: float) -> bool:
    end = max(one.rect[2] for one in chunk)
    if len(chunk) == 1 and _is_bullet(chunk[0].text):
        gap = _BULLET_GAP
    return word.rect[0] - end <= gap * word.height


def _are_parted(before: Word, after: Word, down: Bars) -> bool:
    """Whether a line is drawn down between the words: about where one ends and the other begins."""
    (_, y0, end, y1), (start, top, _, bottom) = before.rect, after.rect
    slack = _OVERLAP * max(before.height, after.height)
    low, high = min(end, start) - slack, max(end, start) + slack
    between = (down[:, 0] > max(low, before.middle[0])) & (down[:, 0] < min(high, after.middle[0]))
    beside = (down[:, 1] <= max(y0, top)) & (down[:, 2] >= min(y1, bottom))
    beside &= down[:, 2] - down[:, 1] >= LEAST_LINE * max(before.height, after.height)
    return bool(np.any(between & beside))


def _is_bullet(text: str) -> bool:
    return len(text) == 1 and (text in _BULLETS or "\ue000" <= text < "\uf900")


def _spans(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for part in text.split(" "):
        if part:
            yield start, start + len(part)
        start += len(part) + 1
