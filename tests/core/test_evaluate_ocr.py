from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from rag_core.evaluate.__main__ import main
from rag_core.evaluate.common import FormError
from rag_core.evaluate.ocr import compare, edit_distance, read_sheets
from rag_core.settings import read_settings
from tests.builders import image_file, no_pages_pdf, picture, scan_pdf


def slow_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, first in enumerate(one, 1):
        new = [i]
        for j, second in enumerate(other, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (first != second)))
        row = new
    return row[-1]


words = st.text("abc", max_size=12)


@given(words, words)
def test_edit_distance(one: str, other: str) -> None:
    assert edit_distance(one, other) == slow_distance(one, other)


def test_long_texts_are_compared_quickly() -> None:
    assert edit_distance("ab" * 20_000, "ba" * 20_000) == 2


def test_order_and_width_do_not_count_for_recall() -> None:
    assert compare("Ａｂ 中文", "文中B a")[:2] == (1.0, 1.0)
    assert compare("abcd", "abxx") == (0.5, 0.5, 0.5)
    assert compare("ab", "") == (0.0, 1.0, 1.0)


def write(folder: Path, *rows: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "gt.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_both_copies_of_a_page_are_measured(tmp_path: Path) -> None:
    row = {"doc": "a.pdf", "page_in_raster": 1, "degradation": "skew", "text": "words"}
    folder = write(tmp_path / "set", row, {"file": "b.png", "words": [{"t": "two"}, {"t": "words"}]})
    for name in ("a.clean.pdf", "a.degraded.pdf", "b.png"):
        (folder / name).touch()
    found = [(one.path.name, one.degradation, one.text) for one in read_sheets(folder)]
    assert found == [
        ("a.clean.pdf", "clean", "words"),
        ("a.degraded.pdf", "skew", "words"),
        ("b.png", "", "two words"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"file": "missing.png", "text": "x"},
        {"file": "b.png"},
        {"doc": "b.png", "text": "x"},
        {"file": "b.png", "words": "x"},
        [],
    ],
)
def test_a_row_that_is_not_of_the_form_is_named(tmp_path: Path, row: object) -> None:
    folder = write(tmp_path / "set", {"file": "b.png", "text": "x"}, row)
    (folder / "b.png").touch()
    with pytest.raises(FormError, match=r"gt\.jsonl:2"):
        read_sheets(folder)


@pytest.mark.weights
def test_the_ocr_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Meetings are held on Tuesdays"
    folder = write(tmp_path / "set", {"file": "a.png", "text": text})
    (folder / "a.png").write_bytes(image_file([picture([text])], "PNG"))
    monkeypatch.setenv("WENJU_MODELS_DIR", str(read_settings().models.absolute()))
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    assert main(["ocr", str(folder), "--out", str(tmp_path / "out.json")]) == 0
    figures = json.loads((tmp_path / "out.json").read_text())["set"]
    assert figures["mean"]["character_recall"] == 1.0
    assert figures["mean"]["cer"] == 0.0
    assert figures["files"][0]["peak_mb"] > 100


@pytest.mark.weights
def test_the_intake_command_decides_about_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "notes.txt").write_text("not a document")
    (folder / "deep" / "empty.pdf").touch()
    (folder / "none.pdf").write_bytes(no_pages_pdf())
    (folder / "scan.pdf").write_bytes(scan_pdf([picture(["A page to be recognised"])]))
    monkeypatch.setenv("WENJU_MODELS_DIR", str(read_settings().models.absolute()))
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    assert main(["intake", str(folder), "--out", str(tmp_path / "out.json")]) == 0
    figures = json.loads((tmp_path / "out.json").read_text())["files"]
    assert {one["file"]: one["state"] for one in figures["files"]} == {
        "deep/empty.pdf": "rejected",
        "none.pdf": "rejected",
        "notes.txt": "rejected",
        "scan.pdf": "indexed",
    }
    assert all(one["reason"] for one in figures["files"] if one["state"] == "rejected")
    summary = figures["summary"]
    assert (summary["crashed"], summary["hung"], summary["undecided"]) == (0, 0, 0)
