"""The part of a page that a citation points at, with its lines marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag_core.errors import ParserFailure
from rag_core.types import Box

if TYPE_CHECKING:
    from PIL import Image

_Colour = tuple[int, int, int]

# Of the page's height, above and below what is marked.
AROUND = 0.06
_MARK = (255, 232, 140)
_EDGE = (214, 158, 0)
_EXACT = (255, 205, 120)
_EXACT_EDGE = (176, 90, 0)
_PIXELS_LIMIT = 60_000_000
_SPARE = 2
# Grey levels, over tiles of so many pixels a side: less than a changed figure makes.
_APART_LIMIT = 24
_TILE = 8


def crop(page: bytes, boxes: Sequence[Box], exact: Sequence[Box] = ()) -> bytes:
    """The page's PNG cut to a band around the boxes (page fractions), which are marked in it, those of the
    `exact` words once more, as PNG: the same bytes for the same page and boxes. Raises ParserFailure for a
    picture that is none."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (only for bundles)

    try:
        with Image.open(io.BytesIO(page), formats=("PNG",)) as opened:
            if opened.width * opened.height > _PIXELS_LIMIT:
                raise ParserFailure("page_too_large", f"{opened.width} × {opened.height}")
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ParserFailure("page_failed") from error
    for marked, colour, edge in ((boxes, _MARK, _EDGE), (exact, _EXACT, _EXACT_EDGE)):
        for box in marked:
            _mark(picture, box, colour, edge)
    width, height = picture.size
    top, bottom = _band(boxes, height)
    written = io.BytesIO()
    picture.crop((0, top, width, bottom)).save(written, "PNG", compress_level=6)
    return written.getvalue()


def alike(one: bytes, other: bytes) -> bool:
    """Whether two PNGs show the same, but for what another version of the drawing code does differently."""
    from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError  # noqa: PLC0415

    if one == other:
        return True
    try:
        with (
            Image.open(io.BytesIO(one), formats=("PNG",)) as left,
            Image.open(io.BytesIO(other), formats=("PNG",)) as right,
        ):
            if left.size != right.size or left.width * left.height > _PIXELS_LIMIT:
                return False
            apart = ImageChops.difference(left.convert("L"), right.convert("L"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    # Small differences everywhere are another way to draw; a large one anywhere is another picture.
    worst = apart.reduce(_TILE) if min(apart.size) >= _TILE else apart
    return bool(ImageStat.Stat(worst).extrema[0][1] <= _APART_LIMIT)


def _mark(picture: Image.Image, box: Box, colour: _Colour, edge: _Colour) -> None:
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415

    left, right = _pixels(box.x0, box.x1, picture.width)
    top, bottom = _pixels(box.y0, box.y1, picture.height)
    if right <= left or bottom <= top:
        return
    place = left, top, right, bottom
    under = picture.crop(place)
    picture.paste(ImageChops.multiply(under, Image.new("RGB", under.size, colour)), place)
    ImageDraw.Draw(picture).line((left, bottom, right - 1, bottom), fill=edge, width=2)


def _pixels(low: float, high: float, size: int) -> tuple[int, int]:
    return max(int(low * size) - _SPARE, 0), min(int(high * size + 0.5) + _SPARE, size)


def _band(boxes: Sequence[Box], height: int) -> tuple[int, int]:
    if not boxes:
        return 0, height
    top = max(min(box.y0 for box in boxes) - AROUND, 0.0)
    bottom = min(max(box.y1 for box in boxes) + AROUND, 1.0)
    return (int(top * height), int(bottom * height + 0.5)) if bottom > top else (0, height)
