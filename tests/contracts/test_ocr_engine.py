"""What every OCR engine promises, the fake and the real one alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

from rag_core.models.folders import find
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.protocols import OcrEngine
from rag_core.settings import read_settings
from rag_core.types import Line
from tests.builders import LEADING, SIZE, TOP, picture
from tests.fakes import FakeOcrEngine

TEXTS = ("The reading room opens at nine", "图书馆每天上午九点开门", "Closed on 24 December 2025")
Opened = Callable[[Sequence[str]], OcrEngine]


@cache
def paddle() -> OcrEngine:
    folder = find(read_settings(), "PP-OCRv6-small")
    assert folder, "run: python -m rag_core.models fetch"
    return PaddleOcrEngine(folder)


@pytest.fixture(params=["fake", pytest.param("paddle", marks=pytest.mark.weights)])
def opened(request: pytest.FixtureRequest) -> Opened:
    return FakeOcrEngine if request.param == "fake" else lambda texts: paddle()


def plain(text: str) -> str:
    return "".join(text.split()).lower()


def assert_sound(lines: Sequence[Line]) -> None:
    for line in lines:
        assert line.source == "ocr"
        assert len(line.edges) == len(line.text) + 1
        assert 0 <= line.confidence <= 1
        assert 0 <= line.box.x0 < line.box.x1 <= 1
        assert 0 <= line.box.y0 < line.box.y1 <= 1
        low, high = (line.box.y0, line.box.y1) if line.vertical else (line.box.x0, line.box.x1)
        assert all(low - 0.005 <= edge <= high + 0.005 for edge in line.edges)


def test_it_reads_lines_in_order_with_their_boxes(opened: Opened) -> None:
    lines = opened(TEXTS).read(picture(TEXTS))
    assert_sound(lines)
    assert [plain(line.text) for line in lines] == [plain(text) for text in TEXTS]
    for index, line in enumerate(lines):
        baseline = (TOP + index * LEADING) / 842
        assert line.box.y0 < baseline - 0.3 * SIZE / 842 < line.box.y1
        assert line.box.y1 - line.box.y0 < 2 * SIZE / 842


def test_edges_tell_where_a_word_stands(opened: Opened) -> None:
    text = "Returned books"
    (line,) = opened([text]).read(picture([text]))
    assert list(line.edges) == sorted(line.edges)
    assert line.span_box(0, len(line.text)).x1 == pytest.approx(line.box.x1, abs=0.01)


def test_blank_paper_has_no_lines(opened: Opened) -> None:
    assert opened([]).read(np.full((800, 600, 3), 255, np.uint8)) == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (900, 2, 3)])
def test_a_sliver_has_no_lines(opened: Opened, shape: tuple[int, ...]) -> None:
    assert opened([]).read(np.full(shape, 255, np.uint8)) == ()


@pytest.mark.weights
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_paper_is_read_and_its_boxes_lie_on_the_ink(turn: int) -> None:
    image = picture(TEXTS, turn)
    lines = paddle().read(image)
    assert_sound(lines)
    assert [plain(line.text) for line in lines] == [plain(text) for text in TEXTS]
    height, width = image.shape[:2]
    for line, text in zip(lines, TEXTS, strict=True):
        assert line.vertical == (turn in (90, 270))
        assert (line.edges[-1] < line.edges[0]) == (turn in (180, 270))
        half = line.span_box(0, len(line.text) // 2)
        assert half != line.box, text
        rows = slice(int(half.y0 * height), int(half.y1 * height) + 1)
        columns = slice(int(half.x0 * width), int(half.x1 * width) + 1)
        assert (image[rows, columns].min(axis=2) < 128).mean() > 0.05


@pytest.mark.weights
def test_a_word_is_found_where_it_stands() -> None:
    text = "Withdrawn WILL MOVE"
    image = picture([text])
    (line,) = paddle().read(image)
    ink = np.flatnonzero((image.min(axis=2) < 128).any(axis=0))
    widest = int(np.argmax(np.diff(ink)))
    word = line.text.index("MOVE") if ink[widest] > image.shape[1] / 3 else line.text.index("WILL")
    assert line.edges[word] == pytest.approx(ink[widest + 1] / image.shape[1], abs=0.012)
