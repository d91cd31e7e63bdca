"""Recognition with real weights on pages made here: every way up, leaning, tiny, mixed, on dark ground."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from rag_core.evaluate.characters import edit_distance
from rag_core.models.folders import find
from rag_core.parse.order.flows import turn_of
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.protocols import ImageArray
from rag_core.settings import read_settings
from rag_core.types import Line
from tests.builders import picture

pytestmark = pytest.mark.weights

TEXTS = (
    "The reading room is on the second floor",
    "阅览室在二楼，请保持安静",
    "Opening hours: 09:00 to 18:30 on weekdays",
    "图书馆每天上午九点开门，晚上六点半关门",
    "Readers return 3 books within 21 days",
    "逾期每天罚款五角，最多三十元",
    "Bags are left in the lockers downstairs",
    "食品和饮料不得带入阅览室",
)


@cache
def engine() -> PaddleOcrEngine:
    folder = find(read_settings(), "PP-OCRv6-small")
    assert folder, "run: python -m rag_core.models fetch"
    return PaddleOcrEngine(folder)


def read(image: ImageArray) -> tuple[Line, ...]:
    return engine().read(np.ascontiguousarray(image))


def plain(text: str) -> str:
    return "".join(text.split()).lower()


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [plain(line.text) for line in lines]


def leaning(image: ImageArray, degrees: float) -> ImageArray:
    """The picture turned counterclockwise about its middle, on white paper."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(image, turn, (width, height), borderValue=(255, 255, 255))
    return np.asarray(turned, np.uint8)


def ink_share(image: ImageArray, line: Line, start: int, end: int) -> float:
    """How much of the dark pixels in the line's box lie where the characters are said to stand."""
    height, width = image.shape[:2]
    dark = image.min(axis=2) < 128
    whole, part = line.box, line.span_box(start, end)

    def count(x0: float, y0: float, x1: float, y1: float) -> int:
        rows = slice(round(y0 * height), round(y1 * height))
        return int(dark[rows, round(x0 * width) : round(x1 * width)].sum())

    return count(part.x0, part.y0, part.x1, part.y1) / count(whole.x0, whole.y0, whole.x1, whole.y1)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_says_the_same_whichever_way_up(turn: int) -> None:
    upright = read(picture(TEXTS))
    assert texts(upright) == [plain(text) for text in TEXTS]
    turned = read(picture(TEXTS, turn))
    assert texts(turned) == texts(upright)
    assert {turn_of(line) for line in turned} == {turn}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_with_hardly_any_text_says_the_same_whichever_way_up(turn: int) -> None:
    assert texts(read(picture(["Annex 4"], turn))) == ["annex4"]


@pytest.mark.parametrize("degrees", [-8.0, -2.0, 2.0, 8.0])
def test_a_page_that_leans_is_read_and_its_words_found(degrees: float) -> None:
    image = leaning(picture(TEXTS), degrees)
    lines = read(image)
    assert sorted(texts(lines)) == sorted(plain(text) for text in TEXTS)
    (line,) = [line for line in lines if line.text.startswith("Bags")]
    # Half of the letters of "Bags are left in the lockers downstairs" stand in its first half.
    assert ink_share(image, line, 0, len(line.text) // 2) == pytest.approx(0.5, abs=0.08)


def test_lines_that_run_other_ways_than_the_page_are_read_too() -> None:
    image = picture(TEXTS)
    height = image.shape[0]
    strip = picture(["Received 12 March 2024"])[220:300, 180:760]
    sideways = np.rot90(strip)
    image[900 : 900 + sideways.shape[0], 60 : 60 + sideways.shape[1]] = sideways
    headlong = np.rot90(strip, 2)
    image[1700 : 1700 + headlong.shape[0], 700 : 700 + headlong.shape[1]] = headlong
    found = {turn_of(line): line for line in read(image) if "Received" in line.text}
    assert set(found) == {270, 180}
    assert [plain(line.text) for line in found.values()] == ["received12march2024"] * 2
    up, down = found[270], found[180]
    assert up.box.x1 < 0.12
    assert 900 / height < up.box.y0 < up.box.y1 < (900 + 600) / height
    assert 1690 / height < down.box.y0 < down.box.y1 < 1790 / height
    assert down.edges[0] > down.edges[-1]


def test_single_digits_are_read_upright() -> None:
    digits = ("1", "7", "4", "1", "3")
    assert texts(read(picture([f"{one}    Chairs and tables" for one in digits]))) != []
    columns = picture(digits)
    wide = picture(["Chairs and tables", "Lamps", "Cupboards", "Curtains", "Carpets"])
    page = np.hstack([columns[:, :300], wide[:, 150:]])
    found = [line.text for line in read(page) if line.box.x1 < 0.25]
    assert found == list(digits)


@pytest.mark.parametrize("dpi", [72, 100])
def test_small_pictures_are_read(dpi: int) -> None:
    assert texts(read(picture(TEXTS, dpi=dpi))) == [plain(text) for text in TEXTS]


def test_text_at_the_very_edge_is_read() -> None:
    image = picture(["Nothing is cut off here"])
    down, across = np.nonzero(image.min(axis=2) < 128)
    cut = image[down.min() : down.max() + 1, across.min() : across.max() + 1]
    (line,) = read(cut)
    assert plain(line.text) == "nothingiscutoffhere"
    assert (line.box.x0, line.box.x1) == pytest.approx((0, 1), abs=0.02)


def test_white_on_black_is_read() -> None:
    assert texts(read(255 - picture(TEXTS))) == [plain(text) for text in TEXTS]


def test_confidence_falls_with_what_can_be_read() -> None:
    """It is near the share of the characters that are right, over all lines and in the worst of them."""
    given: list[float] = []
    for blur in (0.1, 5.0, 7.0):
        lines = read(cv2.GaussianBlur(picture(TEXTS), (0, 0), blur).astype(np.uint8))
        characters = sum(len(line.text) for line in lines)
        given.append(sum(line.confidence * len(line.text) for line in lines) / characters)
        wrong = [min(edit_distance(plain(line.text), plain(text)) for text in TEXTS) for line in lines]
        assert given[-1] == pytest.approx(1 - sum(wrong) / characters, abs=0.12)
        for line, errors in zip(lines, wrong, strict=True):
            assert line.confidence < 0.8 or errors < 0.3 * len(line.text)
    assert given == sorted(given, reverse=True)
    assert given[0] > 0.97
    assert given[-1] < 0.9
