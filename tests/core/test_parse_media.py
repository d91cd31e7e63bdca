from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from rag_core.errors import InputError
from rag_core.parse.image import ImageFile, encode_png
from rag_core.parse.media import media_type
from rag_core.parse.results import MediaType
from tests.builders import digital_pdf, image_file

TALL = np.zeros((40, 20, 3), np.uint8)
TALL[:10, :, 2] = 255  # a red band at the top


def saved(tmp_path: Path, data: bytes, name: str = "file") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def zipped() -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("a", "b")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (digital_pdf([["x"]]), "application/pdf"),
        (b"junk before\n" + digital_pdf([["x"]]), "application/pdf"),
        (image_file([TALL], "PNG"), "image/png"),
        (image_file([TALL], "JPEG"), "image/jpeg"),
        (image_file([TALL], "TIFF"), "image/tiff"),
    ],
)
def test_a_type_is_told_by_content_not_by_name(tmp_path: Path, data: bytes, found: MediaType) -> None:
    assert media_type(saved(tmp_path, data, "misleading.docx")) == found


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (zipped(), "ZIP"),
        (b"<html><body>%PDF is mentioned", "HTML"),
        (b"GIF89a....", "GIF"),
        (b"RIFF....WEBP", "WebP"),
        (b"just words", "text"),
        (b"\x00\x01\x02\x03", "unknown"),
    ],
)
def test_other_files_are_refused_with_what_they_seem_to_be(tmp_path: Path, data: bytes, detail: str) -> None:
    with pytest.raises(InputError) as caught:
        media_type(saved(tmp_path, data, "invoice.pdf"))
    assert caught.value.problem.code == "file_type"
    assert detail in caught.value.problem.detail


def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned a quarter clockwise
    source = ImageFile(saved(tmp_path, image_file([TALL], "PNG", exif=exif)), "image/png")
    pixels = source.scan(1)
    assert pixels.shape == (20, 40, 3)
    assert pixels[10, 35].tolist() == [0, 0, 255]
    assert source.size(1)[0] > source.size(1)[1]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_every_kind_of_pixel_becomes_bgr(tmp_path: Path, mode: str) -> None:
    stream = BytesIO()
    if mode == "I;16":
        Image.fromarray(np.full((9, 7), 65535, np.uint16)).save(stream, "TIFF")
    else:
        Image.new("RGB", (7, 9), "white").convert(mode).save(stream, "TIFF")
    pixels = ImageFile(saved(tmp_path, stream.getvalue()), "image/tiff").scan(1)
    assert (pixels.shape, pixels.dtype) == ((9, 7, 3), np.uint8)
    assert pixels.min() >= 250


def test_what_is_see_through_becomes_white(tmp_path: Path) -> None:
    stream = BytesIO()
    Image.new("RGBA", (5, 5), (0, 0, 0, 0)).save(stream, "PNG")
    assert ImageFile(saved(tmp_path, stream.getvalue()), "image/png").scan(1).min() == 255


def test_a_truncated_image_fails_as_a_page_and_a_headless_one_as_a_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8)
    data = image_file([noise], "PNG")
    source = ImageFile(saved(tmp_path, data[: len(data) // 2]), "image/png")
    with pytest.raises(InputError) as caught:
        source.scan(1)
    assert caught.value.problem.code == "page_failed"
    with pytest.raises(InputError) as caught:
        ImageFile(saved(tmp_path, data[:20]), "image/png")
    assert caught.value.problem.code == "file_damaged"


def test_a_picture_is_drawn_at_the_resolution_asked_for(tmp_path: Path) -> None:
    page = np.full((1650, 1275, 3), 255, np.uint8)
    source = ImageFile(saved(tmp_path, image_file([page], "PNG", dpi=(150, 150))), "image/png")
    assert source.size(1) == pytest.approx((612, 792), rel=0.01)
    assert source.picture(1, 75).shape[0] == pytest.approx(825, abs=2)
    assert source.picture(1, 600).shape == page.shape


def test_a_picture_as_png_keeps_its_colours() -> None:
    with Image.open(BytesIO(encode_png(TALL))) as image:
        assert image.getpixel((5, 5)) == (255, 0, 0)
