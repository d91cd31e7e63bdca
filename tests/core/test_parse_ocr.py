"""Recognition with real weights on pages made here: every way up, leaning, tiny, mixed, on dark ground."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest

from rag_core.evaluate.characters import edit_distance
from rag_core.models.folders import find
from rag_core.parse.order.flows import turn_of
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.parse.source import open_source, read_scan
from rag_core.protocols import ImageArray
from rag_core.settings import read_settings
from rag_core.types import Line
from tests.builders import image_file, picture

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
    lines = read(leaning(picture(TEXTS), degrees))
    assert sorted(texts(lines)) == sorted(plain(text) for text in TEXTS)
    # Upright boxes of leaning lines hold parts of their neighbours, too.
    image = leaning(picture(["", "", TEXTS[6]]), degrees)
    (line,) = read(image)
    # Half of the letters of "Bags are left in the lockers downstairs" stand in its first half.
    assert ink_share(image, line, 0, len(line.text) // 2) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("degrees", [-9.0, 7.0])
def test_a_photographed_receipt_that_leans_keeps_amounts_with_their_items(
    tmp_path: Path, degrees: float
) -> None:
    items = {"Paint roller": "15.98", "Interior latex": "34.50", "Masking tape": "6.29", "Wood screws": "9.75",
             "Safety goggles": "12.40", "Garden gloves": "8.15", "Total": "87.07"}  # fmt: skip
    with pymupdf.open() as document:
        page = document.new_page(width=400, height=400)
        for at, (name, price) in enumerate(items.items()):
            page.insert_text((60, 100 + 22 * at), name, fontsize=12)
            page.insert_text((300, 100 + 22 * at), price, fontsize=12)
        pixmap = page.get_pixmap(dpi=200, colorspace=pymupdf.csRGB, alpha=False)
    pixels = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width, 3)
    path = tmp_path / "receipt.png"
    path.write_bytes(image_file([leaning(pixels, degrees)], "PNG"))
    source, _ = open_source(path)
    result = read_scan(source, 1, engine())
    assert result.page is not None
    rows = [line for block in result.page.blocks for line in block.text.splitlines()]
    for name, price in items.items():
        assert [plain(row).strip("|") for row in rows if plain(name) in plain(row)] in (
            [f"{plain(name)}{price}"], [f"{plain(name)}|{price}"]
        )  # fmt: skip


def test_words_under_a_red_seal_are_read() -> None:
    """A ring with a star in it and letters all around, as offices stamp below a letter."""
    image = picture(TEXTS)
    seal = np.full_like(image, 255)
    red, middle = (35, 30, 205), (430, 420)
    cv2.circle(seal, middle, 170, red, 12)
    cv2.circle(seal, middle, 45, red, -1)
    for angle in range(0, 360, 30):
        at = (
            round(middle[0] - 30 + 120 * np.cos(np.radians(angle))),
            round(middle[1] + 20 + 120 * np.sin(np.radians(angle))),
        )
        cv2.putText(seal, "WM", at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, red, 9)
    found = texts(read(np.minimum(image, seal)))
    assert [plain(text) for text in TEXTS if plain(text) not in found] == []


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


@pytest.mark.parametrize("scale", [0.33, 0.4])
def test_small_blurred_digits_are_none_that_lie(scale: float) -> None:
    """They are read lying as surely as upright, and then stand on no row."""
    words = picture(["Chairs and tables", "Lamps", "Cupboards", "Curtains", "Carpets"])
    page = np.hstack([picture(("1", "3", "5", "7", "2"))[:, :300], words[:, 150:]])
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = read(np.asarray(cv2.GaussianBlur(small, (0, 0), 0.7), np.uint8))
    assert "3" in texts(found)
    assert not any(line.vertical for line in found)


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
