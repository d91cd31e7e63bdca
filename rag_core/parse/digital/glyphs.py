"""From single characters and their boxes to a Line: clean text, and one edge a character."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag_core.types import Box, Line

REPLACEMENT = "\ufffd"
_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st", "\u0132": "IJ", "\u0133": "ij",
}  # fmt: skip
# Radicals that fonts of Chinese PDFs give instead of the characters; the Kangxi block folds by NFKC.
_RADICALS = str.maketrans(
    "⺀⺁⺄⺈⺊⺌⺍⺕⺗⺘⺜⺟⺠⺡⺢⺣⺤⺥⺨⺩⺪⺫⺬⺭⺮⺯⺱⺳⺴⺷⺹⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "冫厂乙刀卜小小彐心扌日母民氵氺灬爫爫犭王疋目示礻竹糸罒罒罒羊耂月臼艹艹艹虎衤覀西见角讠贝足车辶辶辶阝钅长镸长门阝雨青韦页风飞食飠饣食马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟",
)
# Programs that write PDF from HTML draw its line breaks, which a reader sees as spaces.
_SPACES = "\t\n\v\f\r\x85\u2028\u2029"
# Characters that stay as they are: anything else goes through _clean, one by one.
_PLAIN = re.compile(
    r"[!-~\u00a1-\u00ac\u00ae-\u0131\u0134-\u02ff\u0391-\u03ff\u0400-\u045f\u2010-\u2027\u3001-\u30ff\u4e00-\u9fff\uff01-\uff60 ]+"
)
# Letters of scripts that run left, and numbers of more than one digit.
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NUMBER = re.compile(
    "[0-9][0-9.,:/]*[0-9]|[\u0660-\u0669\u06f0-\u06f9][\u0660-\u0669\u06f0-\u06f9.,:/\u066b\u066c]*[\u0660-\u0669\u06f0-\u06f9]"
)
# Programs set a fifth of a character's width between Chinese and figures or Latin letters; what is typed is wider.
_SET_APART = re.compile("(?<=[\u3400-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u3400-\u9fff])")
_TYPED = 0.235
_CHINESE = 0x3400, 0x9FFF
_FEWEST_PAIRS = 3
# Of a character's width: where Chinese characters touch but for a few places, a space was typed there.
_TOUCHING, _GAP, _MOST_GAP = 0.05, 0.25, 1.5
_MOST_SLOPE = 0.05

Spans = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of text as it stands on the page. `turn` is how far its writing direction is turned
    clockwise from left-to-right: 0, 90 (downwards), 180 or 270 (upwards). `size` is the type size of most
    of it in page heights, 0 where only boxes are known; `bold` whether all of it is."""

    line: Line
    turn: int
    size: float = 0.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a text layer as the file has it, its characters in their order. `boxes` has a row x0 y0 x1 y1
    a character, in fractions of the page as displayed; `direction` is the writing direction there (x right,
    y down). `visible` is false for text drawn without ink, as scanners put it over the picture of a page.
    `size` is the type size of most of it in page heights, 0 where that can't be known; `bold` whether all of
    it is."""

    text: str
    boxes: Spans
    direction: tuple[float, float]
    visible: bool
    size: float = 0.0
    bold: bool = False


def is_garbled(character: str) -> bool:
    """Whether the character tells nothing: no meaning was given to its glyph."""
    if character in _SPACES:
        return False
    return character == REPLACEMENT or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}


def count_garbled(text: str) -> int:
    """How many of the characters tell nothing."""
    return sum(is_garbled(character) for character in _PLAIN.sub("", text))


def segments(lines: Sequence[RawLine]) -> list[Segment]:
    """The lines of a text layer, clean, without those of which nothing can be read."""
    kept: list[tuple[RawLine, str]] = []
    rows: list[Spans] = []
    for line in lines:
        text, boxes = _tidy(line.text, line.boxes, line.direction)
        if text:
            kept.append((line, text))
            rows.append(boxes)
    if not kept:
        return []
    boxes = np.concatenate(rows).clip(0.0, 1.0)
    firsts = np.cumsum([0, *(len(text) for _, text in kept)])
    turns = [quarter(*line.direction) for line, _ in kept]
    edges = _edges(boxes, firsts, turns)
    low = np.minimum.reduceat(boxes[:, :2], firsts[:-1])
    high = np.maximum.reduceat(boxes[:, 2:], firsts[:-1])
    around = map(Box, *low.T.tolist(), *high.T.tolist())
    starts = (firsts[:-1] + np.arange(len(kept))).tolist()
    found: list[Segment] = []
    for (line, text), box, turn, first in zip(kept, around, turns, starts, strict=True):
        own = edges[first : first + len(text) + 1]
        whole = Line(text, box, "text", 1.0, own, turn in (90, 270))
        found.append(Segment(whole, turn, line.size, line.bold))
    return found


def _tidy(text: str, boxes: Spans, direction: tuple[float, float]) -> tuple[str, Spans]:
    bare = text.strip(" ")
    if len(bare) < len(text):
        first = len(text) - len(text.lstrip(" "))
        text, boxes = bare, boxes[first : first + len(bare)]
    if "  " in text or not _PLAIN.fullmatch(text):
        text, boxes = _cleaned(text, boxes)
    if text.isascii():
        return text, boxes
    if max(text) > "\u2e7f" and _is_level(*direction):
        text, boxes = _with_gaps(*_without_set_gaps(text, boxes))
    return _with_numbers_forward(text, boxes) if _LEFTWARD.search(text) else (text, boxes)


def _is_level(dx: float, dy: float) -> bool:
    """Whether text in the direction runs to the right, so that the room between characters is that along x."""
    return dx > 0 and abs(dy) <= _MOST_SLOPE * dx


def _without_set_gaps(text: str, boxes: Spans) -> tuple[str, Spans]:
    """Without the spaces that stand for the little room set around figures in Chinese."""
    kept = np.ones(len(text), bool)
    for found in _SET_APART.finditer(text):
        at = found.start()
        one = at + 1 if text[at + 1] > "\u2e7f" else at - 1
        if boxes[at + 1, 0] - boxes[at - 1, 2] < _TYPED * (boxes[one, 2] - boxes[one, 0]):
            kept[at] = False
    return "".join(itertools.compress(text, kept)), boxes[kept]


def _with_gaps(text: str, boxes: Spans) -> tuple[str, Spans]:
    """With the spaces between Chinese characters that some programs leave to the places of the characters."""
    # Most lines leave no room anywhere: they are told at once.
    if (boxes[1:, 0] - boxes[:-1, 2]).max(initial=0.0) < _GAP * (boxes[:, 2] - boxes[:, 0]).max():
        return text, boxes
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    chinese = (codes >= _CHINESE[0]) & (codes <= _CHINESE[1])
    pairs = np.flatnonzero(chinese[:-1] & chinese[1:])
    if len(pairs) < _FEWEST_PAIRS:
        return text, boxes
    widths = boxes[pairs, 2] - boxes[pairs, 0]
    gaps = (boxes[pairs + 1, 0] - boxes[pairs, 2]) / np.maximum(widths, 1e-9)
    if gaps.max() < _GAP or np.median(gaps) > _TOUCHING:
        return text, boxes
    after = pairs[(gaps >= _GAP) & (gaps <= _MOST_GAP)] + 1
    spaces = np.column_stack([boxes[after - 1, 2], boxes[after, 1], boxes[after, 0], boxes[after, 3]])
    pieces = [text[low:high] for low, high in itertools.pairwise([0, *after.tolist(), len(text)])]
    return " ".join(pieces), np.insert(boxes, after, spaces, axis=0)


def _with_numbers_forward(text: str, boxes: Spans) -> tuple[str, Spans]:
    """Numbers in text that runs left are written to the right all the same; MuPDF turns them with the rest."""
    order = list(range(len(text)))
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        if boxes[start, 0] > boxes[end - 1, 0]:
            order[start:end] = order[start:end][::-1]
    return "".join([text[at] for at in order]), boxes[order]


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around the boxes."""
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def clean_text(text: str) -> str:
    """The text with line breaks as spaces, without control characters and doubled spaces."""
    return _cleaned(text, np.zeros((len(text), 4)))[0]


def _cleaned(text: str, boxes: Spans) -> tuple[str, Spans]:
    """What of the text is kept, and a box for each of its characters: a ligature's letters share its box."""
    letters = [_clean(character) for character in text]
    if any(len(one) != 1 for one in letters):
        boxes = _shared(boxes, [len(one) for one in letters])
    text = "".join(letters)
    if "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text, boxes
    inked = len(text.rstrip(" "))
    kept = [
        at < inked and (one != " " or (at > 0 and before != " "))
        for at, (before, one) in enumerate(itertools.pairwise(" " + text))
    ]
    return "".join(itertools.compress(text, kept)), boxes[np.array(kept, bool)]


def _shared(boxes: Spans, parts: Sequence[int]) -> Spans:
    """Each box as many times as it has parts; the parts stand side by side in it."""
    shares = np.repeat(boxes, parts, axis=0)
    at = 0
    for box, count in zip(boxes, parts, strict=True):
        if count > 1:
            bounds = np.linspace(box[0], box[2], count + 1)
            shares[at : at + count, 0], shares[at : at + count, 2] = bounds[:-1], bounds[1:]
        at += count
    return shares


@functools.lru_cache(maxsize=4096)
def _clean(character: str) -> str:
    """The character as it is kept: nothing, itself, or the letters of a ligature."""
    if character in _LIGATURES:
        return _LIGATURES[character]
    category = unicodedata.category(character)
    if category == "Zs" or character in _SPACES:
        return " "
    if character == "\u00ad":
        return "-"
    if category == "Cf" or is_garbled(character):
        return ""
    if "\u2f00" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff":
        return unicodedata.normalize("NFKC", character)
    return character.translate(_RADICALS)


def quarter(dx: float, dy: float) -> int:
    """How far the writing direction (x right, y down) is turned clockwise from left-to-right."""
    if abs(dx) >= abs(dy):
        return 0 if dx >= 0 else 180
    return 90 if dy > 0 else 270


def _edges(boxes: Spans, firsts: npt.NDArray[np.int64], turns: Sequence[int]) -> tuple[float, ...]:
    """The edges of each line, one line after the other: where each character starts, and where the last one ends."""
    starts, ends = _spans(boxes, firsts, turns)
    edges: tuple[float, ...] = tuple(np.insert(starts, firsts[1:], ends[firsts[1:] - 1]).tolist())
    return edges


def _spans(boxes: Spans, firsts: npt.NDArray[np.int64], turns: Sequence[int]) -> tuple[Spans, Spans]:
    """Where each character starts and ends along the writing direction of its line."""
    starts, ends = boxes[:, 0].copy(), boxes[:, 2].copy()
    leftward = _run_left(starts, firsts)
    for at, turn in enumerate(turns):
        if turn == 0 and not leftward[at]:
            continue
        span = slice(firsts[at], firsts[at + 1])
        first, second = _SIDES[turn] if turn else (2, 0)
        starts[span], ends[span] = boxes[span, first], boxes[span, second]
    return starts, ends


# The columns of a box that are first and last in the writing direction.
_SIDES = {90: (1, 3), 180: (2, 0), 270: (3, 1)}


def _run_left(starts: Spans, firsts: npt.NDArray[np.int64]) -> list[bool]:
    """Of each line, whether most characters stand left of the one before them: a right-to-left script."""
    steps = np.sign(np.diff(starts, prepend=0.0))
    steps[firsts[:-1]] = 0.0
    leftward: list[bool] = (np.add.reduceat(steps, firsts[:-1]) < 0).tolist()
    return leftward
