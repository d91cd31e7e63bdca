"""Words under a red seal are read as they stand without it, and red words stay."""

from __future__ import annotations

import numpy as np

from rag_core.parse.recognition.seals import is_touched, red_ink, uncovered, without
from rag_core.parse.recognition.upright import Reading, Sighting

PAPER, RED, BLACK, DARK_RED = (255, 255, 255), (40, 30, 210), (20, 20, 20), (10, 8, 60)


def page() -> np.ndarray:
    image = np.full((200, 200, 3), PAPER, np.uint8)
    image[50:90, 50:60] = RED
    image[60:64, 40:80] = BLACK
    image[60:64, 50:60] = DARK_RED
    return image


def place(x0: float, y0: float, x1: float, y1: float) -> Sighting:
    return Sighting(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64))


def found(text: str, score: float, *box: float) -> tuple[Sighting, Reading]:
    centres = tuple((at + 0.5) / len(text) for at in range(len(text)))
    return place(*box), Reading(text, score, centres)


def texts(lines: list[tuple[Sighting, Reading]]) -> list[str]:
    return sorted(reading.text for _, reading in lines)


def test_red_ink_goes_and_what_it_covers_stays() -> None:
    image = page()
    red = red_ink(image)
    assert red is not None
    bare = without(image, red)
    assert (bare[55, 55] > 200).all()
    assert (bare[62, 40:80] < 70).all()
    assert (image[55, 55] == RED).all()


def test_pages_without_a_seal_and_red_ones_are_left_alone() -> None:
    image = page()
    image[50:90, 50:60] = PAPER
    assert red_ink(image) is None
    assert red_ink(np.full((50, 50, 3), RED, np.uint8)) is None
    warm = np.full((50, 50, 3), (150, 180, 200), np.uint8)
    assert red_ink(warm) is None


def test_only_what_the_seal_touches_is_read_again() -> None:
    red = red_ink(page())
    assert red is not None
    assert is_touched(place(40, 58, 80, 66), red)
    assert not is_touched(place(40, 100, 80, 120), red)
    assert not is_touched(place(300, 300, 340, 320), red)


def test_what_says_more_without_the_seal_takes_the_place_of_what_it_covered() -> None:
    lines = [
        found("Company", 0.9, 0, 0, 70, 10),
        found("Xq", 0.5, 75, 0, 95, 10),
        found("No. 7", 0.9, 0, 50, 50, 60),
    ]
    bare = [found("Company: Fields and Sons", 0.9, 0, 0, 150, 10), found("No", 0.9, 0, 50, 20, 60)]
    red = np.zeros((200, 200), bool)
    assert texts(uncovered(lines, bare, red)) == ["Company: Fields and Sons", "No. 7"]
    assert texts(uncovered(lines, [found("New line", 0.8, 0, 100, 50, 110)], red)) == [
        "Company",
        "New line",
        "No. 7",
        "Xq",
    ]
    assert texts(uncovered(lines, [], red)) == ["Company", "No. 7", "Xq"]


def test_scraps_of_the_seals_own_words_are_left_out() -> None:
    red = np.zeros((200, 200), bool)
    red[:, 100:] = True
    lines = [
        found("Head", 0.95, 120, 0, 180, 10),
        found("Xq", 0.7, 120, 50, 140, 60),
        found("faint", 0.7, 0, 50, 60, 60),
    ]
    assert texts(uncovered(lines, [], red)) == ["Head", "faint"]
    assert texts(uncovered(lines, [found("X", 0.6, 120, 50, 140, 60)], red)) == ["Head", "Xq", "faint"]
