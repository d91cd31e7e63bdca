"""Golden questions from files: what is taken, and what is said of what can't be."""

from __future__ import annotations

import pytest

from rag_core.errors import InputError
from rag_core.evaluate.golden_files import MOST_QUESTIONS, golden_lines, read_golden
from rag_core.store.golden import Golden, Wanted

FEE = Wanted("借几本书?", "十二本, “最多”", True, "规则.pdf", 2, "最多可以借阅十二本")
NONE = Wanted("有疫苗吗?", answerable=False)


def test_what_is_written_is_read_again() -> None:
    lines = "".join(golden_lines([Golden(n, 1, one, "written", 0.0) for n, one in enumerate([FEE, NONE])]))
    assert read_golden("golden.jsonl", lines.encode()) == (FEE, NONE)
    assert read_golden("golden.txt", b"\xef\xbb\xbf" + lines.encode()) == (FEE, NONE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("question,answer,answerable,document,page,quote\n", "utf-8"),
        ("问题;答案;可回答;文档;页码;引文\n", "gb18030"),
        ("Question\tanswer\tanswerable\tfilename\tpage\tquote\n", "utf-8-sig"),
    ],
)
def test_a_table_is_read_by_its_columns(text: str, code: str) -> None:
    delimiter = max(",;\t", key=text.count)
    cells = ["借几本书?", '"十二本, “最多”"', "", "规则.pdf", "2", "最多可以借阅十二本"]
    rows = [delimiter.join(cells), "", delimiter.join(["有疫苗吗?", "gone", "否"])]
    assert read_golden("g.csv", (text + "\r\n".join(rows)).encode(code)) == (FEE, NONE)


@pytest.mark.parametrize(
    ("name", "content", "code", "detail"),
    [
        ("g.pdf", b"%PDF", "golden_file_type", ""),
        ("g.csv", b"\xff\xff\xff", "golden_file_type", ""),
        ("g.jsonl", b"\n \n", "golden_file_empty", ""),
        ("g.csv", b"", "golden_file_columns", ""),
        ("g.csv", b"query,answer\na,b", "golden_file_columns", "query,answer"),
        ("g.csv", b'question\n"one\ntwo', "golden_line_csv", "3"),
        ("g.jsonl", b'{"question": "a"}\n{"question"\n["b"]\n', "golden_line_json", "2, 3"),
        ("g.jsonl", b'{"question": 3}\n', "golden_line_text", "1"),
        ("g.jsonl", b'{"answer": "a"}\n\n{"question": " "}\n', "golden_line_empty", "1, 3"),
        ("g.jsonl", b'{"question": "q", "document": "d", "page": 0}', "golden_line_page", "1"),
        ("g.jsonl", b'{"question": "q", "document": "d", "page": 1.5}', "golden_line_page", "1"),
        ("g.csv", b"question,page\na,\nb,2\n", "golden_line_nowhere", "3"),
        ("g.csv", b"question,answerable\na,maybe\n", "golden_line_answerable", "2"),
        ("g.csv", b"question\n" + b"q" * 2001, "golden_line_long", "2"),
        ("g.csv", b"question,page\n" + b"a,x\n" * 7, "golden_line_page", "2, 3, 4, 5, 6 …"),
        ("g.jsonl", b"[" * 100_000, "golden_line_json", "1"),
        ("g.csv", b"question\n" + b"q\n" * (MOST_QUESTIONS + 1), "golden_file_large", str(MOST_QUESTIONS)),
        ("g.csv", b"q" * 6_000_000, "golden_file_large", str(MOST_QUESTIONS)),
    ],
)
def test_what_cannot_be_used_names_its_lines(name: str, content: bytes, code: str, detail: str) -> None:
    with pytest.raises(InputError) as caught:
        read_golden(name, content)
    assert (caught.value.problem.code, caught.value.problem.detail) == (code, detail)


def test_other_fields_are_left_out_of_account() -> None:
    assert read_golden("g.jsonl", b'{"question": "a", "id": 3, "tags": []}') == (Wanted("a"),)
    assert read_golden("g.csv", b"id,question\n3,a,more,cells\n") == (Wanted("a"),)
