from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable

import numpy as np
import pymupdf
import pytest

from rag_core.parse.digital import stext
from rag_core.parse.digital.stext import LetterReader, Letters
from tests.builders import blank_pdf, digital_pdf, image_file, picture, scan_pdf


def _mixed() -> bytes:
    """Turned, coloured, bold and invisible text in several fonts, and pictures between."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 100), "Plain words in a row, ﬁrst of all", fontsize=11)
        page.insert_text((72, 120), "Bold ones", fontname="hebo", fontsize=9)
        page.insert_text((72, 140), "竖排和横排的中文", fontname="china-s", fontsize=14)
        page.insert_text((300, 300), "Upwards", rotate=90)
        page.insert_text((300, 400), "Headlong", rotate=180)
        page.insert_text((72, 420), "Without ink", render_mode=3)
        page.insert_text((72, 440), "In red", color=(1, 0, 0))
        page.insert_image(pymupdf.Rect(72, 500, 200, 600), stream=image_file([picture(["A"], dpi=20)], "PNG"))
        page.insert_text((72, 650), "After the picture")
        return bytes(document.tobytes())


FILES: dict[str, Callable[[], bytes]] = {
    "mixed": _mixed,
    "long": lambda: digital_pdf([[f"Line {n} " + "of many words " * 4 for n in range(30)]]),
    "turned": lambda: digital_pdf([["One", "Two"]], rotation=90),
    "scan": lambda: scan_pdf([picture(["A scan"])], stamp="Stamp"),
    "blank": blank_pdf,
}


def by_dictionary(page: pymupdf.Page, monkeypatch: pytest.MonkeyPatch) -> Letters:
    with monkeypatch.context() as patch:
        patch.setattr(stext, "_is_as_mirrored", lambda *_: False)
        return LetterReader().read(page)


@pytest.mark.parametrize("file", FILES)
def test_what_lies_in_memory_is_what_pymupdf_says(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pymupdf.open(stream=FILES[file](), filetype="pdf") as document:
        letters, slow = LetterReader().read(document[0]), by_dictionary(document[0], monkeypatch)
    assert letters.text == slow.text
    assert np.allclose(np.array(letters.lines), np.array(slow.lines), atol=1e-6)
    assert np.allclose(letters.boxes, slow.boxes, atol=0.001)
    assert np.allclose(letters.sizes, slow.sizes)
    assert letters.flags.tolist() == slow.flags.tolist()
    assert letters.alpha.tolist() == slow.alpha.tolist()
    assert np.allclose(np.array(letters.pictures), np.array(slow.pictures), atol=0.001)
    names = [[one.font_names[at] for at in one.fonts] for one in (letters, slow)]
    assert names[0] == names[1]


def test_pages_are_read_from_memory_with_the_pinned_library() -> None:
    """Otherwise reading is right but slow: the mirrored structures need another look."""
    with pymupdf.open(stream=_mixed(), filetype="pdf") as document:
        textpage = document[0].get_textpage(flags=stext.FLAGS)
        assert stext._is_as_mirrored(textpage, stext._first_block(textpage))


def test_another_layout_in_memory_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    names, offsets = stext._CHAR.names or (), (0, 4, 6, 8, 12, 20, 56, 60, 64)
    formats = [stext._CHAR[name] for name in names]
    other = np.dtype({"names": list(names), "formats": formats, "offsets": list(offsets), "itemsize": 80})
    with pymupdf.open(stream=_mixed(), filetype="pdf") as document:
        right = LetterReader().read(document[0])
        monkeypatch.setattr(stext, "_CHAR", other)
        textpage = document[0].get_textpage(flags=stext.FLAGS)
        assert not stext._is_as_mirrored(textpage, stext._first_block(textpage))
        assert LetterReader().read(document[0]).text == right.text


def test_characters_are_found_wherever_they_lie_and_no_memory_is_read_that_may_not_be_there() -> None:
    page, size = 4096, stext._SIZE
    held = mmap.mmap(-1, 8 * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(held))
    for gone in (2, 5):
        assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + gone * page), page, 0) == 0

    def linked(text: str, places: list[int]) -> tuple[int, int]:
        for one, place, following in zip(text, places, [*places[1:], 0], strict=True):
            char = np.zeros(1, stext._CHAR)
            char["c"], char["next"] = ord(one), following
            ctypes.memmove(place, char.tobytes(), size)
        return places[0], places[-1]

    def row(first: int, count: int) -> list[int]:
        return list(range(first, first + count * size, size))

    over_two_pages = linked("a" * 100, row(start + 100, 100))
    up_to_the_end = linked("b" * 20, row(start + 5 * page - 20 * size, 20))
    backwards = linked("cde", [start + 2 * page - size, start + 3 * page, start + 7 * page])
    in_pieces = linked("f" * 70, row(start + 3 * page + 300, 30) + row(start + 6 * page, 40))
    near = linked("i" * 15, row(start + 6 * page + 3000, 10) + row(start + 7 * page + 2000, 5))
    alone = linked("g", [start + 8 * page - size])
    # What lay there before goes on where the line ends.
    ended = linked("h" * 10, row(start + 7 * page + 800, 10))
    ended = linked("h" * 5, row(start + 7 * page + 800, 5))[0], ended[1]
    ends = [over_two_pages, up_to_the_end, backwards, in_pieces, alone, ended, (backwards[0], 0), near]
    chars, starts = stext._gathered(ends)
    assert (
        stext._text(chars["c"]) == "a" * 100 + "b" * 20 + "cde" + "f" * 70 + "g" + "h" * 5 + "cde" + "i" * 15
    )
    assert starts == [0, 100, 120, 123, 193, 194, 199, 202]


def test_characters_that_are_none_are_replaced() -> None:
    chars = np.zeros(3, stext._CHAR)
    chars["c"] = [ord("a"), 0xD800, -1]
    assert stext._text(chars["c"]) == "a\ufffd\ufffd"
