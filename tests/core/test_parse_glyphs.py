from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag_core.parse.digital.glyphs import RawLine, Segment, segments
from rag_core.parse.digital.page_look import Drawing, PageLook, look_at
from rag_core.types import Box

RIGHT = (1.0, 0.0)


def row(text: str) -> np.ndarray:
    """Each character a hundredth of the page wide."""
    x = np.arange(len(text)) * 0.01 + 0.1
    return np.column_stack([x, np.full_like(x, 0.2), x + 0.01, np.full_like(x, 0.23)])


def lines_of(text: str, boxes: np.ndarray, direction: tuple[float, float] = RIGHT) -> list[Segment]:
    return segments([RawLine(text, boxes, direction, visible=True)])


def made(text: str, direction: tuple[float, float] = RIGHT) -> Segment:
    (found,) = lines_of(text, row(text), direction)
    return found


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("plain text", "plain text"),
        ("  spaced   out  ", "spaced out"),
        ("tab\tand\u00a0hard\u3000wide", "tab and hard wide"),
        ("New\nYork,\r\nNew\x0bYork", "New York, New York"),
        ("ﬁrst oﬃce ﬂoor", "first office floor"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07 nul\x00 feed\x0c new\n", "bell nul feed new"),
        ("lone\ud800", "lone"),
        ("private\uf0b7 use", "private use"),
        ("⽂件⻚码", "文件页码"),
        ("soft\u00adhyphen", "soft-hyphen"),
        ("中文，标点。", "中文，标点。"),
        ("emoji 😀 stays", "emoji 😀 stays"),
    ],
)
def test_text_is_cleaned(raw: str, clean: str) -> None:
    found = made(raw)
    assert found.line.text == clean
    assert len(found.line.edges) == len(clean) + 1


def test_room_set_around_figures_in_chinese_is_no_space_and_a_typed_one_is() -> None:
    def spaced(text: str, width: float) -> str:
        boxes = row(text)
        ends = np.cumsum([width if one == " " else 0.01 for one in text]) + 0.1
        boxes[:, 2], boxes[:, 0] = ends, np.append(0.1, ends[:-1])
        return lines_of(text, boxes)[0].line.text

    assert spaced("自2024 年7 月4 日起, at 9 points", 0.002) == "自2024年7月4日起, at 9 points"
    assert spaced("自2024 年7 月 4 日起", 0.0026) == "自2024 年7 月 4 日起"


def test_the_room_in_a_turned_line_is_not_looked_for_along_x() -> None:
    text = "第 1 号 合同 12 份"
    for direction in ((0.0, 1.0), (0.0, -1.0)):
        assert lines_of(text, row(text)[:, [1, 0, 3, 2]], direction)[0].line.text == text
    assert lines_of(text, row(text)[::-1], (-1.0, 0.0))[0].line.text == text


def test_a_line_of_many_figures_in_chinese_takes_no_time_to_speak_of() -> None:
    text = "中 1" * 20_000
    boxes = row(text)
    boxes[1::3, 2] = boxes[1::3, 0] + 0.001
    boxes[2::3] -= [0.009, 0, 0.009, 0]
    begun = time.perf_counter()
    assert lines_of(text, boxes)[0].line.text == "中1" * 20_000
    assert time.perf_counter() - begun < 3


def test_a_space_that_the_places_of_chinese_characters_leave_is_read() -> None:
    def moved(text: str, gaps: dict[int, float]) -> Segment:
        boxes = row(text)
        for at, gap in gaps.items():
            boxes[at:, ::2] += gap
        return lines_of(text, boxes)[0]

    found = moved("质量总监某某某", {4: 0.0032})
    assert found.line.text == "质量总监 某某某"
    assert found.line.edges[4:6] == pytest.approx((0.14, 0.1432))
    assert moved("质量总监某某某", {at: 0.0032 for at in range(1, 7)}).line.text == "质量总监某某某"
    assert moved("质量，总监某某", {3: 0.0032}).line.text == "质量，总监某某"


def test_a_ligatures_letters_share_its_box() -> None:
    line = made("ﬁx").line
    assert line.edges == pytest.approx((0.10, 0.105, 0.11, 0.12))


def test_dropped_characters_take_their_boxes_with_them() -> None:
    line = made("a\x00b").line
    assert line.span_box(1, 2).x0 == pytest.approx(0.12)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\ufffd\ufffd"])
def test_nothing_readable_is_no_line(text: str) -> None:
    assert lines_of(text, row(text)) == []


def test_a_right_to_left_script_has_falling_edges() -> None:
    text = "שלום"
    (found,) = lines_of(text, row(text)[::-1])
    assert list(found.line.edges) == sorted(found.line.edges, reverse=True)
    assert found.line.span_box(0, 1).x1 == pytest.approx(0.14)


def test_lines_do_not_lean_on_their_neighbours() -> None:
    upwards = row("up")[:, [1, 0, 3, 2]]
    lines = [
        RawLine("one", row("one"), RIGHT, visible=True),
        RawLine("שלום", row("שלום")[::-1], RIGHT, visible=True),
        RawLine(" \x00", row("  "), RIGHT, visible=True),
        RawLine("up", upwards[::-1], (0.0, -1.0), visible=True),
        RawLine("ﬁve", row("five")[:3], RIGHT, visible=True, size=0.02, bold=True),
    ]
    apart = [found for line in lines for found in segments([line])]
    assert segments(lines) == apart
    assert [found.line.text for found in apart] == ["one", "שלום", "up", "five"]
    assert [found.turn for found in apart] == [0, 0, 270, 0]
    assert (apart[3].size, apart[3].bold) == (0.02, True)


def test_numbers_in_text_that_runs_left_run_right() -> None:
    text = "شلة 4341 و٥٢"
    (found,) = lines_of(text, row(text)[::-1])
    assert found.line.text == "شلة 1434 و٢٥"


def test_numbers_that_run_right_are_left_alone() -> None:
    text = "שלום 1434"
    boxes = row(text)[::-1]
    boxes[5:] = boxes[5:][::-1]
    (found,) = lines_of(text, boxes)
    assert found.line.text == text


def test_vertical_text_has_edges_along_y() -> None:
    text = "竖排文字"
    (found,) = lines_of(text, row(text)[:, [1, 0, 3, 2]], (0.0, 1.0))
    assert (found.turn, found.line.vertical) == (90, True)
    assert found.line.span_box(1, 2).y0 == pytest.approx(0.11)


@given(st.text(max_size=30))
def test_any_text_gives_a_sound_line_or_none(text: str) -> None:
    found = lines_of(text, row(text))
    if not found:
        return
    line = found[0].line
    assert line.text == line.text.strip()
    assert len(line.edges) == len(line.text) + 1
    assert "  " not in line.text
    assert not any(unicodedata.category(one) in {"Cc", "Cs", "Co"} for one in line.text)
    line.text.encode()


def raw(text: str, y: float = 0.2, visible: bool = True) -> RawLine:
    boxes = row(text)
    boxes[:, [1, 3]] += y - 0.2
    return RawLine(text, boxes, RIGHT, visible)


WHOLE = Box(0, 0, 1, 1)


def looked(lines: list[RawLine], pictures: list[Box], paths: int = 0) -> PageLook:
    return look_at(lines, pictures, lambda: Drawing(tuple(pictures), paths))


def test_a_page_of_broken_characters_must_be_recognised() -> None:
    look = looked([raw("\uf041\uf042\uf043\uf044 \ufffd\ufffd\ufffd ok")], [])
    assert look.needs_ocr
    assert look.segments == ()


def test_a_page_whose_font_lies_about_its_measures_must_be_recognised() -> None:
    def line(text: str, size: float) -> RawLine:
        return RawLine(text, row(text), RIGHT, True, size)

    assert looked([line("w ords that are par ted", 0.0001), line("a title", 0.03)], []).needs_ocr
    assert not looked([line("w ords that are par ted", 0.02), line("a mark", 0.0001)], []).needs_ocr


def test_a_bullet_without_meaning_does_not_spoil_a_page() -> None:
    look = looked([raw("\uf0b7 a point that is made at some length")], [])
    assert not look.needs_ocr
    assert [one.line.text for one in look.segments] == ["a point that is made at some length"]


def test_text_under_a_picture_of_it_is_a_scan_already_read() -> None:
    lines = [raw("words put there by a scanner, without ink", y / 20, visible=False) for y in range(2, 18)]
    look = looked(lines, [WHOLE])
    assert not look.needs_ocr
    assert len(look.segments) == 16
    assert looked(lines, []).segments == ()


def test_drawings_alone_may_be_letters() -> None:
    assert looked([], [], 500).needs_ocr
    assert not looked([], [], 3).needs_ocr
    assert not looked([raw("a page with some text on it")], [], 500).needs_ocr


def test_a_picture_beside_text_is_recognised_with_the_page_or_by_itself_or_left_alone() -> None:
    text, small = [raw("a page with some text on it")], Box(0.5, 0.5, 0.8, 0.7)
    large = looked(text, [Box(0.1, 0.5, 0.9, 0.9)])
    assert large.needs_ocr and large.insets == ()
    assert looked(text, [small]).insets == (small,) and looked(text, [small]).needs_ocr
    assert not looked(text, [Box(0.5, 0.5, 0.6, 0.6)]).needs_ocr


def test_a_shading_is_no_picture() -> None:
    text, shading = [raw("a page with some text on it")], Box(0.5, 0.5, 0.8, 0.7)
    assert not look_at(text, [shading], lambda: Drawing((), 1)).needs_ocr


def test_a_line_beyond_the_page_is_no_line() -> None:
    beyond = replace(raw("far beyond the edge"), boxes=row("far beyond the edge") + 2)
    assert looked([beyond, raw("a page with some text on it")], []).segments == looked(
        [raw("a page with some text on it")], []
    ).segments  # fmt: skip
    assert looked([beyond], []) == PageLook((), False)
