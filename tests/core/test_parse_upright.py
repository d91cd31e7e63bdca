"""The way from a picture to what the recogniser sees of it, and back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag_core.parse.recognition.level import Levelling
from rag_core.parse.recognition.upright import Frame, Reading, Sighting, cut, framed, segment, sighting

WHITE = np.full((200, 300, 3), 255, np.uint8)


def corners(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, np.float64)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
@pytest.mark.parametrize("margin", [0, 16])
def test_a_dot_is_led_back_to_where_it_stands(angle: int, margin: int) -> None:
    image = WHITE.copy()
    image[40:44, 250:254] = 0
    pixels, frame = framed(image, angle, margin)
    down, across = np.nonzero(pixels.min(axis=2) < 128)
    middle = corners((across.mean() + 0.5, down.mean() + 0.5))
    assert frame.given(middle)[0] == pytest.approx([252 / 300, 42 / 200], abs=0.002)


def test_the_border_has_the_colour_of_the_paper() -> None:
    dark = np.full((50, 50, 3), 20, np.uint8)
    dark[20:30, 20:30] = 250
    pixels, _ = framed(dark, 0, 8)
    assert pixels.shape == (66, 66, 3)
    assert (pixels[0, 0] == 20).all()


def test_what_lies_in_the_border_is_brought_to_the_edge() -> None:
    frame = Frame(100, 100, 0, 16)
    assert frame.given(corners((0, 0), (132, 132))).tolist() == [[0, 0], [1, 1]]


def test_wide_places_are_read_to_the_right_and_tall_ones_downwards() -> None:
    wide = sighting(corners((10, 10), (90, 10), (90, 30), (10, 30)))
    assert wide.corners[:2].tolist() == [[10, 10], [90, 10]]
    assert not wide.lying
    tall = sighting(corners((10, 10), (30, 10), (30, 90), (10, 90)))
    assert tall.corners[:2].tolist() == [[30, 10], [30, 90]]
    assert tall.lying
    assert (tall.width, tall.height) == (80, 20)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_place_is_cut_out_with_its_text_to_the_right(quarters: int) -> None:
    """An arrow of three shades, drawn as text that is turned so far."""
    arrow = np.full((20, 60, 3), 255, np.uint8)
    arrow[:, :20], arrow[:, 20:40], arrow[:10, 40:] = 0, 100, 200
    drawn = np.rot90(arrow, -quarters)
    image = WHITE.copy()
    height, width = drawn.shape[:2]
    image[50 : 50 + height, 70 : 70 + width] = drawn
    box = Sighting(corners((70, 50), (70 + width, 50), (70 + width, 50 + height), (70, 50 + height)))
    found = cut(image, box.turned(quarters))
    assert found.shape == arrow.shape
    assert np.abs(found.astype(int) - arrow.astype(int)).mean() < 2


def test_only_the_beginning_of_a_long_line_is_cut() -> None:
    line = Sighting(corners((0, 0), (200, 0), (200, 10), (0, 10)))
    assert cut(WHITE, line, 12.0).shape[:2] == (10, 120)


def test_characters_end_halfway_between_their_centres() -> None:
    place = Sighting(corners((100, 50), (200, 50), (200, 70), (100, 70)))
    found = segment(place, Reading("ab c", 0.9, (0.1, 0.3, 0.5, 0.9)), Frame(400, 100, 0, 0))
    assert found is not None
    line = found.line
    assert (line.text, line.confidence, line.vertical, found.turn) == ("ab c", 0.9, False, 0)
    assert line.edges == pytest.approx((0.25, 0.30, 0.35, 0.425, 0.5))
    assert (line.box.x0, line.box.y0, line.box.x1, line.box.y1) == (0.25, 0.5, 0.5, 0.7)


def test_edges_follow_a_line_that_leans() -> None:
    place = Sighting(corners((100, 50), (200, 60), (198, 80), (98, 70)))
    found = segment(place, Reading("abcd", 1.0, (0.125, 0.375, 0.625, 0.875)), Frame(400, 100, 0, 0))
    assert found is not None
    assert found.line.edges[1:4] == pytest.approx((124 / 400, 149 / 400, 174 / 400))
    assert found.line.edges[0] == found.line.box.x0
    assert found.line.edges[-1] == found.line.box.x1


@pytest.mark.parametrize(
    ("angle", "turn", "edges"),
    [(90, 90, (0.25, 0.5)), (180, 180, (0.75, 0.5)), (270, 270, (0.75, 0.5))],
)
def test_lines_of_turned_paper(angle: int, turn: int, edges: tuple[float, float]) -> None:
    """A line in the second quarter of what the recogniser saw upright."""
    frame = Frame(400, 400, angle, 0)
    place = Sighting(corners((100, 40), (200, 40), (200, 60), (100, 60)))
    found = segment(place, Reading("ab", 1.0, (0.25, 0.75)), frame)
    assert found is not None
    assert found.turn == turn
    assert found.line.vertical == (turn != 180)
    assert (found.line.edges[0], found.line.edges[-1]) == pytest.approx(edges)


def test_spaces_are_kept_once_and_not_at_the_ends() -> None:
    place = Sighting(corners((0, 0), (100, 0), (100, 10), (0, 10)))
    reading = Reading(" a\u3000 \u200bb ", 1.0, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.9))
    found = segment(place, reading, Frame(100, 100, 0, 0))
    assert found is not None
    assert found.line.text == "a b"
    assert found.line.edges == pytest.approx((0.0, 0.15, 0.35, 1.0))


@pytest.mark.parametrize(("read", "text"), [("。第一条", "•第一条"), ("第一条。", "第一条。"), ("。", "。")])
def test_a_full_stop_before_a_line_is_a_bullet(read: str, text: str) -> None:
    place = Sighting(corners((0, 0), (100, 0), (100, 10), (0, 10)))
    centres = tuple((index + 0.5) / len(read) for index in range(len(read)))
    found = segment(place, Reading(read, 1.0, centres), Frame(100, 100, 0, 0))
    assert found is not None
    assert found.line.text == text


@pytest.mark.parametrize(
    ("text", "read"), [("三里’宋淳熙‘始建’", "三里，宋淳熙，始建，"), ("the keeper’s", "the keeper’s")]
)
def test_commas_of_text_that_runs_down_hang_at_the_top(text: str, read: str) -> None:
    centres = tuple((index + 0.5) / len(text) for index in range(len(text)))
    tall = sighting(corners((40, 0), (52, 0), (52, 180), (40, 180)))
    down = segment(tall, Reading(text, 1.0, centres), Frame(200, 200, 0, 0))
    across = segment(
        sighting(corners((0, 0), (180, 0), (180, 12), (0, 12))),
        Reading(text, 1.0, centres),
        Frame(200, 200, 0, 0),
    )
    assert down is not None and across is not None
    assert (down.line.text, across.line.text) == (read, text)


def test_a_line_tells_how_it_leans() -> None:
    """Whichever way up its page lies."""
    place = Sighting(corners((20, 20), (120, 30), (119, 40), (19, 30)))
    for angle in (0, 90, 180, 270):
        found = segment(place, Reading("abcd", 1.0, (0.1, 0.4, 0.6, 0.9)), Frame(200, 200, angle, 0))
        assert found is not None
        assert found.line.lean == pytest.approx(0.1)


def test_a_page_made_level_is_led_back_to_where_it_leaned() -> None:
    image = WHITE.copy()
    image[98:102, 198:202] = 0
    pixels, frame = framed(image, 0, 10)
    levelling = Levelling(pixels.shape[1], pixels.shape[0], 0.15)
    level = levelling.picture(pixels)
    down, across = np.nonzero(level.min(axis=2) < 128)
    middle = corners((across.mean() + 0.5, down.mean() + 0.5))
    given = dataclasses.replace(frame, levelling=levelling).given(middle)
    assert given[0] == pytest.approx([200 / 300, 100 / 200], abs=0.004)


def test_nothing_legible_is_no_line() -> None:
    place = Sighting(corners((0, 0), (100, 0), (100, 10), (0, 10)))
    outside = Sighting(corners((0, 0), (10, 0), (10, 10), (0, 10)))
    assert segment(place, Reading(" \u200b", 1.0, (0.2, 0.4)), Frame(100, 100, 0, 0)) is None
    assert segment(outside, Reading("a", 1.0, (0.5,)), Frame(100, 100, 0, 16)) is None


numbers = st.floats(0, 400)


@given(
    st.tuples(numbers, numbers, numbers, numbers),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.sampled_from([0, 90, 180, 270]),
    st.integers(0, 3),
)
def test_every_line_is_sound(
    box: tuple[float, float, float, float], text: str, angle: int, quarters: int
) -> None:
    x0, y0, x1, y1 = box
    place = sighting(corners((x0, y0), (x1, y0), (x1, y1), (x0, y1))).turned(quarters)
    centres = tuple((index + 0.5) / len(text) for index in range(len(text)))
    found = segment(place, Reading(text, 1.2, centres), Frame(300, 200, angle, 16))
    if found is None:
        return
    line = found.line
    assert len(line.edges) == len(line.text) + 1
    assert line.confidence <= 1
    assert 0 <= line.box.x0 < line.box.x1 <= 1
    assert 0 <= line.box.y0 < line.box.y1 <= 1
    low, high = (line.box.y0, line.box.y1) if line.vertical else (line.box.x0, line.box.x1)
    assert all(low - 1e-9 <= edge <= high + 1e-9 for edge in line.edges)
    steps = np.diff(line.edges)
    assert (steps >= -1e-9).all() or (steps <= 1e-9).all()
