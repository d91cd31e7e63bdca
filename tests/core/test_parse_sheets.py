"""Tables that come as text: what names their columns, what stands above them, and what their merged cells say."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from rag_core.chunk import chunk_document
from rag_core.errors import InputError
from rag_core.outline import read_outline
from rag_core.parse.formats import office
from rag_core.parse.formats.convert import Workplace, convert
from rag_core.parse.formats.merged import Merged, merged_cells
from rag_core.parse.formats.sheet import Sheet, csv_tables
from rag_core.parse.source import open_source, read_text
from rag_core.types import Chunk, ParsedDocument
from tests.documents import xlsx

needs_office = pytest.mark.skipif(
    not office.program(), reason=f"needs LibreOffice: apt install {office.PACKAGES}"
)


def chunks_of(tmp_path: Path, data: bytes, name: str) -> tuple[Chunk, ...]:
    """What is found of the file: every row under the names of its columns."""
    source, target, folder = tmp_path / "source", tmp_path / "made.pdf", tmp_path / "work"
    source.write_bytes(data)
    folder.mkdir()
    convert(source, name, target, Workplace(folder, 60, 500, 2000))
    opened, _ = open_source(target)
    pages = [read_text(opened, number).page for number in range(1, opened.page_count + 1)]
    opened.close()
    document = ParsedDocument(tuple(page for page in pages if page))
    return chunk_document(document.text, lambda text: len(text) // 4, 320, read_outline(document))


def only(text: str, merged: tuple[Merged, ...] = ()) -> Sheet:
    [table] = csv_tables(text, merged=merged)
    return table


def test_lines_above_a_table_do_not_name_its_columns() -> None:
    table = only("# Logger: T4,serial 88\nDairy,,\ntime,sensor,temp\n08:00,A,3.9\n08:15,B,4.1\n")
    assert table.notes == ("# Logger: T4 serial 88", "Dairy")
    assert table.head == (("time", "sensor", "temp"),)
    assert [row[0] for row in table.rows] == ["08:00", "08:15"]


def test_a_list_of_one_column_keeps_its_lines() -> None:
    table = only("red\ngreen\nblue\n")
    assert [*table.notes, *(row[0] for row in (*table.head, *table.rows))] == ["red", "green", "blue"]


def test_a_name_over_several_columns_stands_over_each() -> None:
    sheet = "Item,Quarter 1,,Quarter 2,\n,Jan,Feb,Apr,10月\nGas,1,2,3,4\n"
    table = only(sheet)
    assert table.head == (
        ("Item", "Quarter 1", "Quarter 1", "Quarter 2", "Quarter 2"),
        ("Item", "Jan", "Feb", "Apr", "10月"),
    )
    spans = (Merged(0, 0, 1, 0), Merged(0, 1, 0, 2), Merged(0, 3, 0, 4))
    assert only(sheet, spans).head == table.head


def test_columns_without_a_name_and_of_the_same_name_are_left_as_they_are() -> None:
    assert only("Name,,Age\nAnn,Dr,31\nBen,Mr,27\n").head == (("Name", "", "Age"),)
    assert only("Day,Hours,Hours\nMon,am,pm\nTue,am,pm\n").head != (("Day", "Hours", "Hours"),) * 2


def test_what_is_merged_over_rows_is_said_by_each_of_them_and_a_title_once() -> None:
    sheet = "Week,,\nTime,Mon,Tue\n9:00,Yoga,Chess\n10:00,,Judo\n11:00,Lunch,\n"
    spans = (Merged(0, 0, 0, 2), Merged(2, 1, 3, 1), Merged(4, 1, 4, 2))
    table = only(sheet, spans)
    assert table.notes == ("Week",)
    assert list(table.rows) == [
        ("9:00", "Yoga", "Chess"),
        ("10:00", "Yoga", "Judo"),
        ("11:00", "Lunch", "Lunch"),
    ]


def test_names_over_several_columns_are_read_with_those_below_them_on_every_page(tmp_path: Path) -> None:
    head = "Station,2022,,,2023,,\n,10月,11月,12月,Jan,Feb,Mar\n"
    rows = "".join(f"Tarn {n},{n},{n + 1},{n + 2},{n + 3},{n + 4},{n + 5}\n" for n in range(120))
    found = chunks_of(tmp_path, (head + rows).encode(), "rain.csv")
    assert len(found) > 2
    names = "| Station | 2022 › 10月 | 2022 › 11月 | 2022 › 12月 | 2023 › Jan | 2023 › Feb | 2023 › Mar |"
    assert {chunk.heading for chunk in found} == {names}


def test_a_drawn_column_is_one_whatever_stands_in_it(tmp_path: Path) -> None:
    log = "time,sensor,state\n" + "".join(f"2025-02-03 {h:02}:00,C{h % 2},ok\n" for h in range(20))
    found = chunks_of(tmp_path, log.encode(), "log.csv")
    assert found[0].heading == "| time | sensor | state |"
    assert "| 2025-02-03 07:00 | C1 | ok |" in found[0].text


def test_a_wide_table_has_room_for_the_names_of_all_columns(tmp_path: Path) -> None:
    names = [f"sensor number {n:02}" for n in range(40)]
    rows = "".join(f"{n},machine {n}," + ",".join(str(n * k) for k in range(40)) + "\n" for n in range(1, 6))
    found = chunks_of(tmp_path, f"No.,line,{','.join(names)}\n{rows}".encode(), "wide.csv")
    headings = {chunk.heading for chunk in found}
    assert len(headings) > 1
    assert all(heading.startswith("| No. | line | sensor") and heading.endswith(" |") for heading in headings)
    assert all(any(name in heading for heading in headings) for name in names)


@needs_office
def test_a_workbook_says_which_of_its_cells_are_merged(tmp_path: Path) -> None:
    rows = [
        ["Marks", "", "", "", ""],
        ["Name", "Maths", "", "English", ""],
        ["", "written", "oral", "written", "oral"],
        ["Ann", "72", "80", "65", "70"],
        ["Ben", "91", "88", "74", "69"],
    ]
    merged = {"Class 8A": ["A1:E1", "A2:A3", "B2:C2", "D2:E2"]}
    [found] = chunks_of(tmp_path, xlsx({"Class 8A": rows}, merged=merged), "marks.xlsx")
    names = "| Name | Maths › written | Maths › oral | English › written | English › oral |"
    assert found.heading == f"Class 8A › {names}"
    assert "Marks" in found.text
    assert "| Ben | 91 | 88 | 74 | 69 |" in found.text


def test_merged_cells_are_found_by_the_names_of_the_sheets(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx({"One": [["a"]], "二 & 三": [["b"]]}, merged={"二 & 三": ["AA10:AB12", "A1:A2"]}))
    assert merged_cells(path) == {"One": (), "二 & 三": (Merged(0, 0, 1, 0), Merged(9, 26, 11, 27))}


def test_a_workbook_without_its_list_of_sheets_has_none_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert merged_cells(path) == {}
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match="file_damaged"):
        merged_cells(path)


def test_a_table_stands_under_the_title_right_above_it(tmp_path: Path) -> None:
    page = (
        "<h1>Guide to the service</h1><h2>Signing in</h2><p>The key is sent with every request that is made.</p>"
        "<pre>curl -H key</pre><h2>Limits of the plans</h2><table><tr><th>Plan</th><th>Requests</th><th>Upload</th></tr>"
        "<tr><td>Free</td><td>60</td><td>5 MB</td></tr><tr><td>Team</td><td>600</td><td>100 MB</td></tr></table>"
    )
    table = next(chunk for chunk in chunks_of(tmp_path, page.encode(), "guide.html") if "600" in chunk.text)
    assert table.heading == "Limits of the plans › | Plan | Requests | Upload |"
    assert table.text.startswith("Limits of the plans")
