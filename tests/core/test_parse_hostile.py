"""Broken and hostile files of every format, made here: each is read or refused with a sentence, the reader's
code never fails over one, and nothing is written but where it belongs."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import psutil
import pymupdf
import pytest

from rag_core.errors import UserError
from rag_core.messages import SENTENCES
from rag_core.parse.formats import office
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings
from tests.builders import image_file
from tests.documents import docx, epub, odf, packed, xlsx, xps

WORDS = "<h1>标题</h1><p>Some words &amp; more.</p><table><tr><td>a</td><td>1</td></tr></table>"
MAIL = (
    "From: a@b.c\nMessage-ID: <1@b>\nSubject: =?utf-8?B?5byg5LiJ?=\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/html; charset=utf-8\n"
    f"Content-Transfer-Encoding: 8bit\n\n{WORDS}\n--q\nContent-Disposition: attachment; filename*=utf-8''a%20b.pdf\n\nx\n--q--\n"
)
PICTURE = np.full((30, 40, 3), 200, np.uint8)
BASES: dict[str, bytes] = {
    "page.html": f"<html><head><title>t</title></head><body>{WORDS}<ul><li>x<li>y</ul></body></html>".encode(),
    "table.csv": '编号,"名称, x"\n1,"two\nlines"\n2,b\n'.encode(),
    "notes.md": b"# t\n\n- a\n  - b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n",
    "mail.eml": MAIL.encode(),
    "words.txt": "第一条 words\n".encode("gb18030") * 5,
    "book.epub": epub([WORDS, WORDS]),
    "page.xps": xps("words", pymupdf.Font("helv").buffer),
    "comic.cbz": packed({"1.png": image_file([PICTURE], "PNG"), "2.jpg": image_file([PICTURE], "JPEG")}),
    "moving.gif": image_file([PICTURE], "GIF"),
    "photo.webp": image_file([PICTURE], "WEBP"),
    "photo.bmp": image_file([PICTURE], "BMP"),
}
OFFICE_BASES: dict[str, bytes] = {
    "letter.docx": docx(["words", "more"]),
    "sheet.xlsx": xlsx({"s": [["a", "b"], ["1", "=A2"]]}),
    "text.odt": odf("text", "<text:p>words</text:p>"),
}
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
HOSTILE: dict[str, bytes] = {
    "deep.html": b"<div>" * 5_000 + b"words",
    "tables.html": b"<table><tr><td>a<td>" * 1_000 + b"words",
    "spans.html": b"<table><tr><td colspan=99999999 rowspan=99999999>a<td>words</table>",
    "parts.eml": b"From: a@b\nMessage-ID: <1>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 500,
    "header.eml": b"From: a@b\nMessage-ID: <1>\nDate: x\nSubject: "
    + b"=?utf-8?q?a?= " * 2_000
    + b"\n\nwords",
    "quotes.csv": b'a,"' + b"x\n" * 100_000,
    "columns.csv": b",".join(b"c" for _ in range(20_000)) + b"\n1,2\n",
    "brackets.md": b"[" * 5_000 + b"words" + b"](b)" * 5_000,
    "stars.md": b"*a **b " * 3_000,
    "line.txt": b"x" * 200_000,
    "laughs.epub": epub(["x"], **{"c0.xhtml": f"{LAUGHS}]><html><body><p>&j;</p></body></html>"}),
    "entity.epub": epub(
        ["x"],
        **{
            "c0.xhtml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>words &e;</p></body></html>'
        },
    ),
    "deep.epub": epub(["<div>" * 5_000 + "words"]),
}


def take(reader: IsolatedReader, path: Path, target: Path) -> tuple[str, str]:
    """What the file comes to: its words, or the code of the problem."""
    try:
        inspection, readable = reader.inspect(path, path.name), path
        if not inspection.paged:
            reader.convert(path, path.name, target)
            inspection, readable = reader.inspect(target, path.name), target
            assert inspection.media_type == "application/pdf"
        results = reader.read_text(readable, range(1, min(inspection.page_count, 5) + 1))
        return "".join(result.page.text if result.page else "" for result in results), ""
    except UserError as error:
        assert error.problem.code in SENTENCES
        return "", error.problem.code


def broken(data: bytes, chance: random.Random) -> bytes:
    """The file cut off, or with some bytes changed, left out or put in twice."""
    match chance.randrange(4):
        case 0:
            return data[: chance.randrange(1, len(data))]
        case 1:
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 20)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)
        case 2:
            at = chance.randrange(len(data))
            return data[:at] + data[at + chance.randrange(1, 50) :]
        case _:
            at = chance.randrange(len(data))
            return data[:at] + data[at : at + 300] * chance.randrange(2, 9) + data[at:]


@pytest.mark.parametrize("name", BASES)
def test_broken_files_are_read_or_refused(
    reader: IsolatedReader, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, target = tmp_path / name, tmp_path / "made.pdf"
    path.write_bytes(BASES[name])
    words, code = take(reader, path, target)
    assert code == ""
    assert words or path.suffix in (".cbz", ".gif", ".webp", ".bmp")
    chance = random.Random(name)
    codes: set[str] = set()
    for _ in range(12):
        path.write_bytes(broken(BASES[name], chance))
        codes.add(take(reader, path, target)[1])
    assert "page_time" not in codes
    assert "child failed" not in caplog.text


@pytest.mark.skipif(not office.program(), reason=f"needs LibreOffice: apt install {office.PACKAGES}")
@pytest.mark.parametrize("name", OFFICE_BASES)
def test_broken_office_files_are_read_or_refused(
    reader: IsolatedReader, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, target = tmp_path / name, tmp_path / "made.pdf"
    chance = random.Random(name)
    for _ in range(3):
        path.write_bytes(broken(OFFICE_BASES[name], chance))
        take(reader, path, target)
    assert "child failed" not in caplog.text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_read_or_refused_in_time(
    reader: IsolatedReader, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    words, code = take(reader, path, tmp_path / "made.pdf")
    assert "root:" not in words
    assert code not in ("convert_time", "page_time")
    assert "child failed" not in caplog.text


def test_nothing_is_written_outside_the_data_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's home, its folder for temporary files and all that lies around the data folder stay as they
    are, whatever names the parts of an archive have."""
    around = tmp_path / "around"
    for name, variable in (("house", "HOME"), ("temporary", "TMPDIR")):
        (around / name).mkdir(parents=True)
        monkeypatch.setenv(variable, str(around / name))
    home = around / "data"
    inner = Settings(home=home, models_dir=settings.models)
    escapes = {f"{'../' * depth}escaped{depth}.txt": "out" for depth in range(1, 9)}
    escapes[str(around / "escaped.txt")] = "out"
    files = {
        **BASES,
        "escape.epub": epub([WORDS], **escapes),
        "escape.cbz": packed({"1.png": b"x", **escapes}),
    }
    if office.program():
        files |= {"escape.docx": docx(["words"], **escapes), "escape.xlsx": xlsx({"../../escaped": [["a"]]})}
    inputs = around / "inputs"
    inputs.mkdir()
    for name, data in files.items():
        (inputs / name).write_bytes(data)
    target = home / "made.pdf"
    home.mkdir()
    before = _state(around, home)
    reader = IsolatedReader(inner)
    for name in files:
        take(reader, inputs / name, target)
    reader.close()
    assert _state(around, home) == before
    assert {path.name for path in home.iterdir()} <= {"made.pdf", "cache"}


def _state(folder: Path, but: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below, without those in one of them."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if Path(place) / one != but]
        for name in (*folders, *names):
            status = (Path(place) / name).lstat()
            found[str(Path(place) / name)] = (status.st_mtime_ns, status.st_size)
    return found


def test_the_reader_reports_to_nobody(settings: Settings, tmp_path: Path) -> None:
    """The library that runs the recognition models would otherwise tell its makers of every model it loads."""
    reader = IsolatedReader(settings)
    path = tmp_path / "words.txt"
    path.write_bytes(BASES["words.txt"])
    reader.inspect(path, path.name)
    (child,) = [one for one in psutil.Process().children() if "rag_core.parse.reader.child" in one.cmdline()]
    environment = child.environ()
    reader.close()
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"
    assert environment["HOME"].startswith(str(settings.cache))
    assert not {name for name in environment if "KEY" in name or "PROXY" in name.upper()}
