"""Small pictures with words on a digital page: found, read by themselves, and never the end of the page's own text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag_core.errors import InputError
from rag_core.models.folders import find
from rag_core.parse.digital.insets import insets
from rag_core.parse.digital.pdf import PdfFile
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.parse.recognition.part import cropped, placed
from rag_core.parse.recognition.remembered import RememberedEngine
from rag_core.parse.results import PageResult
from rag_core.parse.source import read_scan
from rag_core.protocols import ImageArray, OcrEngine
from rag_core.settings import read_settings
from rag_core.types import Box, Line
from tests.builders import inset_pdf, picture
from tests.fakes import FakeOcrEngine

TEXT = ["The hall is let by the hour.", "Keys are kept at the desk.", "The slip below holds for one visit."]
PLACE = (100.0, 400.0, 400.0, 520.0)
SLIP = ["VOUCHER 4711", "expires in May"]


def slip(lines: list[str]) -> ImageArray:
    """A piece of paper with the lines on it."""
    page = picture(lines)
    return np.ascontiguousarray(page[200:480, 150:850])


def opened(folder: Path, content: bytes) -> PdfFile:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return PdfFile(path)


def texts(result: PageResult) -> list[str]:
    assert result.page
    return [line.text for block in result.page.blocks for line in block.lines]


class Unsure(FakeOcrEngine):
    def read(self, image: ImageArray) -> tuple[Line, ...]:
        return tuple(Line(line.text, line.box, line.source, 0.5, line.edges) for line in super().read(image))


def test_strips_are_one_picture_and_signs_are_none() -> None:
    strips = [Box(0.2, 0.5 + 0.02 * at, 0.6, 0.52 + 0.02 * at) for at in range(5)]
    (whole,) = insets([*strips, Box(0.9, 0.9, 0.95, 0.95)])
    assert (whole.x0, whole.y0, whole.x1, whole.y1) == pytest.approx((0.2, 0.5, 0.6, 0.6))


def test_a_picture_in_very_many_strips_is_whole() -> None:
    strips = [Box(0.2, 0.3 + 0.002 * at, 0.6, 0.302 + 0.002 * at) for at in range(120)]
    (whole,) = insets(strips)
    assert (whole.y0, whole.y1) == pytest.approx((0.3, 0.54))


def test_pictures_that_touch_at_a_corner_stay_apart() -> None:
    pair = (Box(0.1, 0.1, 0.5, 0.3), Box(0.5, 0.3, 0.9, 0.45))
    assert set(insets(pair)) == set(pair)
    banner, sidebar = Box(0.0, 0.0, 1.0, 0.06), Box(0.85, 0.06, 1.0, 0.45)
    assert insets([banner, sidebar]) == (banner, sidebar)


def test_what_lies_beyond_the_page_does_not_count() -> None:
    assert insets([Box(0.95, 0.1, 1.9, 0.3)]) == ()
    assert insets([Box(0.8, -3.0, 7.0, 0.3)]) == (Box(0.8, 0.0, 1.0, 0.3),)
    assert insets([]) == ()


def test_very_many_pictures_are_looked_at_in_bounded_time() -> None:
    specks = [Box(x / 300, y / 300, x / 300 + 0.001, y / 300 + 0.001) for x in range(300) for y in range(300)]
    assert insets([*specks, Box(0.1, 0.1, 0.4, 0.4)]) == (Box(0.1, 0.1, 0.4, 0.4),)


def test_a_line_of_a_part_is_put_where_it_stands_on_the_whole() -> None:
    part, place = cropped(np.zeros((100, 200, 3), np.uint8), Box(0.5, 0.25, 1.0, 0.75))
    assert part.shape == (51, 100, 3)
    assert place == Box(0.5, 0.25, 1.0, 0.76)
    across = placed(Line("ab", Box(0.0, 0.0, 1.0, 0.5), "ocr", 1.0, (0.0, 0.5, 1.0)), Box(0.5, 0.2, 1.0, 0.6))
    assert across.edges == (0.5, 0.75, 1.0) and across.box == Box(0.5, 0.2, 1.0, 0.4)
    down = placed(Line("a", Box(0.0, 0.0, 0.5, 1.0), "ocr", 1.0, (0.0, 1.0), True), Box(0.0, 0.5, 1.0, 1.0))
    assert down.edges == (0.5, 1.0)


@pytest.mark.parametrize("strips", [1, 4])
@pytest.mark.parametrize("rotation", [0, 90])
def test_a_small_picture_is_read_and_stands_where_it_is(tmp_path: Path, strips: int, rotation: int) -> None:
    source = opened(tmp_path, inset_pdf(TEXT, slip(SLIP), PLACE, strips, rotation))
    look = source.look(1)
    assert look.needs_ocr and len(look.insets) == 1
    result = read_scan(source, 1, FakeOcrEngine(["words"] * 9))
    assert result.state == "read" and result.engine == "text-layer+fake-ocr"
    said = texts(result)
    assert [text for text in said if text != "words"] == TEXT
    seen = [line for block in result.page.blocks for line in block.lines if line.source == "ocr"]  # type: ignore[union-attr]
    (box,) = look.insets
    assert seen and all(box.x0 <= one.box.x0 and one.box.y1 <= box.y1 + 0.01 for one in seen)


@pytest.mark.parametrize("engine", [None, FakeOcrEngine(), Unsure()])
def test_a_picture_that_says_nothing_leaves_the_text_as_it_is(
    tmp_path: Path, engine: OcrEngine | None
) -> None:
    blank = np.full((280, 700, 3), 255, np.uint8)
    shown = slip(SLIP) if isinstance(engine, Unsure) else blank
    result = read_scan(opened(tmp_path, inset_pdf(TEXT, shown, PLACE)), 1, engine)
    assert (result.state, result.engine, texts(result)) == ("read", "text-layer", TEXT)


def test_marks_without_a_letter_are_not_words(tmp_path: Path) -> None:
    result = read_scan(
        opened(tmp_path, inset_pdf(TEXT, slip(SLIP), PLACE)), 1, FakeOcrEngine(["—", "_", "|"] * 3)
    )
    assert texts(result) == TEXT


def test_a_picture_seen_again_is_known() -> None:
    class Counting(FakeOcrEngine):
        asked = 0

        def read(self, image: ImageArray) -> tuple[Line, ...]:
            self.asked += 1
            return super().read(image)

    counting = Counting(["words"] * 9)
    engine = RememberedEngine(counting)
    banner, page = slip(SLIP), picture(SLIP)
    first = engine.read(banner)
    assert first and engine.read(banner.copy()) == first and counting.asked == 1
    assert engine.read(page) == engine.read(page) and counting.asked == 3
    for shade in range(40):
        engine.read(np.full((20, 20, 3), shade, np.uint8))
    engine.read(banner)
    assert counting.asked == 44


def test_a_page_that_cannot_be_drawn_keeps_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def undrawable(_file: PdfFile, _number: int) -> ImageArray:
        raise InputError("page_too_large")

    monkeypatch.setattr(PdfFile, "scan", undrawable)
    result = read_scan(opened(tmp_path, inset_pdf(TEXT, slip(SLIP), PLACE)), 1, FakeOcrEngine())
    assert texts(result) == TEXT


def test_a_scan_without_an_engine_fails_with_the_reason(tmp_path: Path) -> None:
    result = read_scan(opened(tmp_path, inset_pdf([], slip(SLIP), PLACE)), 1, None)
    assert result.state == "failed" and result.problem and result.problem.code == "ocr_unavailable"


def test_a_page_read_anew_is_read_as_the_picture_it_is(tmp_path: Path) -> None:
    source = opened(tmp_path, inset_pdf(TEXT, slip(SLIP), PLACE))
    assert read_scan(source, 1, FakeOcrEngine(), anew=True).engine == "fake-ocr"


@pytest.mark.weights
def test_the_words_of_a_slip_are_found_with_real_weights(tmp_path: Path) -> None:
    folder = find(read_settings(), "PP-OCRv6-small")
    assert folder, "run: python -m rag_core.models fetch"
    source = opened(tmp_path, inset_pdf(TEXT, slip([*SLIP, "凭此券可入馆一次"]), PLACE))
    said = "".join(texts(read_scan(source, 1, PaddleOcrEngine(folder)))).replace(" ", "")
    assert "VOUCHER4711" in said and "expiresinMay" in said and "凭此券可入馆一次" in said
    assert all(line.replace(" ", "") in said for line in TEXT)
