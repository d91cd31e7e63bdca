"""A page on its way from the child to its parent: its blocks as JSON, its lines' words as text, and the many numbers
of its lines as whole numbers of four bytes.

What page_codec makes is kept, and small; this is gone in a moment, and made and taken apart in a quarter of the
time. It holds as much: a page comes out of both the same. The bytes may come from a hostile child: decoding trusts
nothing, bounds sizes, checks every value, and never runs anything.
"""

from __future__ import annotations

import itertools
import json
import re
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag_core.page_codec import (
    MAX_UNITS,
    SOURCES,
    TRUST,
    UNITS,
    block_of,
    block_row,
    page_of,
    sides,
    units,
    whole,
)
from rag_core.types import Box, Line, Page

MAX_PAGE_BYTES = 64 * 2**20
_MOST_LINES = 2**20
_LENGTHS = struct.Struct(">II")
_NUMBER = np.dtype("<i4")
# Of each line: its box, its confidence, the number of its source, whether it is vertical.
_LOWEST = np.array([*[-MAX_UNITS] * 4, 0, 0, 0])
_HIGHEST = np.array([*[MAX_UNITS] * 4, TRUST, len(SOURCES) - 1, 1])
_TRAITS = len(_LOWEST)
_BREAK = "\n"
_NO_TEXT = re.compile("[\f\\x00]")

Numbers = npt.NDArray[np.int32]


def page_bytes(page: Page) -> bytes:
    """The page as bytes; boxes and edges are rounded to 1e-5 of the page, confidence to 1e-4. Raises
    ValueError where one of them is no number."""
    lines = [line for block in page.blocks for line in block.lines]
    blocks = [block_row(block, len(block.lines)) for block in page.blocks]
    head = json.dumps([page.number, page.width, page.height, blocks], allow_nan=False).encode()
    text = _BREAK.join([line.text for line in lines]).encode()
    traits = np.empty((len(lines), _TRAITS), np.int64)
    traits[:, :4] = units([sides(line.box) for line in lines]).reshape(-1, 4)
    traits[:, 4:] = np.reshape(
        [(round(line.confidence * TRUST), SOURCES.index(line.source), line.vertical) for line in lines],
        (-1, 3),
    )
    edges = units(list(itertools.chain.from_iterable([line.edges for line in lines])))
    return b"".join([_LENGTHS.pack(len(head), len(text)), head, text, _packed(traits), _packed(edges)])


def page_from(data: bytes) -> Page:
    """The page that page_bytes made the bytes of. Raises ValueError for anything else."""
    try:
        if len(data) > MAX_PAGE_BYTES:
            raise ValueError("page too large")
        head_bytes, text_bytes = _LENGTHS.unpack_from(data)
        words = _LENGTHS.size + head_bytes
        number, width, height, rows = json.loads(data[_LENGTHS.size : words])
        counts = [whole(row[2], 0, _MOST_LINES) for row in rows]
        texts = _texts(data[words : words + text_bytes], sum(counts))
        lines = iter(_lines(texts, np.frombuffer(data, _NUMBER, offset=words + text_bytes)))
        blocks = [
            block_of(row, tuple(itertools.islice(lines, count)))
            for row, count in zip(rows, counts, strict=True)
        ]
        return page_of(number, width, height, blocks)
    except (struct.error, TypeError, KeyError, IndexError, RecursionError) as error:
        raise ValueError("not a page") from error


def _packed(numbers: npt.NDArray[np.int64]) -> bytes:
    """What is too large for four bytes is no place on a page, and is refused as the largest number is."""
    most = np.iinfo(_NUMBER).max
    return numbers.clip(-most, most).astype(_NUMBER).tobytes()


def _texts(data: bytes, count: int) -> list[str]:
    text = data.decode()
    if _NO_TEXT.search(text):
        raise ValueError("not a line's text")
    texts = text.split(_BREAK) if count else []
    if len(texts) != count:
        raise ValueError("not the text of the lines")
    return texts


def _lines(texts: Sequence[str], numbers: Numbers) -> list[Line]:
    own = _TRAITS * len(texts)
    ends = list(itertools.accumulate([len(text) + 1 for text in texts], initial=0))
    if len(numbers) != own + ends[-1]:
        raise ValueError("not the places of the lines")
    traits, places = numbers[:own].reshape(-1, _TRAITS), numbers[own:]
    outside = (places < -MAX_UNITS).any() or (places > MAX_UNITS).any()
    if outside or (traits < _LOWEST).any() or (traits > _HIGHEST).any():
        raise ValueError("not the places of the lines")
    columns: Any = traits.T
    boxes = map(Box, *(columns[:4] / UNITS).tolist())
    others = ((columns[4] / TRUST).tolist(), *columns[5:].tolist())
    edges: tuple[float, ...] = tuple((places / UNITS).tolist())
    return [
        Line(text, box, SOURCES[source], trust, edges[first:last], bool(vertical))
        for text, box, trust, source, vertical, first, last in zip(
            texts, boxes, *others, ends[:-1], ends[1:], strict=True
        )
    ]
