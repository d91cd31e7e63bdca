from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from rag_core.parse.digital.page_hash import PageHashes
from tests.builders import digital_pdf, image_file, picture

PAGES = 300
SAVINGS: dict[str, dict[str, object]] = {
    "as it is": {},
    "cleared out": {"garbage": 4},
    "packed": {"garbage": 4, "deflate": True},
    "in object streams": {"garbage": 4, "deflate": True, "use_objstms": 1},
    "unpacked": {"expand": 255},
}


def large() -> bytes:
    """Pages that share a font and a logo, with a picture of their own on every tenth."""
    logo = image_file([picture(["Logo"], dpi=20)], "PNG")
    with pymupdf.open(stream=digital_pdf([[f"Page {n}", "Text."] for n in range(PAGES)])) as document:
        for page in document:
            page.insert_image(pymupdf.Rect(400, 20, 500, 60), stream=logo)
            if page.number % 10 == 0:
                own = image_file([picture([f"Figure {page.number}"], dpi=30)], "PNG")
                page.insert_image(pymupdf.Rect(100, 300, 300, 500), stream=own)
        return bytes(document.tobytes(garbage=1))


@pytest.fixture(scope="module")
def data() -> bytes:
    return large()


@pytest.fixture
def document(data: bytes) -> Iterator[pymupdf.Document]:
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        yield opened


def hashes(data: bytes) -> list[str]:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        found = PageHashes(document)
        return [found.of(number) for number in range(1, document.page_count + 1)]


def one_page(change: Callable[[pymupdf.Document, pymupdf.Page], object] = lambda *_: None) -> bytes:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 100), "Ten of them")
        page.insert_image(
            pymupdf.Rect(100, 300, 300, 500), stream=image_file([picture(["A"], dpi=20)], "PNG")
        )
        change(document, page)
        return bytes(document.tobytes())


def test_every_page_has_its_own(data: bytes) -> None:
    found = hashes(data)
    assert len(set(found)) == PAGES
    assert all(len(one) == 64 and int(one, 16) >= 0 for one in found)


def test_one_page_alone_has_the_same(document: pymupdf.Document, data: bytes) -> None:
    assert PageHashes(document).of(17) == hashes(data)[16]


@pytest.mark.parametrize("saving", SAVINGS)
def test_a_file_saved_anew_keeps_them(document: pymupdf.Document, data: bytes, saving: str) -> None:
    assert hashes(document.tobytes(**SAVINGS[saving])) == hashes(data)


def test_an_incremental_saving_changes_the_edited_page_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(data)
    with pymupdf.open(path) as document:
        document[41].insert_text((72, 700), "A late remark")
        document.saveIncr()
    before, after = hashes(data), hashes(path.read_bytes())
    assert [n for n in range(PAGES) if before[n] != after[n]] == [41]


def test_pages_may_be_inserted_deleted_and_moved(document: pymupdf.Document, data: bytes) -> None:
    before = hashes(data)
    document.delete_page(100)
    document.new_page(0).insert_text((72, 100), "A new first page")
    document.move_page(200, 5)
    after = hashes(document.tobytes(garbage=4, deflate=True))
    assert len(after) == PAGES
    assert set(before) - set(after) == {before[100]}
    assert set(after) - set(before) == {after[0]}
    assert after[5] == before[200]


def test_a_page_keeps_its_hash_in_another_file(document: pymupdf.Document, data: bytes) -> None:
    with pymupdf.open() as other:
        other.new_page().insert_text((72, 72), "Another file")
        other.insert_pdf(document, from_page=30, to_page=31)
        assert hashes(other.tobytes())[1:] == hashes(data)[30:32]


def _replace_picture(document: pymupdf.Document, page: pymupdf.Page) -> None:
    page.replace_image(page.get_images()[0][0], stream=image_file([picture(["B"], dpi=20)], "PNG"))


def _replace_font(document: pymupdf.Document, page: pymupdf.Page) -> None:
    document.xref_set_key(page.get_fonts()[0][0], "BaseFont", "/Courier")


def _hide_a_layer(document: pymupdf.Document, page: pymupdf.Page) -> None:
    layer = document.add_ocg("layer", on=False)
    page.insert_text((72, 200), "Layered", oc=layer)


def _show_a_layer(document: pymupdf.Document, page: pymupdf.Page) -> None:
    layer = document.add_ocg("layer", on=True)
    page.insert_text((72, 200), "Layered", oc=layer)


def _fill_in(text: str) -> Callable[[pymupdf.Document, pymupdf.Page], None]:
    def change(document: pymupdf.Document, page: pymupdf.Page) -> None:
        field = pymupdf.Widget()
        field.field_name, field.field_type, field.field_value = "name", pymupdf.PDF_WIDGET_TYPE_TEXT, text
        field.rect = pymupdf.Rect(72, 600, 300, 620)
        page.add_widget(field)

    return change


CHANGES: dict[str, Callable[[pymupdf.Document, pymupdf.Page], object]] = {
    "nothing": lambda document, page: None,
    "a letter": lambda document, page: page.insert_text((72, 130), "!"),
    "turned": lambda document, page: page.set_rotation(90),
    "cropped": lambda document, page: page.set_cropbox(pymupdf.Rect(10, 10, 500, 700)),
    "another picture": _replace_picture,
    "another font": _replace_font,
    "a note": lambda document, page: page.add_freetext_annot(pymupdf.Rect(72, 550, 300, 580), "Mind this"),
    "another note": lambda document, page: page.add_freetext_annot(pymupdf.Rect(72, 550, 300, 580), "Mind that"),
    "a field": _fill_in("Ada"),
    "a field filled in otherwise": _fill_in("Bob"),
    "a layer": _show_a_layer,
    "the layer hidden": _hide_a_layer,
}  # fmt: skip


def test_whatever_can_be_seen_counts() -> None:
    found = {name: hashes(one_page(change))[0] for name, change in CHANGES.items()}
    assert len(set(found.values())) == len(CHANGES), found
    assert "" not in found.values()


def test_what_cant_be_seen_does_not() -> None:
    def change(document: pymupdf.Document, page: pymupdf.Page) -> None:
        document.set_metadata({"title": "Another"})
        document.new_page()
        document[0].insert_link({"kind": pymupdf.LINK_GOTO, "page": 1, "from": pymupdf.Rect(1, 1, 9, 9)})

    def other(document: pymupdf.Document, page: pymupdf.Page) -> None:
        document.new_page()
        document.new_page()
        document[0].insert_link({"kind": pymupdf.LINK_GOTO, "page": 2, "from": pymupdf.Rect(1, 1, 9, 9)})

    assert hashes(one_page(change))[0] == hashes(one_page(other))[0]


def test_the_shared_resources_of_other_pages_do_not_count() -> None:
    def pages(count: int) -> bytes:
        with pymupdf.open(
            stream=digital_pdf([["Same"], *[[f"Other {n}"] for n in range(count)]])
        ) as document:
            catalogue = document.get_new_xref()
            fonts = "".join(
                f"/F{n} <</Type/Font/Subtype/Type1/BaseFont/Courier/N {n}>>" for n in range(count)
            )
            document.update_object(
                catalogue, f"<</Font <</helv {document[0].get_fonts()[0][0]} 0 R {fonts}>>>>"
            )
            for page in document:
                document.xref_set_key(page.xref, "Resources", f"{catalogue} 0 R")
            return bytes(document.tobytes())

    assert hashes(pages(2))[0] == hashes(pages(5))[0]


def _raw(*objects: bytes) -> bytes:
    """A file of these objects, numbered from 1; 1 is the catalog."""
    out = b"%PDF-1.7\n"
    offsets = []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _form(resources: bytes, drawing: bytes = b"/X Do") -> bytes:
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%b/Length %d>>" % (resources, len(drawing))
    return head + b"stream\n" + drawing + b"\nendstream"


def _page_of(*objects: bytes) -> bytes:
    """A page that draws object 4."""
    return _raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 99 99]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
        *objects,
    )


CONTENTS = b"<</Length 5>>stream\n/X Do\nendstream"


def test_circles_are_followed_once() -> None:
    circle = (
        _form(b"/Resources<</XObject<</X 6 0 R>>>>"),
        CONTENTS,
        _form(b"/Resources<</XObject<</X 4 0 R>>>>"),
    )
    (found,) = hashes(_page_of(*circle))
    (longer,) = hashes(_page_of(*circle[:2], _form(b"/Resources<</XObject<</X 4 0 R>>>>", b"q /X Do Q")))
    assert len(found) == len(longer) == 64
    assert found != longer


def test_a_thicket_of_circles_gives_up_in_time() -> None:
    everyone = b"".join(b"/X%d %d 0 R" % (n, n) for n in range(6, 60))
    forms = [_form(b"/Resources<</XObject<<%b>>>>" % everyone)] * 60
    began = time.monotonic()
    assert hashes(_page_of(forms[0], CONTENTS, *forms[:54])) == [""]
    assert time.monotonic() - began < 5


def test_a_chain_too_deep_to_follow_has_none() -> None:
    chain = [_form(b"/Resources<</XObject<</X %d 0 R>>>>" % n) for n in range(7, 107)]
    assert hashes(_page_of(_form(b"/Resources<</XObject<</X 6 0 R>>>>"), CONTENTS, *chain, _form(b""))) == [
        ""
    ]


def test_a_page_that_is_not_there_has_none(document: pymupdf.Document) -> None:
    assert PageHashes(document).of(PAGES + 1) == ""


def test_a_form_that_draws_with_the_pages_resources_sees_them_all() -> None:
    def page(box: bytes) -> bytes:
        inner = b"<</Type/XObject/Subtype/Form/BBox%b/Length 1>>stream\nf\nendstream" % box
        return _raw(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 99 99]>>",
            b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</X 4 0 R/Unnamed 6 0 R>>>>>>",
            _form(b"", b"/Unnamed Do"),
            CONTENTS,
            inner,
        )

    assert hashes(page(b"[0 0 9 9]")) != hashes(page(b"[0 0 8 8]"))


def test_bytes_at_random_places_never_raise(data: bytes) -> None:
    random = np.random.default_rng(3)
    small = digital_pdf([["One", "Two"], ["Three"]])
    for _ in range(60):
        broken = bytearray(small)
        for place in random.integers(0, len(small), 12):
            broken[place] = random.integers(0, 256)
        try:
            document = pymupdf.open(stream=bytes(broken), filetype="pdf")
        except pymupdf.FileDataError:
            continue
        found = PageHashes(document)
        for number in range(1, document.page_count + 1):
            assert len(found.of(number)) in (0, 64)
