"""Office files through LibreOffice; the parts that need none are tested anywhere."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import os
import time
import zipfile
from pathlib import Path

import psutil
import pymupdf
import pytest

from rag_core.errors import InputError, ParserFailure
from rag_core.parse.formats import office
from rag_core.parse.formats.changes import copy_as_changed
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.parse.results import MediaType
from rag_core.settings import Settings
from tests.documents import PIXEL, docx, linked_picture, odf, xlsx

needs_office = pytest.mark.skipif(
    not office.program(), reason=f"needs LibreOffice: apt install {office.PACKAGES}"
)


def made(reader: IsolatedReader, tmp_path: Path, data: bytes) -> Path:
    source, target = tmp_path / "source", tmp_path / "made.pdf"
    source.write_bytes(data)
    assert not reader.inspect(source, "any name").paged
    reader.convert(source, "any name", target)
    return target


def text_of(reader: IsolatedReader, path: Path) -> str:
    count = reader.inspect(path, "").page_count
    return "\n".join(one.page.text if one.page else "" for one in reader.read_text(path, range(1, count + 1)))


@needs_office
def test_a_letter_becomes_pages(reader: IsolatedReader, tmp_path: Path) -> None:
    data = docx(["第一段 Hello", "Second paragraph"])
    path = made(reader, tmp_path, data)
    assert text_of(reader, path).split() == ["第一段", "Hello", "Second", "paragraph"]
    first = path.read_bytes()
    assert made(reader, tmp_path, data).read_bytes() == first


@needs_office
def test_what_was_deleted_from_a_letter_is_not_read(reader: IsolatedReader, tmp_path: Path) -> None:
    marks = 'w:id="1" w:author="A" w:date="2026-01-01T10:00:00Z"'
    fee = (
        '<w:p><w:r><w:t xml:space="preserve">The fee is </w:t></w:r>'
        f"<w:del {marks}><w:r><w:delText>2,000</w:delText></w:r></w:del>"
        f'<w:ins {marks}><w:r><w:t>2,450</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> a month.</w:t></w:r></w:p>'
    )
    kind = "http://schemas.openxmlformats.org"
    relation = f'<Relationship Id="rId1" Type="{kind}/officeDocument/2006/relationships/settings" Target="settings.xml"/>'
    settings = f'<w:settings xmlns:w="{kind}/wordprocessingml/2006/main"><w:trackRevisions/></w:settings>'
    letter = docx([], fee, relation, **{"word/settings.xml": settings})
    assert text_of(reader, made(reader, tmp_path, letter)) == "The fee is 2,450 a month."
    region = (
        '<text:tracked-changes><text:changed-region xml:id="c" text:id="c"><text:deletion><office:change-info/>'
        "<text:p>2,000</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    letter = odf(
        "text", f'{region}<text:p>The fee is <text:change text:change-id="c"/>2,450 a month.</text:p>'
    )
    assert text_of(reader, made(reader, tmp_path, letter)) == "The fee is 2,450 a month."


def test_an_empty_list_of_changes_takes_no_words_with_it_and_settings_may_be_empty(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"

    def changed(data: bytes, media: MediaType, name: str) -> str:
        source.write_bytes(data)
        copy_as_changed(source, media, target)
        with zipfile.ZipFile(target) as archive:
            return archive.read(name).decode()

    gone = "<text:tracked-changes><text:p>GONE</text:p></text:tracked-changes>"
    body = (
        f'<text:tracked-changes text:track-changes="false"/><text:p>Kept.</text:p>{gone}<text:p>Too.</text:p>'
    )
    content = changed(odf("text", body), "application/vnd.oasis.opendocument.text", "content.xml")
    assert "<text:p>Kept.</text:p><text:p>Too.</text:p>" in content
    deleted = '<w:p><w:del w:id="1"><w:r><w:delText>2,000</w:delText></w:r></w:del></w:p>'
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for inner in ("/>", "></w:settings>"):
        letter = docx([], deleted, **{"word/settings.xml": f'<w:settings xmlns:w="w"{inner}'})
        made = '<w:settings xmlns:w="w"><w:revisionView w:markup="0"/></w:settings>'
        assert changed(letter, word, "word/settings.xml") == made


@needs_office
def test_slides_become_pages(reader: IsolatedReader, tmp_path: Path) -> None:
    slide = (
        '<draw:page draw:name="p{0}"><draw:frame svg:width="10cm" svg:height="3cm" svg:x="1cm" svg:y="1cm">'
        "<draw:text-box><text:p>幻灯片 {0}</text:p></draw:text-box></draw:frame></draw:page>"
    )
    path = made(reader, tmp_path, odf("presentation", slide.format(1) + slide.format(2)))
    assert reader.inspect(path, "").page_count == 2
    assert "幻灯片 2" in text_of(reader, path)


@needs_office
def test_rich_text_becomes_pages(reader: IsolatedReader, tmp_path: Path) -> None:
    path = made(reader, tmp_path, rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Rich \b words\b0 .\par}")
    assert text_of(reader, path) == "Rich words."


@needs_office
def test_every_sheet_is_a_table_under_its_name(reader: IsolatedReader, tmp_path: Path) -> None:
    many = [["No", "名称"], *[[str(number), f"项目 {number}"] for number in range(200)]]
    path = made(
        reader, tmp_path, xlsx({"收入": [["A", "B"], ["甲", "1000.5"], ["乙", "=B2*2"]], "Two": many})
    )
    text = text_of(reader, path)
    assert text.index("收入") < text.index("2001") < text.index("Two") < text.index("项目 199")
    with pymupdf.open(path) as document:
        assert all("名称" in page.get_text() for page in document.pages(1))


@needs_office
def test_cells_are_read_as_their_sheet_shows_them(reader: IsolatedReader, tmp_path: Path) -> None:
    formats = (
        "General",
        '"¥"#,##0.00',
        "0.0%",
        'yyyy"年"m"月"d"日"',
        "d mmm yyyy",
        "$#,##0;-$#,##0",
        "000000",
    )
    rows = [
        ["编号", "价格", "折扣", "日期", "Date", "Balance", "Code"],
        ["1", "129", "0.18", "45413", "45365", "-12400.4", "715"],
        ["2", "1290.5", "-0.05", "45414", "45366", "300", "86"],
    ]
    text = text_of(reader, made(reader, tmp_path, xlsx({"表": rows}, formats)))
    assert "| 1 | ¥129.00 | 18.0% | 2024年5月1日 | 14 Mar 2024 | -$12,400 | 000715 |" in text
    assert "| 2 | ¥1,290.50 | -5.0% | 2024年5月2日 | 15 Mar 2024 | $300 | 000086 |" in text


@needs_office
def test_no_other_file_is_looked_at(reader: IsolatedReader, tmp_path: Path) -> None:
    picture, secret = tmp_path / "secret.png", tmp_path / "secret.txt"
    picture.write_bytes(base64.b64decode(PIXEL))
    secret.write_text("TOPSECRET,TOPSECRET\n")
    body, relation = linked_picture(picture.as_uri())
    link = f'xlink:type="simple" xlink:href="{secret.as_uri()}"'
    for data in (
        docx(["words"], body, relation),
        odf(
            "text",
            f'<text:p>words</text:p><text:section text:name="s"><text:section-source {link}/></text:section>'
            '<text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:type="simple" '
            f'xlink:href="{picture.as_uri()}"/></draw:frame></text:p>',
        ),
        odf(
            "spreadsheet",
            '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string">'
            '<text:p>words</text:p></table:table-cell><table:table-cell office:value-type="string" '
            f"table:formula=\"of:=['{secret.as_uri()}'#$Sheet1.A1]\"/></table:table-row></table:table>"
            f'<table:table table:name="b"><table:table-source {link} table:mode="copy-all" '
            'table:filter-name="Text - txt - csv (StarCalc)" table:filter-options="44,34,76,1"/>'
            "<table:table-row><table:table-cell/></table:table-row></table:table>",
        ),
        xlsx({"s": [["words", f'=WEBSERVICE("{secret.as_uri()}")', f"='{secret.as_uri()}'#$Sheet1.A1"]]}),
        rb"{\rtf1 words {\field{\*\fldinst INCLUDETEXT " + secret.as_uri().encode() + rb"}{\fldrslt old}}}",
    ):
        path = made(reader, tmp_path, data)
        text = text_of(reader, path)
        assert "words" in text
        assert "TOPSECRET" not in text
        with pymupdf.open(path) as document:
            assert not any(page.get_images() for page in document)


@needs_office
def test_a_damaged_letter_is_refused(reader: IsolatedReader, tmp_path: Path) -> None:
    data = docx(["words"], **{"word/document.xml": b"<w:document"})
    with pytest.raises((InputError, ParserFailure)) as caught:
        made(reader, tmp_path, data)
    assert caught.value.problem.code in ("convert_failed", "file_damaged")


@needs_office
@pytest.mark.parametrize(
    ("change", "code"),
    [({"convert_seconds": 1}, "convert_time"), ({"page_memory_mb": 250}, "convert_memory")],
)
def test_what_takes_too_much_is_ended_with_all_that_it_started(
    settings: Settings, tmp_path: Path, change: dict[str, int], code: str
) -> None:
    data = docx([f"Paragraph {number} of a long letter. " * 20 for number in range(20_000)])
    reader = IsolatedReader(dataclasses.replace(settings, **change))
    with pytest.raises(ParserFailure) as caught:
        made(reader, tmp_path, data)
    reader.close()
    assert caught.value.problem.code == code
    assert not (tmp_path / "made.pdf").exists()
    assert list(settings.cache.glob("convert-*")) == []
    assert not offices(settings)


@needs_office
def test_an_office_does_not_outlive_a_killed_reader(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(docx([f"Paragraph {number} of a long letter. " * 20 for number in range(20_000)]))
    worker = os.fork()
    if not worker:
        try:
            IsolatedReader(settings).convert(source, "x", tmp_path / "made.pdf")
        finally:
            os._exit(0)
    group = group_of_the_office(settings)
    os.kill(worker, 9)
    os.waitpid(worker, 0)
    # Between its first start, which makes a profile, and its second no office runs, though one is still to come.
    deadline = time.monotonic() + 20
    while any_in(group) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any_in(group)
    assert not offices(settings)


def group_of_the_office(settings: Settings) -> int:
    """The process group of the reader's child and of the LibreOffice it has started."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for one in offices(settings):
            with contextlib.suppress(ProcessLookupError):
                return os.getpgid(one.pid)
        time.sleep(0.1)
    pytest.fail("LibreOffice did not start")


def any_in(group: int) -> bool:
    """Whether a process of the group is still there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def offices(settings: Settings) -> list[psutil.Process]:
    """Every LibreOffice that works in this data folder."""
    found = []
    for one in psutil.process_iter(["cmdline", "status"]):
        if (
            str(settings.cache) in " ".join(one.info["cmdline"] or [])
            and one.info["status"] != psutil.STATUS_ZOMBIE
        ):
            found.append(one)
    return found


def test_without_an_office_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: "")
    source = tmp_path / "source"
    source.write_bytes(docx(["words"]))
    with pytest.raises(InputError) as caught:
        office.to_pdf(source, "application/rtf", tmp_path, 10)
    assert caught.value.problem.code == "office_missing"
    assert "libreoffice-writer" in caught.value.problem.detail
