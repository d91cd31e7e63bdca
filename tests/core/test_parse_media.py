from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import numpy as np
import pytest
from PIL import Image

from rag_core.errors import InputError
from rag_core.parse.formats.media import media_type
from rag_core.parse.recognition.image import ImageFile, encode_png
from rag_core.parse.results import MediaType
from rag_core.parse.source import open_source
from tests.builders import digital_pdf, image_file
from tests.documents import docx, epub, odf, packed, xlsx

OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
TALL = np.zeros((40, 20, 3), np.uint8)
TALL[:10, :, 2] = 255  # a red band at the top


def saved(tmp_path: Path, data: bytes, name: str = "file") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def compound(name: str) -> bytes:
    """The beginning of an old Office file with a stream of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900) + (name + "\0").encode("utf-16-le") + bytes(99)


def picture(kind: str, **options: object) -> bytes:
    return image_file([TALL], kind, **options)


MAIL = b"From: a@b.c\r\nTo: d@e.f\r\nMessage-ID: <1@b.c>\r\nSubject: x\r\n\r\nwords"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (digital_pdf([["x"]]), "application/pdf"),
        (b"junk before\n" + digital_pdf([["x"]]), "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("TIFF"), "image/tiff"),
        (picture("BMP"), "image/bmp"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (packed({"1.png": picture("PNG"), "2.jpg": picture("JPEG")}), "application/vnd.comicbook+zip"),
        (epub(["<p>x</p>"]), "application/epub+zip"),
        (packed({"[Content_Types].xml": "", "s.fdseq": ""}), "application/oxps"),
        (docx(["x"]), f"{OPEN_XML}.wordprocessingml.document"),
        (xlsx({"s": [["x"]]}), f"{OPEN_XML}.spreadsheetml.sheet"),
        (packed({"[Content_Types].xml": "", "ppt/x.xml": ""}), f"{OPEN_XML}.presentationml.presentation"),
        (odf("text", ""), f"{OPEN_DOCUMENT}.text"),
        (odf("spreadsheet", ""), f"{OPEN_DOCUMENT}.spreadsheet"),
        (odf("presentation", ""), f"{OPEN_DOCUMENT}.presentation"),
        (compound("WordDocument"), "application/msword"),
        (compound("Workbook"), "application/vnd.ms-excel"),
        (compound("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        (b"{\\rtf1 words}", "application/rtf"),
        (MAIL, "message/rfc822"),
        (b"\n <!DOCTYPE html><title>x", "text/html"),
        (b'<?xml version="1.0"?>\n<!-- c --><html xmlns="x">', "text/html"),
        (b"BMW makes cars, AT&T makes calls", "text/plain"),
        ('{"json": "文字"}'.encode(), "text/plain"),
    ],
)
def test_a_type_is_told_by_content_not_by_name(tmp_path: Path, data: bytes, found: MediaType) -> None:
    assert media_type(saved(tmp_path, data), "misleading.pdf") == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("notes.md", "text/markdown"),
        ("table.CSV", "text/csv"),
        ("table.tsv", "text/csv"),
        ("page.htm", "text/html"),
        ("log", "text/plain"),
        ("picture.png", "text/plain"),
    ],
)
def test_a_name_decides_between_kinds_of_text_alone(tmp_path: Path, name: str, found: MediaType) -> None:
    assert media_type(saved(tmp_path, b"a,b\n1,2\n"), name) == found
    assert media_type(saved(tmp_path, picture("PNG")), name) == "image/png"


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (packed({"a": "b"}), "file_type", "ZIP"),
        (packed({"1.png": "p", **{f"{n}.exe": "x" for n in range(9)}}), "file_type", "ZIP"),
        (b"PK\x03\x04 cut off", "file_damaged", ""),
        (compound("EncryptedPackage"), "file_protected", ""),
        (compound("Unknown"), "file_type", "Outlook"),
        (odf("text", "", **{"META-INF/manifest.xml": "<encryption-data/>"}), "file_protected", ""),
        (docx(["x"], **{"word/x.bin": bytes(2**25)}), "file_unpacks", "32 MB"),
        (packed({f"{number}.png": "" for number in range(20_001)}), "file_unpacks", "20001 parts"),
        (b"RIFF....WAVE\x00\x01\xff", "file_type", "WAV"),
        (b"%!PS-Adobe-3.0", "file_type", "PostScript"),
        (b"<svg xmlns='x'/>", "file_type", "SVG"),
        (b"\x1f\x8b\x08\x00\x00", "file_type", "gzip"),
        (b"\x00\x01\x02\x03", "file_binary", ""),
        (np.random.default_rng(1).bytes(5000), "file_binary", ""),
        (b"words " * 50 + b"\x01\x02\x03\x04\x05" * 3, "file_binary", ""),
    ],
)
def test_other_files_are_refused_with_what_they_seem_to_be(
    tmp_path: Path, data: bytes, code: str, detail: str
) -> None:
    with pytest.raises(InputError) as caught:
        media_type(saved(tmp_path, data), "invoice.pdf")
    assert caught.value.problem.code == code
    assert detail in caught.value.problem.detail


def test_a_part_that_is_larger_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    data = bytearray(docx(["x"], **{"word/x.bin": bytes(2**20)}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = 0
        while (begin := data.find(mark, begin + 1)) > 0:
            if data[begin + place : begin + place + 4] == (2**20).to_bytes(4, "little"):
                data[begin + place : begin + place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InputError) as caught:
        media_type(saved(tmp_path, bytes(data)))
    assert caught.value.problem.code == "file_damaged"


def test_links_in_an_archive_are_not_pictures(tmp_path: Path) -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        link = ZipInfo("passwd.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError) as caught:
        media_type(saved(tmp_path, stream.getvalue()))
    assert caught.value.problem.code == "file_type"


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_every_kind_of_photo_is_turned_as_its_camera_says(tmp_path: Path, kind: str, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    tall = np.repeat(np.repeat(TALL, 8, 0), 8, 1)
    path = saved(tmp_path, image_file([tall], kind, exif=exif))
    source, media = open_source(path)
    assert media == f"image/{kind.lower()}"
    pixels = source.scan(1)
    wanted = {1: tall, 3: tall[::-1, ::-1], 6: np.rot90(tall, -1), 8: np.rot90(tall)}[turn]
    assert pixels.shape == wanted.shape
    assert np.abs(pixels.astype(int) - wanted).mean() < 8
    assert source.size(1)[0] / source.size(1)[1] == pytest.approx(pixels.shape[1] / pixels.shape[0])


def test_a_moving_picture_is_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP"):
        stream = BytesIO()
        frames[0].save(stream, kind, save_all=True, append_images=frames[1:])
        source, _ = open_source(saved(tmp_path, stream.getvalue()))
        assert source.page_count == 1
        blue, _, red = source.scan(1)[5, 5].tolist()
        assert red > 200 > 50 > blue


def test_a_book_of_pictures_has_a_page_for_each(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    parts = {
        "10.png": picture("PNG"),
        "2.jpg": picture("JPEG", exif=exif),
        "1.webp": picture("WEBP"),
        "3.png": b"broken",
        "ComicInfo.xml": "<x/>",
    }
    source, _ = open_source(saved(tmp_path, packed(parts)))
    assert source.page_count == 4
    assert [source.scan(number).shape for number in (4, 2, 1, 2)] == [
        (40, 20, 3),
        (20, 40, 3),
        (40, 20, 3),
        (20, 40, 3),
    ]
    with pytest.raises(InputError) as caught:
        source.scan(3)
    assert caught.value.problem.code == "page_failed"
    source.close()


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
