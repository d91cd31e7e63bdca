"""Golden questions as files: JSONL, a question a line, or CSV with named columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from rag_core.errors import InputError
from rag_core.store.golden import Golden, Wanted, check_golden

T = TypeVar("T")

MOST_QUESTIONS = 5000
_MOST_BYTES = 5 * 2**20
_LINES_NAMED = 5
_NAMES = {
    "question": "question",
    "问题": "question",
    "answer": "answer",
    "答案": "answer",
    "answerable": "answerable",
    "可回答": "answerable",
    "document": "document",
    "filename": "document",
    "文档": "document",
    "page": "page",
    "页": "page",
    "页码": "page",
    "quote": "quote",
    "引文": "quote",
}
_TRUE, _FALSE = ("true", "1", "yes", "是"), ("false", "0", "no", "否")

# A row by the names of its fields, and the line of the file that it ends on, from 1.
_Row = tuple[int, Mapping[str, object]]


def read_golden(name: str, content: bytes) -> tuple[Wanted, ...]:
    """The questions in a file of that name: JSONL or CSV in UTF-8 or GB 18030. Fields are question, answer,
    answerable, document, page, quote (or their Chinese names); only the question must be there, others are left
    out of account.

    Raises InputError golden_file_… for a file, golden_line_… with the numbers of the lines for lines that can't be
    used: nothing is taken from it then.
    """
    if len(content) > _MOST_BYTES:
        raise InputError("golden_file_large", str(MOST_QUESTIONS))
    text = _decoded(content)
    rows = _json_rows(text) if _is_json(name, text) else _csv_rows(text)
    found: list[Wanted] = []
    wrong: dict[str, list[int]] = {}
    for line, row in rows:
        try:
            found.append(_wanted(row))
        except InputError as error:
            # What is wrong with a question is said of its line here.
            code = error.problem.code.removeprefix("golden_").removeprefix("line_")
            wrong.setdefault(f"golden_line_{code}", []).append(line)
    _refuse(wrong)
    if not found:
        raise InputError("golden_file_empty")
    if len(found) > MOST_QUESTIONS:
        raise InputError("golden_file_large", str(MOST_QUESTIONS))
    return tuple(found)


def golden_lines(some: Sequence[Golden]) -> Iterator[str]:
    """The questions as JSONL that read_golden reads."""
    for one in some:
        wanted = one.wanted
        values: dict[str, object] = {"question": wanted.question, "answerable": wanted.answerable}
        values |= {"answer": wanted.answer} if wanted.answer else {}
        values |= {"document": wanted.filename} if wanted.filename else {}
        values |= {"page": wanted.page} if wanted.page else {}
        values |= {"quote": wanted.quote} if wanted.quote else {}
        yield json.dumps(values, ensure_ascii=False) + "\n"


def _decoded(content: bytes) -> str:
    for code in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    raise InputError("golden_file_type")


def _is_json(name: str, text: str) -> bool:
    ending = name.lower().rsplit(".", 1)[-1]
    if ending in ("jsonl", "ndjson", "json"):
        return True
    if ending in ("csv", "tsv", "txt"):
        return text.lstrip().startswith("{")
    raise InputError("golden_file_type")


def _json_rows(text: str) -> Iterator[_Row]:
    wrong: list[int] = []
    rows: list[_Row] = []
    # Not splitlines(): U+2028 may stand inside a JSON text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            rows.append((number, _renamed(row.items())))
        else:
            wrong.append(number)
    _refuse({"golden_line_json": wrong} if wrong else {})
    return iter(rows)


def _csv_rows(text: str) -> Iterator[_Row]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[_Row] = []
    try:
        header = next(reader, [])
        if "question" not in _renamed((name, "") for name in header):
            raise InputError("golden_file_columns", first.strip()[:80])
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, _renamed(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise InputError("golden_line_csv", str(reader.line_num)) from error
    return iter(rows)


def _renamed(pairs: object) -> dict[str, object]:
    named: dict[str, object] = {}
    for name, value in pairs:  # type: ignore[attr-defined]
        known = _NAMES.get(str(name).strip().lower())
        if known:
            named[known] = value
    return named


def _wanted(row: Mapping[str, object]) -> Wanted:
    texts = {name: row.get(name) or "" for name in ("question", "answer", "document", "quote")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise InputError("golden_line_text")
    wanted = Wanted(
        str(texts["question"]),
        str(texts["answer"]),
        _one_of(row.get("answerable"), _truth, "golden_line_answerable", default=True),
        str(texts["document"]),
        _one_of(row.get("page"), _number, "golden_line_page", default=0),
        str(texts["quote"]),
    )
    return check_golden(wanted)


def _one_of(value: object, read: Callable[[str], T], code: str, default: T) -> T:
    said = "" if value is None else str(value).strip().lower()
    if not said:
        return default
    try:
        return read(said)
    except ValueError as error:
        raise InputError(code) from error


def _truth(said: str) -> bool:
    if said not in _TRUE + _FALSE:
        raise ValueError(said)
    return said in _TRUE


def _number(said: str) -> int:
    number = int(said)
    if not 0 < number < 10**6:
        raise ValueError(said)
    return number


def _refuse(wrong: Mapping[str, Sequence[int]]) -> None:
    for code, lines in wrong.items():
        named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
        raise InputError(code, named + (" …" if len(lines) > _LINES_NAMED else ""))
