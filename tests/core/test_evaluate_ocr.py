from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from rag_core.evaluate.__main__ import main
from rag_core.evaluate.characters import edit_distance, nearest_distance
from rag_core.evaluate.common import FormError
from rag_core.evaluate.demands import is_met, read_demands
from rag_core.evaluate.ocr import compare
from rag_core.evaluate.printed import printed
from rag_core.evaluate.sheets import read_sheets
from rag_core.pages import Block, Box, Cell, Line, Page
from rag_core.settings import read_settings
from tests.builders import digital_pdf, image_file, no_pages_pdf, picture, scan_pdf


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
    assert compare("abcd", "abxx")[:3] == (0.5, 0.5, 0.5)
    assert compare("ab", "")[:3] == (0.0, 1.0, 1.0)


def test_what_else_stands_on_the_page_counts_for_precision_alone() -> None:
    assert compare("body", "body 7", ["7"])[:3] == (1.0, 1.0, 0.25)
    assert compare("body", "body 7")[1] == 0.8


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (r"A $ \frac{2}{17} $ C", "a217c"),
        (r"$ x^{0}\in\partial U,\,u\geq0 $", "x0∈∂u,u≥0"),
        (r"$\textcircled{1}$ at $12.4\%$", "1at12.4%"),
        (r"$$\begin{array}{r}\operatorname*{max}_{U} \bar{u}\end{array}$$", "maxuu"),
        ("\\t - Trust\u200b — “quoted”", '-trust-"quoted"'),
    ],
)
def test_what_a_truth_shows_on_paper(written: str, seen: str) -> None:
    assert printed(written) == seen
    assert compare(written, seen)[3:] == (1.0, 1.0, 0.0)


@given(words, words)
def test_the_nearest_part_of_a_text(phrase: str, text: str) -> None:
    parts = [text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)]
    assert nearest_distance(phrase, text) == min(slow_distance(phrase, part) for part in parts)


def line(text: str) -> Line:
    edges = tuple(index / max(len(text), 1) for index in range(len(text) + 1))
    return Line(text, Box(0, 0, 1, 0.1), "ocr", 1.0, edges)


def page() -> Page:
    """A running head, a paragraph, and a table whose first header spans two columns."""
    box = Box(0, 0, 1, 0.1)
    texts = ("Costs", "2024", "2025", "Rent", "1,200", "1,300")
    spans = [(0, 0, 1, 0), (0, 1, 0, 1), (0, 2, 0, 2), (2, 0, 2, 0), (2, 1, 2, 1), (2, 2, 2, 2)]
    cells = [Cell(*span, box, index, index + 1) for index, span in enumerate(spans)]
    return Page(
        1,
        595,
        842,
        (
            Block("header", box, (line("Annual report"),)),
            Block("text", box, (line("First the “rent” is paid,"), line("then the wages"))),
            Block("table", box, tuple(map(line, texts)), tuple(cells)),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "met"),
    [
        ({"type": "present", "text": 'the "rent" is paid, then'}, True),
        ({"type": "present", "text": "the rant is paid"}, False),
        ({"type": "present", "text": 'the "rant" is', "max_diffs": 1}, True),
        ({"type": "present", "text": "THEN THE", "case_sensitive": False}, True),
        ({"type": "present", "text": "wages", "first_n": 10}, False),
        ({"type": "absent", "text": "Annual report"}, True),
        ({"type": "absent", "text": "wages"}, False),
        ({"type": "absent", "text": "First", "last_n": 20}, True),
        ({"type": "order", "before": "rent", "after": "wages"}, True),
        ({"type": "order", "before": "wages", "after": "First"}, False),
        ({"type": "order", "before": "rent", "after": "missing"}, False),
        ({"type": "table", "cell": "1,200", "left": "Rent", "right": "1,300"}, True),
        ({"type": "table", "cell": "1,200", "top_heading": "2024", "left_heading": "Rent"}, True),
        ({"type": "table", "cell": "1,200", "top_heading": "2025"}, False),
        ({"type": "table", "cell": "1,300", "left_heading": "Rent", "up": "2025"}, False),
        ({"type": "table", "cell": "Rent", "up": "Costs"}, True),
        ({"type": "math", "math": "x^2"}, False),
    ],
)
def test_demands_on_a_page(tmp_path: Path, fields: dict[str, object], met: bool) -> None:
    (tmp_path / "a.pdf").touch()
    (tmp_path / "tests.jsonl").write_text(json.dumps({"id": "1", "pdf": "a.pdf", "page": 1} | fields))
    (demand,) = read_demands(tmp_path)
    assert is_met(demand, page()) is met
    assert not is_met(demand, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "smell", "text": "x"},
        {"type": "present"},
        {"type": "present", "text": "x", "max_diffs": "2"},
        {"type": "present", "text": "x", "pdf": "missing.pdf"},
    ],
)
def test_a_demand_that_is_not_of_the_form_is_named(tmp_path: Path, fields: dict[str, object]) -> None:
    (tmp_path / "a.pdf").touch()
    (tmp_path / "tests.jsonl").write_text(json.dumps({"id": "1", "pdf": "a.pdf", "page": 1} | fields))
    with pytest.raises(FormError, match=r"tests\.jsonl:1"):
        read_demands(tmp_path)


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


def test_a_row_may_tell_its_language_and_what_else_stands_there(tmp_path: Path) -> None:
    blocks = [
        {"t": "text", "html": None},
        {"t": None, "html": "<table><tr><td>a &lt; b</td></tr></table>"},
        {"latex": "x_1"},
    ]
    row = {
        "file": "b.png",
        "text": "text",
        "attr": {"language": "english"},
        "other_text": ["7"],
        "blocks": blocks,
    }
    folder = write(tmp_path / "set", row)
    (folder / "b.png").touch()
    (sheet,) = read_sheets(folder)
    assert sheet.language == "english"
    assert [printed(one) for one in sheet.others] == ["7", "a<b", "x1"]


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
    folder = write(tmp_path / "set", {"file": "a.png", "text": text, "language": "english"})
    (folder / "a.png").write_bytes(image_file([picture([text])], "PNG"))
    monkeypatch.setenv("WENJU_MODELS_DIR", str(read_settings().models.absolute()))
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    assert main(["ocr", str(folder), "--out", str(tmp_path / "out.json")]) == 0
    figures = json.loads((tmp_path / "out.json").read_text())["set"]
    assert figures["mean"]["character_recall"] == 1.0
    assert figures["mean"]["cer"] == 0.0
    assert figures["by_language"]["english"] == figures["mean"]
    assert figures["files"][0]["peak_mb"] > 100


def test_the_ocr_command_takes_demands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(digital_pdf([["Meetings are held on Tuesdays"]]))
    rows = [
        {"id": str(index), "pdf": "a.pdf", "page": 1, "type": "present", "text": text}
        for index, text in enumerate(["held on Tuesdays", "held on Fridays"])
    ]
    (folder / "tests.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    assert main(["ocr", str(folder), "--out", str(tmp_path / "out.json")]) == 0
    figures = json.loads((tmp_path / "out.json").read_text())["set"]
    assert figures["passed"] == {"present": 0.5, "all": 0.5}
    assert [one["passed"] for one in figures["tests"]] == [True, False]


@pytest.mark.weights
def test_the_intake_command_decides_about_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "notes.txt").write_text("a text that is laid out on a page")
    (folder / "rubbish").write_bytes(bytes(range(256)))
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
        "notes.txt": "indexed",
        "rubbish": "rejected",
        "scan.pdf": "indexed",
    }
    assert [one["file"] for one in figures["files"] if one["converted"]] == ["notes.txt"]
    assert {one["file"]: one["media"] for one in figures["files"] if one["media"]} == {
        "notes.txt": "text/plain",
        "scan.pdf": "application/pdf",
    }
    assert all(one["reason"] for one in figures["files"] if one["state"] == "rejected")
    summary = figures["summary"]
    assert (summary["crashed"], summary["hung"], summary["undecided"]) == (0, 0, 0)
