"""A page's characters as arrays, read out of MuPDF's structured text.

PyMuPDF hands characters out as a dictionary each, which takes longer than MuPDF takes to find them. So they
are read where MuPDF keeps them: the structures here mirror mupdf/fitz/structured-text.h, and each page's
first characters are compared with what PyMuPDF says of them. Where they differ, the dictionaries are read.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

FLAGS = (
    pymupdf.TEXT_PRESERVE_LIGATURES
    | pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_PRESERVE_IMAGES
)
_TEXT, _IMAGE = 0, 1
# Marks spaces that stand for a gap: of a character, not of its type.
_SYNTHETIC = 4
_MOST_CODE = 0x10FFFF
_REPLACEMENT = 0xFFFD

Array = npt.NDArray[Any]
Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Letters:
    """The characters of a page, in the order of its lines.

    `boxes` has a row x0 y0 x1 y1 a character, in points of the unrotated page. `flags` are MuPDF's
    FZ_STEXT_* of each, `alpha` is 0 where it is drawn without colour, `fonts` numbers into `font_names`.
    `lines` gives where each line starts and its writing direction; `pictures` the boxes of pictures and of
    shadings, which MuPDF makes pictures of.
    """

    text: str
    boxes: Array
    flags: Array
    alpha: Array
    sizes: Array
    fonts: Array
    font_names: tuple[str, ...]
    lines: tuple[tuple[int, float, float], ...]
    pictures: tuple[Rect, ...]


class _TextBlock(ctypes.Structure):
    _fields_ = (("first_line", ctypes.c_void_p), ("last_line", ctypes.c_void_p), ("flags", ctypes.c_int))


class _ImageBlock(ctypes.Structure):
    _fields_ = (("transform", ctypes.c_float * 6), ("image", ctypes.c_void_p))


class _BlockContent(ctypes.Union):
    _fields_ = (("text", _TextBlock), ("image", _ImageBlock))


class _Block(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("id", ctypes.c_int),
        ("bbox", ctypes.c_float * 4),
        ("content", _BlockContent),
        ("prev", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
    )


class _Line(ctypes.Structure):
    _fields_ = (
        ("wmode", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("dir", ctypes.c_float * 2),
        ("bbox", ctypes.c_float * 4),
        ("first_char", ctypes.c_void_p),
        ("last_char", ctypes.c_void_p),
        ("prev", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
    )


# The quad's corners: upper left, upper right, lower left, lower right.
_CHAR = np.dtype(
    [
        ("c", "<i4"), ("bidi", "<u2"), ("flags", "<u2"), ("argb", "<u4"), ("origin", "<f4", 2),
        ("quad", "<f4", (4, 2)), ("size", "<f4"), ("font", "<u8"), ("next", "<u8"),
    ]
)  # fmt: skip
_SIZE = _CHAR.itemsize
# What memory is given out in; there may be larger pages, in multiples of this.
_MEMORY_PAGE = 4096


class LetterReader:
    """Reads the characters of a document's pages."""

    def __init__(self) -> None:
        self._mirrors: bool | None = None

    def read(self, page: Any) -> Letters:
        """The page's characters. Raises what PyMuPDF raises for a damaged page."""
        textpage = page.get_textpage(flags=FLAGS)
        first = _first_block(textpage)
        if self._mirrors is None:
            self._mirrors = _is_as_mirrored(textpage, first)
        if self._mirrors:
            return _from_memory(first)
        return _from_dictionary(page.get_text("rawdict", flags=FLAGS, textpage=textpage))


def _from_memory(first: int) -> Letters:
    pictures: list[Rect] = []
    directions: list[tuple[float, float]] = []
    ends: list[tuple[int, int]] = []
    for block in _chain(_Block, first):
        if block.type == _IMAGE:
            pictures.append(_picture(block.content.image.transform))
        elif block.type == _TEXT:
            for line in _chain(_Line, block.content.text.first_line):
                if line.first_char:
                    directions.append(tuple(line.dir))
                    ends.append((line.first_char, line.last_char or 0))
    chars, starts = _gathered(ends)
    return _letters(chars, [(at, *way) for at, way in zip(starts, directions, strict=True)], pictures)


def _first_block(textpage: Any) -> int:
    block = textpage.this.m_internal.first_block
    return int(block.this) if block is not None else 0


def _chain(kind: Any, place: int | None) -> Iterator[Any]:
    while place:
        item = kind.from_address(place)
        yield item
        place = item.next


def _gathered(ends: Sequence[tuple[int, int]]) -> tuple[Array, list[int]]:
    """The characters of lines whose first and last characters lie there, and where among them each line starts.

    They are linked, but mostly lie side by side. So with a character is copied what follows it: up to the last one
    if that lies on the same page of memory or the next, else as far as its page reaches, for pages that hold a
    character are there as a whole. Kept is as much as the characters themselves say comes next."""
    parts: list[list[bytes]] = [[] for _ in ends]
    numbers = np.arange(len(ends))
    places, stops = np.array(ends, np.int64).reshape(-1, 2).T
    while len(places):
        pages_on = stops // _MEMORY_PAGE - (places + _SIZE - 1) // _MEMORY_PAGE
        is_near = (stops >= places) & (pages_on <= 1)
        ahead = np.where(is_near, stops - places, -(places + _SIZE) % _MEMORY_PAGE)
        counts = ahead // _SIZE + 1
        copies = list(map(ctypes.string_at, places.tolist(), (counts * _SIZE).tolist()))
        after = np.frombuffer(b"".join(copies), _CHAR)["next"].astype(np.int64)
        firsts = np.cumsum(counts) - counts
        beside = np.repeat(places - firsts * _SIZE, counts) + np.arange(1, len(after) + 1) * _SIZE
        breaks = np.append(np.flatnonzero(after != beside), len(after))
        kept = np.minimum(breaks[np.searchsorted(breaks, firsts)] - firsts + 1, counts)
        for number, copy, size in zip(numbers.tolist(), copies, (kept * _SIZE).tolist(), strict=True):
            parts[number].append(copy[:size])
        following = after[firsts + kept - 1]
        more = following != 0
        numbers, places, stops = numbers[more], following[more], stops[more]
    lines = [b"".join(part) for part in parts]
    starts = itertools.accumulate([len(line) // _SIZE for line in lines], initial=0)
    return np.frombuffer(b"".join(lines), _CHAR), list(starts)[:-1]


def _picture(transform: Sequence[float]) -> Rect:
    """The box of the unit square, transformed."""
    a, b, c, d, e, f = transform
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(xs), min(ys), max(xs), max(ys)


def _letters(chars: Array, lines: Sequence[tuple[int, float, float]], pictures: Sequence[Rect]) -> Letters:
    known, fonts = _numbered(chars["font"])
    # All characters' first corners side by side, then all second ones: many times faster to compare.
    corners = chars["quad"].transpose(1, 2, 0).astype(np.float64, order="C")
    return Letters(
        _text(chars["c"]),
        np.vstack([corners.min(axis=0), corners.max(axis=0)]).T,
        chars["flags"].astype(np.int64) & ~_SYNTHETIC,
        (chars["argb"] >> 24).astype(np.int64),
        chars["size"].astype(np.float64),
        fonts,
        tuple(_font_name(font) for font in known),
        tuple(lines),
        tuple(pictures),
    )


def _numbered(values: Array) -> tuple[list[int], Array]:
    """The different values, and for each value its number among them. They change seldom."""
    starts = np.flatnonzero(np.diff(values, prepend=values[:1] + 1))
    numbers: dict[int, int] = {}
    each = [numbers.setdefault(value, len(numbers)) for value in values[starts].tolist()]
    return list(numbers), np.repeat(np.array(each, np.int64), np.diff(starts, append=len(values)))


def _text(codes: Array) -> str:
    none = (codes < 0) | (codes > _MOST_CODE) | ((codes >= 0xD800) & (codes < 0xE000))
    return np.where(none, _REPLACEMENT, codes).astype("<u4").tobytes().decode("utf-32-le")


@functools.cache
def _library() -> Any:
    (path,) = Path(pymupdf.__file__).parent.glob("libmupdf.so.*")
    library = ctypes.CDLL(str(path))
    library.fz_font_name.restype = ctypes.c_char_p
    library.fz_font_name.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    return library


def _font_name(font: int) -> str:
    name: bytes = _library().fz_font_name(None, font)
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _is_as_mirrored(textpage: Any, first: int) -> bool:
    """Whether the page's first character is found here as PyMuPDF has it."""
    said = next((block for block in textpage.this if block.m_internal.type == _TEXT), None)
    mirror = next((block for block in _chain(_Block, first) if block.type == _TEXT), None)
    if said is None or mirror is None or not mirror.content.text.first_line:
        return said is mirror
    char = next(iter(said)).m_internal.first_char
    place = _Line.from_address(mirror.content.text.first_line).first_char
    if char is None or place != int(char.this):
        return False
    (mine,) = np.frombuffer(ctypes.string_at(place, _CHAR.itemsize), _CHAR)
    after = int(char.next.this) if char.next is not None else 0
    return (mine["c"], mine["flags"], mine["size"], mine["font"], mine["next"]) == (
        char.c,
        char.flags,
        char.size,
        int(char.font.this),
        after,
    )


def _from_dictionary(page: dict[str, Any]) -> Letters:
    """The same, the slow way."""
    text: list[str] = []
    rows: list[tuple[Any, ...]] = []
    lines: list[tuple[int, float, float]] = []
    names: dict[str, int] = {}
    for block in page["blocks"]:
        for line in block.get("lines", ()):
            lines.append((len(text), *line["dir"]))
            for span in line["spans"]:
                font = names.setdefault(span["font"], len(names))
                style = (span["char_flags"], span["alpha"], span["size"], font)
                text += [char["c"] for char in span["chars"]]
                rows += [(*char["bbox"], *style) for char in span["chars"]]
    table = np.array(rows, np.float64).reshape(-1, 8)
    pictures = tuple(block["bbox"] for block in page["blocks"] if block["type"] == _IMAGE)
    flags, alpha, fonts = (table[:, at].astype(np.int64) for at in (4, 5, 7))
    return Letters(
        "".join(text), table[:, :4], flags, alpha, table[:, 6], fonts, tuple(names), tuple(lines), pictures
    )
