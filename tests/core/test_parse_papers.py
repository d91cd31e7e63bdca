"""Papers photographed together are told by what they lie on; one paper with columns is one."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.recognition.papers import papers_of, regions_in
from rag_core.protocols import ImageArray
from rag_core.types import Box
from tests.core.laid_out import at, scanned

HIGH, WIDE = 842, 595


def receipt(name: str, x: float, y: float) -> list[Segment]:
    return [scanned(at(f"{name} {row}", x, y + 0.03 * row, x + 0.3)) for row in range(6)]


def picture(strip: tuple[slice, slice] | None, shade: int = 90) -> ImageArray:
    """White paper, and where the strip is, what it lies on."""
    pixels = np.full((HIGH, WIDE, 3), 245, np.uint8)
    if strip is not None:
        pixels[strip] = shade
    return pixels


BESIDE = (slice(0, HIGH), slice(290, 310))
BELOW = (slice(400, 425), slice(0, WIDE))


@pytest.mark.parametrize(
    ("strip", "second"),
    [(BESIDE, receipt("two", 0.6, 0.11)), (BELOW, receipt("two", 0.1, 0.6))],
)
def test_what_lies_apart_is_read_apart(strip: tuple[slice, slice], second: list[Segment]) -> None:
    first = receipt("one", 0.1, 0.1)
    assert papers_of([*second, *first], picture(strip)) == [first, second]


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(picture(None), id="columns of one paper"),
        pytest.param(picture((slice(0, HIGH), slice(299, 301))), id="a line between columns"),
        pytest.param(picture((slice(100, 140), slice(290, 310))), id="a stain"),
    ],
)
def test_one_paper_stays_whole(pixels: ImageArray) -> None:
    segments = [*receipt("one", 0.1, 0.1), *receipt("two", 0.6, 0.11)]
    assert papers_of(segments, pixels) == [segments]


def test_regions_are_cut_to_their_paper() -> None:
    segments = receipt("two", 0.6, 0.11)
    over = LayoutRegion("table", Box(0.0, 0.0, 1.0, 1.0), 0.9)
    beside = LayoutRegion("table", Box(0.0, 0.0, 0.4, 1.0), 0.9)
    (found,) = regions_in([over, beside], segments)
    assert found.box.x0 == 0.6
    assert found.box.x1 == pytest.approx(0.9)
