"""Small print is looked for again, enlarged, a band at a time."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core.parse.recognition.bands import MOST_PIXELS, enlargement, find_in_bands
from rag_core.parse.recognition.upright import Sighting
from rag_core.protocols import ImageArray


def line(x0: float, y0: float, x1: float, y1: float) -> Sighting:
    return Sighting(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64))


def ruled(width: int, height: int, leading: int) -> tuple[ImageArray, list[Sighting]]:
    """A page of black bars, a fifth as high as they are apart, and where they stand."""
    image = np.full((height, width, 3), 255, np.uint8)
    bars = [
        line(40, top, width - 40, top + leading // 5) for top in range(leading, height - leading, leading)
    ]
    for bar in bars:
        (x0, y0), (x1, y1) = bar.corners[0].astype(int), bar.corners[2].astype(int)
        image[y0:y1, x0:x1] = 0
    return image, bars


def find_bars(seen: list[tuple[int, ...]], image: ImageArray) -> list[Sighting]:
    """A detection model for bars: dark runs of rows in the middle of the picture."""
    seen.append(image.shape)
    dark = np.flatnonzero(np.diff(image[:, image.shape[1] // 2, 0] < 128, prepend=False, append=False))
    return [line(0, top, image.shape[1], bottom) for top, bottom in dark.reshape(-1, 2).tolist()]


@pytest.mark.parametrize(
    ("height", "width", "print_height"), [(1400, 1000, 20), (3000, 2000, 40), (700, 500, 14)]
)
def test_print_that_is_large_enough_is_found_at_once(height: int, width: int, print_height: int) -> None:
    assert enlargement([line(0, 0, 100, print_height)], width, height, 1536) == 0.0
    assert enlargement([], width, height, 1536) == 0.0


def test_small_print_is_enlarged_within_bounds() -> None:
    assert enlargement([line(0, 0, 100, 8)], 1000, 1400, 1536) == 2.0
    assert enlargement([line(0, 0, 100, 3)], 1000, 1400, 1536) == 2.0
    # A large sheet is shrunk less than it was at first.
    assert enlargement([line(0, 0, 100, 25)], 3300, 4700, 1536) == pytest.approx(0.64)
    scale = enlargement([line(0, 0, 100, 10)], 4000, 6000, 1536)
    assert 1536 / 6000 < scale <= (MOST_PIXELS / (4000 * 6000)) ** 0.5


@pytest.mark.parametrize("scale", [0.8, 2.0])
def test_every_line_is_found_once_where_it_stands(scale: float) -> None:
    image, bars = ruled(1200, 8000, 50)
    seen: list[tuple[int, ...]] = []
    found = find_in_bands(image, bars, scale, lambda part: find_bars(seen, part))
    assert len(seen) > 1
    assert max(shape[0] * shape[1] for shape in seen) < 4_000_000
    middles = sorted(float(one.corners[:, 1].mean()) for one in found)
    assert middles == pytest.approx([float(one.corners[:, 1].mean()) for one in bars], abs=1.5)


def test_lines_that_run_up_the_page_stay_as_they_were() -> None:
    image, bars = ruled(1200, 3000, 50)
    upward = line(5, 100, 25, 2000).turned(3)
    assert upward.lying
    found = find_in_bands(image, [*bars, upward], 2.0, lambda part: find_bars([], part))
    assert upward in found
    assert len(found) == len(bars) + 1
